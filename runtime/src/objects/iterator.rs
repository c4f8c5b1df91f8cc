//! The iterator over any object with `__getitem__`, and `iter(callable, sentinel)`.

use crate::heap::Marker;
use crate::objects::native::{Native, NativeObject};
use crate::value::Value;
use crate::vm::types;
use core::cell::Cell;

pub struct SequenceIterator {
    /// NULL when exhausted.
    pub sequence: Cell<Value>,
    pub index: Cell<usize>,
}

impl NativeObject for SequenceIterator {
    fn trace(&self, m: &mut Marker) {
        m.value(self.sequence.get());
    }
}

pub fn sequence_iterator(sequence: Value) -> Value {
    Native::new(types().iterator, SequenceIterator { sequence: Cell::new(sequence), index: Cell::new(0) }).value()
}
