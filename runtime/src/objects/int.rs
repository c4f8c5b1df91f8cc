//! int: small ones live in the value (50 bits), larger ones here. Every int operation that is not inline in a handler.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct IntObject {
    pub header: Header,
    pub big: dashu_int::IBig,
}

impl HeapObject for IntObject {
    const KIND: Kind = Kind::Int;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;

    }
}

/// An i64 outside of the small range (or any: the result is normalised by the caller `Value::int`).
#[cold]
pub fn heap_int(i: i64) -> Value {
    from_big(dashu_int::IBig::from(i))
}

/// The int with this value: small where 50 bits suffice.
pub fn from_big(big: dashu_int::IBig) -> Value {
    if let Ok(i) = i64::try_from(&big)
        && crate::value::fits_small(i)
    {
        return Value::small_int(i);
    }
    let object = IntObject { header: crate::objects::builtin::new_header(), big };
    crate::heap::alloc(crate::vm::types().int.root_shape.get(), object).value()
}

/// int or a subclass (bool included).
pub fn is_any_int(value: Value) -> bool {
    value.is_int() || value.is_bool() || value.is::<IntObject>()
}
/// The number of an int or bool, when 64 bits hold it.
pub fn to_i64(value: Value) -> Option<i64> {
    if value.is_int() {
        Some(value.unbox_int())
    } else if value.is_bool() {
        Some((value == crate::value::TRUE) as i64)
    } else {
        i64::try_from(&value.downcast::<IntObject>()?.big).ok()
    }
}
