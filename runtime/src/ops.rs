//! Python's operations on any object, through the type slots: what `PyObject_*`, `PyNumber_*` and `PyIter_*` are to CPython.
//! Not here: what the slots of each type do.

use crate::args::Args;
use crate::error::{R, Raised, attribute_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{Flavor, MethodDescriptor};
use crate::objects::class::{Class, flags};
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{FALSE, NONE, NOT_IMPLEMENTED, NULL, TRUE, Value};
use crate::vm::{check_native_stack, class_of, names, type_name, types};

// -- comparison, hash, truth ---------------------------------------------------

/// `a == b` by identity or `__eq__`, as containers compare.
pub fn equal(a: Value, b: Value) -> R<bool> {
    // Identity of floats goes by value, a NaN's too.
    if a == b {
        return Ok(true);
    }
    if Value::both_int(a, b) {
        return Ok(false);
    }
    if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>())
        && a.header.shape.get() == crate::defs::SHAPE_STR
        && b.header.shape.get() == crate::defs::SHAPE_STR
    {
        return Ok(a.equals(&b));
    }
    compare_bool(a, b, CompareOp::Eq)
}

pub fn compare_bool(a: Value, b: Value, op: CompareOp) -> R<bool> {
    let result = compare(a, b, op)?;
    match result {
        TRUE => Ok(true),
        FALSE => Ok(false),
        other => truth(other),
    }
}

/// A rich comparison: any object may come back.
pub fn compare(a: Value, b: Value, op: CompareOp) -> R {
    check_native_stack(" in comparison")?;
    let (class_a, class_b) = (class_of(a), class_of(b));
    let mut tried_reflected = false;
    if class_a != class_b
        && class_b.is_subclass(class_a)
        && let Some(slot) = class_b.slots.compare.get()
    {
        tried_reflected = true;
        let result = slot(b, a, op.swapped())?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(slot) = class_a.slots.compare.get() {
        let result = slot(a, b, op)?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if !tried_reflected && let Some(slot) = class_b.slots.compare.get() {
        let result = slot(b, a, op.swapped())?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match op {
        CompareOp::Eq => Ok(Value::bool(a == b)),
        CompareOp::Ne => Ok(Value::bool(a != b)),
        _ => Err(type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            class_a.name(),
            class_b.name()
        ))),
    }
}

pub fn hash(value: Value) -> R<i64> {
    if let Some(hash) = crate::objects::support::plain_hash(value) {
        return Ok(hash);
    }
    let class = class_of(value);
    match class.slots.hash.get() {
        Some(slot) => slot(value),
        None => Err(type_error(format!("unhashable type: '{}'", class.name()))),
    }
}

/// The slot of a type whose instances cannot be hashed (`__hash__ = None`).
pub fn unhashable(value: Value) -> R<i64> {
    Err(type_error(format!("unhashable type: '{}'", type_name(value))))
}

/// The hash of identity.
pub fn hash_of_address(value: Value) -> i64 {
    (value.0 as i64).rotate_right(4)
}

#[inline]
pub fn truth(value: Value) -> R<bool> {
    match value {
        TRUE => Ok(true),
        FALSE | NONE => Ok(false),
        v if v.is_int() => Ok(v.unbox_int() != 0),
        v if v.is_float() => Ok(v.unbox_float() != 0.0),
        v => truth_by_slots(v),
    }
}
fn truth_by_slots(value: Value) -> R<bool> {
    let class = class_of(value);
    if let Some(slot) = class.slots.bool.get() {
        slot(value)
    } else if let Some(slot) = class.slots.len.get() {
        Ok(slot(value)? != 0)
    } else {
        Ok(true)
    }
}

// -- text ----------------------------------------------------------------------

pub fn repr(value: Value) -> R<Gc<Str>> {
    check_native_stack(" while getting the repr of an object")?;
    let class = class_of(value);
    let result = match class.slots.repr.get() {
        Some(slot) => slot(value)?,
        None => crate::objects::str::new(&format!("<{} object at {:#x}>", class.name(), value.0)).value(),
    };
    result
        .downcast::<Str>()
        .ok_or_else(|| type_error(format!("__repr__ returned non-string (type {})", type_name(result))))
}

pub fn str(value: Value) -> R<Gc<Str>> {
    check_native_stack(" while getting the str of an object")?;
    let class = class_of(value);
    if class == types().str_ {
        return Ok(value.cast());
    }
    let Some(slot) = class.slots.str.get() else { return repr(value) };
    let result = slot(value)?;
    result
        .downcast::<Str>()
        .ok_or_else(|| type_error(format!("__str__ returned non-string (type {})", type_name(result))))
}

pub fn repr_string(value: Value) -> R<String> {
    Ok(repr(value)?.to_string_lossy())
}
pub fn str_string(value: Value) -> R<String> {
    Ok(str(value)?.to_string_lossy())
}

/// `format(value, spec)`.
pub fn format(value: Value, spec: Gc<Str>) -> R<Gc<Str>> {
    if let Some(text) = crate::format::of_builtin(value, spec)? {
        return Ok(text);
    }
    let result = call_special(value, names().__format__, &[spec.value()])?.ok_or_else(|| {
        type_error(format!("Type {} doesn't define __format__", type_name(value)))
    })?;
    result
        .downcast::<Str>()
        .ok_or_else(|| type_error(format!("__format__ must return a str, not {}", type_name(result))))
}

// -- attributes ------------------------------------------------------------------

pub fn getattr(value: Value, name: Gc<Str>) -> R {
    match class_of(value).slots.getattr.get() {
        Some(slot) => slot(value, name),
        None => Err(no_attribute(value, name)),
    }
}
/// None instead of AttributeError.
pub fn getattr_opt(value: Value, name: Gc<Str>) -> R<Option<Value>> {
    // The common ways of lookup say "no" without making an exception.
    let class = class_of(value);
    let found = if class.has_flag(flags::GENERIC_GETATTR) {
        crate::objects::object::get_opt(value, name)
    } else if class == types().type_ {
        crate::objects::class_attr::get_opt(value, name)
    } else {
        getattr(value, name).map(Some)
    };
    match found {
        Ok(found) => Ok(found),
        Err(raised) if raised.is(types().attribute_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}
pub fn setattr(value: Value, name: Gc<Str>, to: Value) -> R<()> {
    match class_of(value).slots.setattr.get() {
        Some(slot) => slot(value, name, Some(to)),
        None => Err(no_attribute(value, name)),
    }
}
pub fn delattr(value: Value, name: Gc<Str>) -> R<()> {
    match class_of(value).slots.setattr.get() {
        Some(slot) => slot(value, name, None),
        None => Err(no_attribute(value, name)),
    }
}
/// CPython's message, with `name` and `obj` set for suggestions.
#[cold]
pub fn no_attribute(value: Value, name: Gc<Str>) -> Raised {
    let what = match value.downcast::<Class>() {
        Some(class) => format!("type object '{}'", class.name()),
        None => format!("'{}' object", type_name(value)),
    };
    crate::objects::exception::attribute_error_for(
        attribute_error(format!("{what} has no attribute '{}'", name.to_string_lossy())),
        value,
        name,
    )
}

/// A special method looked up on the class (never on the instance) and bound: None when the class lacks it.
pub fn lookup_special(value: Value, name: Gc<Str>) -> R<Option<Value>> {
    let class = class_of(value);
    let Some(found) = class.lookup(name) else { return Ok(None) };
    match class_of(found).slots.descr_get.get() {
        Some(get) => get(found, Some(value), Some(class.value())).map(Some),
        None => Ok(Some(found)),
    }
}
/// Calls a special method looked up on the class; None when the class lacks it.
pub fn call_special(value: Value, name: Gc<Str>, args: &[Value]) -> R<Option<Value>> {
    let class = class_of(value);
    let Some(found) = class.lookup(name) else { return Ok(None) };
    if found.is::<crate::objects::function::Function>() {
        return Args::positional(args).with_first(value, |args| call(found, args)).map(Some);
    }
    // Without making a bound method.
    if let Some(method) = found.downcast::<MethodDescriptor>()
        && method.function.flavor == Flavor::Method
    {
        method.check(value)?;
        return method.function.call(Some(method.owner), Some(value), Args::positional(args)).map(Some);
    }
    match class_of(found).slots.descr_get.get() {
        Some(get) => call(get(found, Some(value), Some(class.value()))?, Args::positional(args)).map(Some),
        None => call(found, Args::positional(args)).map(Some),
    }
}

// -- calls -------------------------------------------------------------------------

pub fn call(callable: Value, args: Args<'_>) -> R {
    if let Some(function) = callable.downcast::<crate::objects::function::Function>() {
        return (crate::hooks::hooks().call_function)(function, args);
    }
    check_native_stack(" while calling a Python object")?;
    match class_of(callable).slots.call.get() {
        Some(slot) => slot(callable, args),
        None => Err(type_error(format!("'{}' object is not callable", type_name(callable)))),
    }
}
pub fn call_positional(callable: Value, args: &[Value]) -> R {
    call(callable, Args::positional(args))
}
/// `value.name(*args)`.
pub fn call_method(value: Value, name: Gc<Str>, args: &[Value]) -> R {
    call_positional(getattr(value, name)?, args)
}
pub fn is_callable(value: Value) -> bool {
    class_of(value).slots.call.get().is_some()
}

// -- operators ---------------------------------------------------------------------

/// `left op right` by Python's rules: the right operand goes first when its class is a subclass that overrides.
pub fn binary(op: BinaryOp, left: Value, right: Value) -> R {
    let result = binary_slots(op, left, right)?;
    if result != NOT_IMPLEMENTED {
        return Ok(result);
    }
    binary_as_sequence(op, left, right)
}
fn binary_as_sequence(op: BinaryOp, left: Value, right: Value) -> R {
    if let Some(result) = sequence_binary(op, left, right)? {
        return Ok(result);
    }
    Err(unsupported(op.symbol(), left, right))
}
/// What becomes of a binary operator (BINARY_OP's oparg) whose left operand's method, written in Python, has declined by NotImplemented.
pub fn declined(op: u32, left: Value, right: Value) -> R {
    let operator = BinaryOp::ALL[op as usize % 13];
    let has_own = op >= 13 && class_of(left).lookup(crate::slot_generic::binary_names(operator).2).is_some();
    let result = match has_own {
        // It was that of the in-place form.
        true => binary_slots(operator, left, right)?,
        false => crate::slot_generic::binary_of_right(operator, left, right)?,
    };
    match op {
        _ if result != NOT_IMPLEMENTED => Ok(result),
        0..13 => binary_as_sequence(operator, left, right),
        _ => inplace_as_sequence(operator, left, right),
    }
}
pub fn inplace(op: BinaryOp, left: Value, right: Value) -> R {
    let result = inplace_slots(op, left, right)?;
    if result != NOT_IMPLEMENTED {
        return Ok(result);
    }
    inplace_as_sequence(op, left, right)
}
fn inplace_as_sequence(op: BinaryOp, left: Value, right: Value) -> R {
    let class = class_of(left);
    match op {
        BinaryOp::Add => {
            if let Some(slot) = class.slots.inplace_concat.get() {
                return slot(left, right);
            }
        }
        BinaryOp::Multiply => {
            if let Some(slot) = class.slots.inplace_repeat.get() {
                return slot(left, repeat_count(right)?);
            }
        }
        _ => {}
    }
    if let Some(result) = sequence_binary(op, left, right)? {
        return Ok(result);
    }
    Err(unsupported(op.inplace_symbol(), left, right))
}
/// As `binary_slots`, the in-place slot first.
pub fn inplace_slots(op: BinaryOp, left: Value, right: Value) -> R {
    if let Some(slot) = class_of(left).slots.inplace[op as usize].get() {
        let result = slot(left, right)?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    binary_slots(op, left, right)
}
/// The numeric slots alone; NOT_IMPLEMENTED when neither knows the operands.
pub fn binary_slots(op: BinaryOp, left: Value, right: Value) -> R {
    by_slots(left, right, |class| class.slots.binary[op as usize].get())
}
/// The right operand goes first when its class is a subclass with a slot of its own.
#[inline]
fn by_slots(left: Value, right: Value, slot: impl Fn(&Class) -> Option<crate::slots::BinaryFn>) -> R {
    let (class_l, class_r) = (class_of(left), class_of(right));
    let slot_l = slot(&class_l);
    let slot_r = if class_l == class_r { None } else { slot(&class_r) };
    let same = matches!((slot_l, slot_r), (Some(l), Some(r)) if l as usize == r as usize);
    let slot_r = if same { None } else { slot_r };
    if let Some(slot) = slot_l {
        if let Some(reflected) = slot_r
            && class_r.is_subclass(class_l)
        {
            let result = reflected(left, right)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
            return slot(left, right);
        }
        let result = slot(left, right)?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match slot_r {
        Some(slot) => slot(left, right),
        None => Ok(NOT_IMPLEMENTED),
    }
}
fn sequence_binary(op: BinaryOp, left: Value, right: Value) -> R<Option<Value>> {
    let (class_l, class_r) = (class_of(left), class_of(right));
    match op {
        BinaryOp::Add => match class_l.slots.concat.get() {
            Some(concat) => concat(left, right).map(Some),
            None => Ok(None),
        },
        BinaryOp::Multiply => {
            if let Some(repeat) = class_l.slots.repeat.get() {
                return repeat(left, repeat_count(right)?).map(Some);
            }
            match class_r.slots.repeat.get() {
                Some(repeat) => repeat(right, repeat_count(left)?).map(Some),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}
fn repeat_count(count: Value) -> R<isize> {
    if class_of(count).slots.index.get().is_none() {
        return Err(type_error(format!("can't multiply sequence by non-int of type '{}'", type_name(count))));
    }
    index_isize(count)?.ok_or_else(|| crate::error::overflow_error("cannot fit 'int' into an index-sized integer"))
}
#[cold]
pub fn unsupported(symbol: &str, left: Value, right: Value) -> Raised {
    type_error(format!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        type_name(left),
        type_name(right)
    ))
}

pub fn divmod(left: Value, right: Value) -> R {
    let result = by_slots(left, right, |class| class.slots.divmod.get())?;
    if result != NOT_IMPLEMENTED { Ok(result) } else { Err(unsupported("divmod()", left, right)) }
}
/// `pow(base, exponent, modulus)`; None as the modulus for two arguments.
pub fn power(base: Value, exponent: Value, modulus: Value) -> R {
    if modulus.is_none() {
        return binary(BinaryOp::Power, base, exponent);
    }
    let slot = |value: Value| class_of(value).slots.power.get();
    let mut tried: Option<usize> = None;
    for owner in [base, exponent, modulus] {
        if let Some(slot) = slot(owner)
            && tried != Some(slot as usize)
        {
            let result = slot(base, exponent, modulus)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
            tried = Some(slot as usize);
        }
    }
    Err(type_error(format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        type_name(base),
        type_name(exponent),
        type_name(modulus)
    )))
}

pub fn negative(value: Value) -> R {
    unary(class_of(value).slots.negative.get(), "bad operand type for unary -", value)
}
pub fn positive(value: Value) -> R {
    unary(class_of(value).slots.positive.get(), "bad operand type for unary +", value)
}
pub fn invert(value: Value) -> R {
    unary(class_of(value).slots.invert.get(), "bad operand type for unary ~", value)
}
pub fn absolute(value: Value) -> R {
    unary(class_of(value).slots.absolute.get(), "bad operand type for abs()", value)
}
fn unary(slot: Option<crate::slots::UnaryFn>, message: &str, value: Value) -> R {
    match slot {
        Some(slot) => slot(value),
        None => Err(type_error(format!("{message}: '{}'", type_name(value)))),
    }
}

/// `operator.index(value)`: an exact or subclass int.
pub fn index(value: Value) -> R {
    if value.is_int() || value.is_bool() || value.is::<crate::objects::int::IntObject>() {
        return Ok(value);
    }
    match class_of(value).slots.index.get() {
        Some(slot) => {
            let result = slot(value)?;
            if crate::objects::int::is_any_int(result) {
                Ok(result)
            } else {
                Err(type_error(format!("__index__ returned non-int (type {})", type_name(result))))
            }
        }
        None => Err(type_error(format!("'{}' object cannot be interpreted as an integer", type_name(value)))),
    }
}
/// As `index`, in an isize; None when it does not fit.
pub fn index_isize(value: Value) -> R<Option<isize>> {
    if value.is_int() {
        return Ok(Some(value.unbox_int() as isize));
    }
    let value = index(value)?;
    Ok(crate::objects::int::to_i64(value).map(|i| i as isize))
}

// -- containers ----------------------------------------------------------------------

pub fn len(value: Value) -> R<usize> {
    match class_of(value).slots.len.get() {
        Some(slot) => slot(value),
        None => Err(type_error(format!("object of type '{}' has no len()", type_name(value)))),
    }
}
pub fn getitem(value: Value, key: Value) -> R {
    if let Some(slot) = class_of(value).slots.getitem.get() {
        return slot(value, key);
    }
    if let Some(class) = value.downcast::<Class>() {
        return crate::objects::class::class_getitem(class, key);
    }
    Err(type_error(format!("'{}' object is not subscriptable", type_name(value))))
}
/// `value[index]` by the `item` slot of `owner`: a negative index counts from the end.
pub fn item_by_index(owner: Gc<Class>, value: Value, index: Value) -> R {
    let Some(slot) = owner.slots.item.get() else {
        return Err(type_error(format!("'{}' object is not subscriptable", type_name(value))));
    };
    if class_of(index).slots.index.get().is_none() {
        return Err(type_error(format!("'{}' object cannot be interpreted as an integer", type_name(index))));
    }
    let Some(mut at) = index_isize(index)? else {
        return Err(crate::error::index_error("cannot fit 'int' into an index-sized integer"));
    };
    if at < 0
        && let Some(len) = class_of(value).slots.len.get()
    {
        at += len(value)? as isize;
    }
    if at < 0 {
        return Err(crate::error::index_error(format!("{} index out of range", type_name(value))));
    }
    slot(value, at as usize)
}
pub fn setitem(value: Value, key: Value, to: Value) -> R<()> {
    match class_of(value).slots.setitem.get() {
        Some(slot) => slot(value, key, Some(to)),
        None => Err(type_error(format!("'{}' object does not support item assignment", type_name(value)))),
    }
}
pub fn delitem(value: Value, key: Value) -> R<()> {
    match class_of(value).slots.setitem.get() {
        Some(slot) => slot(value, key, None),
        None => Err(type_error(format!("'{}' object doesn't support item deletion", type_name(value)))),
    }
}
pub fn contains(container: Value, item: Value) -> R<bool> {
    if let Some(slot) = class_of(container).slots.contains.get() {
        return slot(container, item);
    }
    let iterator = match iter(container) {
        Ok(iterator) => iterator,
        Err(raised) if raised.is(types().type_error) => {
            return Err(type_error(format!("argument of type '{}' is not a container or iterable", type_name(container))));
        }
        Err(raised) => return Err(raised),
    };
    while let Some(found) = next(iterator)? {
        if equal(found, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

// -- iteration -------------------------------------------------------------------------

pub fn iter(value: Value) -> R {
    let class = class_of(value);
    if let Some(slot) = class.slots.iter.get() {
        let iterator = slot(value)?;
        if class_of(iterator).slots.next.get().is_none() {
            return Err(type_error(format!("iter() returned non-iterator of type '{}'", type_name(iterator))));
        }
        return Ok(iterator);
    }
    // A Python class with `__getitem__` counts as a sequence; a native one says so by its `item` slot.
    let by_method = class.slots.getitem.get().is_some_and(|f| f as usize == crate::slot_generic::getitem as *const () as usize);
    if class.slots.item.get().is_some() || (by_method && !value.is::<crate::objects::dict::Dict>()) {
        return Ok(crate::objects::iterator::sequence_iterator(value));
    }
    Err(type_error(format!("'{}' object is not iterable", class.name())))
}
/// None: exhausted.
#[inline]
pub fn next(iterator: Value) -> R<Option<Value>> {
    match class_of(iterator).slots.next.get() {
        Some(slot) => step(slot, iterator),
        None => Err(type_error(format!("'{}' object is not an iterator", type_name(iterator)))),
    }
}
/// One step by the iterator's own slot. Iterators may stand on iterators, and a StopIteration from below is the end.
#[inline]
pub fn step(slot: crate::slots::NextFn, iterator: Value) -> R<Option<Value>> {
    check_native_stack(" while calling a Python object")?;
    match slot(iterator) {
        Err(raised) => stopped(raised),
        item => item,
    }
}
#[cold]
pub fn stopped(raised: Raised) -> R<Option<Value>> {
    if !raised.is(types().stop_iteration) {
        return Err(raised);
    }
    crate::monitoring::keep_stopped(raised);
    let value = crate::objects::exception::stop_value(raised);
    crate::vm::vm().stop_value.set(if value.is_none() { NULL } else { value });
    Ok(None)
}
/// The next item that `take` leaves. It takes what it can without running Python code or raising; what it answers false to, it has done
/// nothing with. A generator is not suspended for what is taken.
pub fn next_left(iterator: Value, mut take: impl FnMut(Value) -> bool) -> R<Option<Value>> {
    if class_of(iterator) == types().generator {
        return drain(iterator, &mut take);
    }
    if let Some(iterator) = iterator.downcast::<crate::objects::set::SetIter>()
        && iterator.is_as_it_was()
    {
        return Ok(iterator.next_left(take));
    }
    loop {
        match next(iterator)? {
            Some(item) if take(item) => {}
            left => return Ok(left),
        }
    }
}
fn drain<F: FnMut(Value) -> bool>(generator: Value, take: &mut F) -> R<Option<Value>> {
    unsafe fn call<F: FnMut(Value) -> bool>(state: *mut (), value: Value) -> bool {
        // SAFETY: `state` is `take`, which nobody else uses while the generator runs.
        unsafe { (*state.cast::<F>())(value) }
    }
    check_native_stack(" while calling a Python object")?;
    let drain = crate::vm::Drain { take: call::<F>, state: (&raw mut *take).cast() };
    (crate::hooks::hooks().next_of_generator)(generator.cast(), Some(&drain))
}
/// As `next`; the end comes with the value that a generator returns or a StopIteration carries.
pub fn next_or_return(iterator: Value) -> R<Result<Value, Value>> {
    let stop_value = &crate::vm::vm().stop_value;
    stop_value.set(NULL);
    Ok(match next(iterator)? {
        Some(item) => Ok(item),
        None => Err(or_none(stop_value.replace(NULL))),
    })
}
/// Calls `visit` with each item.
pub fn for_each(iterable: Value, mut visit: impl FnMut(Value) -> R<()>) -> R<()> {
    let iterator = iter(iterable)?;
    while let Some(item) = next(iterator)? {
        visit(item)?;
    }
    Ok(())
}
/// All items, in a list of the heap (which the collector sees).
pub fn collect(iterable: Value) -> R<Gc<crate::objects::list::List>> {
    let list = crate::objects::list::List::new();
    if class_of(iterable) == types().tuple {
        list.extend_from_slice(iterable.cast::<Tuple>().items())?;
        return Ok(list);
    }
    list.extend_from(iter(iterable)?)?;
    Ok(list)
}

// -- classes ---------------------------------------------------------------------------

/// `isinstance(value, class_or_tuple_or_union)`.
pub fn is_instance(value: Value, of: Value) -> R<bool> {
    crate::objects::class_check::is_instance(value, of)
}
/// `issubclass(class, class_or_tuple_or_union)`.
pub fn is_subclass(class: Value, of: Value) -> R<bool> {
    crate::objects::class_check::is_subclass(class, of)
}

/// None for NULL, else the value: an optional argument that may be given as None too.
pub fn given(value: Value) -> Option<Value> {
    if value.is_null() || value == NONE { None } else { Some(value) }
}
/// NULL stands for None where Python sees it.
pub fn or_none(value: Value) -> Value {
    if value == NULL { NONE } else { value }
}
