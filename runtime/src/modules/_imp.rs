//! The module `_imp`: what `importlib` is built on. Native modules are built in; there are no frozen and no extension modules.

use crate::error::{R, import_error, type_error};
use crate::modules::{add, add_functions, find};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::{self, Str};
use crate::ops;
use crate::value::{FALSE, NONE, Value};
use crate::vm::{intern, names, type_name};
use core::cell::Cell;

thread_local! { static LOCKED: Cell<usize> = const { Cell::new(0) }; }

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 17] = [
    function("lock_held", "($module, /)", |_| Ok(Value::bool(LOCKED.get() > 0)), "Return True if the import lock is currently held, else False."),
    function("acquire_lock", "($module, /)", |_| { LOCKED.set(LOCKED.get() + 1); Ok(NONE) }, "Acquires the interpreter's import lock for the current thread."),
    function("release_lock", "($module, /)", release_lock, "Release the interpreter's import lock."),
    function("extension_suffixes", "($module, /)", |_| Ok(List::new().value()), "Returns the list of file suffixes used to identify extension modules."),
    function("is_builtin", "($module, name, /)", is_builtin, "Returns True if the module name corresponds to a built-in module."),
    function("is_frozen", "($module, name, /)", |_| Ok(FALSE), "Returns True if the module name corresponds to a frozen module."),
    function("is_frozen_package", "($module, name, /)", no_frozen, "Returns True if the module name is of a frozen package."),
    function("find_frozen", "($module, name, /, *, withdata=False)", |_| Ok(NONE), "Return info about the corresponding frozen module (if there is one) or None."),
    function("get_frozen_object", "($module, name, data=None, /)", no_frozen, "Create a code object for a frozen module."),
    function("init_frozen", "($module, name, /)", |_| Ok(NONE), "Initializes a frozen module."),
    function("create_builtin", "($module, spec, /)", create_builtin, "Create an extension module."),
    function("exec_builtin", "($module, mod, /)", |_| Ok(Value::int(0)), "Initialize a built-in module."),
    function("_fix_co_filename", "($module, code, path, /)", |_| Ok(NONE), "Changes code.co_filename to specify the passed-in file path."),
    function("_frozen_module_names", "($module, /)", |_| Ok(List::new().value()), "Returns the list of available frozen modules."),
    function("_override_frozen_modules_for_tests", "($module, override, /)", |_| Ok(NONE), ""),
    function("_override_multi_interp_extensions_check", "($module, override, /)", |_| Ok(Value::int(0)), ""),
    function("source_hash", "($module, /, key, source)", source_hash, ""),
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    add(module, "check_hash_based_pycs", intern("default").value());
    add(module, "pyc_magic_number_token", Value::int(168_627_755));
    Ok(())
}

fn release_lock(_: &[Value]) -> R {
    match LOCKED.get().checked_sub(1) {
        Some(left) => LOCKED.set(left),
        None => return Err(crate::error::runtime_error("not holding the import lock")),
    }
    Ok(NONE)
}
fn name_argument(value: Value, function: &str) -> R<String> {
    match value.downcast::<Str>() {
        Some(name) => Ok(name.to_string_lossy()),
        None => Err(type_error(format!("{function}() argument must be str, not {}", type_name(value)))),
    }
}
fn is_builtin(args: &[Value]) -> R {
    let name = name_argument(args[0], "is_builtin")?;
    Ok(Value::int(match name.as_str() {
        "sys" | "builtins" => -1,
        name => find(name).is_some() as i64,
    }))
}
fn no_frozen(args: &[Value]) -> R {
    let name = name_argument(args[0], "get_frozen_object")?;
    Err(import_error(format!("No such frozen object named {name}")))
}
fn create_builtin(args: &[Value]) -> R {
    let name = ops::getattr(args[0], names().name)?;
    let name = name_argument(name, "create_builtin")?;
    crate::import::import_module(&name)
}
/// Eight bytes; only this VM compares them.
fn source_hash(args: &[Value]) -> R {
    let key = crate::objects::int::index_to_i64(args[0])?;
    let hash = buffer::with_bytes(args[1], |source| Ok(str::hash_bytes(source, key as u64)))?;
    bytes::try_new(&hash.to_le_bytes()).map(Gc::value)
}
