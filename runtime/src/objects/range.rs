//! range: the struct, its arithmetic on ints of any size, its type. Not here: the iterators
//! (`range_iter.rs`).

use crate::args::Args;
use crate::error::{R, index_error, overflow_error, type_error, value_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, member, method, new_header};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::range_iter;
use crate::objects::slice::{self, Slice};
use crate::objects::support::{Text, big, exact_index, int_from_i128, positional, tuple};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, type_name, types};
use core::cell::Cell;
use dashu_int::IBig;

#[repr(C)]
pub struct Range {
    pub header: Header,
    /// Ints of any size.
    pub start: Field<Value>,
    pub stop: Field<Value>,
    pub step: Field<Value>,
    pub len: Field<Value>,
}

impl HeapObject for Range {
    const KIND: Kind = Kind::Range;
    fn trace(&self, m: &mut Marker) {
        for v in [self.start.get(), self.stop.get(), self.step.get(), self.len.get()] {
            m.value(v);
        }
    }
}

/// Iterator over a range whose values all fit 64 bits. (A larger range iterates through a Native
/// object.)
#[repr(C)]
pub struct RangeIter {
    pub header: Header,
    pub current: Cell<i64>,
    pub step: Cell<i64>,
    pub remaining: Cell<i64>,
}

impl HeapObject for RangeIter {
    const KIND: Kind = Kind::RangeIter;
    fn trace(&self, _: &mut Marker) {}
}

/// `start`, `stop`, `step` are exact ints, `step` not 0.
pub fn new(start: Value, stop: Value, step: Value) -> Gc<Range> {
    let len = count(start, stop, step);
    let object = Range {
        header: new_header(),
        start: Field::new(start),
        stop: Field::new(stop),
        step: Field::new(step),
        len: Field::new(len),
    };
    heap::alloc(types().range.root_shape.get(), object)
}

fn count(start: Value, stop: Value, step: Value) -> Value {
    if let (Some(start), Some(stop), Some(step)) =
        (int::to_i64(start), int::to_i64(stop), int::to_i64(step))
    {
        let (start, stop, step) = (start as i128, stop as i128, step as i128);
        let span = if step > 0 { stop - start } else { start - stop };
        return int_from_i128(if span > 0 { (span - 1) / step.abs() + 1 } else { 0 });
    }
    let (start, stop, step) = (big(start), big(stop), big(step));
    let (span, step) = if step > IBig::ZERO { (stop - start, step) } else { (start - stop, -step) };
    int::from_big(if span > IBig::ZERO {
        (span - IBig::ONE) / step + IBig::ONE
    } else {
        IBig::ZERO
    })
}

fn this(value: Value) -> Gc<Range> {
    value.cast()
}

impl Range {
    /// Start, step and length where 64 bits hold each.
    pub fn small(&self) -> Option<(i64, i64, i64)> {
        Some((
            int::to_i64(self.start.get())?,
            int::to_i64(self.step.get())?,
            int::to_i64(self.len.get())?,
        ))
    }
    /// The value at an index, in range or not.
    fn at_big(&self, index: &IBig) -> Value {
        int::from_big(big(self.start.get()) + index * big(self.step.get()))
    }
    /// `range[index]` for an int of any size.
    fn item(&self, index: Value) -> Option<Value> {
        if let (Some((start, step, len)), Some(i)) = (self.small(), int::to_i64(index)) {
            let i = if i < 0 { i.checked_add(len)? } else { i };
            return (0..len)
                .contains(&i)
                .then(|| int_from_i128(start as i128 + i as i128 * step as i128));
        }
        let (mut index, len) = (big(index), big(self.len.get()));
        if index < IBig::ZERO {
            index += &len;
        }
        (index >= IBig::ZERO && index < len).then(|| self.at_big(&index))
    }
    fn slice(&self, slice: Gc<Slice>) -> R {
        if let Some(range) = self.small_slice(slice) {
            return Ok(range.value());
        }
        let [start, stop, step] = slice::long_indices(slice, &big(self.len.get()))?;
        let step = int::from_big(step * big(self.step.get()));
        Ok(new(self.at_big(&start), self.at_big(&stop), step).value())
    }
    /// As `slice`, where 64 bits suffice for all numbers; the same rules as `slice::long_indices`.
    fn small_slice(&self, slice: Gc<Slice>) -> Option<Gc<Range>> {
        let (start, own_step, len) = self.small()?;
        let bound = |value: Value, default: i64| match value {
            NONE => Some(default),
            value => value.is_int().then(|| value.unbox_int()),
        };
        let step = bound(slice.step.get(), 1).filter(|&step| step != 0)?;
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let (first, last) = if step < 0 { (high, low) } else { (low, high) };
        let place = |value: Value, default: i64| {
            if value == NONE {
                return Some(default);
            }
            let i = bound(value, 0)?;
            Some((if i < 0 { i.saturating_add(len) } else { i }).clamp(low, high.max(low)))
        };
        let (from, to) = (place(slice.start.get(), first)?, place(slice.stop.get(), last)?);
        let at = |i: i64| int_from_i128(start as i128 + i as i128 * own_step as i128);
        Some(new(at(from), at(to), int_from_i128(step as i128 * own_step as i128)))
    }
    /// Where an exact int stands.
    fn position(&self, wanted: Value) -> Option<Value> {
        if let (Some((start, step, len)), Some(wanted)) = (self.small(), int::to_i64(wanted)) {
            let (offset, step) = (wanted as i128 - start as i128, step as i128);
            let at = offset / step;
            return (offset % step == 0 && at >= 0 && at < len as i128).then(|| int_from_i128(at));
        }
        let (offset, step) = (big(wanted) - big(self.start.get()), big(self.step.get()));
        let at = &offset / &step;
        (&at * &step == offset && at >= IBig::ZERO && at < big(self.len.get()))
            .then(|| int::from_big(at))
    }
}

fn is_plain_int(value: Value) -> bool {
    value.is_int() || value.is_bool() || class_of(value) == types().int
}

// -- slots ------------------------------------------------------------------------------

fn range_new(_class: Gc<Class>, args: Args<'_>) -> R {
    let values = positional(args, "range", 1, 3)?;
    let (start, stop, step) = match *values {
        [start, stop, step] => (exact_index(start)?, exact_index(stop)?, exact_index(step)?),
        [start, stop] => (exact_index(start)?, exact_index(stop)?, Value::small_int(1)),
        _ => (Value::small_int(0), exact_index(values[0])?, Value::small_int(1)),
    };
    if step == Value::small_int(0) {
        return Err(value_error("range() arg 3 must not be zero"));
    }
    Ok(new(start, stop, step).value())
}

fn repr(value: Value) -> R {
    let range = this(value);
    let mut text = Text::new();
    text.push_ascii("range(")?;
    text.push_repr(range.start.get())?;
    text.push_ascii(", ")?;
    text.push_repr(range.stop.get())?;
    if range.step.get() != Value::small_int(1) {
        text.push_ascii(", ")?;
        text.push_repr(range.step.get())?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

/// The fields that tell ranges apart: those that no value depends on are None.
fn identity(range: Gc<Range>) -> [Value; 3] {
    let len = range.len.get();
    if len == Value::small_int(0) {
        [len, NONE, NONE]
    } else if len == Value::small_int(1) {
        [len, range.start.get(), NONE]
    } else {
        [len, range.start.get(), range.step.get()]
    }
}

fn range_hash(value: Value) -> R<i64> {
    ops::hash(tuple(&identity(this(value))))
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (left.downcast::<Range>(), right.downcast::<Range>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let mut equal = true;
    for (x, y) in identity(a).into_iter().zip(identity(b)) {
        equal = equal && ops::equal(x, y)?;
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn len(value: Value) -> R<usize> {
    let len = int::to_i64(this(value).len.get()).and_then(|len| usize::try_from(len).ok());
    len.ok_or_else(|| overflow_error("Python int too large to convert to C ssize_t"))
}

fn truth(value: Value) -> R<bool> {
    Ok(this(value).len.get() != Value::small_int(0))
}

fn sequence_item(value: Value, at: usize) -> R {
    this(value).item(crate::objects::support::len_value(at)).ok_or_else(out_of_range)
}

fn out_of_range() -> crate::error::Raised {
    index_error("range object index out of range")
}

fn getitem(value: Value, key: Value) -> R {
    if let Some(slice) = key.downcast::<Slice>() {
        return this(value).slice(slice);
    }
    if !int::is_any_int(key) && class_of(key).slots.index.get().is_none() {
        return Err(type_error(format!(
            "range indices must be integers or slices, not {}",
            type_name(key)
        )));
    }
    this(value).item(exact_index(key)?).ok_or_else(out_of_range)
}

fn contains(value: Value, wanted: Value) -> R<bool> {
    if is_plain_int(wanted) {
        return Ok(this(value).position(wanted).is_some());
    }
    Ok(search(value, wanted)?.is_some())
}

/// The index of the first value that equals an object which is no plain int.
fn search(value: Value, wanted: Value) -> R<Option<i64>> {
    let (iterator, mut at) = (iter(value)?, 0);
    while let Some(item) = ops::next(iterator)? {
        if ops::equal(item, wanted)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

/// `iter(range)`: a RangeIter where 64 bits suffice.
pub fn iter(value: Value) -> R {
    let range = this(value);
    Ok(range_iter::new(range.start.get(), range.step.get(), range.len.get()))
}

// -- methods -------------------------------------------------------------------------------

fn count_method(args: &[Value]) -> R {
    if is_plain_int(args[1]) {
        return Ok(Value::int(this(args[0]).position(args[1]).is_some() as i64));
    }
    let (iterator, mut found) = (iter(args[0])?, 0);
    while let Some(item) = ops::next(iterator)? {
        found += ops::equal(item, args[1])? as i64;
    }
    Ok(Value::int(found))
}

fn index(args: &[Value]) -> R {
    if is_plain_int(args[1]) {
        return this(args[0])
            .position(args[1])
            .ok_or_else(|| value_error("range.index(x): x not in range"));
    }
    match search(args[0], args[1])? {
        Some(at) => Ok(Value::int(at)),
        None => Err(value_error("sequence.index(x): x not in sequence")),
    }
}

fn reversed(args: &[Value]) -> R {
    let range = this(args[0]);
    if let Some((start, step, len)) = range.small() {
        let last = start as i128 + (len as i128 - 1) * step as i128;
        return Ok(range_iter::new(
            int_from_i128(last),
            int_from_i128(-(step as i128)),
            range.len.get(),
        ));
    }
    let last = range.at_big(&(big(range.len.get()) - IBig::ONE));
    Ok(range_iter::new(last, int::from_big(-big(range.step.get())), range.len.get()))
}

fn reduce(args: &[Value]) -> R {
    let range = this(args[0]);
    let fields = tuple(&[range.start.get(), range.stop.get(), range.step.get()]);
    Ok(Tuple::from_slice(&[types().range.value(), fields]).value())
}

static METHODS: [NativeFunction; 4] = [
    method(
        "count",
        "($self, value, /)",
        count_method,
        "rangeobject.count(value) -> integer -- return number of occurrences of value",
    ),
    method(
        "index",
        "($self, value, /)",
        index,
        "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
    ),
    method("__reversed__", "($self, /)", reversed, "Return a reverse iterator."),
    method("__reduce__", "($self, /)", reduce, ""),
];
static ATTRIBUTES: [NativeAttribute; 3] = [
    member("start", |range| Ok(this(range).start.get()), None, ""),
    member("stop", |range| Ok(this(range).stop.get()), None, ""),
    member("step", |range| Ok(this(range).step.get()), None, ""),
];

pub fn init() {
    let class = types().range;
    class.doc.set(
        "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    );
    let slots = &class.slots;
    slots.new.set(Some(range_new));
    slots.repr.set(Some(repr));
    slots.hash.set(Some(range_hash));
    slots.compare.set(Some(compare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(len));
    slots.bool.set(Some(truth));
    slots.item.set(Some(sequence_item));
    slots.getitem.set(Some(getitem));
    slots.contains.set(Some(contains));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}
