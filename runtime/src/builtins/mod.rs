//! The module `builtins`: its functions by topic, its classes and constants, and what the runtime itself uses of them.

pub mod code;
pub mod io;
pub mod number;
pub mod object;

use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{Builtin, NativeFunction};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::value::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, TRUE, Value};
use crate::vm::{intern, names, thread, types, vm};

/// Makes the module, `vm().builtins` and `sys.modules`.
pub fn start() {
    let module = Module::new(intern("builtins"));
    let dict = module.dict.get();
    dict.set_str(names().__doc__, crate::objects::str::new("Built-in functions, types, exceptions, and other objects.").value());
    let tables: [&'static [NativeFunction]; 4] = [&code::FUNCTIONS, &io::FUNCTIONS, &number::FUNCTIONS, &object::FUNCTIONS];
    let module_name = intern("builtins").value();
    for function in tables.into_iter().flatten() {
        dict.set_str(intern(function.name), Builtin::new(function, module.value(), false, module_name).value());
    }
    let debug = Value::bool(crate::flags::flags().optimize == 0);
    let constants = [("None", NONE), ("True", TRUE), ("False", FALSE), ("NotImplemented", NOT_IMPLEMENTED), ("Ellipsis", ELLIPSIS), ("__debug__", debug)];
    for (name, value) in constants {
        dict.set_str(intern(name), value);
    }
    add_classes(dict);
    let _ = vm().builtins.set(dict);
    let modules = *vm().modules.get_or_init(Dict::new);
    modules.set_str(intern("builtins"), module.value());
}

fn add_classes(dict: Gc<Dict>) {
    let t = types();
    let classes = [
        t.object, t.type_, t.int, t.bool_, t.float, t.complex, t.str_, t.bytes, t.bytearray, t.memoryview, t.tuple, t.list, t.dict,
        t.set, t.frozenset, t.range, t.slice, t.property, t.staticmethod, t.classmethod, t.super_, t.enumerate, t.zip, t.map, t.filter,
        t.reversed,
    ];
    for class in classes {
        dict.set_str(intern(&class.name()), class.value());
    }
    t.each(|class| {
        if class.is_subclass(t.base_exception) {
            dict.set_str(intern(&class.name()), class.value());
        }
    });
    for alias in ["EnvironmentError", "IOError"] {
        dict.set_str(intern(alias), t.os_error.value());
    }
}

/// The module `builtins`.
pub fn module() -> Value {
    vm().modules.get().and_then(|modules| modules.get_text("builtins")).unwrap_or(NONE)
}
/// Its namespace.
pub fn namespace() -> Value {
    vm().builtins.get().map_or(NONE, |dict| dict.value())
}

/// The globals of the running Python code; None when none runs.
pub fn current_globals() -> Option<Gc<Dict>> {
    let frame = thread().frame.get();
    if frame.is_null() {
        return None;
    }
    // SAFETY: the thread's frame is live while control is outside of the handlers.
    Some(unsafe { &*frame }.globals())
}

/// `sorted(iterable)`.
pub fn sorted_list(iterable: Value) -> R<Gc<List>> {
    let list = crate::ops::collect(iterable)?;
    crate::objects::list_sort::sort(list, None, false)?;
    Ok(list)
}

/// `list(dict)`.
pub fn keys_list(dict: Gc<Dict>) -> R<Gc<List>> {
    let list = List::new();
    let mut at = 0;
    while let Some((next, key, _)) = dict.next_entry(at) {
        list.push(key)?;
        at = next;
    }
    Ok(list)
}

/// `dir(value)`.
pub fn dir_of(value: Value) -> R<Gc<List>> {
    match crate::ops::call_special(value, names().__dir__, &[])? {
        Some(names) => sorted_list(names),
        None => Err(crate::error::type_error("object does not provide __dir__")),
    }
}
