//! Building str: the builder that everybody uses, concatenation (amortised in place), repetition,
//! join. Not here: the struct.

use crate::defs::SHAPE_STR;
use crate::error::{R, memory_error, overflow_error, type_error};
use crate::heap;
use crate::object::Gc;
use crate::objects::builtin::new_header;
use crate::objects::str::{
    self, ASCII, BufferHead, CONCAT, Chars, GROWABLE, Str, WIDE, exact, fill_narrow, fill_wide,
    is_exact,
};
use crate::ops;
use crate::value::Value;
use crate::vm::type_name;
use core::cell::Cell;
use std::mem;

/// Collects characters: narrow until a wide one comes.
#[derive(Default)]
pub struct StrBuilder {
    narrow: Vec<u8>,
    wide: Vec<u32>,
    is_wide: bool,
}

impl StrBuilder {
    pub fn new() -> StrBuilder {
        StrBuilder::default()
    }
    pub fn with_capacity(len: usize) -> StrBuilder {
        StrBuilder {
            narrow: Vec::with_capacity(len.min(1 << 20)),
            wide: Vec::new(),
            is_wide: false,
        }
    }
    pub fn len(&self) -> usize {
        if self.is_wide { self.wide.len() } else { self.narrow.len() }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    #[inline]
    pub fn push(&mut self, c: u32) {
        if !self.is_wide {
            if c < 0x100 {
                self.narrow.push(c as u8);
                return;
            }
            self.widen();
        }
        self.wide.push(c);
    }
    #[cold]
    fn widen(&mut self) {
        self.wide.extend(self.narrow.iter().map(|&b| b as u32));
        self.narrow = Vec::new();
        self.is_wide = true;
    }
    /// Decimal digits.
    pub fn push_int(&mut self, number: i64) {
        let (mut digits, mut start, mut left) = ([0; 20], 20, number.unsigned_abs());
        loop {
            start -= 1;
            digits[start] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if number < 0 {
            start -= 1;
            digits[start] = b'-';
        }
        self.push_latin1(&digits[start..]);
    }
    /// `str(value)`, without an object in between where that is easy.
    pub fn push_str_of(&mut self, value: Value) -> R<()> {
        if value.is_int() {
            self.push_int(value.unbox_int());
        } else if value.is_float() {
            self.push_str(&crate::objects::float_text::repr_of(value.unbox_float()));
        } else {
            let text = ops::str(value)?;
            self.try_reserve(text.len())?;
            self.push_gc(text);
        }
        Ok(())
    }
    pub fn push_char(&mut self, c: char) {
        self.push(c as u32);
    }
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_latin1(text.as_bytes())
        } else {
            text.chars().for_each(|c| self.push(c as u32))
        }
    }
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        if self.is_wide {
            self.wide.extend(bytes.iter().map(|&b| b as u32))
        } else {
            self.narrow.extend_from_slice(bytes)
        }
    }
    pub fn push_words(&mut self, words: &[u32]) {
        if !self.is_wide && words.iter().fold(0, |all, &w| all | w) < 0x100 {
            self.narrow.extend(words.iter().map(|&w| w as u8));
            return;
        }
        if !self.is_wide {
            self.widen();
        }
        self.wide.extend_from_slice(words);
    }
    pub fn push_gc(&mut self, str: Gc<Str>) {
        match str.chars() {
            Chars::Narrow(bytes) => self.push_latin1(bytes),
            Chars::Wide(words) => self.push_words(words),
        }
    }
    /// Characters `start..end`.
    pub fn push_slice(&mut self, str: Gc<Str>, start: usize, end: usize) {
        match str.chars() {
            Chars::Narrow(bytes) => self.push_latin1(&bytes[start..end]),
            Chars::Wide(words) => self.push_words(&words[start..end]),
        }
    }
    /// `count` times `c`: padding, whose width the program chooses.
    pub fn push_repeat(&mut self, c: u32, count: usize) -> R<()> {
        if c >= 0x100 && !self.is_wide && count != 0 {
            self.widen();
        }
        self.try_reserve(count)?;
        if self.is_wide {
            self.wide.resize(self.wide.len() + count, c);
        } else if count != 0 {
            self.narrow.resize(self.narrow.len() + count, c as u8);
        }
        Ok(())
    }
    pub fn try_reserve(&mut self, count: usize) -> R<()> {
        let result = if self.is_wide {
            self.wide.try_reserve(count)
        } else {
            self.narrow.try_reserve(count)
        };
        result.map_err(|_| memory_error())
    }
    pub fn finish(self) -> R<Gc<Str>> {
        if self.is_wide {
            return fill_wide(self.wide.len(), |words| words.copy_from_slice(&self.wide));
        }
        if self.narrow.len() <= 1 {
            return Ok(str::from_latin1(&self.narrow));
        }
        fill_narrow(self.narrow.len(), |bytes| bytes.copy_from_slice(&self.narrow))
    }
    pub fn finish_value(self) -> R {
        Ok(self.finish()?.value())
    }
}

impl core::fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

// -- concatenation -------------------------------------------------------------

/// Results below this are copied each time: the copy costs less than the bookkeeping.
const GROWABLE_FROM: usize = 256;

/// `left + right`. A chain `s += x` is amortised: the second result in a row gets a growable
/// buffer, later ones append to it when
/// `left` ends where the buffer's used part ends.
pub fn concat(left: Gc<Str>, right: Gc<Str>) -> R<Gc<Str>> {
    if right.len() == 0 {
        return Ok(exact(left));
    }
    if left.len() == 0 {
        return Ok(exact(right));
    }
    let Some(len) =
        left.len().checked_add(right.len()).filter(|&len| len < isize::MAX as usize / 4)
    else {
        return Err(overflow_error("strings are too large to concat"));
    };
    if left.has(GROWABLE | CONCAT) && len >= GROWABLE_FROM {
        return concat_growable(left, right, len);
    }
    let result = match (left.chars(), right.chars()) {
        (Chars::Narrow(a), Chars::Narrow(b)) => {
            let result = str::try_alloc(len, len)?;
            // SAFETY: the fresh str has room for both operands.
            unsafe {
                let to = result.data.get().cast_mut();
                core::ptr::copy_nonoverlapping(a.as_ptr(), to, a.len());
                core::ptr::copy_nonoverlapping(b.as_ptr(), to.add(a.len()), b.len());
            }
            result.header.flags.set(left.header.flags.get() & right.header.flags.get() & ASCII);
            result
        }
        _ => fill_wide(len, |words| {
            copy_wide(left, &mut words[..left.len()]);
            copy_wide(right, &mut words[left.len()..]);
        })?,
    };
    result.header.flags.set(result.header.flags.get() | CONCAT);
    Ok(result)
}

fn copy_wide(from: Gc<Str>, to: &mut [u32]) {
    match from.chars() {
        Chars::Narrow(bytes) => to.iter_mut().zip(bytes).for_each(|(to, &b)| *to = b as u32),
        Chars::Wide(words) => to.copy_from_slice(words),
    }
}

fn concat_growable(left: Gc<Str>, right: Gc<Str>, len: usize) -> R<Gc<Str>> {
    let is_wide = left.is_wide() || right.is_wide();
    let unit = if is_wide { 4 } else { 1 };
    let (old, needed) = (left.len() * unit, len * unit);
    if left.has(GROWABLE) && left.is_wide() == is_wide {
        let head = buffer_head(left.data.get());
        if head.used.get() == old && needed <= head.capacity.get() {
            append(left.data.get(), right, old, is_wide);
            head.used.set(needed);
            return Ok(shared(left.data.get(), len, flags_of(left, right, is_wide)));
        }
    }
    let capacity = needed * 2;
    let Some(buffer) = heap::try_alloc_bytes(capacity + size_of::<BufferHead>()) else {
        return Err(memory_error());
    };
    let data = buffer.wrapping_add(size_of::<BufferHead>());
    let head = buffer_head(data);
    head.capacity.set(capacity);
    append(data, left, 0, is_wide);
    append(data, right, old, is_wide);
    head.used.set(needed);
    Ok(shared(data, len, flags_of(left, right, is_wide)))
}

fn flags_of(left: Gc<Str>, right: Gc<Str>, is_wide: bool) -> u16 {
    GROWABLE
        | if is_wide { WIDE } else { left.header.flags.get() & right.header.flags.get() & ASCII }
}

fn buffer_head(data: *const u8) -> &'static BufferHead {
    // SAFETY: the characters of a growable buffer follow its head.
    unsafe { &*data.sub(size_of::<BufferHead>()).cast() }
}

/// Writes the characters of `from` at byte `at` of a growable buffer that has room there.
fn append(data: *const u8, from: Gc<Str>, at: usize, is_wide: bool) {
    let to = data.wrapping_add(at).cast_mut();
    match from.chars() {
        // SAFETY: the caller has checked the room; no str uses the bytes behind `used`.
        Chars::Narrow(bytes) if !is_wide => unsafe {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len())
        },
        // SAFETY: as above; wide buffers are filled in units of four bytes from an aligned start.
        _ => copy_wide(from, unsafe {
            core::slice::from_raw_parts_mut(to.cast::<u32>(), from.len())
        }),
    }
}

fn shared(data: *const u8, len: usize, flags: u16) -> Gc<Str> {
    let object = Str {
        header: new_header(),
        hash: Cell::new(0),
        len: Cell::new(len),
        data: Cell::new(data),
    };
    let str = heap::alloc(SHAPE_STR, object);
    str.header.flags.set(flags);
    str
}

/// `str * count`.
pub fn repeat(str: Gc<Str>, count: isize) -> R<Gc<Str>> {
    if count <= 0 || str.len() == 0 {
        return Ok(str::empty());
    }
    if count == 1 {
        return Ok(exact(str));
    }
    let Some(len) = str.len().checked_mul(count as usize).filter(|&len| len <= isize::MAX as usize)
    else {
        return Err(overflow_error("repeated string is too long"));
    };
    match str.chars() {
        Chars::Narrow(&[byte]) => fill_narrow(len, |to| to.fill(byte)),
        Chars::Narrow(bytes) => fill_narrow(len, |to| {
            to.chunks_exact_mut(bytes.len()).for_each(|to| to.copy_from_slice(bytes))
        }),
        Chars::Wide(words) => fill_wide(len, |to| {
            to.chunks_exact_mut(words.len()).for_each(|to| to.copy_from_slice(words))
        }),
    }
}

/// The concatenation of str values (BUILD_STRING). The caller keeps them alive.
pub fn build(pieces: &[Value]) -> R<Gc<Str>> {
    join_values(None, pieces)
}

/// `separator.join(iterable)`.
pub fn join(separator: Gc<Str>, iterable: Value) -> R<Gc<Str>> {
    if let Some(list) = iterable.downcast::<crate::objects::list::List>() {
        check_items(list.items())?;
        return join_values(Some(separator), list.items());
    }
    if let Some(tuple) = iterable.downcast::<crate::objects::tuple::Tuple>() {
        check_items(tuple.items())?;
        return join_values(Some(separator), tuple.items());
    }
    let list = match ops::collect(iterable) {
        Ok(list) => list,
        Err(raised) if raised.is(crate::vm::types().type_error) && !is_iterable(iterable) => {
            return Err(type_error("can only join an iterable"));
        }
        Err(raised) => return Err(raised),
    };
    check_items(list.items())?;
    join_values(Some(separator), list.items())
}

fn is_iterable(value: Value) -> bool {
    let slots = &crate::vm::class_of(value).slots;
    slots.iter.get().is_some() || slots.item.get().is_some() || slots.getitem.get().is_some()
}

fn check_items(items: &[Value]) -> R<()> {
    match items.iter().position(|item| !item.is::<Str>()) {
        Some(i) => Err(type_error(format!(
            "sequence item {i}: expected str instance, {} found",
            type_name(items[i])
        ))),
        None => Ok(()),
    }
}

/// All items are str. Nothing here runs Python code, so the slice stays as it is.
fn join_values(separator: Option<Gc<Str>>, items: &[Value]) -> R<Gc<Str>> {
    match items {
        [] => return Ok(str::empty()),
        [one] if is_exact(*one) => return Ok(one.cast()),
        _ => {}
    }
    let separator_len = separator.map_or(0, |separator| separator.len());
    let mut len = separator_len.checked_mul(items.len() - 1);
    let mut is_wide = separator_len != 0
        && items.len() > 1
        && separator.is_some_and(|separator| separator.is_wide());
    for item in items {
        let item = item.cast::<Str>();
        len = len.and_then(|len| len.checked_add(item.len()));
        is_wide |= item.is_wide();
    }
    let Some(len) = len.filter(|&len| len <= isize::MAX as usize) else {
        return Err(overflow_error("join() result is too long for a Python string"));
    };
    if len <= 1 {
        let mut parts = items
            .iter()
            .map(|item| item.cast::<Str>())
            .chain(separator)
            .filter(|part| part.len() == 1);
        // A separator counts only between two items, and then the length says that it is the one
        // part.
        return Ok(parts.next().filter(|_| len == 1).map_or_else(str::empty, exact));
    }
    if is_wide { join_wide(separator, items, len) } else { join_narrow(separator, items, len) }
}

fn join_narrow(separator: Option<Gc<Str>>, items: &[Value], len: usize) -> R<Gc<Str>> {
    let separator = separator.as_ref().map_or(&b""[..], |separator| narrow(separator));
    fill_narrow(len, |mut to| {
        for (i, item) in items.iter().enumerate() {
            if i != 0 {
                put(&mut to, separator);
            }
            put(&mut to, narrow(&item.cast::<Str>()));
        }
    })
}

fn narrow(str: &Str) -> &[u8] {
    match str.chars() {
        Chars::Narrow(bytes) => bytes,
        Chars::Wide(_) => &[],
    }
}

fn put(to: &mut &mut [u8], bytes: &[u8]) {
    let (now, later) = mem::take(to).split_at_mut(bytes.len());
    now.copy_from_slice(bytes);
    *to = later;
}

fn join_wide(separator: Option<Gc<Str>>, items: &[Value], len: usize) -> R<Gc<Str>> {
    fill_wide(len, |to| {
        let mut at = 0;
        let mut put = |from: Gc<Str>| {
            copy_wide(from, &mut to[at..at + from.len()]);
            at += from.len();
        };
        for (i, item) in items.iter().enumerate() {
            if let Some(separator) = separator
                && i != 0
            {
                put(separator);
            }
            put(item.cast());
        }
    })
}
