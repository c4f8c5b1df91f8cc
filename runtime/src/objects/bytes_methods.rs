//! bytes: methods, which bytearray shares: a result has the type of `self`. Not here: those that
//! change a bytearray.

use crate::error::{R, memory_error, overflow_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::buffer::{self, BytesView};
use crate::objects::builtin::{NativeFunction, class_method, method, static_method};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::{self, Bytes};
use crate::objects::bytes_slots::byte;
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::str_methods::{shown_type, size_argument};
use crate::objects::str_search::{self, Unit};
use crate::objects::subscript::bounds;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{FALSE, TRUE, Value};
use crate::vm::{class_of, type_name, types};

static SHARED: [NativeFunction; 42] = [
    method(
        "capitalize",
        "($self, /)",
        capitalize,
        "Return a copy with its first byte capitalized and the rest lowercased.",
    ),
    method(
        "center",
        "($self, width, fillchar=b' ', /)",
        center,
        "Return a centered copy of length width.",
    ),
    method(
        "count",
        "($self, sub, start=None, end=None, /)",
        count,
        "Return the number of occurrences of sub that do not overlap.",
    ),
    method(
        "decode",
        "($self, /, encoding='utf-8', errors='strict')",
        decode,
        "Decode the bytes using the codec registered for encoding.",
    ),
    method(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        endswith,
        "Return True if the bytes end with the specified suffix.",
    ),
    method(
        "expandtabs",
        "($self, /, tabsize=8)",
        expandtabs,
        "Return a copy where all tab characters are expanded using spaces.",
    ),
    method(
        "find",
        "($self, sub, start=None, end=None, /)",
        find,
        "Return the lowest index where sub is found, or -1.",
    ),
    class_method(
        "fromhex",
        "($type, string, /)",
        fromhex,
        "Create an object from a string of hexadecimal numbers.",
    ),
    method(
        "hex",
        "($self, /, sep=None, bytes_per_sep=1)",
        hex,
        "Create a string of hexadecimal numbers.",
    ),
    method(
        "index",
        "($self, sub, start=None, end=None, /)",
        index,
        "Return the lowest index where sub is found, or raise ValueError.",
    ),
    method(
        "isalnum",
        "($self, /)",
        |args| all(args, |b| b.is_ascii_alphanumeric()),
        "Return True if all bytes are alphanumeric.",
    ),
    method(
        "isalpha",
        "($self, /)",
        |args| all(args, |b| b.is_ascii_alphabetic()),
        "Return True if all bytes are alphabetic.",
    ),
    method(
        "isascii",
        "($self, /)",
        |args| Ok(Value::bool(this(args)?.as_slice().is_ascii())),
        "Return True if all bytes are ASCII.",
    ),
    method(
        "isdigit",
        "($self, /)",
        |args| all(args, |b| b.is_ascii_digit()),
        "Return True if all bytes are digits.",
    ),
    method("islower", "($self, /)", islower, "Return True if all cased bytes are lowercase."),
    method(
        "isspace",
        "($self, /)",
        |args| all(args, is_space),
        "Return True if all bytes are whitespace.",
    ),
    method("istitle", "($self, /)", istitle, "Return True if the bytes are title-cased."),
    method("isupper", "($self, /)", isupper, "Return True if all cased bytes are uppercase."),
    method(
        "join",
        "($self, iterable_of_bytes, /)",
        join,
        "Concatenate any number of bytes objects, with this one between them.",
    ),
    method(
        "ljust",
        "($self, width, fillchar=b' ', /)",
        ljust,
        "Return a left-justified copy of length width.",
    ),
    method(
        "lower",
        "($self, /)",
        |args| map(args, |b| b.to_ascii_lowercase()),
        "Return a copy converted to lowercase.",
    ),
    method("lstrip", "($self, bytes=None, /)", lstrip, "Strip leading bytes."),
    method(
        "partition",
        "($self, sep, /)",
        partition,
        "Partition the bytes into three parts using the given separator.",
    ),
    method(
        "replace",
        "($self, old, new, count=-1, /)",
        replace,
        "Return a copy with all occurrences of old replaced by new.",
    ),
    method(
        "removeprefix",
        "($self, prefix, /)",
        removeprefix,
        "Return a copy with the given prefix removed if present.",
    ),
    method(
        "removesuffix",
        "($self, suffix, /)",
        removesuffix,
        "Return a copy with the given suffix removed if present.",
    ),
    method(
        "rfind",
        "($self, sub, start=None, end=None, /)",
        rfind,
        "Return the highest index where sub is found, or -1.",
    ),
    method(
        "rindex",
        "($self, sub, start=None, end=None, /)",
        rindex,
        "Return the highest index where sub is found, or raise ValueError.",
    ),
    method(
        "rjust",
        "($self, width, fillchar=b' ', /)",
        rjust,
        "Return a right-justified copy of length width.",
    ),
    method(
        "rpartition",
        "($self, sep, /)",
        rpartition,
        "Partition the bytes into three parts, searching from the end.",
    ),
    method(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        rsplit,
        "Return a list of the sections, splitting from the end.",
    ),
    method("rstrip", "($self, bytes=None, /)", rstrip, "Strip trailing bytes."),
    method(
        "split",
        "($self, /, sep=None, maxsplit=-1)",
        split,
        "Return a list of the sections, using sep as the delimiter.",
    ),
    method("splitlines", "($self, /, keepends=False)", splitlines, "Return a list of the lines."),
    method(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        startswith,
        "Return True if the bytes start with the specified prefix.",
    ),
    method("strip", "($self, bytes=None, /)", strip, "Strip leading and trailing bytes."),
    method(
        "swapcase",
        "($self, /)",
        |args| map(args, swap_case),
        "Return a copy with the case of letters swapped.",
    ),
    method("title", "($self, /)", title, "Return a title-cased copy."),
    method(
        "translate",
        "($self, table, /, delete=b'')",
        translate,
        "Return a copy with each byte mapped by the given table.",
    ),
    method(
        "upper",
        "($self, /)",
        |args| map(args, |b| b.to_ascii_uppercase()),
        "Return a copy converted to uppercase.",
    ),
    method("zfill", "($self, width, /)", zfill, "Pad a numeric string with zeros on the left."),
    static_method(
        "maketrans",
        "(frm, to, /)",
        maketrans,
        "Return a translation table usable for the translate method.",
    ),
];

static BYTES_ONLY: [NativeFunction; 4] = [
    method(
        "__buffer__",
        "($self, flags, /)",
        buffer_method,
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__getnewargs__",
        "($self, /)",
        |args| Ok(Tuple::from_slice(&[bytes::exact(args[0].cast()).value()]).value()),
        "",
    ),
    method(
        "__bytes__",
        "($self, /)",
        |args| Ok(bytes::exact(args[0].cast()).value()),
        "Convert this value to exact type bytes.",
    ),
    method(
        "__sizeof__",
        "($self, /)",
        |args| Ok(Value::int(args[0].cast::<Bytes>().len() as i64 + 33)),
        "Return the size in memory, in bytes.",
    ),
];

pub fn init() {
    types().bytes.add_methods(&SHARED);
    types().bytes.add_methods(&BYTES_ONLY);
    types().bytearray.add_methods(&SHARED);
}

/// `__buffer__` of the exporters that are no memoryview.
pub fn buffer_method(args: &[Value]) -> R {
    size_argument(args[1], 0)?;
    crate::objects::memoryview_methods::view_of(args[0]).map(Gc::value)
}

/// `__release_buffer__`: releases a memoryview of the object.
pub fn release_buffer_method(args: &[Value]) -> R {
    match args[1].downcast::<crate::objects::memoryview::MemoryView>() {
        Some(view) if view.owner.get() == args[0] || view.is_released() => {
            crate::objects::memoryview_methods::release(&args[1..])
        }
        Some(_) => Err(value_error("memoryview's buffer is not this object")),
        None => Err(type_error("expected a memoryview object")),
    }
}

fn this(args: &[Value]) -> R<BytesView> {
    buffer::view(args[0])
}

/// The result in the type of `self`.
fn like(args: &[Value], bytes: &[u8]) -> R {
    if args[0].is::<ByteArray>() {
        Ok(ByteArray::new(bytes)?.value())
    } else {
        Ok(bytes::try_new(bytes)?.value())
    }
}

/// `self` where nothing changed: a copy of a bytearray.
fn same(args: &[Value]) -> R {
    if bytes::is_exact(args[0]) { Ok(args[0]) } else { like(args, this(args)?.as_slice()) }
}

fn slice_of(args: &[Value], start: usize, end: usize) -> R {
    let view = this(args)?;
    if start == 0 && end == view.as_slice().len() {
        same(args)
    } else {
        like(args, &view.as_slice()[start..end])
    }
}

/// The set of `bytes.isspace`.
fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

// -- searching ----------------------------------------------------------------------------

/// What `find` looks for: a byte or bytes.
enum Part {
    Byte([u8; 1]),
    View(BytesView),
}
impl Part {
    fn of(value: Value) -> R<Part> {
        if int::is_any_int(value) || class_of(value).slots.index.get().is_some() {
            return Ok(Part::Byte([byte(value, "byte must be in range(0, 256)")?]));
        }
        match buffer::as_bytes(value)? {
            Some(view) => Ok(Part::View(view)),
            None => {
                let found = type_name(value);
                Err(type_error(format!(
                    "argument should be integer or bytes-like object, not '{found}'"
                )))
            }
        }
    }
    fn as_slice(&self) -> &[u8] {
        match self {
            Part::Byte(byte) => byte,
            Part::View(view) => view.as_slice(),
        }
    }
}

fn locate(args: &[Value], search: fn(&[u8], &[u8]) -> Option<usize>) -> R<Option<usize>> {
    let view = this(args)?;
    let (start, end) = bounds(args[2], args[3], || view.as_slice().len())?;
    let part = Part::of(args[1])?;
    if start > end {
        return Ok(None);
    }
    Ok(search(&view.as_slice()[start..end], part.as_slice()).map(|at| at + start))
}
fn or_minus_one(found: Option<usize>) -> R {
    Ok(Value::int(found.map_or(-1, |at| at as i64)))
}
fn or_error(found: Option<usize>) -> R {
    found.map(|at| Value::int(at as i64)).ok_or_else(|| value_error("subsection not found"))
}
fn find(args: &[Value]) -> R {
    or_minus_one(locate(args, u8::find)?)
}
fn rfind(args: &[Value]) -> R {
    or_minus_one(locate(args, u8::rfind)?)
}
fn index(args: &[Value]) -> R {
    or_error(locate(args, u8::find)?)
}
fn rindex(args: &[Value]) -> R {
    or_error(locate(args, u8::rfind)?)
}
fn count(args: &[Value]) -> R {
    let view = this(args)?;
    let (start, end) = bounds(args[2], args[3], || view.as_slice().len())?;
    let part = Part::of(args[1])?;
    if start > end {
        return Ok(Value::int(0));
    }
    Ok(Value::int(
        str_search::count(&view.as_slice()[start..end], part.as_slice(), usize::MAX) as i64
    ))
}

fn startswith(args: &[Value]) -> R {
    affix(args, "startswith", |bytes, part| bytes.starts_with(part))
}
fn endswith(args: &[Value]) -> R {
    affix(args, "endswith", |bytes, part| bytes.ends_with(part))
}
fn affix(args: &[Value], name: &str, test: fn(&[u8], &[u8]) -> bool) -> R {
    let view = this(args)?;
    let (start, end) = bounds(args[2], args[3], || view.as_slice().len())?;
    let has = |part: &[u8]| start <= end && test(&view.as_slice()[start..end], part);
    if let Some(parts) = args[1].downcast::<Tuple>() {
        for &part in parts.items() {
            if has(buffer::view(part)?.as_slice()) {
                return Ok(TRUE);
            }
        }
        return Ok(FALSE);
    }
    match buffer::as_bytes(args[1])? {
        Some(part) => Ok(Value::bool(has(part.as_slice()))),
        None => {
            let found = type_name(args[1]);
            Err(type_error(format!(
                "{name} first arg must be bytes or a tuple of bytes, not {found}"
            )))
        }
    }
}

fn removeprefix(args: &[Value]) -> R {
    let (view, prefix) = (this(args)?, buffer::view(args[1])?);
    let len = view.as_slice().len();
    let skipped =
        if view.as_slice().starts_with(prefix.as_slice()) { prefix.as_slice().len() } else { 0 };
    slice_of(args, skipped, len)
}
fn removesuffix(args: &[Value]) -> R {
    let (view, suffix) = (this(args)?, buffer::view(args[1])?);
    let len = view.as_slice().len();
    let cut =
        if view.as_slice().ends_with(suffix.as_slice()) { suffix.as_slice().len() } else { 0 };
    slice_of(args, 0, len - cut)
}

fn strip(args: &[Value]) -> R {
    strip_ends(args, true, true)
}
fn lstrip(args: &[Value]) -> R {
    strip_ends(args, true, false)
}
fn rstrip(args: &[Value]) -> R {
    strip_ends(args, false, true)
}
fn strip_ends(args: &[Value], left: bool, right: bool) -> R {
    let set = ops::given(args[1]).map(buffer::view).transpose()?;
    let view = this(args)?;
    let bytes = view.as_slice();
    let strips =
        |&b: &u8| set.as_ref().map_or_else(|| is_space(b), |set| set.as_slice().contains(&b));
    let start = if left { bytes.iter().take_while(|b| strips(b)).count() } else { 0 };
    let rest = &bytes[start..];
    let cut = if right { rest.iter().rev().take_while(|b| strips(b)).count() } else { 0 };
    slice_of(args, start, bytes.len() - cut)
}

// -- splitting and joining ---------------------------------------------------------------------

fn limit(value: Value) -> R<usize> {
    let limit = size_argument(value, -1)?;
    Ok(if limit < 0 { usize::MAX } else { limit as usize })
}

fn separator(value: Value) -> R<BytesView> {
    let separator = buffer::view(value)?;
    if separator.as_slice().is_empty() {
        Err(value_error("empty separator"))
    } else {
        Ok(separator)
    }
}

/// Pushes the ranges as objects of `self`'s type.
fn sections(args: &[Value], ranges: &[(usize, usize)]) -> R {
    let list = List::new();
    for &(start, end) in ranges {
        list.push(slice_of(args, start, end)?)?;
    }
    Ok(list.value())
}

fn split(args: &[Value]) -> R {
    let limit = limit(args[2])?;
    let separator = ops::given(args[1]).map(separator).transpose()?;
    let view = this(args)?;
    let bytes = view.as_slice();
    let mut ranges = Vec::new();
    let Some(separator) = separator else {
        let skip = |at: usize, spaces| {
            at + bytes[at..].iter().take_while(|&&b| is_space(b) == spaces).count()
        };
        let mut at = skip(0, true);
        while at < bytes.len() {
            let end = if ranges.len() == limit { bytes.len() } else { skip(at, false) };
            ranges.push((at, end));
            at = skip(end, true);
        }
        return sections(args, &ranges);
    };
    let mut from = 0;
    let finder = u8::finder(separator.as_slice());
    while ranges.len() < limit
        && let Some(len) = u8::next(&finder, &bytes[from..])
    {
        ranges.push((from, from + len));
        from += len + separator.as_slice().len();
    }
    ranges.push((from, bytes.len()));
    sections(args, &ranges)
}

fn rsplit(args: &[Value]) -> R {
    let limit = limit(args[2])?;
    let separator = ops::given(args[1]).map(separator).transpose()?;
    let view = this(args)?;
    let bytes = view.as_slice();
    let mut ranges = Vec::new();
    match separator {
        None => {
            let before = |end: usize, spaces| {
                end - bytes[..end].iter().rev().take_while(|&&b| is_space(b) == spaces).count()
            };
            let mut end = before(bytes.len(), true);
            while end > 0 {
                let start = if ranges.len() == limit { 0 } else { before(end, false) };
                ranges.push((start, end));
                end = before(start, true);
            }
        }
        Some(separator) => {
            let mut end = bytes.len();
            while ranges.len() < limit
                && let Some(at) = u8::rfind(&bytes[..end], separator.as_slice())
            {
                ranges.push((at + separator.as_slice().len(), end));
                end = at;
            }
            ranges.push((0, end));
        }
    }
    ranges.reverse();
    sections(args, &ranges)
}

fn splitlines(args: &[Value]) -> R {
    let keeps_ends = !args[1].is_null() && ops::truth(args[1])?;
    let view = this(args)?;
    let bytes = view.as_slice();
    let (mut ranges, mut from) = (Vec::new(), 0);
    while from < bytes.len() {
        let end = from + bytes[from..].iter().take_while(|&&b| b != b'\n' && b != b'\r').count();
        let is_crlf = bytes[end..].starts_with(b"\r\n");
        let next = (end + 1 + is_crlf as usize).min(bytes.len());
        ranges.push((from, if keeps_ends { next } else { end }));
        from = next;
    }
    sections(args, &ranges)
}

fn partition(args: &[Value]) -> R {
    let separator = separator(args[1])?;
    let view = this(args)?;
    let len = view.as_slice().len();
    match u8::find(view.as_slice(), separator.as_slice()) {
        Some(at) => parts(args, at, separator.as_slice()),
        None => triple(slice_of(args, 0, len)?, like(args, b"")?, like(args, b"")?),
    }
}
fn rpartition(args: &[Value]) -> R {
    let separator = separator(args[1])?;
    let view = this(args)?;
    let len = view.as_slice().len();
    match u8::rfind(view.as_slice(), separator.as_slice()) {
        Some(at) => parts(args, at, separator.as_slice()),
        None => triple(like(args, b"")?, like(args, b"")?, slice_of(args, 0, len)?),
    }
}
fn parts(args: &[Value], at: usize, separator: &[u8]) -> R {
    let len = this(args)?.as_slice().len();
    let middle = if args[0].is::<Bytes>() { args[1] } else { like(args, separator)? };
    triple(slice_of(args, 0, at)?, middle, slice_of(args, at + separator.len(), len)?)
}
fn triple(a: Value, b: Value, c: Value) -> R {
    Ok(Tuple::from_slice(&[a, b, c]).value())
}

fn join(args: &[Value]) -> R {
    let slots = &class_of(args[1]).slots;
    if slots.iter.get().is_none() && slots.item.get().is_none() && slots.getitem.get().is_none() {
        return Err(type_error("can only join an iterable"));
    }
    let items = if class_of(args[1]) == types().list {
        args[1].cast::<List>()
    } else {
        ops::collect(args[1])?
    };
    let view = this(args)?;
    let (mut out, mut i) = (Vec::new(), 0);
    while let Some(&item) = items.items().get(i) {
        let Some(part) = buffer::as_bytes(item)? else {
            let found = type_name(item);
            return Err(type_error(format!(
                "sequence item {i}: expected a bytes-like object, {found} found"
            )));
        };
        if i == 0 && items.len() == 1 && bytes::is_exact(item) && args[0].is::<Bytes>() {
            return Ok(item);
        }
        let more = part.as_slice().len() + view.as_slice().len();
        out.try_reserve(more).map_err(|_| memory_error())?;
        if i != 0 {
            out.extend_from_slice(view.as_slice());
        }
        out.extend_from_slice(part.as_slice());
        i += 1;
    }
    like(args, &out)
}

// -- changing --------------------------------------------------------------------------------

fn replace(args: &[Value]) -> R {
    let (old, new) = (buffer::view(args[1])?, buffer::view(args[2])?);
    let limit = limit(args[3])?;
    let view = this(args)?;
    let (bytes, old, new) = (view.as_slice(), old.as_slice(), new.as_slice());
    let found = if limit == 0 { 0 } else { str_search::count(bytes, old, limit) };
    if found == 0 {
        return same(args);
    }
    let grown = new
        .len()
        .checked_mul(found)
        .and_then(|more| more.checked_add(bytes.len() - old.len() * found));
    let Some(len) = grown.filter(|&len| len <= isize::MAX as usize) else {
        return Err(overflow_error("replace bytes is too long"));
    };
    let mut out = Vec::new();
    out.try_reserve(len).map_err(|_| memory_error())?;
    let mut from = 0;
    let finder = u8::finder(old);
    for i in 0..found {
        let at = match old {
            [] => from + (i != 0) as usize,
            _ => from + u8::next(&finder, &bytes[from..]).unwrap_or(0),
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&bytes[from..]);
    like(args, &out)
}

fn map(args: &[Value], change: fn(u8) -> u8) -> R {
    let changed: Vec<u8> = this(args)?.as_slice().iter().map(|&b| change(b)).collect();
    like(args, &changed)
}
fn swap_case(b: u8) -> u8 {
    if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }
}
fn capitalize(args: &[Value]) -> R {
    let mut changed = this(args)?.as_slice().to_ascii_lowercase();
    changed.iter_mut().take(1).for_each(|b| b.make_ascii_uppercase());
    like(args, &changed)
}
fn title(args: &[Value]) -> R {
    let mut after_letter = false;
    let change = |&b: &u8| {
        let changed = if after_letter { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        after_letter = b.is_ascii_alphabetic();
        changed
    };
    let changed: Vec<u8> = this(args)?.as_slice().iter().map(change).collect();
    like(args, &changed)
}

fn translate(args: &[Value]) -> R {
    let table = ops::given(args[1]).map(buffer::view).transpose()?;
    if table.as_ref().is_some_and(|table| table.as_slice().len() != 256) {
        return Err(value_error("translation table must be 256 characters long"));
    }
    let delete = args[2].option().map(buffer::view).transpose()?;
    let deleted = |b: u8| delete.as_ref().is_some_and(|set| set.as_slice().contains(&b));
    let view = this(args)?;
    let kept = view.as_slice().iter().copied().filter(|&b| !deleted(b));
    let changed: Vec<u8> =
        kept.map(|b| table.as_ref().map_or(b, |table| table.as_slice()[b as usize])).collect();
    if changed == view.as_slice() { same(args) } else { like(args, &changed) }
}
fn maketrans(args: &[Value]) -> R {
    let (from, to) = (buffer::view(args[0])?, buffer::view(args[1])?);
    if from.as_slice().len() != to.as_slice().len() {
        return Err(value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = core::array::from_fn(|i| i as u8);
    from.as_slice().iter().zip(to.as_slice()).for_each(|(&from, &to)| table[from as usize] = to);
    Ok(bytes::new(&table).value())
}

fn expandtabs(args: &[Value]) -> R {
    let size = size_argument(args[1], 8)?;
    if size > i32::MAX as isize {
        return Err(overflow_error("Python int too large to convert to C int"));
    }
    let view = this(args)?;
    let (mut out, mut column): (Vec<u8>, usize) = (Vec::new(), 0);
    for &b in view.as_slice() {
        if b == b'\t' {
            if size > 0 {
                let spaces = size as usize - column % size as usize;
                column += spaces;
                out.try_reserve(spaces).map_err(|_| memory_error())?;
                out.resize(out.len() + spaces, b' ');
            }
            continue;
        }
        column = if b == b'\n' || b == b'\r' { 0 } else { column + 1 };
        out.push(b);
    }
    like(args, &out)
}

/// `left` and `right` fill bytes around the content.
fn pad(args: &[Value], left: usize, right: usize, fill: u8) -> R {
    if left == 0 && right == 0 {
        return same(args);
    }
    let view = this(args)?;
    let mut out = Vec::new();
    let len = view.as_slice().len().saturating_add(left).saturating_add(right);
    out.try_reserve(len).map_err(|_| memory_error())?;
    out.resize(left, fill);
    out.extend_from_slice(view.as_slice());
    out.resize(len, fill);
    like(args, &out)
}
fn margin(args: &[Value], function: &str) -> R<(usize, usize, u8)> {
    let width = size_argument(args[1], 0)?;
    let fill = args[2].option().map_or(Ok(b' '), |fill| fill_byte(fill, function))?;
    let len = this(args)?.as_slice().len();
    Ok((len, (width.max(0) as usize).saturating_sub(len), fill))
}
fn fill_byte(fill: Value, function: &str) -> R<u8> {
    let what = match (fill.is::<Bytes>(), fill.is::<ByteArray>()) {
        (true, _) => "bytes",
        (_, true) => "bytearray",
        _ => {
            let found = shown_type(fill);
            return Err(type_error(format!(
                "{function}() argument 2 must be a byte string of length 1, not {found}"
            )));
        }
    };
    buffer::with_bytes(fill, |bytes| match bytes {
        [byte] => Ok(*byte),
        _ => Err(type_error(format!(
            "{function}(): argument 2 must be a byte string of length 1, \
             not a {what} object of length {}",
            bytes.len()
        ))),
    })
}
fn ljust(args: &[Value]) -> R {
    let (_, margin, fill) = margin(args, "ljust")?;
    pad(args, 0, margin, fill)
}
fn rjust(args: &[Value]) -> R {
    let (_, margin, fill) = margin(args, "rjust")?;
    pad(args, margin, 0, fill)
}
fn center(args: &[Value]) -> R {
    let (len, margin, fill) = margin(args, "center")?;
    let left = margin / 2 + (margin & (len + margin) & 1);
    pad(args, left, margin - left, fill)
}
fn zfill(args: &[Value]) -> R {
    let width = size_argument(args[1], 0)?;
    let view = this(args)?;
    let bytes = view.as_slice();
    let margin = (width.max(0) as usize).saturating_sub(bytes.len());
    if margin == 0 || !matches!(bytes.first(), Some(b'+' | b'-')) {
        return pad(args, margin, 0, b'0');
    }
    let mut out = Vec::new();
    out.try_reserve(bytes.len() + margin).map_err(|_| memory_error())?;
    out.push(bytes[0]);
    out.resize(1 + margin, b'0');
    out.extend_from_slice(&bytes[1..]);
    like(args, &out)
}

// -- predicates -------------------------------------------------------------------------------

fn all(args: &[Value], test: fn(u8) -> bool) -> R {
    let view = this(args)?;
    Ok(Value::bool(!view.as_slice().is_empty() && view.as_slice().iter().all(|&b| test(b))))
}
fn islower(args: &[Value]) -> R {
    let view = this(args)?;
    let bytes = view.as_slice();
    Ok(Value::bool(
        bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase),
    ))
}
fn isupper(args: &[Value]) -> R {
    let view = this(args)?;
    let bytes = view.as_slice();
    Ok(Value::bool(
        bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase),
    ))
}
fn istitle(args: &[Value]) -> R {
    let (mut found, mut after_letter) = (false, false);
    for b in this(args)?.as_slice() {
        if (b.is_ascii_uppercase() && after_letter) || (b.is_ascii_lowercase() && !after_letter) {
            return Ok(FALSE);
        }
        after_letter = b.is_ascii_alphabetic();
        found |= after_letter;
    }
    Ok(Value::bool(found))
}

// -- hexadecimal ------------------------------------------------------------------------------

fn decode(args: &[Value]) -> R {
    crate::codecs::decode_method(args[0], args[1], args[2])
}

fn hex(args: &[Value]) -> R {
    let view = this(args)?;
    hex_text(view.as_slice(), args[1], args[2])
}

/// `bytes.hex(sep, bytes_per_sep)`; NULL arguments are not given.
pub fn hex_text(bytes: &[u8], separator: Value, group: Value) -> R {
    let group = match group.option() {
        None => 1,
        Some(group) => match ops::index_isize(group)?.and_then(|group| i32::try_from(group).ok()) {
            Some(group) => group as isize,
            None => return Err(overflow_error("Python int too large to convert to C int")),
        },
    };
    let separator = separator.option().map(hex_separator).transpose()?.filter(|_| group != 0);
    let digit = |i: u8| b"0123456789abcdef"[i as usize];
    let size = group.unsigned_abs();
    let mut out = Vec::new();
    let separators = if separator.is_some() { bytes.len() / size } else { 0 };
    out.try_reserve(bytes.len().saturating_mul(2).saturating_add(separators))
        .map_err(|_| memory_error())?;
    for (i, &b) in bytes.iter().enumerate() {
        if let Some(separator) = separator
            && i != 0
            && if group > 0 { (bytes.len() - i) % size == 0 } else { i % size == 0 }
        {
            out.push(separator);
        }
        out.extend_from_slice(&[digit(b >> 4), digit(b & 15)]);
    }
    if out.len() <= 1 {
        return Ok(str::from_latin1(&out).value());
    }
    str::fill_narrow(out.len(), |to| to.copy_from_slice(&out)).map(Gc::value)
}

fn hex_separator(separator: Value) -> R<u8> {
    if ops::len(separator)? != 1 {
        return Err(value_error("sep must be length 1."));
    }
    let c = match (separator.downcast::<Str>(), separator.downcast::<Bytes>()) {
        (Some(text), _) => text.char_at(0),
        (_, Some(bytes)) => bytes.as_slice()[0] as u32,
        _ => return Err(type_error("sep must be str or bytes.")),
    };
    if c < 0x80 { Ok(c as u8) } else { Err(value_error("sep must be ASCII.")) }
}

fn fromhex(args: &[Value]) -> R {
    let decoded = match args[1].downcast::<Str>() {
        Some(text) => unhex(text.iter())?,
        None => match buffer::as_bytes(args[1])? {
            Some(view) => unhex(view.as_slice().iter().map(|&b| b as u32))?,
            None => {
                let found = type_name(args[1]);
                return Err(type_error(format!(
                    "fromhex() argument must be str or bytes-like, not {found}"
                )));
            }
        },
    };
    let class = args[0].cast::<Class>();
    if class == types().bytearray {
        return Ok(ByteArray::new(&decoded)?.value());
    }
    let result = bytes::try_new(&decoded)?.value();
    if class == types().bytes { Ok(result) } else { ops::call_positional(class.value(), &[result]) }
}

fn unhex(chars: impl Iterator<Item = u32>) -> R<Vec<u8>> {
    let digit = |c: u32| char::from_u32(c).and_then(|c| c.to_digit(16));
    let wrong = |at: usize| {
        value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
    };
    let mut chars = chars.enumerate();
    let mut out = Vec::new();
    while let Some((at, c)) = chars.next() {
        if u8::try_from(c).is_ok_and(is_space) {
            continue;
        }
        let high = digit(c).ok_or_else(|| wrong(at))?;
        let Some((at, c)) = chars.next() else {
            return Err(value_error(
                "fromhex() arg must contain an even number of hexadecimal digits",
            ));
        };
        out.push((high << 4 | digit(c).ok_or_else(|| wrong(at))?) as u8);
    }
    Ok(out)
}
