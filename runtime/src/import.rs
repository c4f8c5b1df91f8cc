//! `import`: finding, compiling or decoding, and running modules. Native modules first, then the entries of `sys.path`; one entry is the
//! embedded library. By the rules of CPython's importlib, without running it: its classes stay available to programs as `importlib`.

use crate::error::{R, Raised, import_error, module_not_found_error, type_error, value_error};
use crate::hooks::{CompileRequest, hooks};
use crate::import_bootstrap;
use crate::object::Gc;
use crate::objects::code::{self, Code, ImageSource};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::{self, Str};
use crate::ops;
use crate::value::{FALSE, NONE, NULL, TRUE, Value};
use crate::vm::{intern, names, type_name, types, vm};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A module of the embedded library.
pub struct LibraryModule {
    pub image: &'static [u8],
    pub is_package: bool,
    pub path: String,
}

/// The folder that stands in `sys.path` for the embedded library.
pub fn library_root() -> &'static str {
    hooks().library_root
}

// -- the statement -----------------------------------------------------------------

/// `builtins.__import__`.
pub fn dunder_import(name: Value, globals: Value, fromlist: Value, level: i64) -> R {
    let Some(text) = name.downcast::<Str>() else {
        return Err(type_error(format!("module name must be a string, not {}", type_name(name))));
    };
    let text = text.to_string_lossy();
    if level < 0 {
        return Err(value_error("level must be >= 0"));
    }
    let absolute = if level > 0 { resolve(&text, globals, level as usize)? } else { text.clone() };
    if absolute.is_empty() {
        return Err(value_error("Empty module name"));
    }
    let module = import_module(&absolute)?;
    if fromlist != NONE && !fromlist.is_null() && ops::truth(fromlist)? {
        import_submodules(module, &absolute, fromlist)?;
        return Ok(module);
    }
    if level == 0 {
        return import_module(absolute.split('.').next().unwrap_or(&absolute));
    }
    if text.is_empty() {
        return Ok(module);
    }
    // `import .a.b` binds the part up to the first dot after the package's own name.
    let cut = text.len() - text.split('.').next().map_or(0, |first| first.len());
    import_module(&absolute[..absolute.len() - cut])
}

/// The absolute name of a relative import.
fn resolve(name: &str, globals: Value, level: usize) -> R<String> {
    let Some(globals) = globals.downcast::<Dict>() else {
        return Err(crate::error::Raised::new(types().key_error, "'__name__' not in globals"));
    };
    let package = match globals.get_str(names().__package__).filter(|package| *package != NONE) {
        Some(package) => text_of(package, "__package__ must be a string")?,
        None => {
            let own = globals
                .get_str(names().__name__)
                .ok_or_else(|| crate::error::Raised::new(types().key_error, "'__name__' not in globals"))?;
            let own = text_of(own, "__name__ must be a string")?;
            if globals.get_str(names().__path__).is_some() {
                own
            } else {
                own.rsplit_once('.').map_or(String::new(), |(package, _)| package.to_string())
            }
        }
    };
    if package.is_empty() {
        return Err(import_error("attempted relative import with no known parent package"));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        base = match base.rsplit_once('.') {
            Some((base, _)) => base,
            None => return Err(import_error("attempted relative import beyond top-level package")),
        };
    }
    Ok(if name.is_empty() { base.to_string() } else { format!("{base}.{name}") })
}
fn text_of(value: Value, otherwise: &str) -> R<String> {
    value.downcast::<Str>().map(|text| text.to_string_lossy()).ok_or_else(|| type_error(otherwise))
}

/// `from package import a, b`: those that are no attributes may be submodules.
fn import_submodules(module: Value, name: &str, fromlist: Value) -> R<()> {
    if ops::getattr_opt(module, names().__path__)?.is_none() {
        return Ok(());
    }
    let wanted = ops::collect(fromlist)?;
    for i in 0..wanted.len() {
        let Some(item) = wanted.get(i) else { break };
        let Some(item) = item.downcast::<Str>() else {
            return Err(type_error(format!("Item in ``from list'' must be str, not {}", type_name(item))));
        };
        if item.eq_str("*") {
            if let Some(all) = ops::getattr_opt(module, names().__all__)? {
                import_submodules(module, name, all)?;
            }
            continue;
        }
        if ops::getattr_opt(module, item)?.is_none() {
            let full = format!("{name}.{}", item.to_string_lossy());
            match import_module(&full) {
                Ok(_) => {}
                Err(raised) if raised.is(types().module_not_found_error) && names_module(raised, &full) => {}
                Err(raised) => return Err(raised),
            }
        }
    }
    Ok(())
}
fn names_module(raised: Raised, full: &str) -> bool {
    ops::getattr_opt(raised.value(), names().name)
        .ok()
        .flatten()
        .and_then(|name| name.downcast::<Str>())
        .is_some_and(|name| name.eq_str(full))
}

/// IMPORT_FROM: an attribute, or a submodule that is being imported just now.
pub fn import_from(module: Value, name: Gc<Str>) -> R {
    if let Some(found) = ops::getattr_opt(module, name)? {
        return Ok(found);
    }
    let module_name = ops::getattr_opt(module, names().__name__)?.and_then(|name| name.downcast::<Str>());
    if let Some(package) = module_name {
        let full = format!("{}.{}", package.to_string_lossy(), name.to_string_lossy());
        if let Some(found) = modules().get_text(&full) {
            return Ok(found);
        }
    }
    Err(cannot_import(module, module_name, name))
}
fn cannot_import(module: Value, module_name: Option<Gc<Str>>, name: Gc<Str>) -> Raised {
    let shown = module_name.map_or("<unknown module name>".to_string(), |name| name.to_string_lossy());
    let file = ops::getattr_opt(module, names().__file__).ok().flatten().and_then(|file| file.downcast::<Str>());
    let place = file.map_or("unknown location".to_string(), |file| file.to_string_lossy());
    let initializing = ops::getattr_opt(module, names().__spec__)
        .ok()
        .flatten()
        .and_then(|spec| ops::getattr_opt(spec, intern("_initializing")).ok().flatten())
        .is_some_and(|flag| flag == TRUE);
    let shadowing = file.filter(|file| initializing && is_possibly_shadowing(&file.to_string_lossy()));
    let what = if let Some(file) = shadowing {
        format!(
            "cannot import name '{}' from '{shown}' (consider renaming {} if it has the same name as a library you intended to import)",
            name.to_string_lossy(),
            ops::repr_string(file.value()).unwrap_or_default()
        )
    } else if initializing {
        format!(
            "cannot import name '{}' from partially initialized module '{shown}' (most likely due to a circular import) ({place})",
            name.to_string_lossy()
        )
    } else {
        format!("cannot import name '{}' from '{shown}' ({place})", name.to_string_lossy())
    };
    import_error_with(
        import_error(what),
        module_name.map_or(NONE, |name| name.value()),
        file.map_or(NONE, |file| file.value()),
        name.value(),
    )
}
/// The module's file lies where the program does, in front of the libraries.
fn is_possibly_shadowing(file: &str) -> bool {
    let own = std::path::Path::new(file.strip_suffix("/__init__.py").unwrap_or(file));
    let first = crate::builtins::io::sys_attribute("path")
        .and_then(|path| path.downcast::<crate::objects::list::List>())
        .and_then(|path| path.get(0))
        .and_then(|first| first.downcast::<Str>());
    first.is_some_and(|first| {
        let first = first.to_string_lossy();
        let folder = std::path::Path::new(&first);
        match own.parent() {
            Some(parent) if first.is_empty() => std::env::current_dir().is_ok_and(|here| here == parent),
            Some(parent) => parent == folder,
            None => false,
        }
    })
}
/// Sets `name`, `path` and `name_from`.
fn import_error_with(raised: Raised, name: Value, path: Value, name_from: Value) -> Raised {
    for (attribute, value) in [("name", name), ("path", path), ("name_from", name_from)] {
        if let Err(other) = ops::setattr(raised.value(), intern(attribute), value) {
            return other;
        }
    }
    raised
}

// -- finding and running -------------------------------------------------------------

fn modules() -> Gc<Dict> {
    *vm().modules.get().expect("bootstrap has made sys.modules")
}

/// The module of this absolute name, imported now unless it is in `sys.modules`.
pub fn import_module(name: &str) -> R {
    if let Some(found) = modules().get_text(name) {
        if found == NONE {
            return Err(not_found(format!("import of {name} halted; None in sys.modules"), name));
        }
        return Ok(found);
    }
    crate::vm::check_native_stack(" while importing a module")?;
    let (parent, path) = match name.rsplit_once('.') {
        None => (None, NULL),
        Some((package, _)) => {
            let parent = import_module(package)?;
            if let Some(found) = modules().get_text(name) {
                return Ok(found);
            }
            let Some(path) = ops::getattr_opt(parent, names().__path__)? else {
                return Err(not_found(format!("No module named '{name}'; '{package}' is not a package"), name));
            };
            (Some(parent), path)
        }
    };
    let module = load(name, path)?;
    if let (Some(parent), Some((_, child))) = (parent, name.rsplit_once('.')) {
        ops::setattr(parent, intern(child), module)?;
    }
    Ok(module)
}

#[cold]
fn not_found(message: String, name: &str) -> Raised {
    let raised = module_not_found_error(message);
    match ops::setattr(raised.value(), names().name, str::new(name).value()) {
        Ok(()) => raised,
        Err(other) => other,
    }
}

fn load(name: &str, path: Value) -> R {
    if let Some(found) = import_bootstrap::ask_finders(name, path)? {
        return Ok(found);
    }
    if let Some(library) = import_bootstrap::source_of(name).and_then(hooks().library) {
        let module = new_module(name, None, None, "frozen")?;
        let code = code::from_image(ImageSource::Static(library.image))?;
        let module = execute(name, module, code)?;
        if let Err(raised) = import_bootstrap::install(name, module) {
            modules().remove_str(intern(name));
            return Err(raised);
        }
        return Ok(module);
    }
    if let Some(init) = crate::modules::find(name) {
        return load_native(name, init);
    }
    crate::modules::io::settle_all();
    let entries = if path.is_null() { sys_path()? } else { ops::collect(path)? };
    let last = name.rsplit('.').next().unwrap_or(name);
    for i in 0..entries.len() {
        let Some(entry) = entries.get(i).and_then(|entry| entry.downcast::<Str>()) else { continue };
        let entry = entry.to_string_lossy();
        if crate::library::owns_entry(&entry) {
            if let Some(found) = (hooks().library)(name) {
                return load_library(name, found);
            }
            continue;
        }
        let base = if entry.is_empty() { PathBuf::from(".") } else { PathBuf::from(&entry) };
        if let Some(found) = find_in(&base, last) {
            return load_file(name, found);
        }
    }
    Err(not_found(format!("No module named '{name}'"), name))
}

fn sys_path() -> R<Gc<List>> {
    let sys = vm().sys.get().ok_or_else(|| crate::error::system_error("no sys"))?;
    match sys.dict.get().get_str(names().path) {
        Some(path) => ops::collect(path),
        None => Ok(List::new()),
    }
}

enum Found {
    Package(PathBuf),
    Source(PathBuf),
    /// A folder without `__init__.py`.
    Namespace(PathBuf),
}

fn find_in(base: &Path, name: &str) -> Option<Found> {
    let folder = base.join(name);
    let init = folder.join("__init__.py");
    if init.is_file() {
        return Some(Found::Package(init));
    }
    let file = base.join(format!("{name}.py"));
    if file.is_file() {
        return Some(Found::Source(file));
    }
    folder.is_dir().then_some(Found::Namespace(folder))
}

/// A module object with the attributes that every module has.
fn new_module(name: &str, file: Option<&str>, package_path: Option<&str>, origin: &str) -> R<Gc<Module>> {
    let module = Module::new(str::new(name));
    let dict = module.dict.get();
    let package = match package_path {
        Some(_) => name,
        None => name.rsplit_once('.').map_or("", |(package, _)| package),
    };
    let names = names();
    dict.set_str(names.__name__, intern(name).value());
    dict.set_str(names.__doc__, NONE);
    dict.set_str(names.__package__, str::new(package).value());
    dict.set_str(names.__loader__, NONE);
    let mut search = NONE;
    if let Some(path) = package_path {
        search = List::from_slice(&[str::new(path).value()])?.value();
        dict.set_str(names.__path__, search);
    }
    if let Some(file) = file {
        dict.set_str(names.__file__, str::new(file).value());
        dict.set_str(intern("__cached__"), NONE);
    }
    let spec = crate::objects::simple_namespace::of(&[
        ("name", str::new(name).value()),
        ("loader", NONE),
        ("origin", str::new(origin).value()),
        ("submodule_search_locations", search),
        ("parent", str::new(package).value()),
        ("cached", NONE),
        ("has_location", Value::bool(file.is_some())),
        ("loader_state", NONE),
        ("_initializing", TRUE),
    ]);
    dict.set_str(names.__spec__, spec);
    Ok(module)
}

fn initialized(module: Gc<Module>) -> R<()> {
    match module.dict.get().get_str(names().__spec__) {
        Some(spec) if spec != NONE => ops::setattr(spec, intern("_initializing"), FALSE),
        _ => Ok(()),
    }
}

fn load_native(name: &str, init: crate::modules::Init) -> R {
    let module = new_module(name, None, None, "built-in")?;
    modules().set(str::new(name).value(), module.value())?;
    if let Err(raised) = init(module) {
        modules().remove_str(intern(name));
        return Err(raised);
    }
    initialized(module)?;
    Ok(module.value())
}

fn load_library(name: &str, found: LibraryModule) -> R {
    let folder = found.path.strip_suffix("/__init__.py").map(String::from);
    let module = new_module(name, Some(&found.path), folder.as_deref().filter(|_| found.is_package), &found.path)?;
    let code = code::from_image(ImageSource::Static(found.image))?;
    let module = execute(name, module, code)?;
    crate::resident::release(found.image);
    if name == "traceback" {
        crate::traceback_support::install(module);
    }
    Ok(module)
}

fn load_file(name: &str, found: Found) -> R {
    match found {
        Found::Namespace(folder) => {
            let folder = folder.to_string_lossy().into_owned();
            let module = new_module(name, None, Some(&folder), "")?;
            modules().set(str::new(name).value(), module.value())?;
            initialized(module)?;
            Ok(module.value())
        }
        Found::Package(init) => {
            let folder = init.parent().map(|folder| folder.to_string_lossy().into_owned());
            load_source(name, &init, folder.as_deref())
        }
        Found::Source(file) => load_source(name, &file, None),
    }
}

fn load_source(name: &str, file: &Path, package_path: Option<&str>) -> R {
    let shown = file.to_string_lossy().into_owned();
    let module = new_module(name, Some(&shown), package_path, &shown)?;
    let code = crate::pycache::compile_file(file, &shown)?;
    execute(name, module, code)
}

/// Runs the module's code; a failure takes it out of `sys.modules` again.
fn execute(name: &str, module: Gc<Module>, code: Gc<Code>) -> R {
    let key = intern(name);
    modules().set_str(key, module.value());
    let dict = module.dict.get();
    dict.set_str(names().__builtins__, crate::builtins::namespace());
    let result = (hooks().run_code)(code, dict, dict.value());
    if let Err(raised) = result {
        modules().remove_str(key);
        return Err(raised);
    }
    initialized(module)?;
    // A module may have replaced itself.
    modules().get_str(key).ok_or_else(|| Raised::with_args(types().key_error, &[key.value()]))
}

/// Compiles a tree of nodes.
pub fn compile_tree(tree: Value, request: &CompileRequest<'_>) -> R<Gc<Code>> {
    let image = (hooks().compile_tree)(tree, request)?;
    code::from_image(ImageSource::Shared(Rc::from(image)))
}
/// Compiles a source to a code object.
pub fn compile(request: &CompileRequest<'_>) -> R<Gc<Code>> {
    let image = (hooks().compile)(request)?;
    code::from_image(ImageSource::Shared(Rc::from(image)))
}
