//! The order in which types and modules fill their classes. One line each.

/// Each type's slots and tables, then what is derived from all of them (`class_init`: inherited slots and slot wrappers).
pub fn all() {
    // types: one line a file, in any order
    crate::objects::object::init();
    crate::objects::class_attr::init();
    crate::objects::builtin_types::init();
    crate::objects::method_types::init();
    crate::objects::property::init();
    crate::objects::super_::init();
    crate::objects::exception_types::init();
    crate::objects::function_attr::init();
    crate::objects::code_attr::init();
    crate::objects::weakref::init();
    crate::objects::frame_attr::init();
    crate::objects::generator_methods::init();
    crate::objects::generator_async::init();
    crate::objects::module::init();
    crate::objects::cell::init();
    crate::objects::union::init();
    crate::objects::generic_alias::init();
    crate::objects::simple_namespace::init();
    crate::objects::str_slots::init();
    crate::objects::bytes_slots::init();
    crate::objects::bytearray_methods::init();
    crate::objects::memoryview_methods::init();
    crate::objects::int::init();
    crate::objects::bool::init();
    crate::objects::float::init();
    crate::objects::complex::init();
    crate::objects::list_methods::init();
    crate::objects::list_iter::init();
    crate::objects::tuple_methods::init();
    crate::objects::dict_methods::init();
    crate::objects::dict_iter::init();
    crate::objects::dict_views::init();
    crate::objects::set_methods::init();
    crate::objects::range::init();
    crate::objects::range_iter::init();
    crate::objects::slice::init();
    crate::objects::iterator::init();
    crate::objects::enumerate::init();
    crate::objects::zip::init();
    crate::objects::map::init();
    crate::objects::filter::init();
    crate::objects::reversed::init();
    crate::objects::frame_locals::init();
    crate::objects::mappingproxy::init();
    crate::objects::class_init::finish();
}
