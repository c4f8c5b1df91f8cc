//! `_weakref`.

use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::weakref::{self, WeakRef};
use crate::value::{NONE, Value};
use crate::vm::types;

static FUNCTIONS: [NativeFunction; 4] = [
    function("getweakrefcount", "($module, object, /)", |a| Ok(Value::int(weakref::references(a[0]).len() as i64)), "The number of weak references to an object."),
    function("getweakrefs", "($module, object, /)", |a| weakref::all(a[0]), "A list of the weak references to an object."),
    function("_remove_dead_weakref", "($module, dct, key, /)", remove_dead, "Deletes a key whose value is a dead weak reference."),
    raw_function("proxy", weakref::proxy_of, "A proxy of an object that does not keep it alive."),
];

pub fn init(module: Gc<Module>) -> R<()> {
    super::add_functions(module, &FUNCTIONS);
    let t = types();
    for (name, class) in [("ref", t.weakref), ("ReferenceType", t.weakref), ("ProxyType", t.weakproxy), ("CallableProxyType", t.weakcallableproxy)] {
        super::add(module, name, class.value());
    }
    Ok(())
}

fn remove_dead(args: &[Value]) -> R {
    let Some(dict) = args[0].downcast::<Dict>() else {
        return Err(crate::error::type_error("_remove_dead_weakref() argument 1 must be dict"));
    };
    let hash = crate::ops::hash(args[1])?;
    if let Some(at) = dict.find(args[1], hash)? {
        match dict.entries()[at].value.downcast::<WeakRef>() {
            Some(reference) if reference.referent.get().is_null() => {
                dict.remove_at(at);
            }
            Some(_) => {}
            None => return Err(crate::error::type_error("not a weakref")),
        }
    }
    Ok(NONE)
}
