//! tuple: its slots and methods, and tuple_iterator. Not here: the struct and construction
//! (`tuple.rs`).

use crate::args::Args;
use crate::error::{R, index_error, memory_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::list_iter::integer;
use crate::objects::slice::{self, Slice};
use crate::objects::support::{
    self, CLASS_GETITEM, ItemsHash, ReprGuard, Text, builtin, check_count, hash, index,
    is_exact_tuple, itself, len_value, search_bounds, ssize,
};
use crate::objects::tuple::{Tuple, TupleIter, getitem_int};
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, type_name, types};

fn items(value: Value) -> &'static [Value] {
    value.cast::<Tuple>().items()
}

/// The items of any iterable, as a tuple; an exact tuple is itself.
pub fn from_iterable(iterable: Value) -> R<Gc<Tuple>> {
    if is_exact_tuple(iterable) {
        return Ok(iterable.cast());
    }
    if support::is_exact_list(iterable) {
        return Tuple::try_from_slice(iterable.cast::<crate::objects::list::List>().items());
    }
    let list = ops::collect(iterable)?;
    Tuple::try_from_slice(list.items())
}

fn tuple_new(class: Gc<Class>, args: Args<'_>) -> R {
    let exact = class == types().tuple;
    let own_init = class.slots.init.get().map(|slot| slot as usize)
        == types().tuple.slots.init.get().map(|slot| slot as usize);
    if args.names().is_some() && (exact || own_init) {
        return Err(type_error("tuple() takes no keyword arguments"));
    }
    check_count(args.pos().len(), "tuple", 0, 1)?;
    let tuple = match args.pos().first() {
        Some(&iterable) => from_iterable(iterable)?,
        None => Tuple::empty(),
    };
    if exact {
        return Ok(tuple.value());
    }
    Ok(Tuple::of_class(class, tuple.items())?.value())
}

fn len(value: Value) -> R<usize> {
    Ok(items(value).len())
}

fn item(value: Value, at: usize) -> R {
    items(value).get(at).copied().ok_or_else(|| index_error("tuple index out of range"))
}

pub fn getitem(value: Value, key: Value) -> R {
    let tuple = value.cast::<Tuple>();
    if key.is_int() {
        return getitem_int(tuple, key.unbox_int())
            .ok_or_else(|| index_error("tuple index out of range"));
    }
    if let Some(slice) = key.downcast::<Slice>() {
        return copy_slice(tuple, slice::adjust(slice, tuple.len())?);
    }
    if !key.is_bool() && class_of(key).slots.index.get().is_none() {
        return Err(type_error(format!(
            "tuple indices must be integers or slices, not {}",
            type_name(key)
        )));
    }
    getitem_int(tuple, index(key)? as i64).ok_or_else(|| index_error("tuple index out of range"))
}

pub fn copy_slice(tuple: Gc<Tuple>, at: slice::Indices) -> R {
    if at.step == 1 {
        if at.len == tuple.len() && is_exact_tuple(tuple.value()) {
            return Ok(tuple.value());
        }
        return Ok(Tuple::try_from_slice(&tuple.items()[at.start..at.start + at.len])?.value());
    }
    let copy = Tuple::try_alloc(at.len)?;
    for i in 0..at.len {
        copy.fill(i, &tuple.items()[at.at(i)..][..1]);
    }
    Ok(copy.value())
}

fn concat(left: Value, right: Value) -> R {
    let Some(other) = right.downcast::<Tuple>() else {
        return Err(type_error(format!(
            "can only concatenate tuple (not \"{}\") to tuple",
            type_name(right)
        )));
    };
    let (a, b) = (items(left), other.items());
    if a.is_empty() && is_exact_tuple(right) {
        return Ok(right);
    }
    if b.is_empty() && is_exact_tuple(left) {
        return Ok(left);
    }
    let joined = Tuple::try_alloc(a.len().checked_add(b.len()).ok_or_else(memory_error)?)?;
    if !a.is_empty() {
        joined.fill(0, a);
    }
    if !b.is_empty() {
        joined.fill(a.len(), b);
    }
    Ok(joined.value())
}

fn repeat(value: Value, times: isize) -> R {
    let own = items(value);
    if (times == 1 || own.is_empty()) && is_exact_tuple(value) {
        return Ok(value);
    }
    let total = own.len().checked_mul(times.max(0) as usize).ok_or_else(memory_error)?;
    if total > isize::MAX as usize / size_of::<Value>() {
        return Err(memory_error());
    }
    let repeated = Tuple::try_alloc(total)?;
    if total != 0 {
        repeated.fill(0, own);
    }
    let mut done = own.len();
    while done < total {
        let more = done.min(total - done);
        repeated.fill(done, &repeated.items()[..more]);
        done += more;
    }
    Ok(repeated.value())
}

fn contains(value: Value, wanted: Value) -> R<bool> {
    for &item in items(value) {
        if ops::equal(item, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (left.downcast::<Tuple>(), right.downcast::<Tuple>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    for (&x, &y) in a.items().iter().zip(b.items()) {
        if !ops::equal(x, y)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => ops::compare(x, y, op),
            };
        }
    }
    Ok(Value::bool(op.of(a.len().cmp(&b.len()))))
}

fn tuple_hash(value: Value) -> R<i64> {
    crate::vm::check_native_stack(" in hash")?;
    let mut state = ItemsHash::new();
    for &item in items(value) {
        state.add(hash(item)?);
    }
    Ok(state.finish_tuple(items(value).len()))
}

fn repr(value: Value) -> R {
    let own = items(value);
    if own.is_empty() {
        return Ok(crate::objects::str::new("()").value());
    }
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new("(...)").value());
    }
    let mut text = Text::new();
    text.push_ascii("(")?;
    for (i, &item) in own.iter().enumerate() {
        if i != 0 {
            text.push_ascii(", ")?;
        }
        text.push_repr(item)?;
    }
    text.push_ascii(if own.len() == 1 { ",)" } else { ")" })?;
    Ok(text.finish().value())
}

fn iter(value: Value) -> R {
    Ok(TupleIter::new(value.cast()).value())
}

fn count(args: &[Value]) -> R {
    let mut found = 0;
    for &item in items(args[0]) {
        found += ops::equal(item, args[1])? as i64;
    }
    Ok(Value::int(found))
}

fn index_method(args: &[Value]) -> R {
    let own = items(args[0]);
    let (start, stop) = search_bounds(args[2], args[3], own.len())?;
    for (i, &item) in own.iter().enumerate().take(stop).skip(start) {
        if ops::equal(item, args[1])? {
            return Ok(Value::int(i as i64));
        }
    }
    Err(value_error("tuple.index(x): x not in tuple"))
}

fn getnewargs(args: &[Value]) -> R {
    Ok(support::tuple(&[Tuple::try_from_slice(items(args[0]))?.value()]))
}

static METHODS: [NativeFunction; 3] = [
    method("count", "($self, value, /)", count, "Return number of occurrences of value."),
    method(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        index_method,
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
];

// -- tuple_iterator --------------------------------------------------------------------

fn iter_next(iterator: Value) -> R<Option<Value>> {
    let it = iterator.cast::<TupleIter>();
    let Some(tuple) = it.tuple.get().downcast::<Tuple>() else { return Ok(None) };
    let at = it.index.get();
    match tuple.items().get(at) {
        Some(&item) => {
            it.index.set(at + 1);
            Ok(Some(item))
        }
        None => {
            it.tuple.init(NULL);
            Ok(None)
        }
    }
}

fn iter_length_hint(args: &[Value]) -> R {
    let it = args[0].cast::<TupleIter>();
    let len = it
        .tuple
        .get()
        .downcast::<Tuple>()
        .map_or(0, |tuple| tuple.len().saturating_sub(it.index.get()));
    Ok(len_value(len))
}

fn iter_reduce(args: &[Value]) -> R {
    let it = args[0].cast::<TupleIter>();
    let tuple = it.tuple.get();
    if tuple.is_null() {
        return Ok(support::tuple(&[builtin("iter")?, support::tuple(&[Tuple::empty().value()])]));
    }
    Ok(support::tuple(&[builtin("iter")?, support::tuple(&[tuple]), len_value(it.index.get())]))
}

fn iter_setstate(args: &[Value]) -> R {
    let it = args[0].cast::<TupleIter>();
    let at = ssize(integer(args[1])?)?;
    if let Some(tuple) = it.tuple.get().downcast::<Tuple>() {
        it.index.set(at.clamp(0, tuple.len() as isize) as usize);
    }
    Ok(NONE)
}

static ITER_METHODS: [NativeFunction; 3] = [
    method(
        "__length_hint__",
        "($self, /)",
        iter_length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", iter_reduce, "Return state information for pickling."),
    method(
        "__setstate__",
        "($self, object, /)",
        iter_setstate,
        "Set state information for unpickling.",
    ),
];

pub fn init() {
    let class = types().tuple;
    class.doc.set(
        "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
    );
    let slots = &class.slots;
    slots.new.set(Some(tuple_new));
    slots.repr.set(Some(repr));
    slots.hash.set(Some(tuple_hash));
    slots.compare.set(Some(compare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(len));
    slots.item.set(Some(item));
    slots.getitem.set(Some(getitem));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat));
    slots.repeat.set(Some(repeat));
    class.add_methods(&METHODS);
    class.add_methods(&CLASS_GETITEM);
    let iterator = types().tuple_iterator;
    iterator.slots.iter.set(Some(itself));
    iterator.slots.next.set(Some(iter_next));
    iterator.add_methods(&ITER_METHODS);
}
