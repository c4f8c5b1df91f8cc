//! Helpers of `opcodes/number.def`.

use super::or_raise;
use crate::error::R;
use crate::objects::class::Class;
use crate::objects::function::Function;
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{FALSE, TRUE, Value};

const NB_SUBSCR: u32 = 26;

pub extern "C" fn binary_op(op: u32, left: Value, right: Value) -> Value {
    if op == NB_SUBSCR
        && let Some(slot) = crate::vm::class_of(left).slots.getitem.get()
    {
        return or_raise(slot(left, right));
    }
    if op < 26
        && let Some(result) = crate::objects::int_wide::binary(BinaryOp::ALL[op as usize % 13], left, right)
    {
        return result;
    }
    or_raise(binary(op, left, right))
}

fn binary(op: u32, left: Value, right: Value) -> R {
    match op {
        0..13 => ops::binary(BinaryOp::ALL[op as usize], left, right),
        13..26 => ops::inplace(BinaryOp::ALL[op as usize - 13], left, right),
        NB_SUBSCR => ops::getitem(left, right),
        _ => Err(crate::error::system_error("unknown binary operator")),
    }
}

/// The left operand's method for the operator, when it is a Python function of two parameters: of an in-place operator its own, where the
/// class has one.
pub fn operator_method(left: Value, op: u32) -> Option<Value> {
    if !left.is_object() || left.is::<Class>() || op >= 26 {
        return None;
    }
    let (plain, _, in_place) = crate::slot_generic::binary_names(BinaryOp::ALL[op as usize % 13]);
    let class = crate::vm::class_of(left);
    let found = if op >= 13 { class.lookup(in_place) } else { None }.or_else(|| class.lookup(plain))?;
    let function = found.downcast::<Function>()?;
    super::is_exact(function.code.get(), 2).then_some(found)
}
pub fn operator_version(left: Value, op: u32) -> Option<u32> {
    operator_method(left, op).map(|found| found.cast::<Function>().current_version())
}
/// The right operand's class is a proper subclass of the left one's: it may override.
pub extern "C" fn right_goes_first(left: Value, right: Value) -> bool {
    let (left, right) = (crate::vm::class_of(left), crate::vm::class_of(right));
    left != right && right.is_subclass(left)
}

/// Bits 5 and above: the operator; bit 4: the result as a bool.
pub extern "C" fn compare_op(oparg: u32, left: Value, right: Value) -> Value {
    let op = CompareOp::ALL[(oparg >> 5) as usize % 6];
    let result = ops::compare(left, right, op);
    match result {
        Ok(value) if oparg & 16 != 0 && value != TRUE && value != FALSE => or_raise(ops::truth(value).map(Value::bool)),
        result => or_raise(result),
    }
}

pub extern "C" fn to_bool(v: Value) -> Value {
    or_raise(ops::truth(v).map(Value::bool))
}
pub extern "C" fn unary_negative(v: Value) -> Value {
    if v.is_float() {
        return Value::float(-v.unbox_float());
    }
    if v.is_int() {
        // The negation of a 50-bit int has at most 50 bits and a sign.
        return Value::int(-v.unbox_int());
    }
    or_raise(ops::negative(v))
}
pub extern "C" fn unary_invert(v: Value) -> Value {
    or_raise(ops::invert(v))
}
