//! Templates: what `sub` and `expand` put in place of a match, parsed into literals and groups.

use super::matched::Match;
use super::pattern;
use crate::error::{R, index_error, runtime_error, type_error};
use crate::object::Gc;
use crate::objects::bytes::{self, Bytes};
use crate::objects::class::{Class, flags};
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::support::of;
use crate::objects::tuple::Tuple;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{class_of, types};
use core::cell::{Cell, OnceCell};

pub struct Template {
    /// A tuple: literal, group, literal, .., literal.
    parts: Cell<Value>,
}
traced!(Template: parts);

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| native_class::new("_sre", "SRE_Template", flags::DISALLOW_INSTANTIATION, |_| {}))
    })
}

pub fn new(list: Value) -> R {
    let Some(list) = list.downcast::<List>() else {
        return Err(type_error(format!("template() argument 2 must be list, not {}", crate::vm::type_name(list))));
    };
    let invalid = || type_error("invalid template");
    let parts = Tuple::from_slice(list.items());
    if parts.len() % 2 == 0 {
        return Err(invalid());
    }
    for &group in parts.items().iter().skip(1).step_by(2) {
        if !int::is_any_int(group) {
            return Err(type_error("an integer is required"));
        }
        if int::index_to_isize(group)? < 0 {
            return Err(invalid());
        }
    }
    Ok(Native::new(class(), Template { parts: Cell::new(parts.value()) }).value())
}

impl Template {
    fn parts(&self) -> &'static [Value] {
        self.parts.get().downcast::<Tuple>().map_or(&[], |parts| parts.items())
    }
    /// Its text, when it has no groups.
    pub fn literal(&self) -> Option<Value> {
        match self.parts() {
            [literal] => Some(*literal),
            _ => None,
        }
    }
    /// The text for one match.
    pub fn expand(&self, matched: &Match) -> R {
        if let Some(literal) = self.literal() {
            return Ok(literal);
        }
        let pieces = List::new();
        for (i, &part) in self.parts().iter().enumerate() {
            if i % 2 == 0 {
                let is_empty =
                    part.downcast::<Str>().is_some_and(|s| s.len() == 0) || part.downcast::<Bytes>().is_some_and(|b| b.len() == 0);
                if !is_empty {
                    pieces.push(part)?;
                }
                continue;
            }
            let group = int::to_i64(part).and_then(|i| usize::try_from(i).ok()).filter(|&i| i < matched.group_count());
            let text = matched.group_text(group.ok_or_else(|| index_error("no such group"))?, NONE)?;
            if !text.is_none() {
                pieces.push(text)?;
            }
        }
        match self.parts().first() {
            Some(first) if first.is::<Str>() => Ok(str::join(str::empty(), pieces.value())?.value()),
            _ => super::subject::join_bytes(pieces.value()),
        }
    }
}

/// Parses a template for a pattern, as `re` does it (and caches it).
pub fn compile(pattern: Value, template: Value) -> R {
    let _ = of::<pattern::Pattern>(pattern)?;
    let re = crate::import::import_module("re")?;
    let function = crate::ops::getattr(re, crate::vm::intern("_compile_template"))?;
    let compiled = match crate::ops::call_positional(function, &[pattern, template]) {
        // Unhashable ones are asked for again by their characters.
        Err(raised) if raised.is(types().type_error) => match plain(template)? {
            Some(plain) => crate::ops::call_positional(function, &[pattern, plain])?,
            None => return Err(raised),
        },
        other => other?,
    };
    if native::downcast::<Template>(compiled).is_none() {
        let name = class_of(compiled).name();
        return Err(runtime_error(format!("the result of compiling a replacement string is {name}, not Template")));
    }
    Ok(compiled)
}
fn plain(template: Value) -> R<Option<Value>> {
    if let Some(text) = template.downcast::<Str>() {
        return Ok((!str::is_exact(template)).then(|| str::exact(text).value()));
    }
    if class_of(template) == types().bytes {
        return Ok(None);
    }
    match crate::objects::buffer::as_bytes(template)? {
        Some(view) => Ok(Some(bytes::try_new(view.as_slice())?.value())),
        None => Ok(None),
    }
}
