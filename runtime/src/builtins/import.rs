//! `__import__`: what the import statement and `import_module` do with `sys.modules`, packages and fromlists. Finding and loading a
//! module is `importlib._bootstrap`'s.

use crate::error::{R, import_error, key_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::module::{self, Module};
use crate::objects::str::{self, Str};
use crate::value::{NONE, Value};
use crate::vm::{intern, names, types, vm};

fn modules() -> R<Gc<Dict>> {
    vm().modules.get().copied().ok_or_else(|| crate::error::runtime_error("unable to get sys.modules"))
}

/// The module of this dotted name itself, for the runtime.
pub fn import_module(name: &str) -> R {
    let name = intern(name);
    if let Some(found) = modules()?.get_str(name)
        && !found.is_none()
    {
        return Ok(found);
    }
    import_absolute(name)
}

fn import_absolute(name: Gc<Str>) -> R {
    match modules()?.get_str(name) {
        Some(found) if !found.is_none() => {
            wait_until_loaded(found)?;
            Ok(found)
        }
        _ => find_and_load(name),
    }
}
/// Another thread may be loading it: the bootstrap knows.
fn wait_until_loaded(_module: Value) -> R<()> {
    Ok(())
}
fn find_and_load(name: Gc<Str>) -> R {
    let bootstrap = modules()?.get_text("_frozen_importlib").or(modules()?.get_text("importlib._bootstrap"));
    match bootstrap {
        Some(bootstrap) => crate::ops::call_method(bootstrap, intern("_find_and_load"), &[name.value(), import_function()?]),
        None => Err(import_error("the import system is not there yet")),
    }
}
fn import_function() -> R {
    vm().builtins
        .get()
        .and_then(|builtins| builtins.get_str(names().__import__))
        .ok_or_else(|| import_error("__import__ not found"))
}

/// `__import__(name, globals, locals, fromlist, level)`; `globals` and `fromlist` may be NULL.
pub fn import_level(name: Gc<Str>, globals: Value, fromlist: Value, level: i64) -> R {
    if level < 0 {
        return Err(value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve_name(name, globals, level)?
    } else if name.len() == 0 {
        return Err(value_error("Empty module name"));
    } else {
        str::intern_str(name)
    };
    let module = import_absolute(absolute)?;
    let has_fromlist = !fromlist.is_null() && !fromlist.is_none() && crate::ops::truth(fromlist)?;
    if has_fromlist {
        if crate::ops::getattr_opt(module, names().__path__)?.is_none() {
            return Ok(module);
        }
        let bootstrap = modules()?.get_text("_frozen_importlib").or(modules()?.get_text("importlib._bootstrap"));
        let Some(bootstrap) = bootstrap else { return Ok(module) };
        return crate::ops::call_method(bootstrap, intern("_handle_fromlist"), &[module, fromlist, import_function()?]);
    }
    top_level(name, absolute, module, level)
}

/// `import a.b` binds `a`; a relative one, the package that the name starts from.
fn top_level(name: Gc<Str>, absolute: Gc<Str>, module: Value, level: i64) -> R {
    let text = name.to_string_lossy();
    if level > 0 && text.is_empty() {
        return Ok(module);
    }
    let Some((front, _)) = text.split_once('.') else { return Ok(module) };
    if level == 0 {
        return import_absolute(intern(front));
    }
    let whole = absolute.to_string_lossy();
    let cut = whole.len() - (text.len() - front.len());
    let start = intern(&whole[..cut]);
    match modules()?.get_str(start) {
        Some(found) => Ok(found),
        None => Err(key_error(str::new(&format!("'{}' not in sys.modules as expected", start.to_string_lossy())).value())),
    }
}

/// The absolute name of a relative import.
fn resolve_name(name: Gc<Str>, globals: Value, level: i64) -> R<Gc<Str>> {
    let Some(globals) = globals.downcast::<Dict>() else {
        return Err(if globals.is_null() { key_error(str::new("'__name__' not in globals").value()) } else { type_error("globals must be a dict") });
    };
    let package = package_of(globals)?;
    if package.is_empty() {
        return Err(import_error("attempted relative import with no known parent package"));
    }
    let mut base = &*package;
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((front, _)) => base = front,
            None => return Err(import_error("attempted relative import beyond top-level package")),
        }
    }
    if name.len() == 0 { Ok(intern(base)) } else { Ok(intern(&format!("{base}.{}", name.to_string_lossy()))) }
}
fn package_of(globals: Gc<Dict>) -> R<String> {
    let n = names();
    let text = |value: Value, what: &str| match value.downcast::<Str>() {
        Some(text) => Ok(text.to_string_lossy()),
        None => Err(type_error(format!("{what} must be a string"))),
    };
    if let Some(package) = globals.get_str(n.__package__).filter(|package| !package.is_none()) {
        return text(package, "package");
    }
    if let Some(spec) = globals.get_str(n.__spec__).filter(|spec| !spec.is_none()) {
        return text(crate::ops::getattr(spec, intern("parent"))?, "__spec__.parent");
    }
    let Some(name) = globals.get_str(n.__name__) else {
        return Err(key_error(str::new("'__name__' not in globals").value()));
    };
    let name = text(name, "__name__")?;
    if globals.get_str(n.__path__).is_some() {
        return Ok(name);
    }
    Ok(name.rsplit_once('.').map_or(String::new(), |(front, _)| front.to_string()))
}

/// IMPORT_FROM: an attribute of the module, or the submodule of that name.
pub fn import_from(module: Value, name: Gc<Str>) -> R {
    if let Some(found) = crate::ops::getattr_opt(module, name)? {
        return Ok(found);
    }
    let package = crate::ops::getattr_opt(module, names().__name__)?;
    if let Some(package) = package.and_then(|package| package.downcast::<Str>()) {
        let whole = intern(&format!("{}.{}", package.to_string_lossy(), name.to_string_lossy()));
        if let Some(found) = modules()?.get_str(whole) {
            return Ok(found);
        }
    }
    Err(cannot_import(module, package, name)?)
}
#[cold]
fn cannot_import(module: Value, package: Option<Value>, name: Gc<Str>) -> R<crate::error::Raised> {
    let spec = crate::ops::getattr_opt(module, names().__spec__)?.filter(|spec| !spec.is_none());
    let mut origin = match spec {
        Some(spec) if has_location(spec)? => crate::ops::getattr_opt(spec, intern("origin"))?,
        _ => None,
    };
    if origin.is_none() {
        origin = crate::ops::getattr_opt(module, names().__file__)?;
    }
    let origin = origin.filter(|origin| origin.is::<Str>());
    let package_text = match package.filter(|package| package.is::<Str>()) {
        Some(package) => crate::ops::repr_string(package)?,
        None => "'<unknown module name>'".to_string(),
    };
    let name_text = crate::ops::repr_string(name.value())?;
    let location = match origin {
        Some(origin) => crate::ops::str_string(origin)?,
        None => "unknown location".to_string(),
    };
    let initializing = module.downcast::<Module>().is_some_and(module::is_initializing);
    let message = if initializing {
        format!("cannot import name {name_text} from partially initialized module {package_text} (most likely due to a circular import) ({location})")
    } else {
        format!("cannot import name {name_text} from {package_text} ({location})")
    };
    let raised = import_error(message);
    use crate::objects::exception::set_member;
    set_member(raised.0, 1, package.unwrap_or(NONE));
    set_member(raised.0, 2, origin.unwrap_or(NONE));
    set_member(raised.0, 3, name.value());
    Ok(raised)
}
fn has_location(spec: Value) -> R<bool> {
    match crate::ops::getattr_opt(spec, intern("has_location"))? {
        Some(found) => crate::ops::truth(found),
        None => Ok(false),
    }
}

/// ModuleNotFoundError as `importlib` raises it.
pub fn not_found(name: Gc<Str>) -> crate::error::Raised {
    let message = str::new(&format!("No module named {}", crate::ops::repr_string(name.value()).unwrap_or_default()));
    let raised = crate::error::Raised::with_args(types().module_not_found_error, &[message.value()]);
    crate::objects::exception::set_member(raised.0, 1, name.value());
    raised
}
