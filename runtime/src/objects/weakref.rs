//! weakref: the object is not traced; the collector clears it when the referent dies.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct WeakRef {
    pub header: Header,
    /// NULL when dead. Not traced.
    pub referent: Cell<Value>,
    pub callback: Field<Value>,
    /// Of the referent, kept for after its death; 0 = not asked for.
    pub hash: Cell<i64>,
}

impl HeapObject for WeakRef {
    const KIND: Kind = Kind::WeakRef;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.callback.get());
    }
}

/// `__weakref__`: the first weak reference to the object, or None.
pub fn first_ref(value: Value) -> crate::error::R {
    let _ = value;
    Ok(crate::value::NONE)
}
