//! Scanners: one match after another along a subject. `finditer` calls one until it answers None.

use super::engine::{Mode, Window};
use super::matched;
use super::pattern::Pattern;
use super::subject::Subject;
use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::support::of;
use crate::traced;
use crate::value::{NONE, Value};
use core::cell::{Cell, OnceCell};
use rustpython_sre_engine::State;

struct Scanner {
    pattern: Cell<Value>,
    string: Cell<Value>,
    /// As the caller gave them, within the subject.
    pos: usize,
    end: usize,
    /// Where the next match is looked for; None after the last one.
    next: Cell<Option<usize>>,
    must_advance: Cell<bool>,
    /// Its memory serves again.
    state: Cell<Option<State>>,
}
traced!(Scanner: pattern, string);

static METHODS: [NativeFunction; 2] = [
    method("match", "($self, /)", |a| step(a[0], Mode::Match), ""),
    method("search", "($self, /)", |a| step(a[0], Mode::Search), ""),
];
static ATTRIBUTES: [NativeAttribute; 1] = [member("pattern", |v| Ok(of::<Scanner>(v)?.pattern.get()), None, "")];

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_sre", "SRE_Scanner", flags::DISALLOW_INSTANTIATION, |class| {
                class.add_methods(&METHODS);
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

pub fn new(pattern: Value, string: Value, pos: usize, end: usize) -> Value {
    let scanner = Scanner {
        pattern: Cell::new(pattern),
        string: Cell::new(string),
        pos,
        end,
        next: Cell::new(Some(pos)),
        must_advance: Cell::new(false),
        state: Cell::new(None),
    };
    Native::new(class(), scanner).value()
}

fn step(value: Value, mode: Mode) -> R {
    let scanner = of::<Scanner>(value)?;
    let pattern = of::<Pattern>(scanner.pattern.get())?;
    let Some(start) = scanner.next.get() else { return Ok(NONE) };
    let subject = Subject::for_pattern(pattern.kind, scanner.string.get())?;
    // The subject may have become shorter since.
    let len = subject.len();
    let window = Window { start: start.min(len), end: scanner.end.min(len), must_advance: scanner.must_advance.get() };
    let mut state = scanner.state.take().unwrap_or_default();
    let found = super::engine::run(&pattern.code, subject.chars(), window, mode, &mut state)?;
    let answer = if found {
        let end = state.cursor.position;
        scanner.must_advance.set(state.start == end);
        scanner.next.set(Some(end));
        matched::new(scanner.pattern.get(), scanner.string.get(), scanner.pos, scanner.end, &state)?
    } else {
        scanner.next.set(None);
        NONE
    };
    scanner.state.set(Some(state));
    Ok(answer)
}
