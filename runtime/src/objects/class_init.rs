//! After all native types have filled their slots: inheritance of slots, and wrapper descriptors for them.

use crate::vm::types;

pub fn finish() {
    types().each(|class| {
        if let Some(base) = class.base_class() {
            class.slots.inherit(&base.slots);
        }
    });
}
