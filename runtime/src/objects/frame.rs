//! frame objects: what sys._getframe and tb_frame answer. Made on demand; detached from the VM stack when the frame ends.

use crate::error::R;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::cell::CellObject;
use crate::objects::code::{Code, slot};
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::list::List;
use crate::objects::str::Str;
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
    /// The variables of an ended frame, NULL where unbound, in a list; NULL when unknown or cleared.
    pub values: Field<Value>,
    /// What `f_locals` has been given beside the variables: a dict or NULL.
    pub extra: Field<Value>,
    /// f_back of an ended frame.
    pub back: Field<Value>,
    pub trace: Field<Value>,
    pub trace_lines: Cell<bool>,
    pub trace_opcodes: Cell<bool>,
    /// Of a generator's frame.
    pub generator: Field<Value>,
}

impl HeapObject for FrameObject {
    const KIND: Kind = Kind::FrameObject;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.object(self.function);
        m.object(self.code);
        for v in [self.locals.get(), self.values.get(), self.extra.get(), self.back.get(), self.trace.get(), self.generator.get()] {
            m.value(v);
        }
    }
}

/// The frame ends: its object keeps what it showed.
pub extern "C" fn detach(frame: &crate::frame::Frame) {
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
        object.values.set(object, List::from_slice(values).map_or(NULL, |list| list.value()));
    }
}
fn has_namespace(frame: &crate::frame::Frame) -> bool {
    !frame.namespace.get().is_null() && frame.kind.get() & crate::frame::kind::INIT == 0
}

/// A suspended generator's frame runs again.
pub extern "C" fn attach(object: Gc<FrameObject>, frame: &crate::frame::Frame) {
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
        extra: Field::default(),
        back: Field::default(),
        trace: Field::default(),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        generator: Field::default(),
    };
    crate::heap::alloc(crate::vm::types().frame.root_shape.get(), object)
}

/// `gi_frame`: the running frame's object, or one that stays with the generator; None when it has ended.
pub fn of_generator(generator: Gc<Generator>) -> R {
    match generator.state.get() {
        GeneratorState::Finished => return Ok(NONE),
        GeneratorState::Running if generator.is_linked() => return Ok(of(&generator.frame).value()),
        _ => {}
    }
    if let Some(object) = generator.frame_object.get().option() {
        return Ok(object);
    }
    let object = detached(generator.frame.function, generator.frame.code);
    object.generator.set(object, generator.value());
    generator.frame_object.set(generator, object.value());
    Ok(object.value())
}

/// `f_locals`.
pub fn locals_of(object: Gc<FrameObject>) -> R {
    match namespace(object) {
        Some(namespace) => Ok(namespace),
        None => Ok(crate::objects::frame_locals::new(object)),
    }
}
/// The namespace of a module, a class body, `exec`.
fn namespace(object: Gc<FrameObject>) -> Option<Value> {
    // SAFETY: `live` is cleared when the frame ends.
    match unsafe { object.live.get().as_ref() } {
        Some(live) => has_namespace(live).then(|| live.namespace.get()),
        None => object.locals.get().option(),
    }
}
/// The variables as a new dict, with what else `f_locals` has; the namespace where there is one, if it is a dict.
pub fn snapshot(object: Gc<FrameObject>) -> R<Gc<Dict>> {
    if let Some(dict) = namespace(object).and_then(|namespace| namespace.downcast::<Dict>()) {
        return Ok(dict);
    }
    let dict = named(object.code, |i| slot_of(object, i));
    if let Some(extra) = object.extra.get().downcast::<Dict>() {
        crate::objects::dict_merge::merge_argument(dict, extra.value())?;
    }
    Ok(dict)
}

/// Where the variable `index` of the frame lies now: in the live frame, with the suspended generator, in the list of the ended one.
fn slot_place(object: Gc<FrameObject>, index: usize) -> Option<(*mut Value, Value)> {
    if index >= object.code.nlocalsplus.get() as usize {
        return None;
    }
    // SAFETY: `live` is cleared when the frame ends.
    if let Some(live) = unsafe { object.live.get().as_ref() } {
        return Some((live.locals().wrapping_add(index), NULL));
    }
    if let Some(generator) = object.generator.get().downcast::<Generator>()
        && generator.state.get() != GeneratorState::Finished
    {
        return Some((generator.frame.locals().wrapping_add(index), generator.value()));
    }
    let values = object.values.get().downcast::<List>()?;
    (index < values.len()).then(|| (values.items.get().wrapping_add(index), values.value()))
}
fn slot_of(object: Gc<FrameObject>, index: usize) -> Value {
    // SAFETY: the place is one of an existing variable.
    slot_place(object, index).map_or(NULL, |(place, _)| unsafe { *place })
}
/// (place, name) of each variable that a program may see.
pub fn variables(object: Gc<FrameObject>) -> Vec<(usize, Gc<Str>)> {
    let names = object.code.localsplus_names.get().downcast::<Tuple>().map_or(&[][..], |names| names.items());
    let kinds = object.code.slot_kinds();
    let shown = names.iter().zip(kinds).enumerate().filter(|(_, (_, kind))| *kind & slot::HIDDEN == 0);
    shown.filter_map(|(i, (name, _))| Some((i, name.downcast::<Str>()?))).collect()
}
fn is_cell(object: Gc<FrameObject>, index: usize) -> bool {
    object.code.slot_kinds().get(index).is_some_and(|kind| kind & (slot::CELL | slot::FREE) != 0)
}
/// The value of a variable; NULL when unbound.
pub fn variable(object: Gc<FrameObject>, index: usize) -> Value {
    let value = slot_of(object, index);
    match value.downcast::<CellObject>() {
        Some(cell) if is_cell(object, index) => cell.value.get(),
        _ => value,
    }
}
pub fn set_variable(object: Gc<FrameObject>, index: usize, to: Value) {
    if let Some(cell) = slot_of(object, index).downcast::<CellObject>()
        && is_cell(object, index)
    {
        return cell.value.set(cell, to);
    }
    if let Some((place, owner)) = slot_place(object, index) {
        // SAFETY: the place is one of an existing variable.
        unsafe { *place = to };
        if !owner.is_null() {
            crate::heap::write_barrier(owner);
        }
        if let Some(variable_set) = crate::vm::vm().engine.variable_set.get() {
            variable_set(&object.code);
        }
    }
}

/// Names of locals, cells and free variables with their values, in a new dict; the namespace itself where there is one.
pub fn locals(frame: &crate::frame::Frame) -> Value {
    if has_namespace(frame) {
        return frame.namespace.get();
    }
    let dict = named(frame.code, |i| frame.local(i));
    if let Some(object) = frame.object.get().downcast::<FrameObject>()
        && let Some(extra) = object.extra.get().downcast::<Dict>()
    {
        let mut at = 0;
        while let Some((next, key, value)) = extra.next_entry(at) {
            // A key that cannot be compared with a name is left out.
            let _ = dict.set(key, value);
            at = next;
        }
    }
    dict.value()
}
/// A dict of the variables that are bound.
fn named(code: Gc<Code>, local: impl Fn(usize) -> Value) -> Gc<Dict> {
    let dict = Dict::new();
    let Some(names) = code.localsplus_names.get().downcast::<Tuple>() else {
        return dict;
    };
    for (i, (name, kind)) in names.items().iter().zip(code.slot_kinds()).enumerate() {
        if kind & slot::HIDDEN != 0 {
            continue;
        }
        let mut value = local(i);
        if kind & (slot::CELL | slot::FREE) != 0
            && let Some(cell) = value.downcast::<CellObject>()
        {
            value = cell.value.get();
        }
        if !value.is_null()
            && let Some(name) = name.downcast::<Str>()
        {
            dict.set_str(name, value);
        }
    }
    dict
}
