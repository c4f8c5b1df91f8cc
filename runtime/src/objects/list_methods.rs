//! list: its slots and methods. Not here: the struct (`list.rs`), `sort` (`list_sort.rs`), the
//! iterators' slots (`list_iter.rs`).

use crate::args::Args;
use crate::error::{R, index_error, memory_error, type_error, value_error};
use crate::heap;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::list::{List, ListIter, getitem_int};
use crate::objects::list_sort;
use crate::objects::slice::{self, Indices, Slice};
use crate::objects::support::{
    CLASS_GETITEM, ReprGuard, Text, announce_length, check_count, index, is_exact_list,
    is_exact_tuple, refuse_keywords, search_bounds, ssize,
};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, TRUE, Value};
use crate::vm::{class_of, type_name, types};

fn this(value: Value) -> Gc<List> {
    value.cast()
}

// -- construction ----------------------------------------------------------------

fn list_new(class: Gc<Class>, _args: Args<'_>) -> R {
    if class == types().list {
        return Ok(List::new().value());
    }
    Ok(heap::alloc_instance(class, List::empty()).value())
}

fn list_init(value: Value, args: Args<'_>) -> R<()> {
    refuse_keywords(value, args, "list", list_new)?;
    check_count(args.pos().len(), "list", 0, 1)?;
    let list = this(value);
    list.clear();
    match args.pos().first() {
        Some(&iterable) => extend(list, iterable),
        None => Ok(()),
    }
}

/// `list += iterable`, as `list.extend` does it.
pub fn extend(list: Gc<List>, iterable: Value) -> R<()> {
    if is_exact_list(iterable) {
        let source = this(iterable);
        list.reserve(source.len())?;
        // Room is there, so that a list extended by itself copies from the buffer that it keeps.
        return list.extend_from_slice(source.items());
    }
    if is_exact_tuple(iterable) {
        return list.extend_from_slice(iterable.cast::<Tuple>().items());
    }
    let iterator = ops::iter(iterable)?;
    let hint = announce_length(iterable)?;
    // A hint that no list could follow is not believed.
    if hint <= isize::MAX as usize - list.len() {
        list.reserve_exact(hint)?;
    }
    list.extend_from(iterator)
}

// -- items and slices --------------------------------------------------------------

fn len(value: Value) -> R<usize> {
    Ok(this(value).len())
}

fn item(value: Value, at: usize) -> R {
    this(value).get(at).ok_or_else(|| index_error("list index out of range"))
}

pub fn getitem(value: Value, key: Value) -> R {
    let list = this(value);
    if key.is_int() {
        return getitem_int(list, key.unbox_int())
            .ok_or_else(|| index_error("list index out of range"));
    }
    if let Some(slice) = key.downcast::<Slice>() {
        let bounds = slice::unpack(slice)?;
        return copy_slice(list, bounds.adjust(list.len()));
    }
    check_index(key)?;
    getitem_int(list, index(key)? as i64).ok_or_else(|| index_error("list index out of range"))
}

#[inline]
fn check_index(key: Value) -> R<()> {
    if key.is_bool() || class_of(key).slots.index.get().is_some() {
        return Ok(());
    }
    Err(type_error(format!("list indices must be integers or slices, not {}", type_name(key))))
}

/// A new list with the items at `at`.
pub fn copy_slice(list: Gc<List>, at: Indices) -> R {
    let items = list.items();
    if at.step == 1 {
        return Ok(List::from_slice(&items[at.start..at.start + at.len])?.value());
    }
    let copy = List::new();
    copy.reserve_exact(at.len)?;
    {
        for i in 0..at.len {
            copy.push(items[at.at(i)])?;
        }
    }
    Ok(copy.value())
}

pub fn setitem(value: Value, key: Value, to: Option<Value>) -> R<()> {
    let list = this(value);
    if let Some(slice) = key.downcast::<Slice>() {
        let bounds = slice::unpack(slice)?;
        return match to {
            Some(to) => assign_slice(list, bounds, to),
            None => delete_slice(list, bounds.adjust(list.len())),
        };
    }
    check_index(key)?;
    let at = index(key)?;
    let at = if at < 0 { at.wrapping_add_unsigned(list.len()) } else { at };
    if at < 0 || at as usize >= list.len() {
        return Err(index_error("list assignment index out of range"));
    }
    match to {
        Some(to) => list.set(at as usize, to),
        None => {
            list.remove_at(at as usize);
        }
    }
    Ok(())
}

/// `list[bounds] = source`.
pub fn assign_slice(list: Gc<List>, bounds: slice::Unpacked, source: Value) -> R<()> {
    let items = fixed_copy(list, source)?;
    // Iterating the source may have changed the list.
    let at = bounds.adjust(list.len());
    let items = items.items();
    if at.step == 1 {
        return list.splice(at.start, at.stop - at.start, items);
    }
    if items.len() != at.len {
        return Err(value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            at.len
        )));
    }
    for (i, &item) in items.iter().enumerate() {
        list.set(at.at(i), item);
    }
    Ok(())
}

/// Items to be stored into `list`, in a list that is another one.
fn fixed_copy(list: Gc<List>, source: Value) -> R<Gc<List>> {
    match source.downcast::<List>() {
        Some(items) if items != list => Ok(items),
        Some(items) => List::from_slice(items.items()),
        None => sequence_items(source, "must assign iterable to extended slice"),
    }
}

/// As `PySequence_Fast`: the items of any iterable; `message` for what cannot be iterated.
pub fn sequence_items(source: Value, message: &str) -> R<Gc<List>> {
    if let Some(tuple) = source.downcast::<Tuple>() {
        return List::from_slice(tuple.items());
    }
    let iterator = match ops::iter(source) {
        Ok(iterator) => iterator,
        Err(raised) if raised.is(types().type_error) => return Err(type_error(message)),
        Err(raised) => return Err(raised),
    };
    let items = List::new();
    items.extend_from(iterator)?;
    Ok(items)
}

fn delete_slice(list: Gc<List>, at: Indices) -> R<()> {
    if at.len == 0 {
        return Ok(());
    }
    if at.step == 1 {
        return list.splice(at.start, at.len, &[]);
    }
    let (step, first) = if at.step > 0 {
        (at.step as usize, at.start)
    } else {
        (at.step.unsigned_abs(), at.at(at.len - 1))
    };
    let items = list.items_mut();
    let last = first + step * (at.len - 1);
    let mut to = first;
    for from in first..items.len() {
        if from <= last && (from - first) % step == 0 {
            continue;
        }
        items[to] = items[from];
        to += 1;
    }
    list.truncate(to);
    Ok(())
}

// -- operators ----------------------------------------------------------------------

fn concat(left: Value, right: Value) -> R {
    let Some(other) = right.downcast::<List>() else {
        return Err(type_error(format!(
            "can only concatenate list (not \"{}\") to list",
            type_name(right)
        )));
    };
    let joined = List::new();
    joined.reserve_exact(this(left).len().checked_add(other.len()).ok_or_else(memory_error)?)?;
    joined.extend_from_slice(this(left).items())?;
    joined.extend_from_slice(other.items())?;
    Ok(joined.value())
}

fn repeated_len(len: usize, times: isize) -> R<usize> {
    let total = len.checked_mul(times.max(0) as usize).ok_or_else(memory_error)?;
    if total > isize::MAX as usize / size_of::<Value>() { Err(memory_error()) } else { Ok(total) }
}

fn repeat(value: Value, times: isize) -> R {
    let list = this(value);
    let total = repeated_len(list.len(), times)?;
    let repeated = List::new();
    if total == 0 {
        return Ok(repeated.value());
    }
    repeated.reserve_exact(total)?;
    repeated.extend_from_slice(list.items())?;
    fill_by_doubling(repeated, total)?;
    Ok(repeated.value())
}

/// Copies what is there until there are `total` items.
fn fill_by_doubling(list: Gc<List>, total: usize) -> R<()> {
    list.reserve_exact(total - list.len())?;
    while list.len() < total {
        let more = list.len().min(total - list.len());
        list.extend_from_slice(&list.items()[..more])?;
    }
    Ok(())
}

fn inplace_concat(left: Value, right: Value) -> R {
    extend(this(left), right)?;
    Ok(left)
}

fn inplace_repeat(value: Value, times: isize) -> R {
    let list = this(value);
    let total = repeated_len(list.len(), times)?;
    if total == 0 {
        list.clear();
    } else {
        fill_by_doubling(list, total)?;
    }
    Ok(value)
}

pub fn contains(value: Value, wanted: Value) -> R<bool> {
    Ok(position(this(value), wanted, 0, usize::MAX)?.is_some())
}

/// The first index in `start..stop` whose item equals `wanted`; the list may change meanwhile.
fn position(list: Gc<List>, wanted: Value, start: usize, stop: usize) -> R<Option<usize>> {
    let mut at = start;
    if wanted.is_int() {
        // Nothing runs while small ints are compared: equal ones are the same word.
        let rest = list.items().get(at..stop.min(list.len())).unwrap_or_default();
        match rest.iter().position(|item| *item == wanted || !item.is_int()) {
            Some(found) if rest[found] == wanted => return Ok(Some(at + found)),
            Some(other) => at += other,
            None => return Ok(None),
        }
    }
    while at < stop
        && let Some(item) = list.get(at)
    {
        if ops::equal(item, wanted)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (left.downcast::<List>(), right.downcast::<List>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut at = 0;
    while let (Some(x), Some(y)) = (a.get(at), b.get(at)) {
        if !ops::equal(x, y)? {
            // The comparison may have shortened a list: then the lengths decide.
            if at >= a.len() || at >= b.len() {
                break;
            }
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(TRUE),
                _ => ops::compare(x, y, op),
            };
        }
        at += 1;
    }
    Ok(Value::bool(op.of(a.len().cmp(&b.len()))))
}

fn repr(value: Value) -> R {
    let list = this(value);
    let mut text = Text::new();
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new("[...]").value());
    }
    text.push_ascii("[")?;
    let mut at = 0;
    while let Some(item) = list.get(at) {
        if at != 0 {
            text.push_ascii(", ")?;
        }
        text.push_repr(item)?;
        at += 1;
    }
    text.push_ascii("]")?;
    Ok(text.finish().value())
}

fn iter(value: Value) -> R {
    Ok(ListIter::new(this(value)).value())
}

// -- methods ------------------------------------------------------------------------

fn append(args: &[Value]) -> R {
    this(args[0]).push(args[1])?;
    Ok(NONE)
}

fn clear(args: &[Value]) -> R {
    this(args[0]).clear();
    Ok(NONE)
}

fn copy(args: &[Value]) -> R {
    Ok(List::from_slice(this(args[0]).items())?.value())
}

fn count(args: &[Value]) -> R {
    let (list, mut at, mut found) = (this(args[0]), 0, 0);
    while let Some(item) = list.get(at) {
        found += ops::equal(item, args[1])? as i64;
        at += 1;
    }
    Ok(Value::int(found))
}

fn extend_method(args: &[Value]) -> R {
    extend(this(args[0]), args[1])?;
    Ok(NONE)
}

fn index_method(args: &[Value]) -> R {
    let list = this(args[0]);
    let (start, stop) = search_bounds(args[2], args[3], list.len())?;
    match position(list, args[1], start, stop)? {
        Some(at) => Ok(Value::int(at as i64)),
        None => Err(value_error("list.index(x): x not in list")),
    }
}

fn insert(args: &[Value]) -> R {
    let list = this(args[0]);
    let at = ssize(args[1])?;
    let len = list.len();
    let at = if at < 0 {
        at.saturating_add_unsigned(len).max(0) as usize
    } else {
        (at as usize).min(len)
    };
    list.splice(at, 0, &args[2..3])?;
    Ok(NONE)
}

fn pop(args: &[Value]) -> R {
    let list = this(args[0]);
    if args[1].is_null() {
        return list.pop_last().ok_or_else(|| index_error("pop from empty list"));
    }
    let at = ssize(args[1])?;
    if list.len() == 0 {
        return Err(index_error("pop from empty list"));
    }
    let at = if at < 0 { at.wrapping_add_unsigned(list.len()) } else { at };
    if at < 0 || at as usize >= list.len() {
        return Err(index_error("pop index out of range"));
    }
    Ok(list.remove_at(at as usize))
}

fn remove(args: &[Value]) -> R {
    let list = this(args[0]);
    let Some(at) = position(list, args[1], 0, usize::MAX)? else {
        return Err(value_error("list.remove(x): x not in list"));
    };
    // The comparison may have shortened the list.
    if at < list.len() {
        list.remove_at(at);
    }
    Ok(NONE)
}

fn reverse(args: &[Value]) -> R {
    this(args[0]).items_mut().reverse();
    Ok(NONE)
}

fn reversed(args: &[Value]) -> R {
    Ok(ListIter::new_reversed(this(args[0])).value())
}

fn sort(args: &[Value]) -> R {
    let key = crate::objects::support::not_none(args[1]);
    let reverse = !args[2].is_null() && ops::truth(args[2])?;
    list_sort::sort(this(args[0]), key, reverse)?;
    Ok(NONE)
}

fn sizeof(args: &[Value]) -> R {
    Ok(Value::int((40 + this(args[0]).capacity.get() * 8) as i64))
}

static METHODS: [NativeFunction; 13] = [
    method("append", "($self, object, /)", append, "Append object to the end of the list."),
    method("clear", "($self, /)", clear, "Remove all items from list."),
    method("copy", "($self, /)", copy, "Return a shallow copy of the list."),
    method("count", "($self, value, /)", count, "Return number of occurrences of value."),
    method(
        "extend",
        "($self, iterable, /)",
        extend_method,
        "Extend list by appending elements from the iterable.",
    ),
    method(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        index_method,
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
    ),
    method("insert", "($self, index, object, /)", insert, "Insert object before index."),
    method(
        "pop",
        "($self, index=-1, /)",
        pop,
        "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.",
    ),
    method(
        "remove",
        "($self, value, /)",
        remove,
        "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.",
    ),
    method("reverse", "($self, /)", reverse, "Reverse *IN PLACE*."),
    method(
        "sort",
        "($self, /, *, key=None, reverse=False)",
        sort,
        "Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable (i.e. the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it once to each list item and sort them,\nascending or descending, according to their function values.\n\nThe reverse flag can be set to sort in descending order.",
    ),
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the list."),
    method("__sizeof__", "($self, /)", sizeof, "Return the size of the list in memory, in bytes."),
];

pub fn init() {
    let class = types().list;
    class.doc.set(
        "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
    );
    let slots = &class.slots;
    slots.new.set(Some(list_new));
    slots.init.set(Some(list_init));
    slots.repr.set(Some(repr));
    slots.hash.set(Some(ops::unhashable));
    slots.compare.set(Some(compare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(len));
    slots.item.set(Some(item));
    slots.getitem.set(Some(getitem));
    slots.setitem.set(Some(setitem));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat));
    slots.repeat.set(Some(repeat));
    slots.inplace_concat.set(Some(inplace_concat));
    slots.inplace_repeat.set(Some(inplace_repeat));
    class.add_methods(&METHODS);
    class.add_methods(&CLASS_GETITEM);
}
