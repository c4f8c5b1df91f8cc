//! The 64-bit value: a NaN box in JavaScriptCore's arrangement. Only this file knows the encoding.
//!
//! ```text
//! 0x0000_0000_0000_00xx   immediates below 16: NULL, None, False, True, NotImplemented, Ellipsis
//! 0x0000_pppp_pppp_pppp   heap object (raw pointer, 16 bytes aligned)
//! 0x0002_.. to 0xFFFB_..  double: its bits plus 2^49 (a NaN is canonical)
//! 0xFFFC_.. to 0xFFFF_..  small int: i + 2^49 above the tag, so 50 bits, and ints order as unsigned words
//! ```
//! Not here: what an int or a float means to Python (`objects/int.rs`, `objects/float.rs`).

use crate::object::{Gc, HeapObject, Header};

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Value(pub u64);

const DOUBLE_OFFSET: u64 = 1 << 49;
const INT_TAG: u64 = 0xFFFC << 48;
const INT_BIAS: u64 = INT_TAG + (1 << 49);
/// Smallest and largest int that needs no heap object.
pub const INT_MIN: i64 = -(1 << 49);
pub const INT_MAX: i64 = (1 << 49) - 1;

pub const NULL: Value = Value(0);
pub const NONE: Value = Value(2);
pub const FALSE: Value = Value(4);
pub const TRUE: Value = Value(5);
pub const NOT_IMPLEMENTED: Value = Value(6);
pub const ELLIPSIS: Value = Value(7);
/// An internal marker that Python code never sees ("no such key", an empty slot of a table).
pub const MISSING: Value = Value(8);

impl Value {
    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0 == 0
    }
    #[inline(always)]
    pub fn is_none(self) -> bool {
        self == NONE
    }
    #[inline(always)]
    pub fn is_bool(self) -> bool {
        self.0 & !1 == FALSE.0
    }
    /// A small int; a heap int answers false (see `objects::int`).
    #[inline(always)]
    pub fn is_int(self) -> bool {
        self.0 >= INT_TAG
    }
    #[inline(always)]
    pub fn is_float(self) -> bool {
        // One range check: doubles lie in [2^49, INT_TAG).
        self.0.wrapping_sub(DOUBLE_OFFSET) < INT_TAG - DOUBLE_OFFSET
    }
    /// A pointer to a heap object.
    #[inline(always)]
    pub fn is_object(self) -> bool {
        self.0.wrapping_sub(16) < (1 << 48) - 16
    }
    #[inline(always)]
    pub fn both_int(a: Value, b: Value) -> bool {
        a.0 & b.0 >= INT_TAG
    }
    #[inline(always)]
    pub fn unbox_int(self) -> i64 {
        self.0.wrapping_sub(INT_BIAS) as i64
    }
    /// The caller knows that `i` lies in `INT_MIN..=INT_MAX`.
    #[inline(always)]
    pub fn small_int(i: i64) -> Value {
        debug_assert!(fits_small(i));
        Value((i as u64).wrapping_add(INT_BIAS))
    }
    /// Any i64: a small int, or a heap int.
    #[inline(always)]
    pub fn int(i: i64) -> Value {
        if fits_small(i) { Value::small_int(i) } else { crate::objects::int::heap_int(i) }
    }
    #[inline(always)]
    pub fn unbox_float(self) -> f64 {
        f64::from_bits(self.0.wrapping_sub(DOUBLE_OFFSET))
    }
    #[inline(always)]
    pub fn float(f: f64) -> Value {
        // Arithmetic only makes the canonical NaN or hands on one that came in through here.
        let bits = if f.is_nan() { 0x7FF8_0000_0000_0000 | (f.to_bits() & (1 << 63)) } else { f.to_bits() };
        Value(bits.wrapping_add(DOUBLE_OFFSET))
    }
    /// As `float`, for a result of arithmetic: a NaN there is canonical already.
    #[inline(always)]
    pub fn float_of_arithmetic(f: f64) -> Value {
        Value(f.to_bits().wrapping_add(DOUBLE_OFFSET))
    }
    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        Value(FALSE.0 | b as u64)
    }
    #[inline(always)]
    pub fn object<T>(gc: Gc<T>) -> Value {
        Value(gc.address() as u64)
    }
    /// The header of a heap object. The caller has checked `is_object`.
    #[inline(always)]
    pub fn header(self) -> &'static Header {
        debug_assert!(self.is_object());
        // SAFETY: an object value holds the address of a live, non-moving heap cell (upheld by the collector).
        unsafe { &*(self.0 as *const Header) }
    }
    /// The object as `T`, if its native layout is T's (subclasses included).
    #[inline(always)]
    pub fn downcast<T: HeapObject>(self) -> Option<Gc<T>> {
        if self.is::<T>() { Some(self.cast()) } else { None }
    }
    #[inline(always)]
    pub fn is<T: HeapObject>(self) -> bool {
        self.is_object() && T::has_kind(self.header().kind())
    }
    /// The object as `T`; the caller has checked `is::<T>()`.
    #[inline(always)]
    pub fn cast<T: HeapObject>(self) -> Gc<T> {
        debug_assert!(self.is::<T>());
        // SAFETY: the kind in the header says that the cell holds a T.
        unsafe { Gc::from_address(self.0 as usize) }
    }
    /// `None` for NULL.
    #[inline(always)]
    pub fn option(self) -> Option<Value> {
        if self.is_null() { None } else { Some(self) }
    }
    #[inline(always)]
    pub fn or_null(value: Option<Value>) -> Value {
        value.unwrap_or(NULL)
    }
}

#[inline(always)]
pub fn fits_small(i: i64) -> bool {
    (i.wrapping_add(1 << 49) as u64) < 1 << 50
}

impl<T: HeapObject> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(gc: Gc<T>) -> Value {
        Value::object(gc)
    }
}

impl Default for Value {
    fn default() -> Value {
        NULL
    }
}

/// For debugging only: never reaches a Python program's output.
impl core::fmt::Debug for Value {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match *self {
            NULL => write!(f, "NULL"),
            NONE => write!(f, "None"),
            v if v.is_int() => write!(f, "{}", v.unbox_int()),
            v if v.is_float() => write!(f, "{:?}", v.unbox_float()),
            v => write!(f, "{:#x}", v.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_and_floats_do_not_overlap() {
        for i in [0, 1, -1, INT_MIN, INT_MAX, 1 << 47, -(1 << 47)] {
            let v = Value::small_int(i);
            assert!(v.is_int() && !v.is_float() && !v.is_object());
            assert_eq!(v.unbox_int(), i);
        }
        for f in [0.0, -0.0, 1.5, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN, 5e-324] {
            let v = Value::float(f);
            assert!(v.is_float() && !v.is_int() && !v.is_object());
            assert!(v.unbox_float().to_bits() == f.to_bits() || f.is_nan());
        }
        for v in [NULL, NONE, TRUE, FALSE, NOT_IMPLEMENTED, ELLIPSIS, MISSING] {
            assert!(!v.is_int() && !v.is_float() && !v.is_object());
        }
    }
}
