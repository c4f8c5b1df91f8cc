//! The other direction of `slot_generic.rs`: a native type's slot as a method (`int.__add__`), called by wrapper_descriptor.
//! Each takes the class that owns the slot, `self`, and the arguments.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::str::Str;
use crate::ops::given;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, type_name};

fn count<'a>(args: Args<'a>, n: usize) -> R<&'a [Value]> {
    let args = args.no_keywords("wrapper")?;
    if args.len() == n {
        return Ok(args);
    }
    Err(type_error(format!("expected {n} argument{}, got {}", if n == 1 { "" } else { "s" }, args.len())))
}
fn between<'a>(args: Args<'a>, least: usize, most: usize) -> R<&'a [Value]> {
    let args = args.no_keywords("wrapper")?;
    if (least..=most).contains(&args.len()) {
        return Ok(args);
    }
    let (bound, n) = if args.len() < least { ("at least", least) } else { ("at most", most) };
    Err(type_error(format!("expected {bound} {n} argument{}, got {}", if n == 1 { "" } else { "s" }, args.len())))
}
#[cold]
fn gone() -> crate::error::Raised {
    crate::error::system_error("a slot wrapper without its slot")
}

macro_rules! unary {
    ($($name:ident: $slot:ident => $convert:expr),* $(,)?) => {
        $(pub fn $name(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
            count(args, 0)?;
            let slot = owner.slots.$slot.get().ok_or_else(gone)?;
            slot(this).map($convert)
        })*
    };
}
unary! {
    repr: repr => |v| v, str: str => |v| v, hash: hash => Value::int, iter: iter => |v| v, negative: negative => |v| v,
    positive: positive => |v| v, absolute: absolute => |v| v, invert: invert => |v| v, bool: bool => Value::bool,
    int: int => |v| v, float: float => |v| v, index: index => |v| v, len: len => |n| Value::int(n as i64),
    await_: await_ => |v| v, aiter: aiter => |v| v, anext: anext => |v| v, finalize: finalize => |()| NONE,
}

pub fn next(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    count(args, 0)?;
    let slot = owner.slots.next.get().ok_or_else(gone)?;
    let stop_value = &crate::vm::vm().stop_value;
    stop_value.set(crate::value::NULL);
    slot(this)?.ok_or_else(|| crate::error::stop_iteration(stop_value.replace(crate::value::NULL)))
}

pub fn binary<const OP: usize>(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.binary[OP].get().ok_or_else(gone)?(this, other)
}
pub fn reflected<const OP: usize>(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.binary[OP].get().ok_or_else(gone)?(other, this)
}
pub fn inplace<const OP: usize>(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.inplace[OP].get().ok_or_else(gone)?(this, other)
}
pub fn divmod(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.divmod.get().ok_or_else(gone)?(this, other)
}
pub fn rdivmod(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.divmod.get().ok_or_else(gone)?(other, this)
}
fn power_of(owner: Gc<Class>, left: Value, right: Value, modulus: Value) -> R {
    if modulus.is_none()
        && let Some(slot) = owner.slots.binary[BinaryOp::Power as usize].get()
    {
        return slot(left, right);
    }
    match owner.slots.power.get() {
        Some(slot) => slot(left, right, modulus),
        None => Ok(NOT_IMPLEMENTED),
    }
}
pub fn pow(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = between(args, 1, 2)?;
    power_of(owner, this, args[0], args.get(1).copied().unwrap_or(NONE))
}
pub fn rpow(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = between(args, 1, 2)?;
    power_of(owner, args[0], this, args.get(1).copied().unwrap_or(NONE))
}
pub fn compare<const OP: usize>(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.compare.get().ok_or_else(gone)?(this, other, CompareOp::ALL[OP])
}

pub fn call(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    owner.slots.call.get().ok_or_else(gone)?(this, args)
}
pub fn init(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    owner.slots.init.get().ok_or_else(gone)?(this, args)?;
    Ok(NONE)
}

fn attribute_name(value: Value) -> R<Gc<Str>> {
    value.downcast::<Str>().ok_or_else(|| type_error(format!("attribute name must be string, not '{}'", type_name(value))))
}
pub fn getattribute(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let name = attribute_name(count(args, 1)?[0])?;
    owner.slots.getattr.get().ok_or_else(gone)?(this, name)
}
/// `object.__setattr__(cls, ...)` must not get around what a class forbids ("Carlo Verre").
fn may_set_attributes(owner: Gc<Class>, this: Value, what: &str) -> R<()> {
    let class = class_of(this);
    // The first class along the bases that is not a Python class decides how attributes are set.
    let mut native = Some(class);
    while let Some(at) = native
        && at.has_flag(crate::objects::class::flags::HEAP)
    {
        native = at.base_class();
    }
    let own = owner.slots.setattr.get().map(|f| f as usize);
    match native {
        Some(native) if native.slots.setattr.get().map(|f| f as usize) != own => {
            Err(type_error(format!("can't apply this {what} to {} object", class.name())))
        }
        _ => Ok(()),
    }
}
pub fn setattr(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = count(args, 2)?;
    may_set_attributes(owner, this, "__setattr__")?;
    owner.slots.setattr.get().ok_or_else(gone)?(this, attribute_name(args[0])?, Some(args[1]))?;
    Ok(NONE)
}
pub fn delattr(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = count(args, 1)?;
    may_set_attributes(owner, this, "__delattr__")?;
    owner.slots.setattr.get().ok_or_else(gone)?(this, attribute_name(args[0])?, None)?;
    Ok(NONE)
}

pub fn descr_get(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = between(args, 1, 2)?;
    let (instance, class) = (given(args[0]), args.get(1).copied().and_then(given));
    if instance.is_none() && class.is_none() {
        return Err(type_error("__get__(None, None) is invalid"));
    }
    owner.slots.descr_get.get().ok_or_else(gone)?(this, instance, class)
}
pub fn descr_set(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = count(args, 2)?;
    owner.slots.descr_set.get().ok_or_else(gone)?(this, args[0], Some(args[1]))?;
    Ok(NONE)
}
pub fn descr_delete(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = count(args, 1)?;
    owner.slots.descr_set.get().ok_or_else(gone)?(this, args[0], None)?;
    Ok(NONE)
}

pub fn getitem(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let key = count(args, 1)?[0];
    owner.slots.getitem.get().ok_or_else(gone)?(this, key)
}
pub fn setitem(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = count(args, 2)?;
    owner.slots.setitem.get().ok_or_else(gone)?(this, args[0], Some(args[1]))?;
    Ok(NONE)
}
pub fn delitem(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let args = count(args, 1)?;
    owner.slots.setitem.get().ok_or_else(gone)?(this, args[0], None)?;
    Ok(NONE)
}
pub fn contains(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let item = count(args, 1)?[0];
    owner.slots.contains.get().ok_or_else(gone)?(this, item).map(Value::bool)
}
pub fn item(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let index = count(args, 1)?[0];
    crate::ops::item_by_index(owner, this, index)
}
pub fn concat(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.concat.get().ok_or_else(gone)?(this, other)
}
pub fn inplace_concat(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let other = count(args, 1)?[0];
    owner.slots.inplace_concat.get().ok_or_else(gone)?(this, other)
}
fn repeat_count(value: Value) -> R<isize> {
    crate::ops::index_isize(value)?.ok_or_else(|| crate::error::overflow_error("cannot fit 'int' into an index-sized integer"))
}
pub fn repeat(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let n = repeat_count(count(args, 1)?[0])?;
    owner.slots.repeat.get().ok_or_else(gone)?(this, n)
}
pub fn inplace_repeat(owner: Gc<Class>, this: Value, args: Args<'_>) -> R {
    let n = repeat_count(count(args, 1)?[0])?;
    owner.slots.inplace_repeat.get().ok_or_else(gone)?(this, n)
}
