//! `unicodedata`: the Unicode 16.0 database, and `ucd_3_2_0`, its older version for IDNA.

use crate::error::{R, key_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, method};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::instance::Instance;
use crate::objects::module::Module;
use crate::objects::str::{self, Chars, Str};
use crate::objects::str_methods::shown_type;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::unicode::normalize::{
    Form, decomposition as decompose, hangul, normalize as normal_form,
};
use crate::unicode::{OldRecord, names as char_names, record, tables};
use crate::value::Value;
use crate::vm::{intern, names, types};

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    add(module, "unidata_version", str::new(tables::VERSION).value());
    let class = old_class()?;
    add(module, "UCD", class.value());
    let old = Instance::new(class).value();
    add(module, "ucd_3_2_0", old);
    Ok(())
}

/// The class of `ucd_3_2_0`; its version stands in the class, since there is one instance.
fn old_class() -> R<Gc<Class>> {
    let namespace = Dict::new();
    namespace.set_str(names().__module__, intern("unicodedata").value());
    namespace.set_str(names().__slots__, Tuple::empty().value());
    namespace.set_str(intern("unidata_version"), intern("3.2.0").value());
    let args = [
        intern("UCD").value(),
        Tuple::from_slice(&[types().object.value()]).value(),
        namespace.value(),
    ];
    let class = ops::call_positional(types().type_.value(), &args)?.cast::<Class>();
    class.add_methods(&METHODS);
    class.modified();
    Ok(class)
}

static FUNCTIONS: [NativeFunction; 13] = [
    function(
        "decimal",
        "(chr, default=None, /)",
        |args| decimal(args, false),
        "Converts a Unicode character into its equivalent decimal value.",
    ),
    function(
        "digit",
        "(chr, default=None, /)",
        |args| digit(args, false),
        "Converts a Unicode character into its equivalent digit value.",
    ),
    function(
        "numeric",
        "(chr, default=None, /)",
        |args| numeric(args, false),
        "Converts a Unicode character into its equivalent numeric value.",
    ),
    function(
        "category",
        "(chr, /)",
        |args| category(args, false),
        "Returns the general category assigned to the character chr as string.",
    ),
    function(
        "bidirectional",
        "(chr, /)",
        |args| bidirectional(args, false),
        "Returns the bidirectional class assigned to the character chr as string.",
    ),
    function(
        "combining",
        "(chr, /)",
        |args| combining(args, false),
        "Returns the canonical combining class assigned to the character chr as integer.",
    ),
    function(
        "mirrored",
        "(chr, /)",
        |args| mirrored(args, false),
        "Returns the mirrored property assigned to the character chr as integer.",
    ),
    function(
        "east_asian_width",
        "(chr, /)",
        |args| east_asian_width(args, false),
        "Returns the east asian width assigned to the character chr as string.",
    ),
    function(
        "decomposition",
        "(chr, /)",
        |args| decomposition(args, false),
        "Returns the character decomposition mapping assigned to the character chr as string.",
    ),
    function(
        "name",
        "(chr, default=None, /)",
        |args| name(args, false),
        "Returns the name assigned to the character chr as a string.",
    ),
    function("lookup", "(name, /)", |args| lookup(args, false), "Look up character by name."),
    function(
        "is_normalized",
        "(form, unistr, /)",
        |args| is_normalized(args, false),
        "Return whether the Unicode string unistr is in the normal form 'form'.",
    ),
    function(
        "normalize",
        "(form, unistr, /)",
        |args| normalize(args, false),
        "Return the normal form 'form' for the Unicode string unistr.",
    ),
];

static METHODS: [NativeFunction; 13] = [
    method("decimal", "($self, chr, default=None, /)", |args| decimal(&args[1..], true), ""),
    method("digit", "($self, chr, default=None, /)", |args| digit(&args[1..], true), ""),
    method("numeric", "($self, chr, default=None, /)", |args| numeric(&args[1..], true), ""),
    method("category", "($self, chr, /)", |args| category(&args[1..], true), ""),
    method("bidirectional", "($self, chr, /)", |args| bidirectional(&args[1..], true), ""),
    method("combining", "($self, chr, /)", |args| combining(&args[1..], true), ""),
    method("mirrored", "($self, chr, /)", |args| mirrored(&args[1..], true), ""),
    method("east_asian_width", "($self, chr, /)", |args| east_asian_width(&args[1..], true), ""),
    method("decomposition", "($self, chr, /)", |args| decomposition(&args[1..], true), ""),
    method("name", "($self, chr, default=None, /)", |args| name(&args[1..], true), ""),
    method("lookup", "($self, name, /)", |args| lookup(&args[1..], true), ""),
    method("is_normalized", "($self, form, unistr, /)", |args| is_normalized(&args[1..], true), ""),
    method("normalize", "($self, form, unistr, /)", |args| normalize(&args[1..], true), ""),
];

/// What differs in Unicode 3.2, when that version is asked.
fn old_record(c: u32, is_old: bool) -> Option<&'static OldRecord> {
    if !is_old {
        return None;
    }
    let after = tables::OLD_3_2.partition_point(|record| record.1 < c);
    tables::OLD_3_2.get(after).filter(|record| record.0 <= c)
}

fn character(value: Value, function: &str, position: &str) -> R<u32> {
    let Some(text) = value.downcast::<Str>() else {
        let found = shown_type(value);
        return Err(type_error(format!(
            "{function}() argument{position} must be a unicode character, not {found}"
        )));
    };
    if text.len() != 1 {
        let len = text.len();
        return Err(type_error(format!(
            "{function}(): argument{position} must be a unicode character, \
             not a string of length {len}"
        )));
    }
    Ok(text.char_at(0))
}

fn or_default(found: Option<Value>, default: Value, message: &str) -> R {
    found.or(default.option()).ok_or_else(|| value_error(message))
}

fn decimal(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "decimal", " 1")?;
    let found = old_record(c, is_old).map_or(record(c).decimal, |old| old.6);
    or_default((found >= 0).then(|| Value::int(found as i64)), args[1], "not a decimal")
}
fn digit(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "digit", " 1")?;
    let found = old_record(c, is_old).map_or(record(c).digit, |old| old.7);
    or_default((found >= 0).then(|| Value::int(found as i64)), args[1], "not a digit")
}
fn numeric(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "numeric", " 1")?;
    let found = match old_record(c, is_old) {
        Some(old) => Some(old.8).filter(|&number| number != -1.0),
        None if record(c).flags & tables::NUMERIC != 0 => {
            Some(tables::NUMBERS[record(c).number as usize])
        }
        None => None,
    };
    or_default(found.map(Value::float), args[1], "not a numeric character")
}

fn text(value: &str) -> R {
    Ok(str::intern(value).value())
}
fn category(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "category", "")?;
    text(old_record(c, is_old).map_or(tables::CATEGORIES[record(c).category as usize], |old| old.2))
}
fn bidirectional(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "bidirectional", "")?;
    text(old_record(c, is_old).map_or(tables::BIDIS[record(c).bidi as usize], |old| old.3))
}
fn east_asian_width(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "east_asian_width", "")?;
    text(old_record(c, is_old).map_or(tables::WIDTHS[record(c).width as usize], |old| old.4))
}
fn combining(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "combining", "")?;
    Ok(Value::int(old_record(c, is_old).map_or(record(c).combining, |old| old.9) as i64))
}
fn mirrored(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "mirrored", "")?;
    let found = old_record(c, is_old).map_or(record(c).flags & tables::MIRRORED != 0, |old| old.5);
    Ok(Value::int(found as i64))
}

fn decomposition(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "decomposition", "")?;
    if let Some(old) = old_record(c, is_old) {
        return Ok(str::new(old.10).value());
    }
    if let Some(jamo) = hangul(c) {
        let words: Vec<String> = jamo.map(|part| format!("{part:04X}")).collect();
        return Ok(str::new(&words.join(" ")).value());
    }
    let Some((tag, parts)) = decompose(c) else { return Ok(str::empty().value()) };
    let mut words: Vec<String> = Vec::new();
    if !tag.is_empty() {
        words.push(tag.to_string());
    }
    words.extend(parts.iter().map(|part| format!("{part:04X}")));
    Ok(str::new(&words.join(" ")).value())
}

fn is_unassigned(c: u32, is_old: bool) -> bool {
    old_record(c, is_old).is_some_and(|old| old.2 == "Cn")
}

fn name(args: &[Value], is_old: bool) -> R {
    let c = character(args[0], "name", " 1")?;
    let found = char_names::name(c).filter(|_| !is_unassigned(c, is_old));
    or_default(found.map(|name| str::new(&name).value()), args[1], "no such name")
}

fn lookup(args: &[Value], is_old: bool) -> R {
    let Some(query) = args[0].downcast::<Str>() else {
        return Err(type_error(format!(
            "lookup() argument must be str, not {}",
            shown_type(args[0])
        )));
    };
    let query = query.to_string_lossy();
    match char_names::lookup(&query) {
        Some(found) if !found.iter().any(|&c| is_unassigned(c, is_old)) => {
            Ok(str::from_code_points(&found).value())
        }
        _ => Err(key_error(str::new(&format!("undefined character name '{query}'")).value())),
    }
}

fn form_and_text(args: &[Value], function: &str) -> R<(Form, Gc<Str>)> {
    let argument = |value: Value, position: usize| {
        value.downcast::<Str>().ok_or_else(|| {
            let found = shown_type(value);
            type_error(format!("{function}() argument {position} must be str, not {found}"))
        })
    };
    let (form, text) = (argument(args[0], 1)?, argument(args[1], 2)?);
    Form::parse(&form.to_string_lossy())
        .map(|form| (form, text))
        .ok_or_else(|| value_error("invalid normalization form"))
}

/// Latin-1 text is in NFC, ASCII in every form.
fn is_trivial(form: Form, text: &Str) -> bool {
    text.is_ascii() || (form == Form::Nfc && matches!(text.chars(), Chars::Narrow(_)))
}

fn normalize(args: &[Value], is_old: bool) -> R {
    let (form, text) = form_and_text(args, "normalize")?;
    if is_trivial(form, &text) {
        return Ok(str::exact(text).value());
    }
    let result = normal_form(text.iter(), form, |c| is_unassigned(c, is_old));
    Ok(str::from_code_points(&result).value())
}

fn is_normalized(args: &[Value], is_old: bool) -> R {
    let (form, text) = form_and_text(args, "is_normalized")?;
    if is_trivial(form, &text) {
        return Ok(crate::value::TRUE);
    }
    let result = normal_form(text.iter(), form, |c| is_unassigned(c, is_old));
    Ok(Value::bool(text.iter().eq(result.iter().copied())))
}
