//! slice: the struct, and how its three fields become indices of a sequence.

use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, member, method, new_header};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::support::{self, ItemsHash, Text, big, clipped, hash, positional};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, types};
use dashu_int::IBig;

#[repr(C)]
pub struct Slice {
    pub header: Header,
    pub start: Field<Value>,
    pub stop: Field<Value>,
    pub step: Field<Value>,
}

impl HeapObject for Slice {
    const KIND: Kind = Kind::Slice;
    fn trace(&self, m: &mut Marker) {
        for v in [self.start.get(), self.stop.get(), self.step.get()] {
            m.value(v);
        }
    }
}

pub fn new(start: Value, stop: Value, step: Value) -> Gc<Slice> {
    let object = Slice {
        header: new_header(),
        start: Field::new(start),
        stop: Field::new(stop),
        step: Field::new(step),
    };
    heap::alloc(types().slice.root_shape.get(), object)
}

/// The three numbers of a slice before a length is known. `step` is not 0.
#[derive(Clone, Copy, Debug)]
pub struct Unpacked {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
}

/// Positions in a sequence: `start`, `start + step`, ..., `len` of them. Without items, `start` is
/// where an insertion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indices {
    pub start: usize,
    /// Exclusive end for `step` 1; at least `start` then.
    pub stop: usize,
    pub step: isize,
    pub len: usize,
}

impl Indices {
    /// The i-th position; the caller keeps `i` below `len`.
    #[inline]
    pub fn at(&self, i: usize) -> usize {
        self.start.wrapping_add_signed(self.step.wrapping_mul(i as isize))
    }
}

/// Bounds of BINARY_SLICE and STORE_SLICE, which come without a slice object.
pub fn unpack_bounds(start: Value, stop: Value) -> R<Unpacked> {
    Ok(Unpacked { start: bound(start, 0)?, stop: bound(stop, isize::MAX)?, step: 1 })
}

/// Runs `__index__` of the fields: read the sequence's length afterwards.
pub fn unpack(slice: Gc<Slice>) -> R<Unpacked> {
    let step = bound(slice.step.get(), 1)?.max(-isize::MAX);
    if step == 0 {
        return Err(value_error("slice step cannot be zero"));
    }
    let (first, last) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
    Ok(Unpacked {
        start: bound(slice.start.get(), first)?,
        stop: bound(slice.stop.get(), last)?,
        step,
    })
}

/// Slice to positions in one go, for sequences whose length cannot change.
pub fn adjust(slice: Gc<Slice>, len: usize) -> R<Indices> {
    Ok(unpack(slice)?.adjust(len))
}

fn bound(value: Value, default: isize) -> R<isize> {
    if value == NONE {
        return Ok(default);
    }
    if value.is_int() {
        return Ok(value.unbox_int() as isize);
    }
    check_index(value)?;
    clipped(value)
}

fn check_index(value: Value) -> R<()> {
    if int::is_any_int(value) || class_of(value).slots.index.get().is_some() {
        return Ok(());
    }
    Err(type_error("slice indices must be integers or None or have an __index__ method"))
}

impl Unpacked {
    pub fn adjust(self, len: usize) -> Indices {
        let Unpacked { start, stop, step } = self;
        let len = len as isize;
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let place = |i: isize| {
            let i = if i < 0 { i.saturating_add(len) } else { i };
            i.clamp(low, high.max(low))
        };
        let (start, stop) = (place(start), place(stop));
        let count = if step == 1 {
            // Without a division.
            (stop - start).max(0)
        } else if step < 0 {
            if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
        } else if start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        let start = start.max(0) as usize;
        Indices { start, stop: (stop.max(0) as usize).max(start), step, len: count as usize }
    }
}

// -- the type ------------------------------------------------------------------------

fn slice_new(_class: Gc<Class>, args: Args<'_>) -> R {
    let values = positional(args, "slice", 1, 3)?;
    Ok(match *values {
        [stop] => new(NONE, stop, NONE),
        [start, stop] => new(start, stop, NONE),
        [start, stop, step] => new(start, stop, step),
        _ => return Err(type_error("slice expected at most 3 arguments")),
    }
    .value())
}

fn fields(slice: Value) -> [Value; 3] {
    let slice = slice.cast::<Slice>();
    [slice.start.get(), slice.stop.get(), slice.step.get()]
}

fn slice_repr(slice: Value) -> R {
    let [start, stop, step] = fields(slice);
    let mut text = Text::new();
    text.push_ascii("slice(")?;
    text.push_repr(start)?;
    text.push_ascii(", ")?;
    text.push_repr(stop)?;
    text.push_ascii(", ")?;
    text.push_repr(step)?;
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

fn slice_hash(slice: Value) -> R<i64> {
    let mut state = ItemsHash::new();
    for field in fields(slice) {
        state.add(hash(field)?);
    }
    Ok(state.finish())
}

fn slice_compare(left: Value, right: Value, op: CompareOp) -> R {
    if !left.is::<Slice>() || !right.is::<Slice>() {
        return Ok(NOT_IMPLEMENTED);
    }
    if left == right {
        return Ok(Value::bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
    }
    let (left, right) = (Tuple::from_slice(&fields(left)), Tuple::from_slice(&fields(right)));
    ops::compare(left.value(), right.value(), op)
}

/// `(start, stop, step)` for a length of any size.
pub fn long_indices(slice: Gc<Slice>, len: &IBig) -> R<[IBig; 3]> {
    let [start, stop, step] = fields(slice.value());
    let number = |value: Value| -> R<IBig> {
        check_index(value)?;
        Ok(big(ops::index(value)?))
    };
    let step = if step == NONE { IBig::ONE } else { number(step)? };
    if step == IBig::ZERO {
        return Err(value_error("slice step cannot be zero"));
    }
    let down = step < IBig::ZERO;
    let (low, high) =
        if down { (IBig::NEG_ONE, len - IBig::ONE) } else { (IBig::ZERO, len.clone()) };
    let place = |value: Value, default: &IBig| -> R<IBig> {
        if value == NONE {
            return Ok(default.clone());
        }
        let mut i = number(value)?;
        if i < IBig::ZERO {
            i += len;
        }
        Ok(if i < low {
            low.clone()
        } else if i > high {
            high.clone()
        } else {
            i
        })
    };
    let (first, last) = if down { (&high, &low) } else { (&low, &high) };
    Ok([place(start, first)?, place(stop, last)?, step])
}

fn indices(args: &[Value]) -> R {
    let len = ops::index(args[1])?;
    if support::is_negative(len) {
        return Err(value_error("length should not be negative"));
    }
    let [start, stop, step] = long_indices(args[0].cast(), &big(len))?;
    Ok(support::tuple(&[int::from_big(start), int::from_big(stop), int::from_big(step)]))
}

fn reduce(args: &[Value]) -> R {
    let fields = support::tuple(&fields(args[0]));
    Ok(support::tuple(&[types().slice.value(), fields]))
}

static METHODS: [NativeFunction; 2] = [
    method(
        "indices",
        "($self, object, /)",
        indices,
        "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices.",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
];
static ATTRIBUTES: [NativeAttribute; 3] = [
    member("start", |slice| Ok(fields(slice)[0]), None, ""),
    member("stop", |slice| Ok(fields(slice)[1]), None, ""),
    member("step", |slice| Ok(fields(slice)[2]), None, ""),
];

pub fn init() {
    let class = types().slice;
    class.doc.set(
        "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    );
    let slots = &class.slots;
    slots.new.set(Some(slice_new));
    slots.repr.set(Some(slice_repr));
    slots.hash.set(Some(slice_hash));
    slots.compare.set(Some(slice_compare));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_clipped() {
        let of = |start, stop, step, len| Unpacked { start, stop, step }.adjust(len);
        assert_eq!(of(0, isize::MAX, 1, 3), Indices { start: 0, stop: 3, step: 1, len: 3 });
        assert_eq!(
            of(isize::MAX, isize::MIN, -1, 3),
            Indices { start: 2, stop: 2, step: -1, len: 3 }
        );
        assert_eq!(of(5, 2, 1, 3).len, 0);
        assert_eq!(of(isize::MAX, isize::MIN, -isize::MAX, 3).len, 1);
        assert_eq!(of(0, isize::MAX, isize::MAX, 3).len, 1);
        assert_eq!(of(-2, isize::MAX, 1, 3), Indices { start: 1, stop: 3, step: 1, len: 2 });
        assert_eq!(of(isize::MAX, isize::MIN, -1, 0).len, 0);
    }
}
