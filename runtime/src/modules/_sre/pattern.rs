//! `re.Pattern`.

use super::engine::{self, Mode, Window};
use super::matched;
use super::scanner;
use super::subject::{Kind, Subject};
use super::template::{self, Template};
use crate::error::R;
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::mappingproxy;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str::{Chars, Str, StrBuilder};
use crate::objects::support::{CLASS_GETITEM, of, ssize, tuple};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use core::cell::{Cell, OnceCell};
use rustpython_sre_engine::State;

pub struct Pattern {
    pub source: Value,
    flags: i32,
    pub code: Vec<u32>,
    pub groups: usize,
    pub group_index: Gc<Dict>,
    pub index_group: Gc<Tuple>,
    pub kind: Kind,
    /// Its memory serves again.
    state: Cell<Option<State>>,
}

impl NativeObject for Pattern {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.source);
        marker.object(self.group_index);
        marker.object(self.index_group);
    }
}

pub struct Parts {
    pub source: Value,
    pub flags: i32,
    pub code: Vec<u32>,
    pub groups: usize,
    pub group_index: Gc<Dict>,
    pub index_group: Gc<Tuple>,
    pub kind: Kind,
}

pub fn new(parts: Parts) -> Value {
    let Parts { source, flags, code, groups, group_index, index_group, kind } = parts;
    let pattern = Pattern { source, flags, code, groups, group_index, index_group, kind, state: Cell::new(None) };
    Native::new(class(), pattern).value()
}

fn this(value: Value) -> R<&'static Pattern> {
    of::<Pattern>(value)
}

static METHODS: [NativeFunction; 11] = [
    method("match", "($self, /, string, pos=0, endpos=sys.maxsize)", |a| find_one(a, Mode::Match), "Matches at the start of the string."),
    method("fullmatch", "($self, /, string, pos=0, endpos=sys.maxsize)", |a| find_one(a, Mode::FullMatch), "Matches the whole string."),
    method(
        "search",
        "($self, /, string, pos=0, endpos=sys.maxsize)",
        |a| find_one(a, Mode::Search),
        "The first match in the string; None when there is none.",
    ),
    method("sub", "($self, /, repl, string, count=0)", |a| Ok(replace(a)?.0), "The string with the leftmost matches, which do not overlap, replaced by repl."),
    method(
        "subn",
        "($self, /, repl, string, count=0)",
        |a| {
            let (string, count) = replace(a)?;
            Ok(tuple(&[string, int::from_usize(count)]))
        },
        "The tuple (new_string, number_of_subs_made): as sub().",
    ),
    method("findall", "($self, /, string, pos=0, endpos=sys.maxsize)", findall, "A list of all matches in the string that do not overlap."),
    method("split", "($self, /, string, maxsplit=0)", split, "The pieces of the string between matches."),
    method("finditer", "($self, /, string, pos=0, endpos=sys.maxsize)", finditer, "An iterator over all matches in the string that do not overlap."),
    method("scanner", "($self, /, string, pos=0, endpos=sys.maxsize)", make_scanner, ""),
    method("__copy__", "($self, /)", |a| Ok(a[0]), ""),
    method("__deepcopy__", "($self, memo, /)", |a| Ok(a[0]), ""),
];

static ATTRIBUTES: [NativeAttribute; 4] = [
    member("pattern", |v| Ok(this(v)?.source), None, "The source of the pattern."),
    member("flags", |v| Ok(Value::int(this(v)?.flags as i64)), None, "The flags of the pattern."),
    member("groups", |v| Ok(int::from_usize(this(v)?.groups)), None, "The number of capturing groups in the pattern."),
    getset("groupindex", |v| Ok(mappingproxy::new(this(v)?.group_index.value()).value()), None, "The numbers of the named groups, by name."),
];

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("re", "Pattern", flags::DISALLOW_INSTANTIATION | flags::HAS_WEAKREF, |class| {
                class.doc.set("Compiled regular expression object.");
                class.slots.repr.set(Some(repr));
                class.slots.compare.set(Some(compare));
                class.slots.hash.set(Some(hash));
                class.add_methods(&METHODS);
                class.add_methods(&CLASS_GETITEM);
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

// -- matching --------------------------------------------------------------------------

/// `pos` and `endpos`, within the subject.
fn bounds(subject: &Subject, pos: Value, endpos: Value) -> R<(usize, usize)> {
    let len = subject.len();
    let clamp = |value: Value, default: usize| match value.option() {
        Some(value) => Ok(ssize(value)?.clamp(0, len as isize) as usize),
        None => Ok(default),
    };
    Ok((clamp(pos, 0)?, clamp(endpos, len)?))
}

fn find_one(args: &[Value], mode: Mode) -> R {
    let pattern = this(args[0])?;
    let subject = Subject::for_pattern(pattern.kind, args[1])?;
    let (start, end) = bounds(&subject, args[2], args[3])?;
    let mut state = pattern.state.take().unwrap_or_default();
    let window = Window { start, end, must_advance: false };
    let answer = match engine::run(&pattern.code, subject.chars(), window, mode, &mut state)? {
        true => matched::new(args[0], args[1], start, end, &state)?,
        false => NONE,
    };
    pattern.state.set(Some(state));
    Ok(answer)
}

/// The matches along a subject, which do not overlap.
struct Matches {
    pattern: &'static Pattern,
    subject: Subject,
    start: usize,
    end: usize,
    must_advance: bool,
    state: State,
}

impl Matches {
    fn new(pattern: &'static Pattern, subject: Subject, start: usize, end: usize) -> Matches {
        let state = pattern.state.take().unwrap_or_default();
        Matches { pattern, subject, start, end, must_advance: false, state }
    }
    fn next(&mut self) -> R<Option<(usize, usize)>> {
        let window = Window { start: self.start, end: self.end, must_advance: self.must_advance };
        if !engine::run(&self.pattern.code, self.subject.chars(), window, Mode::Search, &mut self.state)? {
            return Ok(None);
        }
        let (start, end) = (self.state.start, self.state.cursor.position);
        self.must_advance = start == end;
        self.start = end;
        Ok(Some((start, end)))
    }
    /// The text of a group of the last match, from 0.
    fn group(&self, group: usize, default: Option<Value>) -> R {
        match (matched::group_span(&self.state, group)?, default) {
            (Some((start, end)), _) => self.subject.slice(start, end),
            (None, Some(default)) => Ok(default),
            (None, None) => self.subject.slice(0, 0),
        }
    }
}
impl Drop for Matches {
    fn drop(&mut self) {
        self.pattern.state.set(Some(core::mem::take(&mut self.state)));
    }
}

fn findall(args: &[Value]) -> R {
    let pattern = this(args[0])?;
    let subject = Subject::for_pattern(pattern.kind, args[1])?;
    let (start, end) = bounds(&subject, args[2], args[3])?;
    let mut matches = Matches::new(pattern, subject, start, end);
    let found = List::new();
    while let Some((start, end)) = matches.next()? {
        let item = match pattern.groups {
            0 => matches.subject.slice(start, end)?,
            1 => matches.group(0, None)?,
            groups => {
                let texts = List::new();
                for group in 0..groups {
                    texts.push(matches.group(group, None)?)?;
                }
                Tuple::try_from_slice(texts.items())?.value()
            }
        };
        found.push(item)?;
    }
    Ok(found.value())
}

fn split(args: &[Value]) -> R {
    let pattern = this(args[0])?;
    let limit = args[2].option().map_or(Ok(0), ssize)?;
    let subject = Subject::for_pattern(pattern.kind, args[1])?;
    let len = subject.len();
    let mut matches = Matches::new(pattern, subject, 0, len);
    let pieces = List::new();
    let (mut count, mut last) = (0, 0);
    while limit == 0 || count < limit {
        let Some((start, end)) = matches.next()? else { break };
        pieces.push(matches.subject.slice(last, start)?)?;
        for group in 0..pattern.groups {
            pieces.push(matches.group(group, Some(NONE))?)?;
        }
        last = end;
        count += 1;
    }
    pieces.push(matches.subject.slice(last, len)?)?;
    Ok(pieces.value())
}

fn make_scanner(args: &[Value]) -> R {
    let subject = Subject::for_pattern(this(args[0])?.kind, args[1])?;
    let (start, end) = bounds(&subject, args[2], args[3])?;
    Ok(scanner::new(args[0], args[1], start, end))
}

fn finditer(args: &[Value]) -> R {
    let search = ops::getattr(make_scanner(args)?, crate::vm::intern("search"))?;
    crate::objects::iterator::callable_iterator(search, NONE)
}

// -- replacing -------------------------------------------------------------------------

/// What stands in the place of a match.
enum Replacement {
    Literal(Value),
    /// A template object.
    Template(Value),
    Call(Value),
}

fn replacement(pattern: Value, repl: Value) -> R<Replacement> {
    if ops::is_callable(repl) {
        return Ok(Replacement::Call(repl));
    }
    let has_backslash = match repl.downcast::<Str>() {
        Some(text) => match text.get_ref().chars() {
            Chars::Narrow(bytes) => memchr::memchr(b'\\', bytes).is_some(),
            Chars::Wide(words) => words.contains(&('\\' as u32)),
        },
        None => match crate::objects::buffer::as_bytes(repl)? {
            Some(view) => memchr::memchr(b'\\', view.as_slice()).is_some(),
            None => true,
        },
    };
    if !has_backslash {
        return Ok(Replacement::Literal(repl));
    }
    let template = template::compile(pattern, repl)?;
    Ok(match of::<Template>(template)?.literal() {
        Some(literal) => Replacement::Literal(literal),
        None => Replacement::Template(template),
    })
}

fn replace(args: &[Value]) -> R<(Value, usize)> {
    let (repl, string) = (args[1], args[2]);
    let pattern = this(args[0])?;
    let limit = args[3].option().map_or(Ok(0), ssize)?;
    let replacement = replacement(args[0], repl)?;
    let subject = Subject::for_pattern(pattern.kind, string)?;
    let len = subject.len();
    let mut matches = Matches::new(pattern, subject, 0, len);
    let pieces = List::new();
    let (mut count, mut last) = (0, 0);
    while limit == 0 || (count as isize) < limit {
        let Some((start, end)) = matches.next()? else { break };
        if last < start {
            pieces.push(matches.subject.slice(last, start)?)?;
        }
        let text = match replacement {
            Replacement::Literal(literal) => literal,
            _ => {
                let found = matched::new(args[0], string, 0, len, &matches.state)?;
                match replacement {
                    Replacement::Template(template) => of::<Template>(template)?.expand(of(found)?)?,
                    Replacement::Call(function) => ops::call_positional(function, &[found])?,
                    Replacement::Literal(literal) => literal,
                }
            }
        };
        if !text.is_none() {
            pieces.push(text)?;
        }
        last = end;
        count += 1;
    }
    if last < len {
        pieces.push(matches.subject.slice(last, len)?)?;
    }
    Ok((matches.subject.join(pieces.value())?, count))
}

// -- the rest --------------------------------------------------------------------------

const FLAG_NAMES: [(i32, &str); 8] = [
    (2, "re.IGNORECASE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
    (4, "re.LOCALE"),
    (32, "re.UNICODE"),
];
const LOCALE: i32 = 4;
const UNICODE: i32 = 32;
const ASCII: i32 = 256;

/// `re.compile('a', re.IGNORECASE)`, with a long source cut off.
fn repr(value: Value) -> R {
    let pattern = this(value)?;
    let mut flags = pattern.flags;
    // The default of str patterns goes without saying.
    if pattern.kind == Kind::Text && flags & (LOCALE | UNICODE | ASCII) == UNICODE {
        flags &= !UNICODE;
    }
    let mut names = Vec::new();
    for (bit, name) in FLAG_NAMES {
        if flags & bit != 0 {
            names.push(name.to_string());
            flags &= !bit;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    let source = ops::repr(pattern.source)?;
    let mut text = StrBuilder::new();
    text.push_str("re.compile(");
    text.push_slice(source, 0, source.len().min(200));
    if !names.is_empty() {
        text.push_str(", ");
        text.push_str(&names.join("|"));
    }
    text.push_str(")");
    text.finish_value()
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (native::downcast::<Pattern>(left), native::downcast::<Pattern>(right)) else { return Ok(NOT_IMPLEMENTED) };
    let wanted = match op {
        CompareOp::Eq => true,
        CompareOp::Ne => false,
        _ => return Ok(NOT_IMPLEMENTED),
    };
    let equal = core::ptr::eq(a, b)
        || (a.flags == b.flags && a.kind == b.kind && a.code == b.code && ops::equal(a.source, b.source)?);
    Ok(Value::bool(equal == wanted))
}

fn hash(value: Value) -> R<i64> {
    let pattern = this(value)?;
    let words = pattern.code.iter().fold(pattern.flags as i64, |hash, &word| hash.wrapping_mul(1_000_003) ^ word as i64);
    let hash = words ^ ops::hash(pattern.source)? ^ pattern.kind as i64;
    Ok(if hash == -1 { -2 } else { hash })
}
