//! The functions of `builtins`, by topic in the files beside; this one enters them all.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::module::Module;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{names, type_name};

static FUNCTIONS: [NativeFunction; 3] = [
    function("len", "(obj, /)", len, "Return the number of items in a container."),
    function("isinstance", "(obj, class_or_tuple, /)", isinstance, ""),
    raw_function("__import__", import, "Import a module."),
];
static PRINT: [NativeFunction; 1] = [function("print", "(*args, sep=' ', end='\\n', file=None, flush=False)", print, "Prints the values.")];

pub fn init(module: Gc<Module>) {
    crate::modules::add_functions(module, &FUNCTIONS);
    crate::modules::add_functions(module, &PRINT);
}

fn len(args: &[Value]) -> R {
    ops::len(args[0]).map(|len| Value::int(len as i64))
}
fn isinstance(args: &[Value]) -> R {
    ops::is_instance(args[0], args[1]).map(Value::bool)
}
fn import(args: Args<'_>) -> R {
    let values = args.all();
    let level = values.get(4).copied().map_or(Ok(Some(0)), ops::index_isize)?.unwrap_or(0);
    let Some(name) = values.first() else { return Err(type_error("__import__() missing required argument 'name' (pos 1)")) };
    let at = |i: usize| values.get(i).copied().unwrap_or(NONE);
    crate::import::dunder_import(*name, at(1), at(3), level as i64)
}

fn print(args: &[Value]) -> R {
    use std::io::Write;
    let values = ops::collect(args[0])?;
    let mut out = String::new();
    for i in 0..values.len() {
        if i > 0 {
            out.push_str(&match ops::given(args[1]) {
                Some(sep) => ops::str_string(sep)?,
                None => " ".to_string(),
            });
        }
        out.push_str(&ops::str_string(values.items()[i])?);
    }
    out.push_str(&match ops::given(args[2]) {
        Some(end) => ops::str_string(end)?,
        None => "\n".to_string(),
    });
    let _ = (names(), type_name(NONE));
    std::io::stdout().write_all(out.as_bytes()).map_err(|error| crate::objects::exception_os::from_io(&error, None))?;
    Ok(NONE)
}
