//! `re.Match`.

use super::pattern::Pattern;
use super::subject::Subject;
use super::template;
use crate::args::Args;
use crate::error::{R, index_error, system_error};
use crate::heap::{self, Marker};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::native::{Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::support::{CLASS_GETITEM, clipped, of, split_self, tuple};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use core::cell::{Cell, OnceCell};
use rustpython_sre_engine::State;

pub struct Match {
    pattern: Value,
    string: Value,
    pos: usize,
    endpos: usize,
    last_index: Option<usize>,
    /// The whole match, then the groups.
    spans: Box<[Option<(usize, usize)>]>,
    /// The tuple of all spans, once asked for.
    regs: Cell<Value>,
}

impl NativeObject for Match {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.pattern);
        marker.value(self.string);
        marker.value(self.regs.get());
    }
}

/// The match that the engine has found.
pub fn new(pattern: Value, string: Value, pos: usize, endpos: usize, state: &State) -> R {
    let groups = of::<Pattern>(pattern)?.groups;
    let mut spans = Vec::with_capacity(groups + 1);
    spans.push(Some((state.start, state.cursor.position)));
    for group in 0..groups {
        spans.push(group_span(state, group)?);
    }
    let last_index = usize::try_from(state.marks.last_index()).ok();
    let object = Match { pattern, string, pos, endpos, last_index, spans: spans.into_boxed_slice(), regs: Cell::new(NULL) };
    Ok(Native::new(class(), object).value())
}

/// Groups count from 0 here.
pub fn group_span(state: &State, group: usize) -> R<Option<(usize, usize)>> {
    let (start, end) = state.marks.get(group);
    if start.is_none() || end.is_none() {
        return Ok(None);
    }
    let (start, end) = (start.unpack(), end.unpack());
    if start > end {
        return Err(system_error("The span of capturing group is wrong, please report a bug for the re module."));
    }
    Ok(Some((start, end)))
}

impl Match {
    pub fn group_count(&self) -> usize {
        self.spans.len()
    }
    /// `default` when the group took no part.
    pub fn group_text(&self, group: usize, default: Value) -> R {
        match self.spans[group] {
            Some((start, end)) => Subject::new(self.string)?.slice(start, end),
            None => Ok(default),
        }
    }
    /// The number of a group that is asked for by number or name.
    fn group_number(&self, group: Value) -> R<usize> {
        let number = if group.is_null() {
            Some(0)
        } else if group.is_int() {
            usize::try_from(group.unbox_int()).ok()
        } else if crate::vm::class_of(group).slots.index.get().is_some() {
            usize::try_from(clipped(group)?).ok()
        } else {
            let found = of::<Pattern>(self.pattern)?.group_index.get(group)?;
            found.and_then(int::to_i64).and_then(|i| usize::try_from(i).ok())
        };
        number.filter(|&number| number < self.spans.len()).ok_or_else(|| index_error("no such group"))
    }
    fn span(&self, group: Value) -> R<(i64, i64)> {
        Ok(self.spans[self.group_number(group)?].map_or((-1, -1), |(start, end)| (start as i64, end as i64)))
    }
}

fn this(value: Value) -> R<&'static Match> {
    of::<Match>(value)
}

static METHODS: [NativeFunction; 9] = [
    raw_method("group", group, "group([group1, ...]) -> str or tuple: the text of groups, by number or name; of the whole match for 0."),
    method("start", "($self, group=0, /)", |a| Ok(Value::int(this(a[0])?.span(a[1])?.0)), "Where the text of the group starts."),
    method("end", "($self, group=0, /)", |a| Ok(Value::int(this(a[0])?.span(a[1])?.1)), "Where the text of the group ends."),
    method(
        "span",
        "($self, group=0, /)",
        |a| {
            let (start, end) = this(a[0])?.span(a[1])?;
            Ok(tuple(&[Value::int(start), Value::int(end)]))
        },
        "The 2-tuple (m.start(group), m.end(group)) of a match m.",
    ),
    method("groups", "($self, /, default=None)", groups, "A tuple of the text of all groups, from 1.\n\n  default\n    For groups that took no part in the match."),
    method(
        "groupdict",
        "($self, /, default=None)",
        groupdict,
        "A dictionary of the text of all named groups, by name.\n\n  default\n    For groups that took no part in the match.",
    ),
    method(
        "expand",
        "($self, /, template)",
        |a| {
            let matched = this(a[0])?;
            let compiled = template::compile(matched.pattern, a[1])?;
            of::<template::Template>(compiled)?.expand(matched)
        },
        "The template with its backslash references replaced, as sub() does it.",
    ),
    method("__copy__", "($self, /)", |a| Ok(a[0]), ""),
    method("__deepcopy__", "($self, memo, /)", |a| Ok(a[0]), ""),
];

static ATTRIBUTES: [NativeAttribute; 7] = [
    member("string", |v| Ok(this(v)?.string), None, "The string that was matched."),
    member("re", |v| Ok(this(v)?.pattern), None, "The pattern."),
    member("pos", |v| Ok(int::from_usize(this(v)?.pos)), None, "Where in the string the search started."),
    member("endpos", |v| Ok(int::from_usize(this(v)?.endpos)), None, "Where in the string the search would have ended."),
    getset("lastindex", |v| Ok(this(v)?.last_index.map_or(NONE, int::from_usize)), None, "The number of the last group that matched."),
    getset("lastgroup", lastgroup, None, "The name of the last group that matched."),
    getset("regs", regs, None, ""),
];

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("re", "Match", flags::DISALLOW_INSTANTIATION, |class| {
                class.doc.set("What re.match() and re.search() find.\nMatch objects always have a boolean value of True.");
                class.slots.repr.set(Some(repr));
                class.slots.getitem.set(Some(|value, key| {
                    let matched = this(value)?;
                    matched.group_text(matched.group_number(key)?, NONE)
                }));
                class.add_methods(&METHODS);
                class.add_methods(&CLASS_GETITEM);
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

fn group(args: Args<'_>) -> R {
    let (value, rest) = split_self(args, "group")?;
    let matched = this(value)?;
    let one = |group: Value| matched.group_text(matched.group_number(group)?, NONE);
    match rest.no_keywords("Match.group")? {
        [] => one(NULL),
        [group] => one(*group),
        many => {
            let texts = List::new();
            for &group in many {
                texts.push(one(group)?)?;
            }
            Ok(Tuple::try_from_slice(texts.items())?.value())
        }
    }
}
fn groups(args: &[Value]) -> R {
    let matched = this(args[0])?;
    let default = ops::or_none(args[1]);
    let texts = List::new();
    for group in 1..matched.group_count() {
        texts.push(matched.group_text(group, default)?)?;
    }
    Ok(Tuple::try_from_slice(texts.items())?.value())
}
fn groupdict(args: &[Value]) -> R {
    let matched = this(args[0])?;
    let default = ops::or_none(args[1]);
    let names = of::<Pattern>(matched.pattern)?.group_index;
    let texts = Dict::new();
    let mut at = 0;
    while let Some((next, name, _)) = names.next_entry(at) {
        texts.set(name, matched.group_text(matched.group_number(name)?, default)?)?;
        at = next;
    }
    Ok(texts.value())
}
fn lastgroup(value: Value) -> R {
    let matched = this(value)?;
    let names = of::<Pattern>(matched.pattern)?.index_group;
    Ok(matched.last_index.and_then(|i| names.items().get(i).copied()).unwrap_or(NONE))
}
fn regs(value: Value) -> R {
    let matched = this(value)?;
    if let Some(regs) = matched.regs.get().option() {
        return Ok(regs);
    }
    let spans = List::new();
    for span in &matched.spans {
        let (start, end) = span.map_or((-1, -1), |(start, end)| (start as i64, end as i64));
        spans.push(tuple(&[Value::int(start), Value::int(end)]))?;
    }
    let regs = Tuple::try_from_slice(spans.items())?.value();
    matched.regs.set(regs);
    heap::write_barrier(value);
    Ok(regs)
}
fn repr(value: Value) -> R {
    let matched = this(value)?;
    let (start, end) = matched.span(NULL)?;
    let text = ops::repr(matched.group_text(0, NONE)?)?;
    let head = str::new(&format!("<re.Match object; span=({start}, {end}), match="));
    Ok(str::build(&[head.value(), text.value(), str::new(">").value()])?.value())
}
