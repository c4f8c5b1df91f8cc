//! The module `atexit`: functions that run when the program ends.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::modules::add_functions;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::keep;
use core::cell::OnceCell;

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 5] = [
    raw_function("register", register, "Register a function to be executed upon normal program termination."),
    function("unregister", "($module, func, /)", unregister, "Unregister an exit function which was previously registered using atexit.register"),
    function("_clear", "($module, /)", |_| { callbacks().clear(); Ok(NONE) }, "Clear the list of previously registered exit functions."),
    function("_run_exitfuncs", "($module, /)", |_| { run(); Ok(NONE) }, "Run all registered exit functions."),
    function("_ncallbacks", "($module, /)", |_| Ok(Value::int(callbacks().len() as i64)), "Return the number of registered exit functions."),
];

thread_local! { static CALLBACKS: OnceCell<Gc<List>> = const { OnceCell::new() }; }

/// `(function, args, keywords)` each, in order of registration.
fn callbacks() -> Gc<List> {
    CALLBACKS.with(|own| {
        *own.get_or_init(|| {
            let list = List::new();
            keep(list.value());
            list
        })
    })
}

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    Ok(())
}

fn register(args: Args<'_>) -> R {
    let Some((&function, rest)) = args.pos().split_first() else {
        return Err(type_error("register() takes at least 1 argument (0 given)"));
    };
    if !ops::is_callable(function) {
        return Err(type_error("the first argument must be callable"));
    }
    let keywords = Dict::new();
    for (name, value) in args.kw() {
        keywords.set_str(name, value);
    }
    callbacks().push(Tuple::from_slice(&[function, Tuple::from_slice(rest).value(), keywords.value()]).value())?;
    Ok(function)
}

fn unregister(args: &[Value]) -> R {
    let list = callbacks();
    let mut i = 0;
    while let Some(entry) = list.get(i).and_then(|entry| entry.downcast::<Tuple>()) {
        if ops::equal(entry.at(0), args[0])? {
            if list.get(i) == Some(entry.value()) {
                list.remove_at(i);
            }
        } else {
            i += 1;
        }
    }
    Ok(NONE)
}

/// Calls each, the last registered first; what they raise is reported and forgotten.
pub fn run() {
    let list = callbacks();
    while let Some(entry) = list.pop_last().and_then(|entry| entry.downcast::<Tuple>()) {
        if let Err(raised) = call(entry) {
            let shown = crate::ops::repr_string(entry.at(0)).unwrap_or_else(|_| "<object repr() failed>".to_string());
            crate::modules::sys::unraisable(raised, Some(&format!("Exception ignored in atexit callback {shown}")), NONE);
        }
    }
}
fn call(entry: Gc<Tuple>) -> R {
    let values = List::new();
    let mut names: Vec<Value> = Vec::new();
    if let Some(args) = entry.at(1).downcast::<Tuple>() {
        values.extend_from_slice(args.items())?;
    }
    if let Some(keywords) = entry.at(2).downcast::<Dict>() {
        for item in keywords.entries().iter().filter(|item| item.key.is::<Str>()) {
            names.push(item.key);
            values.push(item.value)?;
        }
    }
    ops::call(entry.at(0), Args::new(values.items(), Some(Tuple::from_slice(&names))))
}
