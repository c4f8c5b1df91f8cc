//! bool: two immediates whose arithmetic is that of int.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::{int, int_text};
use crate::slots::BinaryOp;
use crate::value::{TRUE, Value};
use crate::vm::{intern, types};

pub fn init() {
    let class = types().bool_;
    class.doc.set(
        "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class \
         bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
    );
    let slots = &class.slots;
    slots.new.set(Some(new));
    slots.repr.set(Some(repr));
    slots.invert.set(Some(invert));
    slots.binary[BinaryOp::And as usize].set(Some(and));
    slots.binary[BinaryOp::Or as usize].set(Some(or));
    slots.binary[BinaryOp::Xor as usize].set(Some(xor));
}

fn new(_: Gc<Class>, args: Args<'_>) -> R {
    if args.kw_len() != 0 {
        return Err(type_error("bool() takes no keyword arguments"));
    }
    match args.pos() {
        [] => Ok(Value::bool(false)),
        [x] => crate::ops::truth(*x).map(Value::bool),
        more => Err(type_error(format!("bool expected at most 1 argument, got {}", more.len()))),
    }
}

pub fn repr(value: Value) -> R {
    Ok(intern(int_text::bool_name(value)).value())
}

fn and(a: Value, b: Value) -> R {
    if a.is_bool() && b.is_bool() {
        Ok(Value::bool(a == TRUE && b == TRUE))
    } else {
        int::and(a, b)
    }
}
fn or(a: Value, b: Value) -> R {
    if a.is_bool() && b.is_bool() { Ok(Value::bool(a == TRUE || b == TRUE)) } else { int::or(a, b) }
}
fn xor(a: Value, b: Value) -> R {
    if a.is_bool() && b.is_bool() { Ok(Value::bool(a != b)) } else { int::xor(a, b) }
}

fn invert(value: Value) -> R {
    crate::warn::deprecated(
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. \
         This returns the bitwise inversion of the underlying int object and is usually not \
         what you expect from negating a bool. Use the 'not' operator for boolean negation or \
         ~int(x) if you really want the bitwise inversion of the underlying int.",
    )?;
    int::invert(value)
}

