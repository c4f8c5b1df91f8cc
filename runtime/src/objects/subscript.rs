//! What stands in brackets, resolved against a length: an index, or a slice. Shared by str, bytes,
//! bytearray and memoryview.

use crate::error::{R, index_error, type_error, value_error};
use crate::objects::int;
use crate::objects::slice::Slice;
use crate::ops;
use crate::value::Value;
use crate::vm::class_of;

#[derive(Clone, Copy, Debug)]
pub enum Subscript {
    Index(usize),
    Slice(Span),
}

/// The indices `start, start + step, ..`, `len` of them, all in range.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub start: usize,
    pub step: isize,
    pub len: usize,
}

impl Span {
    pub fn indices(self) -> impl Iterator<Item = usize> {
        let mut at = self.start;
        (0..self.len).map(move |_| {
            let now = at;
            at = at.wrapping_add_signed(self.step);
            now
        })
    }
}

/// `what` is the message for a key that is neither an index nor a slice; `range` for an index out
/// of range. The length is asked for after `__index__` has run, which may change it.
pub fn resolve(
    key: Value,
    len: impl Fn() -> usize,
    what: impl FnOnce() -> String,
    range: &str,
) -> R<Subscript> {
    if key.is_int() {
        return Ok(Subscript::Index(in_range(key.unbox_int() as isize, len(), range)?));
    }
    if let Some(slice) = key.downcast::<Slice>() {
        let (start, stop, step) = unpack(&slice)?;
        return Ok(Subscript::Slice(adjust(start, stop, step, len())));
    }
    if int::is_any_int(key) || class_of(key).slots.index.get().is_some() {
        let Some(index) = ops::index_isize(key)? else {
            return Err(index_error(format!(
                "cannot fit '{}' into an index-sized integer",
                class_of(key).name()
            )));
        };
        return Ok(Subscript::Index(in_range(index, len(), range)?));
    }
    Err(type_error(what()))
}

fn in_range(index: isize, len: usize, message: &str) -> R<usize> {
    let at = if index < 0 { index.wrapping_add(len as isize) } else { index };
    if at >= 0 && (at as usize) < len { Ok(at as usize) } else { Err(index_error(message)) }
}

/// `PySlice_Unpack`.
fn unpack(slice: &Slice) -> R<(isize, isize, isize)> {
    let step = if slice.step.get().is_none() { 1 } else { slice_index(slice.step.get())? };
    if step == 0 {
        return Err(value_error("slice step cannot be zero"));
    }
    let step = step.max(-isize::MAX);
    let (first, last) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
    let start = if slice.start.get().is_none() { first } else { slice_index(slice.start.get())? };
    let stop = if slice.stop.get().is_none() { last } else { slice_index(slice.stop.get())? };
    Ok((start, stop, step))
}

/// An index of a slice: clipped to what an isize holds.
pub fn slice_index(value: Value) -> R<isize> {
    if value.is_int() {
        return Ok(value.unbox_int() as isize);
    }
    if !int::is_any_int(value) && class_of(value).slots.index.get().is_none() {
        return Err(type_error(
            "slice indices must be integers or None or have an __index__ method",
        ));
    }
    let index = ops::index(value)?;
    Ok(int::to_i64(index)
        .map_or_else(|| if is_negative(index) { isize::MIN } else { isize::MAX }, |i| i as isize))
}

fn is_negative(index: Value) -> bool {
    index.downcast::<int::IntObject>().is_some_and(|int| int.big < dashu_int::IBig::ZERO)
}

/// `PySlice_AdjustIndices`.
pub fn adjust(start: isize, stop: isize, step: isize, len: usize) -> Span {
    let len = len as isize;
    let clip = |i: isize| {
        if i < 0 {
            (i.saturating_add(len)).max(if step < 0 { -1 } else { 0 })
        } else if i >= len {
            if step < 0 { len - 1 } else { len }
        } else {
            i
        }
    };
    let (start, stop) = (clip(start), clip(stop));
    let count = if step < 0 {
        if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
    } else if start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    Span { start: start.max(0) as usize, step, len: count as usize }
}

/// The optional `start` and `end` of `find` and its like: `None` and NULL mean the whole. Ends are
/// clipped to `len`; `start` may lie behind `end`.
pub fn bounds(start: Value, end: Value, len: impl Fn() -> usize) -> R<(usize, usize)> {
    let start = if start.is_null() || start.is_none() { 0 } else { slice_index(start)? };
    let end = if end.is_null() || end.is_none() { isize::MAX } else { slice_index(end)? };
    let len = len() as isize;
    let clip = |i: isize| if i < 0 { (i.saturating_add(len)).max(0) } else { i };
    Ok((clip(start) as usize, clip(end).min(len) as usize))
}
