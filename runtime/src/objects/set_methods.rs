//! set and frozenset: slots and methods, and set_iterator.

use crate::args::Args;
use crate::error::{R, key_error, runtime_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::list::List;
use crate::objects::set::{Set, SetIter};
use crate::objects::support::{
    CLASS_GETITEM, ReprGuard, Text, bare_name, builtin, check_count, hash_element, itself,
    len_value, refuse_keywords, split_self, tuple,
};
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, types};

fn this(value: Value) -> Gc<Set> {
    value.cast()
}

// -- construction -------------------------------------------------------------------

fn set_new(class: Gc<Class>, _args: Args<'_>) -> R {
    Ok(Set::of_class(class).value())
}

fn set_init(value: Value, args: Args<'_>) -> R<()> {
    refuse_keywords(value, args, "set", set_new)?;
    check_count(args.pos().len(), "set", 0, 1)?;
    let set = this(value);
    set.clear();
    set.hash.set(0);
    match args.pos().first() {
        Some(&iterable) => set.update(iterable),
        None => Ok(()),
    }
}

fn frozenset_new(class: Gc<Class>, args: Args<'_>) -> R {
    let exact = class == types().frozenset;
    let own_init = class.slots.init.get().map(|slot| slot as usize)
        == types().frozenset.slots.init.get().map(|slot| slot as usize);
    if args.names().is_some() && (exact || own_init) {
        return Err(type_error("frozenset() takes no keyword arguments"));
    }
    check_count(args.pos().len(), "frozenset", 0, 1)?;
    let Some(&iterable) = args.pos().first() else { return Ok(Set::of_class(class).value()) };
    if exact && class_of(iterable) == class {
        return Ok(iterable);
    }
    let set = Set::of_class(class);
    set.update(iterable)?;
    Ok(set.value())
}

// -- slots ------------------------------------------------------------------------------

fn len(value: Value) -> R<usize> {
    Ok(this(value).len())
}

fn iter(value: Value) -> R {
    Ok(SetIter::new(this(value)).value())
}

/// The hash of an element that is looked for: a set stands for the frozenset with its elements.
fn hash_wanted(wanted: Value) -> R<i64> {
    match hash_element(wanted) {
        Err(raised) if wanted.is::<Set>() && raised.is(types().type_error) => frozen_hash(wanted),
        result => result,
    }
}

/// Whether the set has the element; a set that is looked for stands for its frozenset.
pub fn contains(value: Value, wanted: Value) -> R<bool> {
    this(value).contains_with_hash(wanted, hash_wanted(wanted)?)
}

fn repr(value: Value) -> R {
    let (set, class) = (this(value), class_of(value));
    let name = bare_name(value);
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new(&format!("{name}(...)")).value());
    }
    if set.len() == 0 {
        return Ok(crate::objects::str::new(&format!("{name}()")).value());
    }
    let plain = class == types().set;
    let mut text = Text::new();
    if !plain {
        text.push_str(crate::objects::str::new(&name))?;
        text.push_ascii("(")?;
    }
    text.push_ascii("{")?;
    let items = ops::collect(value)?;
    for (i, &item) in items.items().iter().enumerate() {
        if i != 0 {
            text.push_ascii(", ")?;
        }
        text.push_repr(item)?;
    }
    text.push_ascii(if plain { "}" } else { "})" })?;
    Ok(text.finish().value())
}

fn frozen_hash(value: Value) -> R<i64> {
    let set = this(value);
    let frozen = class_of(value).is_subclass(types().frozenset);
    if frozen && set.hash.get() != 0 {
        return Ok(set.hash.get());
    }
    let shuffled = |hash: i64| {
        let hash = hash as u64;
        ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167)
    };
    let mut hash = set.elements().fold(0u64, |sum, slot| sum ^ shuffled(slot.hash));
    hash ^= (set.len() as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX {
        hash = 590_923_713;
    }
    if frozen {
        set.hash.set(hash as i64);
    }
    Ok(hash as i64)
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (left.downcast::<Set>(), right.downcast::<Set>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let equal = || -> R<bool> {
        let known = a.hash.get() != 0 && b.hash.get() != 0;
        Ok(a.len() == b.len() && !(known && a.hash.get() != b.hash.get()) && a.is_subset_of(b)?)
    };
    let answer = match op {
        CompareOp::Eq => equal()?,
        CompareOp::Ne => !equal()?,
        CompareOp::Le => a.is_subset_of(b)?,
        CompareOp::Ge => b.is_subset_of(a)?,
        CompareOp::Lt => a.len() < b.len() && a.is_subset_of(b)?,
        CompareOp::Gt => a.len() > b.len() && b.is_subset_of(a)?,
    };
    Ok(Value::bool(answer))
}

/// Operators take sets only; methods take any iterable.
fn two_sets(left: Value, right: Value) -> Option<(Gc<Set>, Gc<Set>)> {
    Some((left.downcast::<Set>()?, right.downcast::<Set>()?))
}

fn and(left: Value, right: Value) -> R {
    let Some((a, _)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    Ok(a.intersection(right)?.value())
}
fn or(left: Value, right: Value) -> R {
    let Some((a, b)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    let joined = a.copied_base()?;
    joined.merge(b)?;
    Ok(joined.value())
}
fn subtract(left: Value, right: Value) -> R {
    let Some((a, _)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    Ok(a.difference(right)?.value())
}
fn xor(left: Value, right: Value) -> R {
    let Some((a, _)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    Ok(a.symmetric_difference(right)?.value())
}
fn inplace_and(left: Value, right: Value) -> R {
    let Some((a, _)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    a.intersection_update(right)?;
    Ok(left)
}
fn inplace_or(left: Value, right: Value) -> R {
    let Some((a, b)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    a.merge(b)?;
    Ok(left)
}
fn inplace_subtract(left: Value, right: Value) -> R {
    let Some((a, _)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    a.difference_update(right)?;
    Ok(left)
}
fn inplace_xor(left: Value, right: Value) -> R {
    let Some((a, _)) = two_sets(left, right) else { return Ok(NOT_IMPLEMENTED) };
    a.symmetric_difference_update(right)?;
    Ok(left)
}

// -- methods of both -----------------------------------------------------------------------

/// Receiver and the others of a method that takes any number of iterables.
fn others<'a>(args: Args<'a>, name: &str) -> R<(Gc<Set>, &'a [Value])> {
    let (value, rest) = split_self(args, name)?;
    let values = rest.no_keywords(&format!("{}.{name}", class_of(value).name()))?;
    Ok((this(value), values))
}

fn copy(args: &[Value]) -> R {
    Ok(this(args[0]).copied_base()?.value())
}
fn copy_frozen(args: &[Value]) -> R {
    if class_of(args[0]) == types().frozenset { Ok(args[0]) } else { copy(args) }
}

fn union(args: Args<'_>) -> R {
    let (set, others) = others(args, "union")?;
    let joined = set.copied_base()?;
    for &other in others {
        joined.update(other)?;
    }
    Ok(joined.value())
}

fn intersection(args: Args<'_>) -> R {
    let (set, others) = others(args, "intersection")?;
    Ok(intersection_of(set, others)?.value())
}
fn intersection_of(set: Gc<Set>, others: &[Value]) -> R<Gc<Set>> {
    let Some((&first, rest)) = others.split_first() else { return set.copied_base() };
    let mut common = set.intersection(first)?;
    for &other in rest {
        common = common.intersection(other)?;
    }
    Ok(common)
}

fn difference(args: Args<'_>) -> R {
    let (set, others) = others(args, "difference")?;
    let Some((&first, rest)) = others.split_first() else { return Ok(set.copied_base()?.value()) };
    let left = set.difference(first)?;
    for &other in rest {
        left.difference_update(other)?;
    }
    Ok(left.value())
}

fn symmetric_difference(args: &[Value]) -> R {
    Ok(this(args[0]).symmetric_difference(args[1])?.value())
}

fn isdisjoint(args: &[Value]) -> R {
    Ok(Value::bool(this(args[0]).is_disjoint(args[1])?))
}

fn issubset(args: &[Value]) -> R {
    if let Some(other) = args[1].downcast::<Set>() {
        return Ok(Value::bool(this(args[0]).is_subset_of(other)?));
    }
    let common = this(args[0]).intersection(args[1])?;
    Ok(Value::bool(common.len() == this(args[0]).len()))
}

fn issuperset(args: &[Value]) -> R {
    if let Some(other) = args[1].downcast::<Set>() {
        return Ok(Value::bool(other.is_subset_of(this(args[0]))?));
    }
    let iterator = ops::iter(args[1])?;
    while let Some(item) = ops::next(iterator)? {
        if !this(args[0]).contains(item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn reduce(args: &[Value]) -> R {
    let items = ops::collect(args[0])?;
    let state = ops::call_method(args[0], crate::vm::names().__getstate__, &[])?;
    Ok(tuple(&[class_of(args[0]).value(), tuple(&[items.value()]), state]))
}

fn sizeof(args: &[Value]) -> R {
    Ok(Value::int((size_of::<Set>() + this(args[0]).slots().len() * 16) as i64))
}

// -- methods of set alone -----------------------------------------------------------------------

fn add(args: &[Value]) -> R {
    this(args[0]).add(args[1])?;
    Ok(NONE)
}
fn clear(args: &[Value]) -> R {
    this(args[0]).clear();
    Ok(NONE)
}
fn discard(args: &[Value]) -> R {
    this(args[0]).discard_with_hash(args[1], hash_wanted(args[1])?)?;
    Ok(NONE)
}
fn remove(args: &[Value]) -> R {
    if this(args[0]).discard_with_hash(args[1], hash_wanted(args[1])?)? {
        Ok(NONE)
    } else {
        Err(key_error(args[1]))
    }
}
fn pop(args: &[Value]) -> R {
    match this(args[0]).pop() {
        Some(key) => Ok(key),
        None => Err(key_error(crate::objects::str::new("pop from an empty set").value())),
    }
}
fn update(args: Args<'_>) -> R {
    let (set, others) = others(args, "update")?;
    for &other in others {
        set.update(other)?;
    }
    Ok(NONE)
}
fn difference_update(args: Args<'_>) -> R {
    let (set, others) = others(args, "difference_update")?;
    for &other in others {
        set.difference_update(other)?;
    }
    Ok(NONE)
}
fn intersection_update(args: Args<'_>) -> R {
    let (set, others) = others(args, "intersection_update")?;
    let common = intersection_of(set, others)?;
    set.swap(&common);
    Ok(NONE)
}
fn symmetric_difference_update(args: &[Value]) -> R {
    this(args[0]).symmetric_difference_update(args[1])?;
    Ok(NONE)
}

static SHARED: [NativeFunction; 9] = [
    raw_method(
        "difference",
        difference,
        "Return a new set with elements in the set that are not in the others.",
    ),
    raw_method(
        "intersection",
        intersection,
        "Return a new set with elements common to the set and all others.",
    ),
    method(
        "isdisjoint",
        "($self, other, /)",
        isdisjoint,
        "Return True if two sets have a null intersection.",
    ),
    method(
        "issubset",
        "($self, other, /)",
        issubset,
        "Report whether another set contains this set.",
    ),
    method(
        "issuperset",
        "($self, other, /)",
        issuperset,
        "Report whether this set contains another set.",
    ),
    method(
        "symmetric_difference",
        "($self, other, /)",
        symmetric_difference,
        "Return a new set with elements in either the set or other but not both.",
    ),
    raw_method("union", union, "Return a new set with elements from the set and all others."),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__sizeof__", "($self, /)", sizeof, "S.__sizeof__() -> size of S in memory, in bytes."),
];
static FROZEN: [NativeFunction; 1] =
    [method("copy", "($self, /)", copy_frozen, "Return a shallow copy of a set.")];
static MUTABLE: [NativeFunction; 10] = [
    method(
        "add",
        "($self, object, /)",
        add,
        "Add an element to a set.\n\nThis has no effect if the element is already present.",
    ),
    method("clear", "($self, /)", clear, "Remove all elements from this set."),
    method("copy", "($self, /)", copy, "Return a shallow copy of a set."),
    method(
        "discard",
        "($self, object, /)",
        discard,
        "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.",
    ),
    raw_method(
        "difference_update",
        difference_update,
        "Update the set, removing elements found in others.",
    ),
    raw_method(
        "intersection_update",
        intersection_update,
        "Update the set, keeping only elements found in it and all others.",
    ),
    method(
        "pop",
        "($self, /)",
        pop,
        "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
    ),
    method(
        "remove",
        "($self, object, /)",
        remove,
        "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
    ),
    method(
        "symmetric_difference_update",
        "($self, other, /)",
        symmetric_difference_update,
        "Update the set, keeping only elements found in either set, but not in both.",
    ),
    raw_method("update", update, "Update the set, adding elements from all others."),
];

// -- set_iterator ------------------------------------------------------------------------------

fn iter_next(iterator: Value) -> R<Option<Value>> {
    let it = iterator.cast::<SetIter>();
    let Some(set) = it.set.get().downcast::<Set>() else { return Ok(None) };
    if it.expected_len.get() != set.len() {
        // For ever: no length is this one.
        it.expected_len.set(usize::MAX);
        return Err(runtime_error("Set changed size during iteration"));
    }
    match set.next_entry(it.position.get()) {
        Some((position, key, _)) => {
            it.position.set(position);
            it.remaining.set(it.remaining.get().saturating_sub(1));
            Ok(Some(key))
        }
        None => {
            it.set.init(NULL);
            Ok(None)
        }
    }
}

fn iter_length_hint(args: &[Value]) -> R {
    let it = args[0].cast::<SetIter>();
    let len = match it.set.get().downcast::<Set>() {
        Some(set) if set.len() == it.expected_len.get() => it.remaining.get(),
        _ => 0,
    };
    Ok(len_value(len))
}

fn iter_reduce(args: &[Value]) -> R {
    let it = args[0].cast::<SetIter>();
    let rest = List::new();
    if let Some(set) = it.set.get().downcast::<Set>() {
        if it.expected_len.get() != set.len() {
            return Err(runtime_error("Set changed size during iteration"));
        }
        let mut at = it.position.get();
        while let Some((next, key, _)) = set.next_entry(at) {
            at = next;
            rest.push(key)?;
        }
    }
    Ok(tuple(&[builtin("iter")?, tuple(&[rest.value()])]))
}

static ITER_METHODS: [NativeFunction; 2] = [
    method(
        "__length_hint__",
        "($self, /)",
        iter_length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", iter_reduce, "Return state information for pickling."),
];

pub fn init() {
    for class in [types().set, types().frozenset] {
        class.set_flag(flags::HAS_WEAKREF);
        let slots = &class.slots;
        slots.repr.set(Some(repr));
        slots.compare.set(Some(compare));
        slots.iter.set(Some(iter));
        slots.len.set(Some(len));
        slots.contains.set(Some(contains));
        slots.binary[BinaryOp::And as usize].set(Some(and));
        slots.binary[BinaryOp::Or as usize].set(Some(or));
        slots.binary[BinaryOp::Subtract as usize].set(Some(subtract));
        slots.binary[BinaryOp::Xor as usize].set(Some(xor));
        class.add_methods(&SHARED);
        class.add_methods(&CLASS_GETITEM);
    }
    let set = types().set;
    set.doc.set("Build an unordered collection of unique elements.");
    set.slots.new.set(Some(set_new));
    set.slots.init.set(Some(set_init));
    set.slots.hash.set(Some(ops::unhashable));
    set.slots.inplace[BinaryOp::And as usize].set(Some(inplace_and));
    set.slots.inplace[BinaryOp::Or as usize].set(Some(inplace_or));
    set.slots.inplace[BinaryOp::Subtract as usize].set(Some(inplace_subtract));
    set.slots.inplace[BinaryOp::Xor as usize].set(Some(inplace_xor));
    set.add_methods(&MUTABLE);
    let frozenset = types().frozenset;
    frozenset.doc.set("Build an immutable unordered collection of unique elements.");
    frozenset.slots.new.set(Some(frozenset_new));
    frozenset.slots.hash.set(Some(frozen_hash));
    frozenset.add_methods(&FROZEN);
    let iterator = types().set_iterator;
    iterator.slots.iter.set(Some(itself));
    iterator.slots.next.set(Some(iter_next));
    iterator.add_methods(&ITER_METHODS);
}
