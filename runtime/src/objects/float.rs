//! float: the value is unboxed in the NaN box; a heap float exists only for subclasses of float.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct FloatObject {
    pub header: Header,
    pub value: Cell<f64>,
}

impl HeapObject for FloatObject {
    const KIND: Kind = Kind::Float;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;

    }
}
