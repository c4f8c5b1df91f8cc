//! frame objects: what sys._getframe and tb_frame answer. Made on demand; detached from the VM stack when the frame ends.

use crate::error::R;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, NULL, Value};
use core::cell::Cell;

#[repr(C)]
pub struct FrameObject {
    pub header: Header,
    /// The live frame, or null when it has ended.
    pub live: Cell<*mut crate::frame::Frame>,
    pub function: Gc<crate::objects::function::Function>,
    pub code: Gc<crate::objects::code::Code>,
    pub offset: Cell<u32>,
    /// The namespace of an ended frame that had one; NULL otherwise.
    pub locals: Field<Value>,
    /// The variables of an ended frame, NULL where unbound, in a tuple; NULL when unknown or cleared.
    pub values: Field<Value>,
    /// f_back of an ended frame.
    pub back: Field<Value>,
    pub trace: Field<Value>,
    /// Of a generator's frame.
    pub generator: Field<Value>,
}

impl HeapObject for FrameObject {
    const KIND: Kind = Kind::FrameObject;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.object(self.function);
        m.object(self.code);
        for v in [self.locals.get(), self.values.get(), self.back.get(), self.trace.get(), self.generator.get()] {
            m.value(v);
        }
    }
}

/// The frame ends: its object keeps what it showed.
pub fn detach(frame: &crate::frame::Frame) {
    let Some(object) = frame.object.get().downcast::<FrameObject>() else { return };
    object.offset.set(frame.offset());
    object.live.set(core::ptr::null_mut());
    // SAFETY: a live frame's caller is live.
    if let Some(caller) = unsafe { frame.previous.get().as_ref() } {
        object.back.set(object, caller.object.get());
    }
    let is_suspended = frame.generator.get().downcast::<Generator>().is_some_and(|g| g.state.get() == GeneratorState::Suspended);
    if is_suspended {
        return;
    }
    if has_namespace(frame) {
        object.locals.set(object, frame.namespace.get());
    } else {
        // SAFETY: a frame has this many locals.
        let values = unsafe { core::slice::from_raw_parts(frame.locals(), frame.code.nlocalsplus.get() as usize) };
        object.values.set(object, Tuple::from_slice(values).value());
    }
}
fn has_namespace(frame: &crate::frame::Frame) -> bool {
    !frame.namespace.get().is_null() && frame.kind.get() & crate::frame::kind::INIT == 0
}

/// A suspended generator's frame runs again.
pub fn attach(object: Gc<FrameObject>, frame: &crate::frame::Frame) {
    object.live.set(frame as *const crate::frame::Frame as *mut crate::frame::Frame);
    frame.object.set(object.value());
    frame.kind.set(frame.kind.get() | crate::frame::kind::OBSERVED);
}

/// The object of a running frame.
pub fn of(frame: &crate::frame::Frame) -> Gc<FrameObject> {
    if let Some(object) = frame.object.get().downcast::<FrameObject>() {
        return object;
    }
    let object = detached(frame.function, frame.code);
    if let Some(generator) = frame.generator.get().downcast::<Generator>() {
        object.generator.set(object, generator.value());
        generator.frame_object.set(generator, object.value());
    }
    attach(object, frame);
    object
}

/// An object of no frame: for a traceback entry whose frame has ended, and for generators.
pub fn detached(function: Gc<Function>, code: Gc<Code>) -> Gc<FrameObject> {
    let object = FrameObject {
        header: crate::objects::builtin::new_header(),
        live: Cell::new(core::ptr::null_mut()),
        function,
        code,
        offset: Cell::new(0),
        locals: Field::default(),
        values: Field::default(),
        back: Field::default(),
        trace: Field::default(),
        generator: Field::default(),
    };
    crate::heap::alloc(crate::vm::types().frame.root_shape.get(), object)
}

/// `gi_frame`: the running frame's object, or one that stays with the generator; None when it has ended.
pub fn of_generator(generator: Gc<Generator>) -> R {
    match generator.state.get() {
        GeneratorState::Finished => return Ok(NONE),
        GeneratorState::Running if !generator.frame.get().is_null() => {
            // SAFETY: a running generator's frame is live.
            return Ok(of(unsafe { &*generator.frame.get() }).value());
        }
        _ => {}
    }
    if let Some(object) = generator.frame_object.get().option() {
        return Ok(object);
    }
    let object = detached(generator.function, generator.function.code.get());
    object.generator.set(object, generator.value());
    generator.frame_object.set(generator, object.value());
    Ok(object.value())
}

/// `f_locals`.
pub fn locals_of(object: Gc<FrameObject>) -> R {
    let live = object.live.get();
    if !live.is_null() {
        // SAFETY: `live` is cleared when the frame ends.
        return Ok(locals(unsafe { &*live }));
    }
    if let Some(generator) = object.generator.get().downcast::<Generator>()
        && !generator.saved.get().is_null()
    {
        let count = generator.nlocals.get();
        // SAFETY: a suspended generator has its locals saved.
        let saved = unsafe { core::slice::from_raw_parts(generator.saved.get(), count) };
        return Ok(named(object.code, |i| saved.get(i).copied().unwrap_or(NULL)));
    }
    if let Some(values) = object.values.get().downcast::<Tuple>() {
        return Ok(named(object.code, |i| values.items().get(i).copied().unwrap_or(NULL)));
    }
    Ok(object.locals.get().option().unwrap_or_else(|| Dict::new().value()))
}

/// Names of locals, cells and free variables with their values, in a new dict; the namespace itself where there is one.
pub fn locals(frame: &crate::frame::Frame) -> Value {
    if has_namespace(frame) {
        return frame.namespace.get();
    }
    named(frame.code, |i| frame.local(i))
}
/// A dict of the variables that are bound.
fn named(code: Gc<Code>, local: impl Fn(usize) -> Value) -> Value {
    let dict = Dict::new();
    let Some(names) = code.localsplus_names.get().downcast::<Tuple>() else {
        return dict.value();
    };
    for (i, (name, kind)) in names.items().iter().zip(code.slot_kinds()).enumerate() {
        if kind & crate::objects::code::slot::HIDDEN != 0 {
            continue;
        }
        let mut value = local(i);
        if kind & (crate::objects::code::slot::CELL | crate::objects::code::slot::FREE) != 0
            && let Some(cell) = value.downcast::<crate::objects::cell::CellObject>()
        {
            value = cell.value.get();
        }
        if !value.is_null()
            && let Some(name) = name.downcast::<crate::objects::str::Str>()
        {
            dict.set_str(name, value);
        }
    }
    dict.value()
}
