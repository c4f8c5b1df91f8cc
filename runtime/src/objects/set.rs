//! set and frozenset: a table like dict's, without values. Not here: methods (`set_methods.rs`).

use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::dict::Dict;
use crate::value::Value;
use core::cell::Cell;

/// set and frozenset share the layout; the elements are the keys of `table`.
#[repr(C)]
pub struct Set {
    pub header: Header,
    pub table: Field<Gc<Dict>>,
    /// Of a frozenset; 0 = not computed yet.
    pub hash: Cell<i64>,
}

impl HeapObject for Set {
    const KIND: Kind = Kind::Set;
    fn trace(&self, m: &mut Marker) {
        m.object(self.table.get());
    }
    fn has_kind(kind: Kind) -> bool {
        kind == Kind::Set || kind == Kind::FrozenSet
    }
}

/// The same layout as `Set`, under its own kind.
#[repr(C)]
pub struct FrozenSet {
    pub set: Set,
}

impl HeapObject for FrozenSet {
    const KIND: Kind = Kind::FrozenSet;
    fn trace(&self, m: &mut Marker) {
        self.set.trace(m);
    }
}

#[repr(C)]
pub struct SetIter {
    pub header: Header,
    /// The table; NULL when exhausted.
    pub table: Field<Value>,
    pub position: Cell<usize>,
    pub expected_len: Cell<usize>,
}

impl HeapObject for SetIter {
    const KIND: Kind = Kind::SetIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.table.get());
    }
}
