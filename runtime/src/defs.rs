//! What the definition language refers to by name: constants and the helpers that handlers and traces call. Signatures follow `opcodes/types.def`.

/// The shapes that `bootstrap` gives to exact builtin objects, in this order.
macro_rules! shapes {
    ($($name:ident),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Order { $($name),* }
        $(pub const $name: u32 = Order::$name as u32;)*
    };
}
// `bootstrap` makes the root shapes of these classes first, in this order, and asserts that the ids agree.
shapes! {
    SHAPE_OBJECT, SHAPE_TYPE, SHAPE_INT, SHAPE_STR, SHAPE_BYTES, SHAPE_TUPLE, SHAPE_LIST, SHAPE_DICT, SHAPE_SET, SHAPE_FROZENSET, SHAPE_RANGE,
    SHAPE_SLICE, SHAPE_FUNCTION, SHAPE_BUILTIN, SHAPE_METHOD, SHAPE_METHOD_DESCRIPTOR, SHAPE_MODULE, SHAPE_CELL, SHAPE_CODE, SHAPE_GENERATOR,
    SHAPE_RANGE_ITERATOR, SHAPE_LIST_ITERATOR, SHAPE_TUPLE_ITERATOR,
}
