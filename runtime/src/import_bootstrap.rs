//! CPython's `importlib`, over this import: `_frozen_importlib` and `_frozen_importlib_external` are the library's own modules, made when
//! a program first asks for them; `import_module` then ends here. Finders that a program puts into `sys.meta_path` are asked.

use crate::error::R;
use crate::import;
use crate::modules::sys;
use crate::object::Gc;
use crate::objects::builtin::{Builtin, NativeFunction, function};
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{intern, type_name, vm};

pub const BOOTSTRAP: &str = "_frozen_importlib";
pub const EXTERNAL: &str = "_frozen_importlib_external";

static GCD_IMPORT: NativeFunction =
    function("_gcd_import", "(name, package=None, level=0)", gcd_import, "Import and return the module.");

/// The library module behind one of the two names.
pub fn source_of(name: &str) -> Option<&'static str> {
    match name {
        BOOTSTRAP => Some("importlib._bootstrap"),
        EXTERNAL => Some("importlib._bootstrap_external"),
        _ => None,
    }
}

/// What CPython does at its start: the importers are entered in `sys.meta_path`. `module` has been run.
pub fn install(name: &str, module: Value) -> R<()> {
    if name == EXTERNAL {
        return Ok(());
    }
    let Some(sys) = vm().sys.get() else { return Ok(()) };
    if let Some(module) = module.downcast::<Module>() {
        let own = Builtin::new(&GCD_IMPORT, NULL, false, intern(BOOTSTRAP).value());
        module.dict.get().set_str(intern("_gcd_import"), own.value());
    }
    let imp = import::import_module("_imp")?;
    let before = sys_list("meta_path");
    let first = before.map_or(0, |list| list.len());
    ops::call_method(module, intern("_install"), &[sys.value(), imp])?;
    let external = import::import_module(EXTERNAL)?;
    ops::call_method(external, intern("_install"), &[module])?;
    ops::setattr(module, intern("_bootstrap_external"), external)?;
    let defaults = List::new();
    if let Some(list) = sys_list("meta_path") {
        for i in first..list.len() {
            defaults.push(list.get(i).unwrap_or(NONE))?;
        }
    }
    // Kept with the module: what is the import's own, and no program's.
    ops::setattr(module, intern("_sidewinder_importers"), defaults.value())
}

fn sys_list(name: &str) -> Option<Gc<List>> {
    sys::get(name)?.downcast::<List>()
}

/// `importlib._bootstrap._gcd_import`.
fn gcd_import(args: &[Value]) -> R {
    let bootstrap = import::import_module(BOOTSTRAP)?;
    let (package, level) = (ops::or_none(args[1]), args[2].option().unwrap_or(Value::int(0)));
    ops::call_method(bootstrap, intern("_sanity_check"), &[args[0], package, level])?;
    let name = if ops::compare_bool(level, Value::int(0), crate::slots::CompareOp::Gt)? {
        ops::call_method(bootstrap, intern("_resolve_name"), &[args[0], package, level])?
    } else {
        args[0]
    };
    match name.downcast::<Str>() {
        Some(name) => import::import_module(&name.to_string_lossy()),
        None => Err(crate::error::type_error(format!("module name must be str, not {}", type_name(name)))),
    }
}

/// Asks the finders that a program has put into `sys.meta_path`; None when there are none, or none knows the module.
pub fn ask_finders(name: &str, path: Value) -> R<Option<Value>> {
    let Some(finders) = sys_list("meta_path").filter(|finders| finders.len() > 0) else { return Ok(None) };
    if source_of(name).is_some() || name == "_imp" {
        return Ok(None);
    }
    let bootstrap = vm().modules.get().and_then(|modules| modules.get_text(BOOTSTRAP));
    let own = match bootstrap {
        Some(bootstrap) => ops::getattr_opt(bootstrap, intern("_sidewinder_importers"))?.and_then(|own| own.downcast::<List>()),
        None => None,
    };
    // While the importers are being installed, they are nobody's finders.
    if bootstrap.is_some() && own.is_none() {
        return Ok(None);
    }
    for i in 0..finders.len() {
        let Some(finder) = finders.get(i) else { break };
        if own.is_some_and(|own| own.items().contains(&finder)) {
            continue;
        }
        let Some(find_spec) = ops::getattr_opt(finder, intern("find_spec"))? else { continue };
        let spec = ops::call_positional(find_spec, &[intern(name).value(), ops::or_none(path), NONE])?;
        if !spec.is_none() {
            let bootstrap = import::import_module(BOOTSTRAP)?;
            return ops::call_method(bootstrap, intern("_load_unlocked"), &[spec]).map(Some);
        }
    }
    Ok(None)
}
