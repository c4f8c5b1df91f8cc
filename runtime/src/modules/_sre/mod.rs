//! `_sre`: compiled patterns, matches, scanners and templates of the module `re`. The parser and the compiler of patterns are
//! Python's own (`re/_parser.py`, `re/_compiler.py`).

mod engine;
mod matched;
mod pattern;
mod scanner;
mod subject;
mod template;
mod validate;

use crate::error::{R, overflow_error, runtime_error, type_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes::Bytes;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::{self, Str};
use crate::objects::support::{is_negative, ssize};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, Value};
use crate::vm::type_name;
use rustpython_sre_engine::string::{lower_ascii, lower_unicode};
use rustpython_sre_engine::{CODESIZE, MAXGROUPS, MAXREPEAT, SRE_MAGIC};

static FUNCTIONS: [NativeFunction; 7] = [
    function("ascii_iscased", "($module, character, /)", |a| character(a[0]).map(|c| Value::bool(is_ascii_letter(c))), ""),
    function("ascii_tolower", "($module, character, /)", |a| character(a[0]).map(|c| Value::int(lower_ascii(c) as i64)), ""),
    function(
        "compile",
        "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)",
        compile,
        "",
    ),
    function("getcodesize", "($module, /)", |_| Ok(Value::int(CODESIZE as i64)), ""),
    function(
        "template",
        "($module, pattern, template, /)",
        |a| template::new(a[1]),
        "A template of the list [literal, group, .., literal] that re._parser.parse_template() makes.",
    ),
    function("unicode_iscased", "($module, character, /)", |a| character(a[0]).map(|c| Value::bool(is_cased(c))), ""),
    function("unicode_tolower", "($module, character, /)", |a| character(a[0]).map(|c| Value::int(lower_unicode(c) as i64)), ""),
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    add(module, "MAGIC", Value::int(SRE_MAGIC as i64));
    add(module, "CODESIZE", Value::int(CODESIZE as i64));
    add(module, "MAXREPEAT", Value::int(MAXREPEAT as i64));
    add(module, "MAXGROUPS", Value::int(MAXGROUPS as i64));
    add(module, "copyright", str::new(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ").value());
    Ok(())
}

fn character(value: Value) -> R<u32> {
    Ok(int::index_to_i32(value)? as u32)
}
fn is_ascii_letter(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())
}
fn is_cased(c: u32) -> bool {
    // One character that becomes several in upper case ("ß") counts too.
    let mut upper = None;
    crate::unicode::map_case(c, crate::unicode::Case::Upper, |c| upper = upper.or(Some(c)));
    c != lower_unicode(c) || upper.is_some_and(|upper| upper != c)
}

fn code_word(word: Value) -> R<u32> {
    if !int::is_any_int(word) {
        return Err(type_error("an integer is required"));
    }
    if is_negative(word) {
        return Err(overflow_error("can't convert negative value to unsigned int"));
    }
    let word = int::to_i64(word).and_then(|word| u32::try_from(word).ok());
    word.ok_or_else(|| overflow_error("regular expression code size limit exceeded"))
}

fn compile(args: &[Value]) -> R {
    let &[source, flags, code, groups, group_index, index_group] = args else { return Err(type_error("compile() takes six arguments")) };
    let flags = int::index_to_i32(flags)?;
    let wrong = |what: &str, expected: &str, given: Value| {
        type_error(format!("compile() argument '{what}' must be {expected}, not {}", type_name(given)))
    };
    let code = code.downcast::<List>().ok_or_else(|| wrong("code", "list", code))?;
    let groups = ssize(groups)?;
    let group_index = group_index.downcast::<Dict>().ok_or_else(|| wrong("groupindex", "dict", group_index))?;
    let index_group = index_group.downcast::<Tuple>().ok_or_else(|| wrong("indexgroup", "tuple", index_group))?;
    let mut words = Vec::with_capacity(code.len());
    for i in 0..code.len() {
        words.push(code_word(code.get(i).unwrap_or(NONE))?);
    }
    let groups = match usize::try_from(groups) {
        Ok(groups) if groups <= MAXGROUPS && validate::is_valid(&words, groups) => groups,
        _ => return Err(runtime_error("invalid SRE code")),
    };
    let kind = if source.is_none() {
        subject::Kind::Any
    } else if source.is::<Str>() {
        subject::Kind::Text
    } else {
        // TypeError for what is no pattern at all.
        if !source.is::<Bytes>() {
            subject::Subject::new(source)?;
        }
        subject::Kind::Bytes
    };
    Ok(pattern::new(pattern::Parts { source, flags, code: words, groups, group_index, index_group, kind }))
}
