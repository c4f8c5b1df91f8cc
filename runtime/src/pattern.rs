//! Pattern matching: MATCH_KEYS and MATCH_CLASS.

use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::class::{Class, flags};
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{names, type_name};

/// The values of `keys` in the mapping, in a tuple; None when one is missing.
pub fn keys(subject: Value, keys: Value) -> R {
    let Some(keys) = keys.downcast::<Tuple>() else { return Ok(NONE) };
    if keys.len() == 0 {
        return Ok(Tuple::empty().value());
    }
    let (values, seen) = (List::new(), crate::objects::set::Set::new());
    let get = ops::getattr(subject, names().get)?;
    // A fresh object that no mapping can hold tells "absent".
    let absent = crate::objects::instance::Instance::new(crate::vm::types().object).value();
    for key in keys.items() {
        if seen.contains(*key)? {
            return Err(value_error(format!("mapping pattern checks duplicate key ({})", ops::repr_string(*key)?)));
        }
        seen.add(*key)?;
        let value = ops::call_positional(get, &[*key, absent])?;
        if value == absent {
            return Ok(NONE);
        }
        values.push(value)?;
    }
    Ok(Tuple::from_slice(values.items()).value())
}

/// The attributes of `subject` that a class pattern asks for, in a tuple; None when it does not match. `names` are the keyword ones.
pub fn class(subject: Value, class: Value, keyword_names: Value, positional: usize) -> R {
    let Some(of) = class.downcast::<Class>() else {
        return Err(type_error("called match pattern must be a class"));
    };
    if !ops::is_instance(subject, class)? {
        return Ok(NONE);
    }
    let (found, seen) = (List::new(), crate::objects::set::Set::new());
    if positional > 0 && !positional_attributes(subject, of, positional, found, seen)? {
        return Ok(NONE);
    }
    let Some(keywords) = keyword_names.downcast::<Tuple>() else { return Ok(NONE) };
    for name in keywords.items() {
        let Some(value) = attribute(subject, of, *name, seen)? else { return Ok(NONE) };
        found.push(value)?;
    }
    Ok(Tuple::from_slice(found.items()).value())
}

fn positional_attributes(subject: Value, class: Gc<Class>, count: usize, found: Gc<List>, seen: Gc<crate::objects::set::Set>) -> R<bool> {
    let args = ops::getattr_opt(class.value(), names().__match_args__)?;
    let match_self = args.is_none() && class.mro_classes().any(|class| class.has_flag(flags::MATCH_SELF));
    let names = match args {
        Some(args) => args.downcast::<Tuple>().ok_or_else(|| {
            type_error(format!("{}.__match_args__ must be a tuple (got {})", class.name(), type_name(args)))
        })?,
        None => Tuple::empty(),
    };
    let allowed = if match_self { 1 } else { names.len() };
    if count > allowed {
        let plural = if allowed == 1 { "" } else { "s" };
        return Err(type_error(format!("{}() accepts {allowed} positional sub-pattern{plural} ({count} given)", class.name())));
    }
    if match_self {
        found.push(subject)?;
        return Ok(true);
    }
    for name in &names.items()[..count] {
        if !name.is::<Str>() {
            return Err(type_error(format!("__match_args__ elements must be strings (got {})", type_name(*name))));
        }
        match attribute(subject, class, *name, seen)? {
            Some(value) => found.push(value)?,
            None => return Ok(false),
        }
    }
    Ok(true)
}

fn attribute(subject: Value, class: Gc<Class>, name: Value, seen: Gc<crate::objects::set::Set>) -> R<Option<Value>> {
    if seen.contains(name)? {
        return Err(type_error(format!("{}() got multiple sub-patterns for attribute {}", class.name(), ops::repr_string(name)?)));
    }
    seen.add(name)?;
    match name.downcast::<Str>() {
        Some(name) => ops::getattr_opt(subject, crate::objects::str::intern_str(name)),
        None => Ok(None),
    }
}

