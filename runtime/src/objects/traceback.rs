//! traceback: one entry a frame that an exception went through.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Traceback {
    pub header: Header,
    /// The next (inner) entry, or NULL.
    pub next: Field<Value>,
    pub function: Gc<crate::objects::function::Function>,
    pub code: Gc<crate::objects::code::Code>,
    /// Units from the start of the code to the instruction.
    pub offset: Cell<u32>,
    pub lineno: Cell<i32>,
    /// The frame object, once asked for.
    pub frame: Field<Value>,
}

impl HeapObject for Traceback {
    const KIND: Kind = Kind::Traceback;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.next.get());
        m.object(self.function);
        m.object(self.code);
        m.value(self.frame.get());
    }
}

/// Puts the frame in front of the exception's traceback. `offset` is that of the instruction, in our units.
pub fn add(raised: crate::error::Raised, frame: &crate::frame::Frame, offset: u32) {
    let code = frame.code;
    let object = Traceback {
        header: crate::objects::builtin::new_header(),
        next: Field::new(raised.0.traceback.get()),
        function: frame.function,
        code,
        offset: Cell::new(offset),
        lineno: Cell::new(code.position(offset).line),
        frame: Field::new(frame.object.get()),
    };
    let traceback = crate::heap::alloc(crate::vm::types().traceback.root_shape.get(), object);
    raised.0.traceback.set(raised.0, traceback.value());
}
