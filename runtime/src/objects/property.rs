//! property.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Property {
    pub header: Header,
    pub get: Field<Value>,
    pub set: Field<Value>,
    pub delete: Field<Value>,
    pub doc: Field<Value>,
    pub name: Field<Value>,
    pub getter_doc: Cell<bool>,
}

impl HeapObject for Property {
    const KIND: Kind = Kind::Property;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        for v in [self.get.get(), self.set.get(), self.delete.get(), self.doc.get(), self.name.get()] {
            m.value(v);
        }
    }
}
