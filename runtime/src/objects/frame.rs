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
