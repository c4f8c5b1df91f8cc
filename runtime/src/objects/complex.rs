//! complex.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Complex {
    pub header: Header,
    pub real: Cell<f64>,
    pub imag: Cell<f64>,
}

impl HeapObject for Complex {
    const KIND: Kind = Kind::Complex;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;

    }
}
