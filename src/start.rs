//! Start of an interpreter: hooks, VM, stack, `sys`.

use runtime::error::R;
use runtime::import::{LibraryModule, import_module};
use runtime::objects::list::List;
use runtime::objects::str;
use runtime::ops;
use runtime::value::{NONE, Value};
use runtime::vm::intern;
use std::sync::Once;

/// Makes the VM of this thread. `install_signals` for the main thread of a process that is a Python.
pub fn start() {
    static HOOKS: Once = Once::new();
    HOOKS.call_once(|| {
        runtime::hooks::set(runtime::hooks::Hooks {
            call_function: interp::eval::call_function,
            run_code: interp::eval::run_code,
            run_in_namespace: interp::eval::run_in_namespace,
            resume_generator: interp::eval::resume_generator,
            next_of_generator: interp::eval::next_of_generator,
            compile: crate::compile::compile,
            parse: crate::syntax_tree::parse,
            compile_tree: crate::tree_in::compile,
            library,
            library_source,
            library_names: || stdlib::names().collect(),
            library_root: stdlib::ROOT,
        });
    });
    runtime::bootstrap::start();
    runtime::builtins::start();
    if let Err(raised) = runtime::modules::sys::start() {
        runtime::exit::print_exception(raised);
    }
}

/// What CPython's `site` adds to the built-ins of a program and costs little: `exit`, `quit` and `help`.
pub fn add_site_builtins() -> R<()> {
    let site = import_module("_sitebuiltins")?;
    let builtins = import_module("builtins")?;
    let quitter = ops::getattr(site, intern("Quitter"))?;
    let end_of_input = str::new("Ctrl-D (i.e. EOF)").value();
    for name in ["quit", "exit"] {
        let exit = ops::call_positional(quitter, &[intern(name).value(), end_of_input])?;
        ops::setattr(builtins, intern(name), exit)?;
    }
    let help = ops::call_positional(ops::getattr(site, intern("_Helper"))?, &[])?;
    ops::setattr(builtins, intern("help"), help)?;
    let copyright = ops::getattr(import_module("sys")?, intern("copyright"))?;
    let texts = [
        ("copyright", copyright),
        ("credits", str::new(CREDITS).value()),
        ("license", str::new("See https://www.python.org/psf/license/").value()),
    ];
    for (name, text) in texts {
        let printer = printer(ops::getattr(site, intern("_Printer"))?, name, text)?;
        ops::setattr(builtins, intern(name), printer)?;
    }
    Ok(())
}

const CREDITS: &str = "Thanks to CWI, CNRI, BeOpen, Zope Corporation, the Python Software
Foundation, and a cast of thousands for supporting Python
development.  See www.python.org for more information.";

/// What `_Printer(name, text)` makes. Its `__init__` imports `os`, which takes longer than all else that a start does.
fn printer(class: Value, name: &str, text: Value) -> R {
    let made = ops::call_positional(ops::getattr(class, intern("__new__"))?, &[class])?;
    let state = [("name", intern(name).value()), ("data", text), ("lines", NONE), ("filenames", List::new().value())];
    for (field, value) in state {
        ops::setattr(made, intern(&format!("_Printer__{field}")), value)?;
    }
    Ok(made)
}

fn library(name: &str) -> Option<LibraryModule> {
    let module = stdlib::find(name)?;
    Some(LibraryModule { image: module.image, is_package: module.is_package, path: module.path() })
}

fn library_source(path: &str) -> Option<String> {
    stdlib::find_file(path).map(|module| module.source())
}
