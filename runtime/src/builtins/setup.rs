//! The module object `builtins`: classes, constants, functions.

use crate::object::Gc;
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::value::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, TRUE, Value};
use crate::vm::{intern, names, types, vm};

/// Makes `sys.modules`, `builtins` and `sys`.
pub fn start() {
    let modules = Dict::new();
    let _ = vm().modules.set(modules);
    let module = Module::new(intern("builtins"));
    let _ = vm().builtins.set(module.dict.get());
    modules.set_str(intern("builtins"), module.value());
    for (name, value) in [
        ("None", NONE),
        ("True", TRUE),
        ("False", FALSE),
        ("NotImplemented", NOT_IMPLEMENTED),
        ("Ellipsis", ELLIPSIS),
        ("__debug__", TRUE),
    ] {
        module.set(name, value);
    }
    types().each(|class| add_class(module, class));
    module.set("EnvironmentError", types().os_error.value());
    module.set("IOError", types().os_error.value());
    super::functions::init(module);
}

/// The classes that have a name in `builtins`: not those that only exist as types of objects.
fn add_class(module: Gc<Module>, class: Gc<Class>) {
    let hidden = ["function", "method", "cell", "code", "traceback", "NoneType", "NotImplementedType", "ellipsis", "module", "frame", "mappingproxy", "async_generator_wrapped_value"];
    let name = class.name();
    let own = class.module_name.get().downcast::<crate::objects::str::Str>().is_some_and(|module| module.eq_str("builtins"));
    if own && !class.has_flag(flags::DISALLOW_INSTANTIATION) && !hidden.contains(&name.as_str()) {
        module.set(&name, class.value());
    }
}

/// The module object.
pub fn module() -> Value {
    vm().modules.get().and_then(|modules| modules.get_text("builtins")).unwrap_or(NONE)
}
/// Its dict, which modules get as `__builtins__`.
pub fn namespace() -> Value {
    let _ = names();
    vm().builtins.get().map_or(NONE, |dict| dict.value())
}
