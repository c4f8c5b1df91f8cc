//! Functions on any object: attributes, classes, identity, text, iteration.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::iterator::callable_iterator;
use crate::objects::str::{self, Str};
use crate::value::{NONE, Value};
use crate::vm::{class_of, names, type_name};

pub static FUNCTIONS: [NativeFunction; 22] = [
    function("all", "($module, iterable, /)", all, "True if every item of the iterable is true."),
    function("any", "($module, iterable, /)", any, "True if some item of the iterable is true."),
    function("ascii", "($module, obj, /)", ascii, "The repr of an object, with escapes for all that is not ASCII."),
    function("aiter", "($module, async_iterable, /)", aiter, "The asynchronous iterator of an asynchronous iterable."),
    function("anext", "($module, aiterator, default=<unrepresentable>, /)", anext, "The next item of an asynchronous iterator, as an awaitable."),
    function("callable", "($module, obj, /)", |a| Ok(Value::bool(crate::ops::is_callable(a[0]))), "True if the object can be called."),
    function("delattr", "($module, obj, name, /)", |a| crate::ops::delattr(a[0], name_of(a[1])?).map(|()| NONE), "Deletes an attribute: delattr(x, 'y') is del x.y."),
    function("format", "($module, value, format_spec='', /)", format, "The text of a value by a format specification."),
    raw_function("getattr", getattr, "getattr(object, name[, default]): an attribute; the default where there is none."),
    function("hasattr", "($module, obj, name, /)", |a| Ok(Value::bool(crate::ops::getattr_opt(a[0], name_of(a[1])?)?.is_some())), "True if the object has the attribute."),
    function("hash", "($module, obj, /)", |a| crate::ops::hash(a[0]).map(Value::int), "The hash of an object."),
    function("id", "($module, obj, /)", |a| Ok(id(a[0])), "A number that no other living object has."),
    function("isinstance", "($module, obj, class_or_tuple, /)", |a| crate::ops::is_instance(a[0], a[1]).map(Value::bool), "True if the object is an instance of a class, or of one of a tuple or union."),
    function("issubclass", "($module, cls, class_or_tuple, /)", |a| crate::ops::is_subclass(a[0], a[1]).map(Value::bool), "True if a class derives from another, or from one of a tuple or union."),
    raw_function("iter", iter, "iter(iterable) or iter(callable, sentinel): an iterator."),
    function("len", "($module, obj, /)", |a| Ok(Value::int(crate::ops::len(a[0])? as i64)), "The number of items of a container."),
    raw_function("next", next, "next(iterator[, default]): the next item; the default where there is none."),
    function("repr", "($module, obj, /)", |a| crate::ops::repr(a[0]).map(Gc::value), "The representation of an object as text."),
    function("setattr", "($module, obj, name, value, /)", |a| crate::ops::setattr(a[0], name_of(a[1])?, a[2]).map(|()| NONE), "Sets an attribute: setattr(x, 'y', v) is x.y = v."),
    SORTED,
    raw_function("dir", dir, "dir([object]): the names of an object, sorted; without argument, of the current scope."),
    raw_function("vars", vars, "vars([object]): the __dict__ of an object; without argument, locals()."),
];

const SORTED: NativeFunction = {
    let mut function = raw_function("sorted", sorted, "A new sorted list of the items of an iterable.");
    function.signature = Some("($module, iterable, /, *, key=None, reverse=False)");
    function
};

fn name_of(value: Value) -> R<Gc<Str>> {
    match value.downcast::<Str>() {
        Some(name) => Ok(str::intern_str(name)),
        None => Err(type_error(format!("attribute name must be string, not '{}'", type_name(value)))),
    }
}
/// Arguments of a function that CPython's PyArg_UnpackTuple takes.
fn unpack<'a>(args: Args<'a>, name: &str, least: usize, most: usize) -> R<&'a [Value]> {
    crate::objects::support::positional(args, name, least, most)
}

fn getattr(args: Args<'_>) -> R {
    let args = unpack(args, "getattr", 2, 3)?;
    let name = name_of(args[1])?;
    match args.get(2) {
        None => crate::ops::getattr(args[0], name),
        Some(&default) => Ok(crate::ops::getattr_opt(args[0], name)?.unwrap_or(default)),
    }
}

/// The address; for what has none, its bits. Ints and floats go by value, as `is` does.
pub fn id(value: Value) -> Value {
    crate::objects::int::from_u64(value.0)
}

fn all(args: &[Value]) -> R {
    let iterator = crate::ops::iter(args[0])?;
    while let Some(item) = crate::ops::next(iterator)? {
        if !crate::ops::truth(item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}
fn any(args: &[Value]) -> R {
    let iterator = crate::ops::iter(args[0])?;
    while let Some(item) = crate::ops::next(iterator)? {
        if crate::ops::truth(item)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

fn ascii(args: &[Value]) -> R {
    ascii_of(args[0]).map(Gc::value)
}
/// `ascii(value)`.
pub fn ascii_of(value: Value) -> R<Gc<Str>> {
    let text = crate::ops::repr(value)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut escaped = String::with_capacity(text.len() * 2);
    for code in text.iter() {
        match code {
            0..0x80 => escaped.push(code as u8 as char),
            0x80..0x100 => escaped.push_str(&format!("\\x{code:02x}")),
            0x100..0x10000 => escaped.push_str(&format!("\\u{code:04x}")),
            _ => escaped.push_str(&format!("\\U{code:08x}")),
        }
    }
    Ok(str::new(&escaped))
}
fn format(args: &[Value]) -> R {
    let spec = match args[1].option() {
        None => names().empty,
        Some(spec) => spec
            .downcast::<Str>()
            .ok_or_else(|| type_error(format!("format() argument 2 must be str, not {}", type_name(spec))))?,
    };
    crate::ops::format(args[0], spec).map(Gc::value)
}

fn iter(args: Args<'_>) -> R {
    let args = unpack(args, "iter", 1, 2)?;
    match args {
        [iterable] => crate::ops::iter(*iterable),
        _ if !crate::ops::is_callable(args[0]) => Err(type_error("iter(v, w): v must be callable")),
        _ => callable_iterator(args[0], args[1]),
    }
}
fn next(args: Args<'_>) -> R {
    let args = unpack(args, "next", 1, 2)?;
    let iterator = args[0];
    if class_of(iterator).slots.next.get().is_none() {
        return Err(type_error(format!("'{}' object is not an iterator", type_name(iterator))));
    }
    if let Some(&default) = args.get(1) {
        return Ok(crate::ops::next(iterator)?.unwrap_or(default));
    }
    match crate::ops::next_or_return(iterator)? {
        Ok(item) => Ok(item),
        Err(value) => Err(crate::error::stop_iteration(value)),
    }
}
fn aiter(args: &[Value]) -> R {
    let class = class_of(args[0]);
    let Some(slot) = class.slots.aiter.get() else {
        return Err(type_error(format!("'{}' object is not an async iterable", class.name())));
    };
    let iterator = slot(args[0])?;
    if class_of(iterator).slots.anext.get().is_none() {
        return Err(type_error(format!("aiter() returned not an async iterator of type '{}'", type_name(iterator))));
    }
    Ok(iterator)
}
fn anext(args: &[Value]) -> R {
    let class = class_of(args[0]);
    let Some(slot) = class.slots.anext.get() else {
        return Err(type_error(format!("'{}' object is not an async iterator", class.name())));
    };
    let awaitable = slot(args[0])?;
    match args[1].option() {
        None => Ok(awaitable),
        Some(default) => Ok(crate::objects::anext_awaitable::new(awaitable, default)),
    }
}

fn sorted(args: Args<'_>) -> R {
    let pos = args.pos();
    if pos.len() != 1 {
        return Err(type_error(format!("sorted expected 1 argument, got {}", pos.len())));
    }
    let list = crate::ops::collect(pos[0])?;
    let (mut key, mut reverse) = (None, false);
    for (keyword, value) in args.kw() {
        if keyword == names().key {
            key = Some(value).filter(|value| !value.is_none());
        } else if keyword == names().reverse {
            reverse = crate::ops::truth(value)?;
        } else {
            let keyword = keyword.to_string_lossy();
            return Err(type_error(format!("sort() got an unexpected keyword argument '{keyword}'")));
        }
    }
    crate::objects::list_sort::sort(list, key, reverse)?;
    Ok(list.value())
}

fn dir(args: Args<'_>) -> R {
    match unpack(args, "dir", 0, 1)? {
        [value] => super::dir_of(*value).map(Gc::value),
        _ => super::sorted_list(crate::ops::call_method(super::code::current_locals()?, names().keys, &[])?).map(Gc::value),
    }
}
fn vars(args: Args<'_>) -> R {
    match unpack(args, "vars", 0, 1)? {
        [value] => match crate::ops::getattr_opt(*value, names().__dict__)? {
            Some(dict) => Ok(dict),
            None => Err(type_error("vars() argument must have __dict__ attribute")),
        },
        _ => super::code::current_locals(),
    }
}
