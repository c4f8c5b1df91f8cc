//! collections.deque. Its items lie in a ring; no Python code runs while the ring is borrowed.

use super::deque_iter;
use crate::args::Args;
use crate::error::{R, Raised, index_error, memory_error, runtime_error, type_error, value_error};
use crate::heap::{self, Marker};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::module::Module;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::support::{
    CLASS_GETITEM, Params, ReprGuard, Text, check_count, index, len_value, of, search_bounds,
    split_self, ssize, tuple,
};
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, intern, names, type_name};
use core::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;

pub struct Deque {
    items: RefCell<VecDeque<Value>>,
    limit: Cell<Option<usize>>,
    /// Changes with every insertion and removal: iterators look at it.
    pub state: Cell<usize>,
}

impl NativeObject for Deque {
    fn trace(&self, m: &mut Marker) {
        // SAFETY: the one thread of the VM is in the collector; a change that is under way allocates nothing in the heap.
        let (front, back) = unsafe { &*self.items.as_ptr() }.as_slices();
        m.inline_values(front.as_ptr(), front.len());
        m.inline_values(back.as_ptr(), back.len());
    }
}

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn new_of(class: Gc<Class>, limit: Option<usize>) -> Value {
    let object = Deque { items: RefCell::default(), limit: Cell::new(limit), state: Cell::new(0) };
    Native::new(class, object).value()
}

fn this(value: Value) -> R<&'static Deque> {
    of::<Deque>(value)
}

fn own_class() -> R<Gc<Class>> {
    CLASS
        .with(|own| own.get().copied())
        .ok_or_else(|| type_error("_collections is not initialised"))
}

impl Deque {
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }
    pub fn get(&self, at: usize) -> Option<Value> {
        self.items.borrow().get(at).copied()
    }
    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }
    fn push_back(&self, owner: Value, item: Value) -> R<()> {
        let mut items = self.items.borrow_mut();
        items.try_reserve(1).map_err(|_| memory_error())?;
        items.push_back(item);
        if self.limit.get().is_some_and(|limit| items.len() > limit) {
            items.pop_front();
        }
        drop(items);
        self.changed();
        heap::write_barrier(owner);
        Ok(())
    }
    fn push_front(&self, owner: Value, item: Value) -> R<()> {
        let mut items = self.items.borrow_mut();
        items.try_reserve(1).map_err(|_| memory_error())?;
        items.push_front(item);
        if self.limit.get().is_some_and(|limit| items.len() > limit) {
            items.pop_back();
        }
        drop(items);
        self.changed();
        heap::write_barrier(owner);
        Ok(())
    }
    fn pop_front(&self) -> Option<Value> {
        let item = self.items.borrow_mut().pop_front()?;
        self.changed();
        Some(item)
    }
    fn pop_back(&self) -> Option<Value> {
        let item = self.items.borrow_mut().pop_back()?;
        self.changed();
        Some(item)
    }
    fn clear(&self) {
        self.items.borrow_mut().clear();
        self.changed();
    }
    fn remove_at(&self, at: usize) {
        self.items.borrow_mut().remove(at);
        self.changed();
    }
    fn rotate(&self, steps: isize) {
        let mut items = self.items.borrow_mut();
        let len = items.len();
        if len > 1 {
            items.rotate_right(steps.rem_euclid(len as isize) as usize);
            drop(items);
            self.changed();
        }
    }
    /// The first index in `start..stop` of an item that equals `wanted`; `mutated` makes the error
    /// when comparing changed the deque.
    fn position(
        &self,
        wanted: Value,
        start: usize,
        stop: usize,
        mutated: impl Fn() -> Raised,
    ) -> R<Option<usize>> {
        let state = self.state.get();
        for at in start..stop.min(self.len()) {
            let Some(item) = self.get(at) else { return Err(mutated()) };
            let equal = ops::equal(item, wanted)?;
            if self.state.get() != state {
                return Err(mutated());
            }
            if equal {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
    fn place(&self, index: isize) -> Option<usize> {
        let len = self.len();
        let at = if index < 0 { index.wrapping_add_unsigned(len) } else { index };
        usize::try_from(at).ok().filter(|&at| at < len)
    }
}

fn mutated() -> Raised {
    runtime_error("deque mutated during iteration")
}

// -- construction ------------------------------------------------------------------------

fn deque_new(class: Gc<Class>, _args: Args<'_>) -> R {
    Ok(new_of(class, None))
}

fn deque_init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new("deque", "(iterable=(), maxlen=None)");
    let [iterable, limit] = PARAMS.bind(args)?;
    let deque = this(value)?;
    let limit = match limit {
        NULL | NONE => None,
        limit => {
            let limit = ssize(crate::objects::list_iter::integer(limit)?)?;
            Some(usize::try_from(limit).map_err(|_| value_error("maxlen must be non-negative"))?)
        }
    };
    deque.limit.set(limit);
    if deque.len() > 0 {
        deque.clear();
    }
    match iterable.option() {
        Some(iterable) => extend(value, iterable),
        None => Ok(()),
    }
}

fn extend(value: Value, iterable: Value) -> R<()> {
    let deque = this(value)?;
    let iterable = if iterable == value { ops::collect(value)?.value() } else { iterable };
    ops::for_each(iterable, |item| deque.push_back(value, item))
}

fn extend_left(value: Value, iterable: Value) -> R<()> {
    let deque = this(value)?;
    let iterable = if iterable == value { ops::collect(value)?.value() } else { iterable };
    ops::for_each(iterable, |item| deque.push_front(value, item))
}

/// A copy of the same class: exact deques directly, subclasses through their constructor.
fn copy_of(value: Value) -> R {
    let deque = this(value)?;
    if class_of(value) == own_class()? {
        let copy = new_of(class_of(value), deque.limit.get());
        extend(copy, value)?;
        return Ok(copy);
    }
    let class = class_of(value).value();
    let copy = match deque.limit.get() {
        None => ops::call_positional(class, &[value])?,
        Some(limit) => ops::call_positional(class, &[value, len_value(limit)])?,
    };
    if native::downcast::<Deque>(copy).is_none() {
        return Err(type_error(format!(
            "{}() must return a deque, not {}",
            class_of(value).name(),
            type_name(copy)
        )));
    }
    Ok(copy)
}

// -- slots -------------------------------------------------------------------------------

fn len(value: Value) -> R<usize> {
    Ok(this(value)?.len())
}

fn item(value: Value, at: usize) -> R {
    this(value)?.get(at).ok_or_else(|| index_error("deque index out of range"))
}

fn position_of(value: Value, key: Value) -> R<usize> {
    if !crate::objects::int::is_any_int(key) && class_of(key).slots.index.get().is_none() {
        return Err(type_error(format!(
            "sequence index must be integer, not '{}'",
            type_name(key)
        )));
    }
    let at = index(key)?;
    this(value)?.place(at).ok_or_else(|| index_error("deque index out of range"))
}

fn getitem(value: Value, key: Value) -> R {
    let at = position_of(value, key)?;
    item(value, at)
}

fn setitem(value: Value, key: Value, to: Option<Value>) -> R<()> {
    let at = position_of(value, key)?;
    let deque = this(value)?;
    match to {
        None => deque.remove_at(at),
        Some(to) => {
            if let Some(place) = deque.items.borrow_mut().get_mut(at) {
                *place = to;
            }
            heap::write_barrier(value);
        }
    }
    Ok(())
}

fn contains(value: Value, wanted: Value) -> R<bool> {
    Ok(this(value)?.position(wanted, 0, usize::MAX, mutated)?.is_some())
}

fn iter(value: Value) -> R {
    deque_iter::new(value, false)
}

fn repr(value: Value) -> R {
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new("[...]").value());
    }
    let mut text = Text::new();
    text.push_str(crate::objects::str::new(&crate::objects::support::bare_name(value)))?;
    text.push_ascii("(")?;
    text.push_repr(ops::collect(value)?.value())?;
    if let Some(limit) = this(value)?.limit.get() {
        text.push_ascii(&format!(", maxlen={limit}"))?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (native::downcast::<Deque>(left), native::downcast::<Deque>(right))
    else {
        return Ok(NOT_IMPLEMENTED);
    };
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let states = (a.state.get(), b.state.get());
    let mut at = 0;
    while let (Some(x), Some(y)) = (a.get(at), b.get(at)) {
        if !ops::equal(x, y)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => ops::compare(x, y, op),
            };
        }
        if states != (a.state.get(), b.state.get()) {
            return Err(mutated());
        }
        at += 1;
    }
    Ok(Value::bool(op.of(a.len().cmp(&b.len()))))
}

fn concat(left: Value, right: Value) -> R {
    if native::downcast::<Deque>(right).is_none() {
        return Err(type_error(format!(
            "can only concatenate deque (not \"{}\") to deque",
            type_name(right)
        )));
    }
    let joined = copy_of(left)?;
    extend(joined, right)?;
    Ok(joined)
}

fn inplace_concat(left: Value, right: Value) -> R {
    extend(left, right)?;
    Ok(left)
}

fn inplace_repeat(value: Value, times: isize) -> R {
    let deque = this(value)?;
    if times <= 0 {
        deque.clear();
        return Ok(value);
    }
    let len = deque.len();
    let total = len
        .checked_mul(times as usize)
        .filter(|&total| total <= isize::MAX as usize / 8)
        .ok_or_else(memory_error)?;
    let wanted = deque.limit.get().map_or(total, |limit| limit.min(total));
    if len == 0 || times == 1 {
        return Ok(value);
    }
    let mut items = deque.items.borrow_mut();
    items.try_reserve_exact(wanted.saturating_sub(len)).map_err(|_| memory_error())?;
    // With a limit the last `limit` items of the endless repetition are kept.
    let skipped = (total - wanted) % len;
    let once: Vec<Value> = items.iter().copied().collect();
    items.clear();
    items.extend(once.iter().copied().cycle().skip(skipped).take(wanted));
    drop(items);
    deque.changed();
    heap::write_barrier(value);
    Ok(value)
}

fn repeat(value: Value, times: isize) -> R {
    inplace_repeat(copy_of(value)?, times)
}

// -- methods -------------------------------------------------------------------------------

fn append(args: &[Value]) -> R {
    this(args[0])?.push_back(args[0], args[1])?;
    Ok(NONE)
}
fn appendleft(args: &[Value]) -> R {
    this(args[0])?.push_front(args[0], args[1])?;
    Ok(NONE)
}
fn clear(args: &[Value]) -> R {
    this(args[0])?.clear();
    Ok(NONE)
}
fn copy(args: &[Value]) -> R {
    copy_of(args[0])
}
fn count(args: &[Value]) -> R {
    let deque = this(args[0])?;
    let (state, mut found) = (deque.state.get(), 0);
    for at in 0..deque.len() {
        let Some(item) = deque.get(at) else { break };
        found += ops::equal(item, args[1])? as i64;
        if deque.state.get() != state {
            return Err(mutated());
        }
    }
    Ok(Value::int(found))
}
fn extend_method(args: &[Value]) -> R {
    extend(args[0], args[1])?;
    Ok(NONE)
}
fn extendleft(args: &[Value]) -> R {
    extend_left(args[0], args[1])?;
    Ok(NONE)
}
fn index_method(args: Args<'_>) -> R {
    let (value, rest) = split_self(args, "deque.index")?;
    let given = rest.no_keywords("deque.index")?;
    check_count(given.len(), "index", 1, 3)?;
    let deque = this(value)?;
    let bound = |i: usize| given.get(i).copied().unwrap_or(NULL);
    let (start, stop) = search_bounds(bound(1), bound(2), deque.len())?;
    match deque.position(given[0], start, stop, mutated)? {
        Some(at) => Ok(len_value(at)),
        None => Err(value_error("deque.index(x): x not in deque")),
    }
}
fn insert(args: &[Value]) -> R {
    let (value, at) = (args[0], ssize(args[1])?);
    let deque = this(value)?;
    let len = deque.len();
    if deque.limit.get() == Some(len) {
        return Err(index_error("deque already at its maximum size"));
    }
    let at = if at < 0 {
        at.saturating_add_unsigned(len).max(0) as usize
    } else {
        (at as usize).min(len)
    };
    let mut items = deque.items.borrow_mut();
    items.try_reserve(1).map_err(|_| memory_error())?;
    items.insert(at, args[2]);
    drop(items);
    deque.changed();
    heap::write_barrier(value);
    Ok(NONE)
}
fn pop(args: &[Value]) -> R {
    this(args[0])?.pop_back().ok_or_else(|| index_error("pop from an empty deque"))
}
fn popleft(args: &[Value]) -> R {
    this(args[0])?.pop_front().ok_or_else(|| index_error("pop from an empty deque"))
}
fn remove(args: &[Value]) -> R {
    let deque = this(args[0])?;
    let mutated = || index_error("deque mutated during remove().");
    match deque.position(args[1], 0, usize::MAX, mutated)? {
        Some(at) => deque.remove_at(at),
        None => return Err(value_error("deque.remove(x): x not in deque")),
    }
    Ok(NONE)
}
fn reverse(args: &[Value]) -> R {
    this(args[0])?.items.borrow_mut().make_contiguous().reverse();
    Ok(NONE)
}
fn rotate(args: &[Value]) -> R {
    let steps = if args[1].is_null() { 1 } else { ssize(args[1])? };
    this(args[0])?.rotate(steps);
    Ok(NONE)
}
fn reversed(args: &[Value]) -> R {
    deque_iter::new(args[0], true)
}
fn reduce(args: &[Value]) -> R {
    let value = args[0];
    let state = ops::call_method(value, names().__getstate__, &[])?;
    let arguments = match this(value)?.limit.get() {
        None => tuple(&[]),
        Some(limit) => tuple(&[tuple(&[]), len_value(limit)]),
    };
    Ok(tuple(&[class_of(value).value(), arguments, state, ops::iter(value)?]))
}
fn sizeof(args: &[Value]) -> R {
    Ok(len_value(
        size_of::<Native>() + size_of::<Deque>() + this(args[0])?.items.borrow().capacity() * 8,
    ))
}

static METHODS: [NativeFunction; 18] = [
    method("append", "($self, item, /)", append, "Add an element to the right side of the deque."),
    method(
        "appendleft",
        "($self, item, /)",
        appendleft,
        "Add an element to the left side of the deque.",
    ),
    method("clear", "($self, /)", clear, "Remove all elements from the deque."),
    method("copy", "($self, /)", copy, "Return a shallow copy of a deque."),
    method("__copy__", "($self, /)", copy, "Return a shallow copy of a deque."),
    method("count", "($self, value, /)", count, "Return number of occurrences of value."),
    method(
        "extend",
        "($self, iterable, /)",
        extend_method,
        "Extend the right side of the deque with elements from the iterable.",
    ),
    method(
        "extendleft",
        "($self, iterable, /)",
        extendleft,
        "Extend the left side of the deque with elements from the iterable.",
    ),
    raw_method(
        "index",
        index_method,
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
    ),
    method("insert", "($self, index, value, /)", insert, "Insert value before index."),
    method("pop", "($self, /)", pop, "Remove and return the rightmost element."),
    method("popleft", "($self, /)", popleft, "Remove and return the leftmost element."),
    method("remove", "($self, value, /)", remove, "Remove first occurrence of value."),
    method("reverse", "($self, /)", reverse, "Reverse *IN PLACE*."),
    method(
        "rotate",
        "($self, n=1, /)",
        rotate,
        "Rotate the deque n steps to the right.  If n is negative, rotates left.",
    ),
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the deque."),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__sizeof__", "($self, /)", sizeof, "Return the size of the deque in memory, in bytes."),
];
static ATTRIBUTES: [NativeAttribute; 1] = [getset(
    "maxlen",
    |value| Ok(this(value)?.limit.get().map_or(NONE, len_value)),
    None,
    "maximum size of a deque or None if unbounded",
)];

pub fn init(module: Gc<Module>) {
    let flags = flags::BASETYPE | flags::HAS_WEAKREF | flags::SEQUENCE;
    let class = native_class::new("collections", "deque", flags, |class| {
        class.doc.set("A list-like sequence optimized for data accesses near its endpoints.");
        let slots = &class.slots;
        slots.new.set(Some(deque_new));
        slots.init.set(Some(deque_init));
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
        class.add_attributes(&ATTRIBUTES);
    });
    CLASS.with(|own| {
        let _ = own.set(class);
    });
    module.dict.get().set_str(intern("deque"), class.value());
}
