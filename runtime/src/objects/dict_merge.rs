//! Filling a dict from a mapping, from pairs, from keywords: `dict()`, `update`, `|=`, and the
//! instructions DICT_UPDATE and DICT_MERGE.

use crate::args::Args;
use crate::error::{R, Raised, key_error, runtime_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::dict_iter;
use crate::objects::list_methods::sequence_items;
use crate::objects::str::Str;
use crate::objects::support::{check_count, hash_key};
use crate::ops;
use crate::value::Value;
use crate::vm::{class_of, names, type_name, types};

/// What becomes of a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Replace,
    /// KeyError with the key.
    Refuse,
}

/// The arguments of `dict(...)` and `dict.update(...)`.
pub fn update_from_args(dict: Gc<Dict>, args: Args<'_>, name: &str) -> R<()> {
    check_count(args.pos().len(), name, 0, 1)?;
    if let Some(&source) = args.pos().first() {
        merge_argument(dict, source)?;
    }
    for (name, value) in args.kw() {
        dict.set(name.value(), value)?;
    }
    Ok(())
}

/// A mapping (whatever has `keys`) or an iterable of pairs.
pub fn merge_argument(dict: Gc<Dict>, source: Value) -> R<()> {
    if source.is::<Dict>() || ops::getattr_opt(source, names().keys)?.is_some() {
        merge_mapping(dict, source, Existing::Replace)
    } else {
        merge_pairs(dict, source)
    }
}

pub fn merge_mapping(dict: Gc<Dict>, source: Value, existing: Existing) -> R<()> {
    match source.downcast::<Dict>() {
        Some(other) if dict_iter::is_plain(source) => merge_dict(dict, other, existing),
        _ => merge_by_keys(dict, source, existing),
    }
}

fn merge_dict(dict: Gc<Dict>, other: Gc<Dict>, existing: Existing) -> R<()> {
    if dict == other || other.len() == 0 {
        return Ok(());
    }
    if dict.len() == 0 {
        dict.reserve(other.len())?;
    }
    let (len, mut at) = (other.len(), 0);
    while let Some((next, key, value)) = other.next_entry(at) {
        let hash = other.entries()[next - 1].hash;
        at = next;
        store(dict, key, hash, value, existing)?;
        if other.len() != len {
            return Err(runtime_error("dict mutated during update"));
        }
    }
    Ok(())
}

fn store(dict: Gc<Dict>, key: Value, hash: i64, value: Value, existing: Existing) -> R<()> {
    match dict.find(key, hash)? {
        Some(_) if existing == Existing::Refuse => Err(key_error(key)),
        Some(at) => {
            dict.replace(at, value);
            Ok(())
        }
        None => dict.insert_new(key, hash, value),
    }
}

fn merge_by_keys(dict: Gc<Dict>, source: Value, existing: Existing) -> R<()> {
    let keys = ops::iter(ops::call_method(source, names().keys, &[])?)?;
    while let Some(key) = ops::next(keys)? {
        let hash = hash_key(key)?;
        if existing == Existing::Refuse && dict.find(key, hash)?.is_some() {
            return Err(key_error(key));
        }
        let value = ops::getitem(source, key)?;
        dict.set_with_hash(key, hash, value)?;
    }
    Ok(())
}

fn merge_pairs(dict: Gc<Dict>, source: Value) -> R<()> {
    let iterator = ops::iter(source)?;
    let mut number = 0;
    while let Some(element) = ops::next(iterator)? {
        let pair = sequence_items(element, "object is not iterable")
            .map_err(|raised| note(raised, number))?;
        let &[key, value] = pair.items() else {
            return Err(value_error(format!(
                "dictionary update sequence element #{number} has length {}; 2 is required",
                pair.len()
            )));
        };
        dict.set(key, value)?;
        number += 1;
    }
    Ok(())
}

#[cold]
fn note(raised: Raised, number: usize) -> Raised {
    if raised.is(types().type_error) {
        let text =
            format!("Cannot convert dictionary update sequence element #{number} to a sequence");
        let text = crate::objects::str::new(&text).value();
        // A note that cannot be added is no reason for another error.
        let _ = ops::call_method(raised.value(), crate::vm::intern("add_note"), &[text]);
    }
    raised
}

// -- the instructions --------------------------------------------------------------------

/// DICT_UPDATE: `{**source}`.
pub fn dict_update(dict: Gc<Dict>, source: Value) -> R<()> {
    match merge_mapping(dict, source, Existing::Replace) {
        Err(raised) if raised.is(types().attribute_error) => {
            Err(type_error(format!("'{}' object is not a mapping", type_name(source))))
        }
        result => result,
    }
}

/// DICT_MERGE: `function(**source)`; the errors name the function.
pub fn dict_merge(dict: Gc<Dict>, source: Value, function: Value) -> R<()> {
    let raised = match merge_mapping(dict, source, Existing::Refuse) {
        Ok(()) => return Ok(()),
        Err(raised) => raised,
    };
    if raised.is(types().attribute_error) {
        return Err(type_error(format!(
            "{} argument after ** must be a mapping, not {}",
            function_name(function)?,
            type_name(source)
        )));
    }
    if raised.is(types().key_error)
        && let Some(args) = raised.0.args.get().downcast::<crate::objects::tuple::Tuple>()
        && let &[key] = args.items()
    {
        return Err(type_error(match key.downcast::<Str>() {
            Some(key) => {
                format!(
                    "{} got multiple values for keyword argument '{}'",
                    function_name(function)?,
                    key.to_string_lossy()
                )
            }
            None => "keywords must be strings".to_string(),
        }));
    }
    Err(raised)
}

/// A callable in an error message: `module.qualname()`.
pub fn function_name(function: Value) -> R<String> {
    let Some(qualname) = ops::getattr_opt(function, names().__qualname__)? else {
        return ops::str_string(function);
    };
    let qualname = ops::str_string(qualname)?;
    let module = ops::getattr_opt(function, names().__module__)?;
    if let Some(module) = module.and_then(|module| module.downcast::<Str>())
        && !module.eq_str("builtins")
    {
        return Ok(format!("{}.{qualname}()", module.to_string_lossy()));
    }
    Ok(format!("{qualname}()"))
}

/// The arguments of `function(*source)`, as a tuple.
pub fn call_args(function: Value, source: Value) -> R<Gc<crate::objects::tuple::Tuple>> {
    if class_of(source).slots.iter.get().is_none() && !crate::objects::support::is_sequence(source)
    {
        return Err(type_error(format!(
            "{} argument after * must be an iterable, not {}",
            function_name(function)?,
            type_name(source)
        )));
    }
    crate::objects::tuple_methods::from_iterable(source)
}
