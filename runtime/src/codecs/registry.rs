//! The codec registry: search functions, the cache of `codecs.lookup`, registered error handlers.

use super::{normalize, unknown_encoding};
use crate::error::{R, lookup_error, type_error};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{FALSE, Value};
use crate::vm::{intern, keep, vm};
use core::cell::{Cell, OnceCell};

/// One per thread, as the VM is; its objects are kept by the VM.
struct Registry {
    searchers: Gc<List>,
    found: Gc<Dict>,
    handlers: Gc<Dict>,
    /// `encodings` was imported, which registers its search function.
    is_started: Cell<bool>,
}

thread_local! { static REGISTRY: OnceCell<&'static Registry> = const { OnceCell::new() }; }

fn registry() -> &'static Registry {
    REGISTRY.with(|cell| {
        *cell.get_or_init(|| {
            let made = Registry {
                searchers: List::new(),
                found: Dict::new(),
                handlers: Dict::new(),
                is_started: Cell::new(false),
            };
            keep(made.searchers.value());
            keep(made.found.value());
            keep(made.handlers.value());
            Box::leak(Box::new(made))
        })
    })
}

pub fn register(search: Value) -> R<()> {
    if !ops::is_callable(search) {
        return Err(type_error("argument must be callable"));
    }
    registry().searchers.push(search)
}

pub fn unregister(search: Value) -> R<()> {
    let searchers = registry().searchers;
    let Some(at) = searchers.items().iter().position(|&found| found == search) else {
        return Ok(());
    };
    let kept: Vec<Value> =
        searchers.items().iter().enumerate().filter(|&(i, _)| i != at).map(|(_, &v)| v).collect();
    kept.iter().enumerate().for_each(|(i, &value)| searchers.set(i, value));
    searchers.truncate(kept.len());
    registry().found.clear();
    Ok(())
}

/// The codec info tuple of an encoding.
pub fn lookup(encoding: &str) -> R<Gc<Tuple>> {
    let registry = registry();
    let name = normalize(encoding);
    let key = intern(&name);
    if let Some(found) = registry.found.get_str(key) {
        return Ok(found.cast());
    }
    if !registry.is_started.get() {
        registry.is_started.set(true);
        import_encodings()?;
    }
    let mut i = 0;
    while let Some(search) = registry.searchers.items().get(i).copied() {
        i += 1;
        let found = ops::call_positional(search, &[key.value()])?;
        if found.is_none() {
            continue;
        }
        let Some(info) = found.downcast::<Tuple>().filter(|info| info.len() == 4) else {
            return Err(type_error("codec search functions must return 4-tuples"));
        };
        registry.found.set_str(key, info.value());
        return Ok(info);
    }
    Err(unknown_encoding(encoding))
}

fn import_encodings() -> R<()> {
    let import = vm().builtins.get().and_then(|builtins| builtins.get_text("__import__"));
    match import {
        Some(import) => ops::call_positional(import, &[intern("encodings").value()]).map(drop),
        None => Ok(()),
    }
}

/// As `lookup`, for codecs between str and bytes only; `instead` is what the message proposes for
/// others.
pub fn lookup_text(encoding: &str, instead: &str) -> R<Gc<Tuple>> {
    let info = lookup(encoding)?;
    if let Some(is_text) = ops::getattr_opt(info.value(), intern("_is_text_encoding"))?
        && (is_text == FALSE || !ops::truth(is_text)?)
    {
        return Err(lookup_error(format!(
            "'{encoding}' is not a text encoding; use {instead} to handle arbitrary codecs"
        )));
    }
    Ok(info)
}

pub fn register_error(name: Gc<Str>, handler: Value) -> R<()> {
    if !ops::is_callable(handler) {
        return Err(type_error("handler must be callable"));
    }
    registry().handlers.set(str::exact(name).value(), handler)
}

/// True when there was one.
pub fn unregister_error(name: Gc<Str>) -> R<bool> {
    Ok(registry().handlers.remove(name.value())?.is_some())
}

pub fn registered_error(name: Gc<Str>) -> Option<Value> {
    registry().handlers.get_str(name)
}

pub fn error_handler(name: Gc<Str>) -> R {
    registered_error(name).ok_or_else(|| {
        lookup_error(format!("unknown error handler name '{}'", name.to_string_lossy()))
    })
}
