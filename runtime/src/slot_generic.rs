//! The slot functions of classes written in Python: each looks its dunder method up on the class and calls it, by CPython's rules.
//! Not here: which class gets which (`slotdefs.rs`), the other direction (`slot_wrappers.rs`).

use crate::args::Args;
use crate::error::{R, Raised, type_error, value_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::function::Function;
use crate::objects::str::Str;
use crate::ops::{call, call_special, lookup_special};
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{FALSE, NONE, NOT_IMPLEMENTED, TRUE, Value};
use crate::vm::{class_of, names, type_name, types};

/// `__add__`, `__radd__`, `__iadd__` of an operator.
pub fn binary_names(op: BinaryOp) -> (Gc<Str>, Gc<Str>, Gc<Str>) {
    let n = names();
    match op {
        BinaryOp::Add => (n.__add__, n.__radd__, n.__iadd__),
        BinaryOp::And => (n.__and__, n.__rand__, n.__iand__),
        BinaryOp::FloorDivide => (n.__floordiv__, n.__rfloordiv__, n.__ifloordiv__),
        BinaryOp::Lshift => (n.__lshift__, n.__rlshift__, n.__ilshift__),
        BinaryOp::MatrixMultiply => (n.__matmul__, n.__rmatmul__, n.__imatmul__),
        BinaryOp::Multiply => (n.__mul__, n.__rmul__, n.__imul__),
        BinaryOp::Remainder => (n.__mod__, n.__rmod__, n.__imod__),
        BinaryOp::Or => (n.__or__, n.__ror__, n.__ior__),
        BinaryOp::Power => (n.__pow__, n.__rpow__, n.__ipow__),
        BinaryOp::Rshift => (n.__rshift__, n.__rrshift__, n.__irshift__),
        BinaryOp::Subtract => (n.__sub__, n.__rsub__, n.__isub__),
        BinaryOp::TrueDivide => (n.__truediv__, n.__rtruediv__, n.__itruediv__),
        BinaryOp::Xor => (n.__xor__, n.__rxor__, n.__ixor__),
    }
}

pub fn compare_name(op: CompareOp) -> Gc<Str> {
    let n = names();
    match op {
        CompareOp::Lt => n.__lt__,
        CompareOp::Le => n.__le__,
        CompareOp::Eq => n.__eq__,
        CompareOp::Ne => n.__ne__,
        CompareOp::Gt => n.__gt__,
        CompareOp::Ge => n.__ge__,
    }
}

/// The method's result; NOT_IMPLEMENTED when the class lacks it.
fn maybe(this: Value, name: Gc<Str>, args: &[Value]) -> R {
    Ok(call_special(this, name, args)?.unwrap_or(NOT_IMPLEMENTED))
}

/// The method's result; AttributeError (with the bare name, as CPython raises here) when the class lacks it.
fn must(this: Value, name: Gc<Str>, args: &[Value]) -> R {
    call_special(this, name, args)?.ok_or_else(|| Raised::with_args(types().attribute_error, &[name.value()]))
}

/// True when the class of `right` has a method of this name other than that of `left`.
fn is_overloaded(left: Value, right: Value, name: Gc<Str>) -> bool {
    match class_of(right).lookup(name) {
        None => false,
        Some(own) => class_of(left).lookup(name) != Some(own),
    }
}

type BinarySlot = fn(&Class) -> Option<usize>;

/// The rules of a binary operator between `left` and `right`, of which at least one has `generic` in the slot.
fn binary_by_names(left: Value, right: Value, generic: usize, slot: BinarySlot, name: Gc<Str>, reflected: Gc<Str>) -> R {
    let (class_l, class_r) = (class_of(left), class_of(right));
    let mut do_other = class_l != class_r && slot(&class_r) == Some(generic);
    if slot(&class_l) == Some(generic) {
        if do_other && class_r.is_subclass(class_l) && is_overloaded(left, right, reflected) {
            let result = maybe(right, reflected, &[left])?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
            do_other = false;
        }
        let result = maybe(left, name, &[right])?;
        if result != NOT_IMPLEMENTED || class_l == class_r {
            return Ok(result);
        }
    }
    if do_other { maybe(right, reflected, &[left]) } else { Ok(NOT_IMPLEMENTED) }
}

fn op_of(op: usize) -> BinaryOp {
    BinaryOp::ALL[op]
}

pub fn binary<const OP: usize>(left: Value, right: Value) -> R {
    let (name, reflected, _) = binary_names(op_of(OP));
    let slot: BinarySlot = |class| class.slots.binary[OP].get().map(|f| f as usize);
    binary_by_names(left, right, binary::<OP> as *const () as usize, slot, name, reflected)
}

/// As the operator's slots, where the left operand's method has declined already.
pub fn binary_of_right(op: BinaryOp, left: Value, right: Value) -> R {
    let (class_l, class_r) = (class_of(left), class_of(right));
    let slot = |class: &Class| class.slots.binary[op as usize].get();
    match slot(&class_r) {
        Some(own) if class_l != class_r => match slot(&class_l) {
            Some(generic) if generic as usize == own as usize => maybe(right, binary_names(op).1, &[left]),
            _ => own(left, right),
        },
        _ => Ok(NOT_IMPLEMENTED),
    }
}

pub fn inplace<const OP: usize>(left: Value, right: Value) -> R {
    maybe(left, binary_names(op_of(OP)).2, &[right])
}

pub fn divmod(left: Value, right: Value) -> R {
    let slot: BinarySlot = |class| class.slots.divmod.get().map(|f| f as usize);
    binary_by_names(left, right, divmod as *const () as usize, slot, names().__divmod__, names().__rdivmod__)
}

pub fn power(left: Value, right: Value, modulus: Value) -> R {
    if modulus.is_none() {
        return binary::<{ BinaryOp::Power as usize }>(left, right);
    }
    let is_generic = |v: Value| class_of(v).slots.power.get().is_some_and(|f| f as usize == power as *const () as usize);
    if is_generic(left) {
        let result = maybe(left, names().__pow__, &[right, modulus])?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if is_generic(right) {
        return maybe(right, names().__rpow__, &[left, modulus]);
    }
    Ok(NOT_IMPLEMENTED)
}

/// A callable that takes its self as the first argument, without being bound.
fn is_method(found: Value) -> bool {
    found.is::<Function>()
        || found.is::<crate::objects::builtin::MethodDescriptor>() && class_of(found) != types().classmethod_descriptor
}
pub fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let name = compare_name(op);
    match class_of(left).lookup(name) {
        Some(found) if !is_method(found) => match lookup_special(left, name) {
            Ok(Some(method)) => call(method, Args::positional(&[right])),
            // A method that cannot be bound is none.
            _ => Ok(NOT_IMPLEMENTED),
        },
        _ => maybe(left, name, &[right]),
    }
}

pub fn repr(this: Value) -> R {
    match call_special(this, names().__repr__, &[])? {
        Some(result) => Ok(result),
        None => crate::objects::object::repr(this),
    }
}
pub fn str(this: Value) -> R {
    match call_special(this, names().__str__, &[])? {
        Some(result) => Ok(result),
        None => Ok(crate::ops::repr(this)?.value()),
    }
}

pub fn hash(this: Value) -> R<i64> {
    let Some(method) = class_of(this).lookup(names().__hash__).filter(|m| !m.is_none()) else {
        return crate::ops::unhashable(this);
    };
    let _ = method;
    let result = must(this, names().__hash__, &[])?;
    if !crate::objects::int::is_any_int(result) {
        return Err(type_error("__hash__ method should return an integer"));
    }
    let hash = match crate::objects::int::to_i64(result) {
        Some(hash) => hash,
        None => match types().int.slots.hash.get() {
            Some(slot) => slot(result)?,
            None => 0,
        },
    };
    Ok(if hash == -1 { -2 } else { hash })
}

pub fn call_slot(this: Value, args: Args<'_>) -> R {
    let Some(found) = class_of(this).lookup(names().__call__) else {
        return Err(Raised::with_args(types().attribute_error, &[names().__call__.value()]));
    };
    if found.is::<Function>() {
        return args.with_first(this, |args| call(found, args));
    }
    let bound = lookup_special(this, names().__call__)?.unwrap_or(found);
    call(bound, args)
}

pub fn iter(this: Value) -> R {
    match class_of(this).lookup(names().__iter__) {
        Some(method) if method.is::<Function>() => call(method, Args::positional(&[this])),
        Some(method) if !method.is_none() => must(this, names().__iter__, &[]),
        Some(_) => Err(type_error(format!("'{}' object is not iterable", type_name(this)))),
        // Deleted since: a sequence, perhaps.
        None if class_of(this).lookup(names().__getitem__).is_some() => Ok(crate::objects::iterator::sequence_iterator(this)),
        None => Err(type_error(format!("'{}' object is not iterable", type_name(this)))),
    }
}

pub fn next(this: Value) -> R<Option<Value>> {
    match must(this, names().__next__, &[]) {
        Ok(item) => Ok(Some(item)),
        Err(raised) => crate::ops::stopped(raised),
    }
}

pub fn bool(this: Value) -> R<bool> {
    match must(this, names().__bool__, &[])? {
        TRUE => Ok(true),
        FALSE => Ok(false),
        other => Err(type_error(format!("__bool__ should return bool, returned {}", type_name(other)))),
    }
}

pub fn len(this: Value) -> R<usize> {
    length_of(must(this, names().__len__, &[])?)
}
/// What `__len__` answered, as a size.
pub fn length_of(result: Value) -> R<usize> {
    let result = crate::ops::index(result)?;
    match crate::objects::int::to_i64(result) {
        Some(len) if len >= 0 => Ok(len as usize),
        Some(_) => Err(value_error("__len__() should return >= 0")),
        None if crate::ops::compare_bool(result, Value::small_int(0), CompareOp::Lt)? => Err(value_error("__len__() should return >= 0")),
        None => Err(crate::error::overflow_error("cannot fit 'int' into an index-sized integer")),
    }
}

pub fn getitem(this: Value, key: Value) -> R {
    must(this, names().__getitem__, &[key])
}
pub fn setitem(this: Value, key: Value, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => must(this, names().__setitem__, &[key, value])?,
        None => must(this, names().__delitem__, &[key])?,
    };
    Ok(())
}
pub fn contains(this: Value, item: Value) -> R<bool> {
    if class_of(this).lookup(names().__contains__) == Some(NONE) {
        return Err(type_error(format!("'{}' object is not a container", type_name(this))));
    }
    crate::ops::truth(must(this, names().__contains__, &[item])?)
}

/// `__getattribute__` alone.
pub fn getattribute(this: Value, name: Gc<Str>) -> R {
    must(this, names().__getattribute__, &[name.value()])
}
/// `__getattr__` after what `__getattribute__` is.
pub fn getattr_hook(this: Value, name: Gc<Str>) -> R {
    let class = class_of(this);
    let Some(hook) = class.lookup(names().__getattr__) else { return getattribute(this, name) };
    let found = match class.lookup(names().__getattribute__) {
        Some(own) if Some(own) != types().object.lookup(names().__getattribute__) => match getattribute(this, name) {
            Ok(value) => Some(value),
            Err(raised) if raised.is(types().attribute_error) => None,
            Err(raised) => return Err(raised),
        },
        _ => match crate::objects::object::get_opt(this, name) {
            Ok(found) => found,
            Err(raised) if raised.is(types().attribute_error) => None,
            Err(raised) => return Err(raised),
        },
    };
    match found {
        Some(value) => Ok(value),
        None if hook.is::<Function>() => call(hook, Args::positional(&[this, name.value()])),
        None => must(this, names().__getattr__, &[name.value()]),
    }
}
pub fn setattr(this: Value, name: Gc<Str>, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => must(this, names().__setattr__, &[name.value(), value])?,
        None => must(this, names().__delattr__, &[name.value()])?,
    };
    Ok(())
}

pub fn descr_get(descriptor: Value, instance: Option<Value>, owner: Option<Value>) -> R {
    let args = [instance.unwrap_or(NONE), owner.unwrap_or(NONE)];
    match call_special(descriptor, names().__get__, &args)? {
        Some(result) => Ok(result),
        None => Ok(descriptor),
    }
}
pub fn descr_set(descriptor: Value, instance: Value, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => must(descriptor, names().__set__, &[instance, value])?,
        None => must(descriptor, names().__delete__, &[instance])?,
    };
    Ok(())
}

pub fn init(this: Value, args: Args<'_>) -> R<()> {
    let Some(found) = class_of(this).lookup(names().__init__) else {
        return Err(Raised::with_args(types().attribute_error, &[names().__init__.value()]));
    };
    let result = if found.is::<Function>() {
        args.with_first(this, |args| call(found, args))?
    } else {
        call(lookup_special(this, names().__init__)?.unwrap_or(found), args)?
    };
    if result.is_none() {
        return Ok(());
    }
    Err(type_error(format!("__init__() should return None, not '{}'", type_name(result))))
}
pub fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let function = crate::ops::getattr(class.value(), names().__new__)?;
    args.with_first(class.value(), |args| call(function, args))
}
pub fn finalize(this: Value) -> R<()> {
    call_special(this, names().__del__, &[])?;
    Ok(())
}

macro_rules! unary {
    ($($name:ident: $dunder:ident),* $(,)?) => {
        $(pub fn $name(this: Value) -> R {
            must(this, names().$dunder, &[])
        })*
    };
}
unary! {
    negative: __neg__, positive: __pos__, absolute: __abs__, invert: __invert__, int: __int__, float: __float__, index: __index__,
    anext: __anext__,
}
pub fn await_(this: Value) -> R {
    match call_special(this, names().__await__, &[])? {
        Some(result) => Ok(result),
        None => Err(type_error(format!("object {} does not have __await__ method", type_name(this)))),
    }
}
pub fn aiter(this: Value) -> R {
    match call_special(this, names().__aiter__, &[])? {
        Some(result) => Ok(result),
        None => Err(type_error(format!("object {} does not have __aiter__ method", type_name(this)))),
    }
}
