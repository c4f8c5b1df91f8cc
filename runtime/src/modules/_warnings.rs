//! The module `_warnings`: `warn` and `warn_explicit` by the filters, on which `Lib/warnings.py` runs. Also what native code warns with:
//! while nobody has imported `warnings`, no Python code runs for a warning.

use crate::error::{R, Raised, runtime_error, type_error};
use crate::modules::{add, add_functions, sys};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::class::{self, Class};
use crate::objects::dict::Dict;
use crate::objects::exception::Exception;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NULL, TRUE, Value};
use crate::vm::{class_of, intern, keep, names, thread, type_name, types, vm};
use core::cell::{Cell, OnceCell};

/// What the module holds; `warnings` may have replaced each of them.
#[derive(Clone, Copy)]
struct State {
    filters: Gc<List>,
    once: Gc<Dict>,
}
thread_local! {
    static STATE: OnceCell<State> = const { OnceCell::new() };
    static VERSION: Cell<i64> = const { Cell::new(1) };
    static LOCKED: Cell<usize> = const { Cell::new(0) };
}

fn state() -> State {
    STATE.with(|own| {
        *own.get_or_init(|| {
            let t = types();
            let filters = List::new();
            let main = intern("__main__").value();
            let default = [
                ("default", t.deprecation_warning, main),
                ("ignore", t.deprecation_warning, NONE),
                ("ignore", t.pending_deprecation_warning, NONE),
                ("ignore", t.import_warning, NONE),
                ("ignore", t.resource_warning, NONE),
            ];
            for (action, class, module) in default {
                let filter = [intern(action).value(), NONE, class.value(), module, Value::int(0)];
                let _ = filters.push(Tuple::from_slice(&filter).value());
            }
            let once = Dict::new();
            keep(filters.value());
            keep(once.value());
            State { filters, once }
        })
    })
}

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 5] = [
    function("warn", "($module, /, message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())", warn_function, "Issue a warning, or maybe ignore it or raise an exception."),
    function("warn_explicit", "($module, /, message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)", explicit_function, "Issue a warning, or maybe ignore it or raise an exception."),
    function("_filters_mutated_lock_held", "($module, /)", |_| { VERSION.set(VERSION.get() + 1); Ok(NONE) }, ""),
    function("_acquire_lock", "($module, /)", |_| { LOCKED.set(LOCKED.get() + 1); Ok(NONE) }, ""),
    function("_release_lock", "($module, /)", release_lock, ""),
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    let state = state();
    add(module, "filters", state.filters.value());
    add(module, "_onceregistry", state.once.value());
    add(module, "_defaultaction", intern("default").value());
    let contextvars = crate::import::import_module("_contextvars")?;
    let variable = ops::getattr(contextvars, intern("ContextVar"))?;
    add(module, "_warnings_context", ops::call_positional(variable, &[intern("_warnings_context").value()])?);
    Ok(())
}

/// One thread: the lock is a count.
fn release_lock(_: &[Value]) -> R {
    match LOCKED.get().checked_sub(1) {
        Some(left) => LOCKED.set(left),
        None => return Err(runtime_error("cannot release un-acquired lock")),
    }
    Ok(NONE)
}

/// An attribute of `warnings`, when that has been imported.
fn python_attribute(name: &str) -> Option<Value> {
    let module = vm().modules.get()?.get_text("warnings")?.downcast::<Module>()?;
    module.get(intern(name))
}

// -- where the warning comes from ------------------------------------------------------

struct Place {
    filename: Value,
    lineno: i64,
    module: Value,
    registry: Value,
}

fn filename_of(frame: Value) -> R<Value> {
    ops::getattr(ops::getattr(frame, intern("f_code"))?, intern("co_filename"))
}
fn is_internal(filename: Value) -> bool {
    filename.downcast::<Str>().is_some_and(|name| {
        let name = name.to_string_lossy();
        name.contains("importlib") && name.contains("_bootstrap")
    })
}
fn is_skipped(filename: Value, prefixes: Option<Gc<Tuple>>) -> R<bool> {
    let (Some(prefixes), Some(name)) = (prefixes, filename.downcast::<Str>()) else { return Ok(false) };
    let name = name.to_string_lossy();
    for prefix in prefixes.items() {
        match prefix.downcast::<Str>() {
            Some(prefix) if name.starts_with(&prefix.to_string_lossy()) => return Ok(true),
            Some(_) => {}
            None => {
                return Err(type_error(format!(
                    "Found non-str '{}' in skip_file_prefixes.",
                    type_name(*prefix)
                )));
            }
        }
    }
    Ok(false)
}
fn next_external(frame: Value, prefixes: Option<Gc<Tuple>>) -> R<Value> {
    let mut frame = ops::getattr(frame, intern("f_back"))?;
    while !frame.is_none() {
        let filename = filename_of(frame)?;
        if !is_internal(filename) && !is_skipped(filename, prefixes)? {
            break;
        }
        frame = ops::getattr(frame, intern("f_back"))?;
    }
    Ok(frame)
}

fn place(level: i64, prefixes: Option<Gc<Tuple>>) -> R<Place> {
    // SAFETY: the running frame is live.
    let mut frame = match unsafe { thread().frame.get().as_ref() } {
        Some(frame) => crate::objects::frame::of(frame).value(),
        None => NONE,
    };
    let by_count = level <= 0 || (!frame.is_none() && is_internal(filename_of(frame)?));
    let mut level = level;
    while level > 1 && !frame.is_none() {
        frame = if by_count { ops::getattr(frame, intern("f_back"))? } else { next_external(frame, prefixes)? };
        level -= 1;
    }
    let (globals, filename, lineno) = if frame.is_none() {
        let sys = vm().sys.get().map(|sys| sys.dict.get());
        (sys, str::new("<sys>").value(), 0)
    } else {
        let lineno = ops::getattr(frame, intern("f_lineno"))?;
        let globals = ops::getattr(frame, intern("f_globals"))?.downcast::<Dict>();
        (globals, filename_of(frame)?, int::to_i64(lineno).unwrap_or(0))
    };
    let Some(globals) = globals else {
        return Ok(Place { filename, lineno, module: str::new("<string>").value(), registry: NULL });
    };
    let key = intern("__warningregistry__");
    let registry = match globals.get_str(key) {
        Some(registry) => registry,
        None => {
            let registry = Dict::new().value();
            globals.set_str(key, registry);
            registry
        }
    };
    let module = globals.get_str(names().__name__).filter(|name| name.is_none() || name.is::<Str>());
    Ok(Place { filename, lineno, module: module.unwrap_or_else(|| str::new("<string>").value()), registry })
}

// -- the functions -----------------------------------------------------------------------

fn category_of(message: Value, category: Value) -> R<Gc<Class>> {
    if class::is_instance(message, types().warning) {
        return Ok(class_of(message));
    }
    let Some(category) = ops::given(category) else { return Ok(types().user_warning) };
    match category.downcast::<Class>() {
        Some(class) if class.is_subclass(types().warning) => Ok(class),
        _ => Err(type_error(format!("category must be a Warning subclass, not '{}'", type_name(category)))),
    }
}
fn warn_function(args: &[Value]) -> R {
    let &[message, category, level, source, prefixes] = args else { return Err(type_error("warn() takes five parameters")) };
    let category = category_of(message, category)?;
    let mut level = level.option().map_or(Ok(1), crate::objects::support::ssize)? as i64;
    let prefixes = match prefixes.option() {
        None => None,
        Some(prefixes) => match prefixes.downcast::<Tuple>() {
            Some(prefixes) => Some(prefixes).filter(|prefixes| prefixes.len() > 0),
            None => {
                return Err(type_error(format!(
                    "warn() argument 'skip_file_prefixes' must be tuple, not {}",
                    type_name(prefixes)
                )));
            }
        },
    };
    if prefixes.is_some() {
        level = level.max(2);
    }
    let place = place(level, prefixes)?;
    issue(category, message, &place, source)?;
    Ok(NONE)
}
fn explicit_function(args: &[Value]) -> R {
    let &[message, category, filename, lineno, module, registry, globals, source] = args else {
        return Err(type_error("warn_explicit() takes eight parameters"));
    };
    let category = category_of(message, category)?;
    if !filename.is::<Str>() {
        return Err(type_error(format!("warn_explicit() argument 'filename' must be str, not {}", type_name(filename))));
    }
    if let Some(globals) = ops::given(globals)
        && !globals.is::<Dict>()
    {
        return Err(type_error(format!("module_globals must be a dict, not '{}'", type_name(globals))));
    }
    let lineno = int::index_to_i32(lineno)? as i64;
    let module = if module.is_null() { module_of_file(filename) } else { module };
    if module.is_none() {
        return Ok(NONE);
    }
    issue(category, message, &Place { filename, lineno, module, registry: ops::given(registry).unwrap_or(NULL) }, source)?;
    Ok(NONE)
}
fn module_of_file(filename: Value) -> Value {
    let name = filename.downcast::<Str>().map_or(String::new(), |name| name.to_string_lossy());
    match name.strip_suffix(".py") {
        _ if name.is_empty() => str::new("<unknown>").value(),
        Some(module) => str::new(module).value(),
        None => filename,
    }
}

/// From native code, about the running Python code.
pub fn warn(category: Gc<Class>, message: &str) -> R<()> {
    let place = place(1, None)?;
    issue(category, str::new(message).value(), &place, NULL)
}
/// From native code, about a place of a source.
pub fn explicit(category: Gc<Class>, message: &str, filename: &str, lineno: u32) -> R<()> {
    let filename = str::new(filename).value();
    let place = Place { filename, lineno: lineno as i64, module: module_of_file(filename), registry: NULL };
    issue(category, str::new(message).value(), &place, NULL)
}

fn is_matched(pattern: Value, text: Value) -> R<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if str::is_exact(pattern) {
        return ops::equal(pattern, text);
    }
    ops::truth(ops::call_method(pattern, intern("match"), &[text])?)
}

/// The action of the first filter that fits, and the filter.
fn find_action(category: Gc<Class>, text: Value, place: &Place) -> R<(String, Value)> {
    let filters = python_attribute("filters").unwrap_or_else(|| state().filters.value());
    let Some(filters) = filters.downcast::<List>() else { return Err(crate::error::value_error("warnings.filters must be a list")) };
    let mut at = 0;
    while let Some(item) = filters.get(at) {
        let Some(filter) = item.downcast::<Tuple>().filter(|filter| filter.len() == 5) else {
            return Err(crate::error::value_error(format!("warnings.filters item {at} isn't a 5-tuple")));
        };
        let Some(action) = filter.at(0).downcast::<Str>() else {
            return Err(type_error(format!("action must be a string, not '{}'", type_name(filter.at(0)))));
        };
        let line = int::index_to_i64(filter.at(4))?;
        if ops::is_subclass(category.value(), filter.at(2))?
            && (line == 0 || line == place.lineno)
            && is_matched(filter.at(1), text)?
            && is_matched(filter.at(3), place.module)?
        {
            return Ok((action.to_string_lossy(), item));
        }
        at += 1;
    }
    let default = python_attribute("defaultaction").unwrap_or_else(|| intern("default").value());
    match default.downcast::<Str>() {
        Some(action) => Ok((action.to_string_lossy(), default)),
        None => Err(type_error(format!("warnings.defaultaction must be a string, not '{}'", type_name(default)))),
    }
}

/// True when this key is in the registry; else it is entered, if that is wanted.
fn already_warned(registry: Gc<Dict>, key: Value, enter: bool) -> R<bool> {
    let version = registry.get_text("version");
    if version.and_then(int::to_i64) != Some(VERSION.get()) {
        registry.clear();
        registry.set_str(intern("version"), Value::int(VERSION.get()));
    } else if let Some(found) = registry.get(key)?
        && ops::truth(found)?
    {
        return Ok(true);
    }
    if enter {
        registry.set(key, TRUE)?;
    }
    Ok(false)
}

fn issue(category: Gc<Class>, message: Value, place: &Place, source: Value) -> R<()> {
    if place.module.is_none() {
        return Ok(());
    }
    let registry = match place.registry.option() {
        None => None,
        Some(registry) => match registry.downcast::<Dict>() {
            Some(registry) => Some(registry),
            None => return Err(type_error(format!("'registry' must be a dict or None, not '{}'", type_name(registry)))),
        },
    };
    let (text, message) = if class::is_instance(message, types().warning) {
        (ops::str(message)?.value(), message)
    } else {
        (message, ops::call_positional(category.value(), &[message])?)
    };
    let key = Tuple::from_slice(&[text, category.value(), Value::int(place.lineno)]).value();
    if let Some(registry) = registry
        && already_warned(registry, key, false)?
    {
        return Ok(());
    }
    let (action, filter) = find_action(category, text, place)?;
    match action.as_str() {
        "ignore" => return Ok(()),
        "error" => {
            return Err(match message.downcast::<Exception>() {
                Some(exception) => Raised(exception),
                None => type_error("exceptions must derive from BaseException"),
            });
        }
        "always" | "all" => {}
        "once" | "module" | "default" => {
            if let Some(registry) = registry {
                registry.set(key, TRUE)?;
            }
            let short = Tuple::from_slice(&[text, category.value()]).value();
            let seen = match (action.as_str(), registry) {
                ("once", registry) => {
                    let own = python_attribute("onceregistry").and_then(|own| own.downcast::<Dict>());
                    already_warned(registry.or(own).unwrap_or(state().once), short, true)?
                }
                ("module", Some(registry)) => already_warned(registry, short, true)?,
                _ => false,
            };
            if seen {
                return Ok(());
            }
        }
        _ => {
            return Err(runtime_error(format!(
                "Unrecognized action ({}) in warnings.filters:\n {}",
                ops::repr_string(str::new(&action).value())?,
                ops::repr_string(filter)?
            )));
        }
    }
    show(category, text, message, place, source)
}

// -- showing -----------------------------------------------------------------------------

fn show(category: Gc<Class>, text: Value, message: Value, place: &Place, source: Value) -> R<()> {
    let Some(show) = python_attribute("_showwarnmsg") else { return show_plainly(category, text, place) };
    if !ops::is_callable(show) {
        return Err(type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = python_attribute("WarningMessage") else {
        return Err(runtime_error("unable to get warnings.WarningMessage"));
    };
    let source = ops::or_none(source);
    let arguments = [message, category.value(), place.filename, Value::int(place.lineno), NONE, NONE, source];
    let message = ops::call_positional(class, &arguments)?;
    ops::call_positional(show, &[message]).map(drop)
}
fn show_plainly(category: Gc<Class>, text: Value, place: &Place) -> R<()> {
    if sys::get("stderr").is_none() {
        return Ok(());
    }
    let filename = ops::str_string(place.filename)?;
    let shown = ops::str_string(text)?;
    crate::exit::print_error(&format!("{filename}:{}: {}: {shown}\n", place.lineno, category.bare_name()));
    crate::objects::source_lines::forget();
    if let Some(line) = crate::objects::source_lines::line(&filename, place.lineno.max(0) as usize)
        && !line.trim().is_empty()
    {
        crate::exit::print_error(&format!("  {}\n", line.trim()));
    }
    Ok(())
}
