//! frame objects: what sys._getframe and tb_frame answer. Made on demand; detached from the VM stack when the frame ends.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct FrameObject {
    pub header: Header,
    /// The live frame, or null when it has ended.
    pub live: Cell<*mut crate::frame::Frame>,
    pub function: Gc<crate::objects::function::Function>,
    pub code: Gc<crate::objects::code::Code>,
    pub lineno: Cell<i32>,
    pub offset: Cell<u32>,
    /// f_locals of an ended frame (a dict), or the namespace; NULL when unknown.
    pub locals: Field<Value>,
    /// f_back of an ended frame.
    pub back: Field<Value>,
    pub trace: Field<Value>,
}

impl HeapObject for FrameObject {
    const KIND: Kind = Kind::FrameObject;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.object(self.function);
        m.object(self.code);
        for v in [self.locals.get(), self.back.get(), self.trace.get()] {
            m.value(v);
        }
    }
}

/// The frame ends: its object keeps what it showed.
pub fn detach(frame: &crate::frame::Frame) {
    let Some(object) = frame.object.get().downcast::<FrameObject>() else { return };
    object.offset.set(frame.offset());
    object.lineno.set(frame.code.position(frame.offset()).line);
    object.locals.set(object, locals(frame));
    object.live.set(core::ptr::null_mut());
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
    let object = FrameObject {
        header: crate::objects::builtin::new_header(),
        live: Cell::new(core::ptr::null_mut()),
        function: frame.function,
        code: frame.code,
        lineno: Cell::new(0),
        offset: Cell::new(0),
        locals: Field::default(),
        back: Field::default(),
        trace: Field::default(),
    };
    let object = crate::heap::alloc(crate::vm::types().frame.root_shape.get(), object);
    attach(object, frame);
    object
}

/// Names of locals, cells and free variables with their values, in a new dict; the namespace itself where there is one.
pub fn locals(frame: &crate::frame::Frame) -> Value {
    let namespace = frame.namespace.get();
    if !namespace.is_null() && frame.kind.get() & crate::frame::kind::INIT == 0 {
        return namespace;
    }
    let dict = crate::objects::dict::Dict::new();
    let Some(names) = frame.code.localsplus_names.get().downcast::<crate::objects::tuple::Tuple>() else {
        return dict.value();
    };
    for (i, (name, kind)) in names.items().iter().zip(frame.code.slot_kinds()).enumerate() {
        if kind & crate::objects::code::slot::HIDDEN != 0 {
            continue;
        }
        let mut value = frame.local(i);
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
