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
