//! Start of an interpreter: hooks, VM, stack, `sys`.

use runtime::import::LibraryModule;
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
            compile: crate::compile::compile,
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

fn library(name: &str) -> Option<LibraryModule> {
    let module = stdlib::find(name)?;
    Some(LibraryModule { image: module.image, is_package: module.is_package, path: module.path() })
}

fn library_source(path: &str) -> Option<String> {
    stdlib::find_file(path).map(|module| module.source())
}
