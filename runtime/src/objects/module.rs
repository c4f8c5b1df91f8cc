//! module.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Module {
    pub header: Header,
    pub dict: Field<Gc<crate::objects::dict::Dict>>,
}

impl HeapObject for Module {
    const KIND: Kind = Kind::Module;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.object(self.dict.get());
    }
}
