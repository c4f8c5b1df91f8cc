//! mappingproxy: a read-only view of a mapping.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct MappingProxy {
    pub header: Header,
    pub mapping: Field<Value>,
}

impl HeapObject for MappingProxy {
    const KIND: Kind = Kind::MappingProxy;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.mapping.get());
    }
}
