//! What `sys` prints with: `displayhook`, `excepthook`, `unraisablehook`, `breakpointhook`.

use crate::args::Args;
use crate::error::{R, Raised, runtime_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::exception::Exception;
use crate::objects::module::Module;
use crate::objects::str;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, names, types, vm};

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 4] = [
    function("displayhook", "($module, object, /)", displayhook, "Print an object to sys.stdout and also save it in builtins._"),
    function("excepthook", "($module, exctype, value, traceback, /)", excepthook, "Handle an exception by displaying it with a traceback on sys.stderr."),
    function("unraisablehook", "($module, unraisable, /)", unraisablehook, "Handle an unraisable exception."),
    raw_function("breakpointhook", breakpointhook, "This hook function is called by built-in breakpoint()."),
];

pub fn init(module: Gc<Module>) {
    add_functions(module, &FUNCTIONS);
    for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
        if let Some(own) = module.get(intern(name)) {
            add(module, &format!("__{name}__"), own);
        }
    }
}

fn displayhook(args: &[Value]) -> R {
    if args[0].is_none() {
        return Ok(NONE);
    }
    let builtins = vm().builtins.get().ok_or_else(|| runtime_error("lost builtins module"))?;
    builtins.set_str(intern("_"), NONE);
    let Some(stdout) = super::get("stdout") else { return Err(super::lost("stdout")) };
    let text = ops::repr(args[0])?;
    match write(stdout, text.value()) {
        Err(raised) if raised.is(types().unicode_encode_error) => {
            let encoding = ops::getattr(stdout, names().encoding)?;
            let encoding = ops::str_string(encoding)?;
            let encoded = crate::codecs::encode(text, &encoding, intern("backslashreplace").value())?;
            let shown = crate::codecs::decode(encoded.as_slice(), &encoding, names().strict.value())?;
            write(stdout, shown.value())?;
        }
        other => other?,
    }
    write(stdout, str::new("\n").value())?;
    builtins.set_str(intern("_"), args[0]);
    Ok(NONE)
}
fn write(stream: Value, text: Value) -> R<()> {
    ops::call_method(stream, names().write, &[text]).map(drop)
}

fn excepthook(args: &[Value]) -> R {
    match args[1].downcast::<Exception>() {
        Some(exception) => {
            if exception.traceback.get().is_null() && !args[2].is_none() {
                exception.traceback.set(exception, args[2]);
            }
            crate::exit::print_exception(Raised(exception));
        }
        None => {
            let shown = format!(
                "TypeError: print_exception(): Exception expected for value, {} found\n",
                crate::vm::type_name(args[1])
            );
            crate::exit::print_error(&shown);
        }
    }
    Ok(NONE)
}

fn unraisablehook(args: &[Value]) -> R {
    let attribute = |name: &str| ops::getattr_opt(args[0], intern(name)).map(|found| found.unwrap_or(NONE));
    let (value, message, object) = (attribute("exc_value")?, attribute("err_msg")?, attribute("object")?);
    let message = if message.is_none() { None } else { Some(ops::str_string(message)?) };
    if let Some(exception) = value.downcast::<Exception>() {
        show_unraisable(Raised(exception), message.as_deref(), object);
    }
    Ok(NONE)
}
fn show_unraisable(raised: Raised, message: Option<&str>, object: Value) {
    let intro = message.unwrap_or("Exception ignored in");
    let shown = if object.is_none() {
        format!("{intro}:\n")
    } else {
        match ops::repr_string(object) {
            Ok(text) => format!("{intro}: {text}\n"),
            Err(_) => format!("{intro}: <object repr() failed>\n"),
        }
    };
    crate::exit::print_error(&shown);
    crate::exit::print_error(&crate::objects::traceback_print::format_unraisable(raised.0));
}

/// An exception that nobody can catch (in a finalizer, a callback): reported through `sys.unraisablehook`.
pub fn unraisable(raised: Raised, message: Option<&str>, object: Value) {
    let own = super::get("__unraisablehook__");
    match super::get("unraisablehook") {
        Some(hook) if Some(hook) != own => {
            let text = message.map_or(NONE, |message| str::new(message).value());
            let arguments = crate::objects::simple_namespace::of(&[
                ("exc_type", crate::vm::class_of(raised.value()).value()),
                ("exc_value", raised.value()),
                ("exc_traceback", ops::or_none(raised.0.traceback.get())),
                ("err_msg", text),
                ("object", object),
            ]);
            if let Err(other) = ops::call_positional(hook, &[arguments]) {
                show_unraisable(other, Some("Exception ignored in sys.unraisablehook"), hook);
            }
        }
        _ => show_unraisable(raised, message, object),
    }
}

/// By `PYTHONBREAKPOINT`, as CPython's; the default is `pdb.set_trace`.
fn breakpointhook(args: Args<'_>) -> R {
    let wanted = crate::flags::variable("PYTHONBREAKPOINT").unwrap_or_default().to_string_lossy().into_owned();
    if wanted == "0" {
        return Ok(NONE);
    }
    let wanted = if wanted.is_empty() { "pdb.set_trace" } else { &wanted };
    let (module, name) = wanted.rsplit_once('.').unwrap_or(("builtins", wanted));
    let found = crate::import::import_module(module).and_then(|module| ops::getattr(module, intern(name)));
    match found {
        Ok(hook) => ops::call(hook, args),
        Err(raised) if raised.is(types().import_error) || raised.is(types().attribute_error) => {
            crate::warn::warn(types().runtime_warning, &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\""))?;
            Ok(NONE)
        }
        Err(raised) => Err(raised),
    }
}

