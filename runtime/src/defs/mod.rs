//! What the definition language refers to by name: constants, layouts, and the helpers that handlers and traces call. Signatures follow
//! `opcodes/*.def`. A helper that raises stores the exception in `thread().raised` and answers NULL (or false).

mod attr;
mod attr_cache;
mod call;
mod container;
pub mod delegate;
mod exception;
mod instrument;
mod iterate;
mod name;
mod number;
pub mod pointer;

pub use attr::*;
pub use call::*;
pub use container::*;
pub use delegate::{resume_innermost, yield_outermost};
pub use exception::*;
pub use instrument::*;
pub use iterate::*;
pub use name::*;
pub use number::*;

pub use crate::frame::Frame;
pub use crate::object::Header as Object;
pub use crate::objects::cell::CellObject;
pub use crate::objects::code::Code;
pub use crate::objects::dict::Dict;
pub use crate::objects::function::Function;
pub use crate::objects::generator::Generator;
pub use crate::objects::instance::Instance;
pub use crate::objects::list::{List, ListIter};
pub use crate::objects::method::Method;
pub use crate::objects::module::Module;
pub use crate::objects::range::RangeIter;
pub use crate::objects::str::Str;
pub use crate::objects::tuple::{Tuple, TupleIter};
pub use crate::value::{FALSE, NONE, NOT_IMPLEMENTED, TRUE};
pub use crate::vm::Thread;

use crate::error::R;
use crate::frame::kind;
use crate::object::Kind;
use crate::value::{NULL, Value};
use crate::vm::thread;

pub const KIND_EXCEPTION: u8 = Kind::Exception as u8;
pub const KIND_DICT: u8 = Kind::Dict as u8;

pub const FRAME_RESUMED: u32 = kind::GENERATOR;
pub const FRAME_DRAINED: u32 = kind::GENERATOR | kind::ENTRY | kind::DRAINED;

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
    SHAPE_OBJECT, SHAPE_TYPE, SHAPE_INT, SHAPE_STR, SHAPE_BYTES, SHAPE_TUPLE, SHAPE_LIST, SHAPE_DICT, SHAPE_SET, SHAPE_FROZENSET,
    SHAPE_RANGE,
    SHAPE_SLICE, SHAPE_FUNCTION, SHAPE_BUILTIN, SHAPE_METHOD, SHAPE_METHOD_DESCRIPTOR, SHAPE_MODULE, SHAPE_CELL, SHAPE_CODE,
    SHAPE_GENERATOR,
    SHAPE_RANGE_ITERATOR, SHAPE_LIST_ITERATOR, SHAPE_TUPLE_ITERATOR, SHAPE_COROUTINE,
}

/// The value, or NULL with the exception stored.
#[inline(always)]
pub(crate) fn or_raise(result: R) -> Value {
    match result {
        Ok(value) => value,
        Err(raised) => raise(raised),
    }
}
/// True, or false with the exception stored.
#[inline(always)]
pub(crate) fn ok_or_raise(result: R<()>) -> bool {
    match result {
        Ok(()) => true,
        Err(raised) => {
            raise(raised);
            false
        }
    }
}
#[cold]
#[inline(never)]
pub(crate) fn raise(raised: crate::error::Raised) -> Value {
    thread().raised.set(raised.value());
    NULL
}

/// The running frame.
#[inline(always)]
pub(crate) fn frame(thread: &Thread) -> &'static Frame {
    // SAFETY: helpers with `needs_frame` run while a frame runs; it stays until its code ends.
    unsafe { &*thread.frame.get() }
}
/// `count` operands that lie on the operand stack.
///
/// # Safety
/// The handler passes a pointer to that many slots.
#[inline(always)]
pub(crate) unsafe fn slots<'a>(values: *const Value, count: u32) -> &'a [Value] {
    // SAFETY: promised by the caller.
    unsafe { core::slice::from_raw_parts(values, count as usize) }
}

// -- representations --------------------------------------------------------------

#[inline(always)]
pub fn is_int(v: Value) -> bool {
    v.is_int()
}
#[inline(always)]
pub fn unbox_int(v: Value) -> i64 {
    v.unbox_int()
}
#[inline(always)]
pub fn fits_int(i: i64) -> bool {
    crate::value::fits_small(i)
}
#[inline(always)]
pub fn box_int(i: i64) -> Value {
    Value::int(i)
}
#[inline(always)]
pub fn is_float(v: Value) -> bool {
    v.is_float()
}
#[inline(always)]
pub fn unbox_float(v: Value) -> f64 {
    v.unbox_float()
}
#[inline(always)]
pub fn box_float(f: f64) -> Value {
    Value::float_of_arithmetic(f)
}
#[inline(always)]
pub fn is_bool(v: Value) -> bool {
    v.is_bool()
}
#[inline(always)]
pub fn unbox_bool(v: Value) -> bool {
    v == TRUE
}
#[inline(always)]
pub fn box_bool(b: bool) -> Value {
    Value::bool(b)
}
