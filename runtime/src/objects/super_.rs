//! super.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Super {
    pub header: Header,
    /// __thisclass__, __self__, __self_class__; NULL while uninitialised.
    pub this_class: Field<Value>,
    pub this: Field<Value>,
    pub this_type: Field<Value>,
}

impl HeapObject for Super {
    const KIND: Kind = Kind::Super;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        for v in [self.this_class.get(), self.this.get(), self.this_type.get()] {
            m.value(v);
        }
    }
}
