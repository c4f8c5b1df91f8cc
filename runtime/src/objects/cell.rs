//! cell: a variable shared by a function and its closures.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct CellObject {
    pub header: Header,
    /// NULL when unbound.
    pub value: Field<Value>,
}

impl HeapObject for CellObject {
    const KIND: Kind = Kind::Cell;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.value.get());
    }
}

impl CellObject {
    pub fn new(value: Value) -> Gc<CellObject> {
        let object = CellObject { header: crate::objects::builtin::new_header(), value: Field::new(value) };
        crate::heap::alloc(crate::vm::types().cell.root_shape.get(), object)
    }
}
