//! str: the table of methods, and those that search, strip, replace, pad and translate. Not here:
//! case and predicates (`str_case.rs`), splitting (`str_split.rs`), formatting (`format`).

use crate::args::Args;
use crate::error::{R, overflow_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method, raw_method, static_method};
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::str::{self, Chars, Str, StrBuilder, exact};
use crate::objects::str_search::{self, Pair, Unit};
use crate::objects::subscript::bounds;
use crate::objects::tuple::Tuple;
use crate::objects::{str_case as case, str_split as split};
use crate::ops;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::{type_name, types};

static METHODS: [NativeFunction; 50] = [
    method(
        "encode",
        "($self, /, encoding='utf-8', errors='strict')",
        encode,
        "Encode the string using the codec registered for encoding.",
    ),
    method(
        "replace",
        "($self, old, new, /, count=-1)",
        replace,
        "Return a copy with all occurrences of substring old replaced by new.",
    ),
    method(
        "split",
        "($self, /, sep=None, maxsplit=-1)",
        split::split,
        "Return a list of the substrings in the string, using sep as the separator string.",
    ),
    method(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        split::rsplit,
        "Return a list of the substrings in the string, splitting from the end.",
    ),
    method(
        "join",
        "($self, iterable, /)",
        join,
        "Concatenate any number of strings, with this one between them.",
    ),
    method(
        "capitalize",
        "($self, /)",
        case::capitalize,
        "Return a capitalized version of the string.",
    ),
    method(
        "casefold",
        "($self, /)",
        case::casefold,
        "Return a version of the string suitable for caseless comparisons.",
    ),
    method(
        "title",
        "($self, /)",
        case::title,
        "Return a version of the string where each word is titlecased.",
    ),
    method(
        "center",
        "($self, width, fillchar=' ', /)",
        center,
        "Return a centered string of length width.",
    ),
    method(
        "count",
        "($self, sub, start=None, end=None, /)",
        count,
        "Return the number of occurrences of sub that do not overlap.",
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
    method(
        "partition",
        "($self, sep, /)",
        split::partition,
        "Partition the string into three parts using the given separator.",
    ),
    method(
        "index",
        "($self, sub, start=None, end=None, /)",
        index,
        "Return the lowest index where sub is found, or raise ValueError.",
    ),
    method(
        "ljust",
        "($self, width, fillchar=' ', /)",
        ljust,
        "Return a left-justified string of length width.",
    ),
    method(
        "lower",
        "($self, /)",
        case::lower,
        "Return a copy of the string converted to lowercase.",
    ),
    method(
        "lstrip",
        "($self, chars=None, /)",
        lstrip,
        "Return a copy of the string with leading whitespace removed.",
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
        "($self, width, fillchar=' ', /)",
        rjust,
        "Return a right-justified string of length width.",
    ),
    method(
        "rstrip",
        "($self, chars=None, /)",
        rstrip,
        "Return a copy of the string with trailing whitespace removed.",
    ),
    method(
        "rpartition",
        "($self, sep, /)",
        split::rpartition,
        "Partition the string into three parts, searching from the end.",
    ),
    method(
        "splitlines",
        "($self, /, keepends=False)",
        split::splitlines,
        "Return a list of the lines in the string, breaking at line boundaries.",
    ),
    method(
        "strip",
        "($self, chars=None, /)",
        strip,
        "Return a copy of the string with leading and trailing whitespace removed.",
    ),
    method(
        "swapcase",
        "($self, /)",
        case::swapcase,
        "Convert uppercase characters to lowercase and lowercase characters to uppercase.",
    ),
    method(
        "translate",
        "($self, table, /)",
        translate,
        "Replace each character in the string using the given translation table.",
    ),
    method(
        "upper",
        "($self, /)",
        case::upper,
        "Return a copy of the string converted to uppercase.",
    ),
    method(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        startswith,
        "Return True if the string starts with the specified prefix.",
    ),
    method(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        endswith,
        "Return True if the string ends with the specified suffix.",
    ),
    method(
        "removeprefix",
        "($self, prefix, /)",
        removeprefix,
        "Return a str with the given prefix string removed if present.",
    ),
    method(
        "removesuffix",
        "($self, suffix, /)",
        removesuffix,
        "Return a str with the given suffix string removed if present.",
    ),
    method(
        "isascii",
        "($self, /)",
        case::isascii,
        "Return True if all characters in the string are ASCII.",
    ),
    method(
        "islower",
        "($self, /)",
        case::islower,
        "Return True if the string is a lowercase string.",
    ),
    method(
        "isupper",
        "($self, /)",
        case::isupper,
        "Return True if the string is an uppercase string.",
    ),
    method(
        "istitle",
        "($self, /)",
        case::istitle,
        "Return True if the string is a title-cased string.",
    ),
    method(
        "isspace",
        "($self, /)",
        case::isspace,
        "Return True if the string is a whitespace string.",
    ),
    method(
        "isdecimal",
        "($self, /)",
        case::isdecimal,
        "Return True if the string is a decimal string.",
    ),
    method("isdigit", "($self, /)", case::isdigit, "Return True if the string is a digit string."),
    method(
        "isnumeric",
        "($self, /)",
        case::isnumeric,
        "Return True if the string is a numeric string.",
    ),
    method(
        "isalpha",
        "($self, /)",
        case::isalpha,
        "Return True if the string is an alphabetic string.",
    ),
    method(
        "isalnum",
        "($self, /)",
        case::isalnum,
        "Return True if the string is an alpha-numeric string.",
    ),
    method(
        "isidentifier",
        "($self, /)",
        case::isidentifier,
        "Return True if the string is a valid Python identifier.",
    ),
    method(
        "isprintable",
        "($self, /)",
        case::isprintable,
        "Return True if all characters in the string are printable.",
    ),
    method("zfill", "($self, width, /)", zfill, "Pad a numeric string with zeros on the left."),
    raw_method("format", format, "Return a formatted version of the string."),
    method(
        "format_map",
        "($self, mapping, /)",
        format_map,
        "Return a formatted version of the string, using substitutions from mapping.",
    ),
    method(
        "__format__",
        "($self, format_spec, /)",
        dunder_format,
        "Return a formatted version of the string as described by format_spec.",
    ),
    static_method(
        "maketrans",
        "(x, y=None, z=None, /)",
        maketrans,
        "Return a translation table usable for str.translate().",
    ),
    method(
        "__sizeof__",
        "($self, /)",
        sizeof,
        "Return the size of the string in memory, in bytes.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
];

pub fn init() {
    types().str_.add_methods(&METHODS);
}

/// `self` of a method.
pub fn this(args: &[Value]) -> Gc<Str> {
    args[0].cast()
}

/// An argument that has to be a str.
pub fn str_argument(value: Value, function: &str, position: &str) -> R<Gc<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        type_error(format!(
            "{function}() argument{position} must be str, not {}",
            shown_type(value)
        ))
    })
}

/// The type's name as messages about arguments show it: None stands for itself.
pub fn shown_type(value: Value) -> String {
    if value.is_none() { "None".to_string() } else { type_name(value) }
}

/// A `Py_ssize_t` argument with a default.
pub fn size_argument(value: Value, default: isize) -> R<isize> {
    if value.is_null() {
        return Ok(default);
    }
    ops::index_isize(value)?
        .ok_or_else(|| overflow_error("Python int too large to convert to C ssize_t"))
}

// -- searching -------------------------------------------------------------------

fn locate(
    args: &[Value],
    name: &str,
    search: fn(Gc<Str>, Gc<Str>, usize, usize) -> Option<usize>,
) -> R<Option<usize>> {
    let text = this(args);
    let part = str_argument(args[1], name, " 1")?;
    let (start, end) = bounds(args[2], args[3], || text.len())?;
    Ok(search(text, part, start, end))
}
fn or_minus_one(found: Option<usize>) -> R {
    Ok(Value::int(found.map_or(-1, |at| at as i64)))
}
fn or_error(found: Option<usize>) -> R {
    found.map(|at| Value::int(at as i64)).ok_or_else(|| value_error("substring not found"))
}
fn find(args: &[Value]) -> R {
    or_minus_one(locate(args, "find", str_search::find)?)
}
fn rfind(args: &[Value]) -> R {
    or_minus_one(locate(args, "rfind", str_search::rfind)?)
}
fn index(args: &[Value]) -> R {
    or_error(locate(args, "index", str_search::find)?)
}
fn rindex(args: &[Value]) -> R {
    or_error(locate(args, "rindex", str_search::rfind)?)
}

fn count(args: &[Value]) -> R {
    let text = this(args);
    let part = str_argument(args[1], "count", " 1")?;
    let (start, end) = bounds(args[2], args[3], || text.len())?;
    if start > end {
        return Ok(Value::int(0));
    }
    let count = match str_search::pair(&text, &part) {
        None => 0,
        Some(Pair::Narrow(text, part)) => str_search::count(&text[start..end], part, usize::MAX),
        Some(Pair::Wide(text, part)) => str_search::count(&text[start..end], &part, usize::MAX),
    };
    Ok(Value::int(count as i64))
}

fn startswith(args: &[Value]) -> R {
    affix(args, "startswith", |text, part, start, end| {
        part.len() <= end - start && str_search::matches_at(text, start, part)
    })
}
fn endswith(args: &[Value]) -> R {
    affix(args, "endswith", |text, part, start, end| {
        part.len() <= end - start && str_search::matches_at(text, end - part.len(), part)
    })
}
fn affix(args: &[Value], name: &str, test: fn(&Str, &Str, usize, usize) -> bool) -> R {
    let text = this(args);
    let (start, end) = bounds(args[2], args[3], || text.len())?;
    let has = |part: &Str| start <= end && test(&text, part, start, end);
    if let Some(part) = args[1].downcast::<Str>() {
        return Ok(Value::bool(has(&part)));
    }
    let Some(parts) = args[1].downcast::<Tuple>() else {
        let found = type_name(args[1]);
        return Err(type_error(format!(
            "{name} first arg must be str or a tuple of str, not {found}"
        )));
    };
    for &part in parts.items() {
        let Some(part) = part.downcast::<Str>() else {
            return Err(type_error(format!(
                "tuple for {name} must only contain str, not {}",
                type_name(part)
            )));
        };
        if has(&part) {
            return Ok(TRUE);
        }
    }
    Ok(FALSE)
}

fn removeprefix(args: &[Value]) -> R {
    let (text, prefix) = (this(args), str_argument(args[1], "removeprefix", "")?);
    if prefix.len() != 0 && str_search::matches_at(&text, 0, &prefix) {
        return Ok(str::substring(text, prefix.len(), text.len() - prefix.len()).value());
    }
    Ok(exact(text).value())
}
fn removesuffix(args: &[Value]) -> R {
    let (text, suffix) = (this(args), str_argument(args[1], "removesuffix", "")?);
    if suffix.len() != 0
        && suffix.len() <= text.len()
        && str_search::matches_at(&text, text.len() - suffix.len(), &suffix)
    {
        return Ok(str::substring(text, 0, text.len() - suffix.len()).value());
    }
    Ok(exact(text).value())
}

// -- stripping -------------------------------------------------------------------

#[derive(Clone, Copy)]
struct Ends {
    left: bool,
    right: bool,
}

fn strip(args: &[Value]) -> R {
    strip_ends(args, "strip", Ends { left: true, right: true })
}
fn lstrip(args: &[Value]) -> R {
    strip_ends(args, "lstrip", Ends { left: true, right: false })
}
fn rstrip(args: &[Value]) -> R {
    strip_ends(args, "rstrip", Ends { left: false, right: true })
}
fn strip_ends(args: &[Value], name: &str, ends: Ends) -> R {
    let text = this(args);
    let Some(chars) = ops::given(args[1]) else {
        return Ok(strip_where(text, ends, crate::unicode::is_space).value());
    };
    let Some(chars) = chars.downcast::<Str>() else {
        return Err(type_error(format!("{name} arg must be None or str")));
    };
    Ok(strip_where(text, ends, |c| match chars.chars() {
        Chars::Narrow(bytes) => c < 0x100 && u8::find_one(bytes, c as u8).is_some(),
        Chars::Wide(words) => words.contains(&c),
    })
    .value())
}
fn strip_where(text: Gc<Str>, ends: Ends, strips: impl Fn(u32) -> bool) -> Gc<Str> {
    let start = if ends.left { text.iter().take_while(|&c| strips(c)).count() } else { 0 };
    let mut len = text.len() - start;
    if ends.right {
        len -= text.iter().rev().take(len).take_while(|&c| strips(c)).count();
    }
    str::substring(text, start, len)
}

// -- replacing ---------------------------------------------------------------------

fn replace(args: &[Value]) -> R {
    let (text, old) = (this(args), str_argument(args[1], "replace", " 1")?);
    let new = str_argument(args[2], "replace", " 2")?;
    let limit = size_argument(args[3], -1)?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    replace_parts(text, old, new, limit).map(Gc::value)
}

/// At most `limit` occurrences of `old`.
pub fn replace_parts(text: Gc<Str>, old: Gc<Str>, new: Gc<Str>, limit: usize) -> R<Gc<Str>> {
    if limit == 0 || old.len() > text.len() || old.equals(&new) {
        return Ok(exact(text));
    }
    let Some(pair) = str_search::pair(&text, &old) else { return Ok(exact(text)) };
    let found = match &pair {
        Pair::Narrow(text, old) => str_search::count(text, old, limit),
        Pair::Wide(text, old) => str_search::count(text, old, limit),
    };
    if found == 0 {
        return Ok(exact(text));
    }
    let grown = new
        .len()
        .checked_mul(found)
        .and_then(|more| more.checked_add(text.len() - old.len() * found));
    let Some(len) = grown.filter(|&len| len <= isize::MAX as usize) else {
        return Err(overflow_error("replace string is too long"));
    };
    let mut builder = StrBuilder::new();
    builder.try_reserve(len)?;
    match pair {
        Pair::Narrow(units, old) => {
            replace_units(units, old, new, found, |part| builder_push_narrow(&mut builder, part))
        }
        Pair::Wide(units, old) => {
            replace_units(units, &old, new, found, |part| builder_push_wide(&mut builder, part))
        }
    }
    builder.finish()
}

/// A stretch of the old text, or the replacement.
enum Part<'a, T> {
    Old(&'a [T]),
    New(Gc<Str>),
}
fn builder_push_narrow(builder: &mut StrBuilder, part: Part<'_, u8>) {
    match part {
        Part::Old(bytes) => builder.push_latin1(bytes),
        Part::New(str) => builder.push_gc(str),
    }
}
fn builder_push_wide(builder: &mut StrBuilder, part: Part<'_, u32>) {
    match part {
        Part::Old(words) => builder.push_words(words),
        Part::New(str) => builder.push_gc(str),
    }
}
fn replace_units<T: Unit>(
    units: &[T],
    old: &[T],
    new: Gc<Str>,
    count: usize,
    mut push: impl FnMut(Part<'_, T>),
) {
    let mut from = 0;
    let finder = T::finder(old);
    for i in 0..count {
        let at = if !old.is_empty() {
            from + T::next(&finder, &units[from..]).unwrap_or(0)
        } else if i == 0 {
            0
        } else {
            from + 1
        };
        push(Part::Old(&units[from..at]));
        push(Part::New(new));
        from = at + old.len();
    }
    push(Part::Old(&units[from..]));
}

fn expandtabs(args: &[Value]) -> R {
    let text = this(args);
    let size = size_argument(args[1], 8)?;
    if size > i32::MAX as isize {
        return Err(overflow_error("Python int too large to convert to C int"));
    }
    if !text.iter().any(|c| c == 9) {
        return Ok(exact(text).value());
    }
    let (mut builder, mut column) = (StrBuilder::with_capacity(text.len()), 0);
    for c in text.iter() {
        if c == 9 {
            if size > 0 {
                let spaces = size as usize - column % size as usize;
                column += spaces;
                builder.push_repeat(' ' as u32, spaces)?;
            }
            continue;
        }
        column = if c == 10 || c == 13 { 0 } else { column + 1 };
        builder.push(c);
    }
    builder.finish_value()
}

// -- padding -------------------------------------------------------------------------

/// `left` and `right` fill characters around the text.
fn pad(text: Gc<Str>, left: usize, right: usize, fill: u32) -> R {
    if left == 0 && right == 0 {
        return Ok(exact(text).value());
    }
    let mut builder = StrBuilder::new();
    let Some(len) = text.len().checked_add(left).and_then(|len| len.checked_add(right)) else {
        return Err(overflow_error("padded string is too long"));
    };
    builder.try_reserve(len)?;
    builder.push_repeat(fill, left)?;
    builder.push_gc(text);
    builder.push_repeat(fill, right)?;
    builder.finish_value()
}
fn margin(args: &[Value]) -> R<(usize, u32)> {
    let width = size_argument(args[1], 0)?;
    let fill = match args[2].option() {
        None => ' ' as u32,
        Some(fill) => fill_character(fill)?,
    };
    Ok(((width.max(0) as usize).saturating_sub(this(args).len()), fill))
}
fn fill_character(fill: Value) -> R<u32> {
    let Some(fill) = fill.downcast::<Str>() else {
        return Err(type_error(format!(
            "The fill character must be a unicode character, not {}",
            type_name(fill)
        )));
    };
    if fill.len() != 1 {
        return Err(type_error("The fill character must be exactly one character long"));
    }
    Ok(fill.char_at(0))
}
fn ljust(args: &[Value]) -> R {
    let (margin, fill) = margin(args)?;
    pad(this(args), 0, margin, fill)
}
fn rjust(args: &[Value]) -> R {
    let (margin, fill) = margin(args)?;
    pad(this(args), margin, 0, fill)
}
fn center(args: &[Value]) -> R {
    let (margin, fill) = margin(args)?;
    // The odd one goes to the left when the width is odd.
    let width = this(args).len() + margin;
    let left = margin / 2 + (margin & width & 1);
    pad(this(args), left, margin - left, fill)
}
fn zfill(args: &[Value]) -> R {
    let text = this(args);
    let width = size_argument(args[1], 0)?;
    let margin = (width.max(0) as usize).saturating_sub(text.len());
    let sign = text.iter().next().filter(|&c| c == '+' as u32 || c == '-' as u32);
    let (Some(sign), true) = (sign, margin != 0) else { return pad(text, margin, 0, '0' as u32) };
    let mut builder = StrBuilder::new();
    builder.push(sign);
    builder.push_repeat('0' as u32, margin)?;
    builder.push_slice(text, 1, text.len());
    builder.finish_value()
}

// -- translation ----------------------------------------------------------------------

fn translate(args: &[Value]) -> R {
    let (text, table) = (this(args), args[1]);
    let mut builder = StrBuilder::with_capacity(text.len());
    for i in 0..text.len() {
        let c = text.char_at(i);
        match translate_one(table, c)? {
            None => builder.push(c),
            Some(NONE) => {}
            Some(to) => match to.downcast::<Str>() {
                Some(to) => builder.push_gc(to),
                None => builder.push(translated_code(to)?),
            },
        }
    }
    builder.finish_value()
}
fn translate_one(table: Value, c: u32) -> R<Option<Value>> {
    match ops::getitem(table, Value::int(c as i64)) {
        Ok(to) => Ok(Some(to)),
        Err(raised) if raised.is(types().lookup_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}
fn translated_code(to: Value) -> R<u32> {
    if !int::is_any_int(to) {
        return Err(type_error("character mapping must return integer, None or str"));
    }
    match int::to_i64(to) {
        Some(c @ 0..=0x10FFFF) => Ok(c as u32),
        _ => Err(value_error("character mapping must be in range(0x110000)")),
    }
}

fn maketrans(args: &[Value]) -> R {
    let table = Dict::new();
    let Some(y) = args[1].option() else {
        let Some(dict) = args[0].downcast::<Dict>() else {
            return Err(type_error("if you give only one argument to maketrans it must be a dict"));
        };
        let mut position = 0;
        while let Some((next, key, value)) = dict.next_entry(position) {
            position = next;
            table.set(maketrans_key(key)?, value)?;
        }
        return Ok(table.value());
    };
    let Some(x) = args[0].downcast::<Str>() else {
        return Err(type_error(
            "first maketrans argument must be a string if there is a second argument",
        ));
    };
    let y = maketrans_argument(y, 2)?;
    if x.len() != y.len() {
        return Err(value_error("the first two maketrans arguments must have equal length"));
    }
    for i in 0..x.len() {
        table.set(Value::int(x.char_at(i) as i64), Value::int(y.char_at(i) as i64))?;
    }
    if let Some(z) = args[2].option() {
        let z = maketrans_argument(z, 3)?;
        for i in 0..z.len() {
            table.set(Value::int(z.char_at(i) as i64), NONE)?;
        }
    }
    Ok(table.value())
}
fn maketrans_argument(value: Value, position: usize) -> R<Gc<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        type_error(format!(
            "maketrans() argument {position} must be str, not {}",
            shown_type(value)
        ))
    })
}
fn maketrans_key(key: Value) -> R {
    if let Some(text) = key.downcast::<Str>() {
        if text.len() != 1 {
            return Err(value_error("string keys in translatetable must be of length 1"));
        }
        return Ok(Value::int(text.char_at(0) as i64));
    }
    if int::is_any_int(key) {
        Ok(key)
    } else {
        Err(type_error("keys in translate table mustbe strings or integers"))
    }
}

// -- the rest -----------------------------------------------------------------------------

fn encode(args: &[Value]) -> R {
    crate::codecs::encode_method(this(args), args[1], args[2])
}
fn join(args: &[Value]) -> R {
    str::join(this(args), args[1]).map(Gc::value)
}
fn format(args: Args<'_>) -> R {
    let text = args.pos()[0].cast::<Str>();
    crate::format::template::format(text, Args::new(&args.all()[1..], args.names())).map(Gc::value)
}
fn format_map(args: &[Value]) -> R {
    crate::format::template::format_map(this(args), args[1]).map(Gc::value)
}
fn dunder_format(args: &[Value]) -> R {
    let Some(spec) = args[1].downcast::<Str>() else {
        return Err(type_error(format!(
            "__format__() argument must be str, not {}",
            shown_type(args[1])
        )));
    };
    if spec.len() == 0 {
        return Ok(exact(this(args)).value());
    }
    crate::format::format_text(this(args), spec).map(Gc::value)
}
fn sizeof(args: &[Value]) -> R {
    let text = this(args);
    let (head, unit) = match text.chars() {
        _ if text.is_ascii() => (40, 1),
        Chars::Narrow(_) => (56, 1),
        Chars::Wide(words) => (56, if words.iter().all(|&c| c < 0x10000) { 2 } else { 4 }),
    };
    Ok(Value::int((head + (text.len() + 1) * unit) as i64))
}
fn getnewargs(args: &[Value]) -> R {
    Ok(Tuple::from_slice(&[exact(this(args)).value()]).value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::str_slots::repr;

    fn call(name: &'static str, args: &[Value]) -> Value {
        let class = types().str_;
        let method =
            METHODS.iter().find(|method| method.name == name).expect("a method of the table");
        method.call(Some(class), Some(args[0]), Args::positional(&args[1..])).unwrap()
    }
    fn s(text: &str) -> Value {
        str::new(text).value()
    }
    fn text(value: Value) -> String {
        ops::repr_string(value).unwrap()
    }

    #[test]
    fn methods_and_concatenation() {
        crate::bootstrap::start();
        assert_eq!(text(call("upper", &[s("straße ŉ")])), "'STRASSE ʼN'");
        assert_eq!(text(call("lower", &[s("ΑΣ ΑΣΑ")])), "'ας ασα'");
        assert_eq!(text(call("replace", &[s("aXbX"), s("X"), s("é→")])), "'aé→bé→'");
        assert_eq!(text(call("replace", &[s("ab"), s(""), s("-")])), "'-a-b-'");
        assert_eq!(text(call("title", &[s("they're bill's")])), "\"They'Re Bill'S\"");
        assert_eq!(text(call("center", &[s("ab"), Value::int(5), s("*")])), "'**ab*'");
        assert_eq!(call("find", &[s("→a→b"), s("→b")]).unbox_int(), 2);
        assert_eq!(text(s("\n\u{7f}\u{e9}\u{200b}'")), "\"\\n\\x7fé\\u200b'\"");
        let (mut sum, mut expected) = (str::empty(), String::new());
        for i in 0..2000 {
            let piece = if i == 1500 { "→".to_string() } else { i.to_string() };
            sum = str::concat(sum, str::new(&piece)).unwrap();
            expected += &piece;
        }
        assert!(sum.eq_str(&expected));
        assert!(repr(sum).unwrap().len() == sum.len() + 2);
        let formatted = crate::format::percent::format_str(
            str::new("%5.2f|%-6s|%x|%+d"),
            Tuple::from_slice(&[Value::float(1.005), s("ab"), Value::int(255), Value::int(7)])
                .value(),
        );
        assert!(formatted.unwrap().eq_str(" 1.00|ab    |ff|+7"));
    }
}
