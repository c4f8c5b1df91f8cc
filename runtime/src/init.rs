//! The order in which types and modules fill their classes. One line each.

/// Each type's slots and tables, then what is derived from all of them (`class_init`: inherited slots and slot wrappers).
pub fn all() {
    // types: one line a file, in any order
    crate::objects::str_slots::init();
    crate::objects::bytes_slots::init();
    crate::objects::bytearray_methods::init();
    crate::objects::memoryview_methods::init();
    crate::objects::int::init();
    crate::objects::bool::init();
    crate::objects::float::init();
    crate::objects::complex::init();
    crate::objects::class_init::finish();
}
