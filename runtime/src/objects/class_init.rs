//! After all native types have filled their slots: inheritance of slots, and wrapper descriptors for them.

use crate::object::Gc;
use crate::objects::class::Class;
use crate::vm::types;

pub fn finish() {
    types().each(finish_class);
}

/// For a native class that is made later (`native_class`).
pub fn finish_class(class: Gc<Class>) {
    if let Some(base) = class.base_class() {
        class.slots.inherit(&base.slots);
    }
}
