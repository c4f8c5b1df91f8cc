//! How a program ends: the report of an uncaught exception, what runs at the end, the exit code.

use crate::error::Raised;
use crate::modules::sys;
use crate::objects::int;
use crate::objects::traceback_print;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, names, types};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// The program ended by a KeyboardInterrupt that nobody caught: the process ends as by the signal, so that whoever waits for it can tell.
static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The prompt goes on: what was reported before is over.
pub fn forget_interrupt() {
    IS_INTERRUPTED.store(false, Ordering::Relaxed);
}

/// Prints an uncaught exception; the exit code.
pub fn report(raised: Raised) -> i32 {
    if raised.is(types().system_exit) {
        return exit_code(raised);
    }
    let _ = flush("stdout");
    remember(raised);
    let own = sys::get("__excepthook__");
    match sys::get("excepthook") {
        None => {
            print_error("sys.excepthook is missing\n");
            print_exception(raised);
        }
        Some(hook) if Some(hook) == own => print_exception(raised),
        Some(hook) => {
            if let Err(other) = ops::call_positional(hook, &exception_triple(raised)) {
                if other.is(types().system_exit) {
                    return exit_code(other);
                }
                print_error("Error in sys.excepthook:\n");
                print_exception(other);
                print_error("\nOriginal exception was:\n");
                print_exception(raised);
            }
        }
    }
    let is_interrupt = raised.is(types().keyboard_interrupt);
    IS_INTERRUPTED.store(is_interrupt, Ordering::Relaxed);
    if is_interrupt { 128 + libc::SIGINT } else { 1 }
}

fn exception_triple(raised: Raised) -> [Value; 3] {
    [class_of(raised.value()).value(), raised.value(), ops::or_none(raised.0.traceback.get())]
}
/// `sys.last_exc` and its like, for debuggers.
fn remember(raised: Raised) {
    let [class, value, traceback] = exception_triple(raised);
    for (name, value) in [("last_exc", value), ("last_type", class), ("last_value", value), ("last_traceback", traceback)] {
        sys::set(name, value);
    }
}

/// SystemExit: None is success, an int the code, anything else a message.
fn exit_code(raised: Raised) -> i32 {
    let code = ops::getattr(raised.value(), names().code).unwrap_or(NONE);
    if code.is_none() {
        return 0;
    }
    if int::is_any_int(code) {
        return int::to_i64(code).map_or(-1, |code| code as i32);
    }
    let _ = flush("stdout");
    match ops::str(code) {
        Ok(text) => {
            let written = match sys::get("stderr") {
                Some(stderr) => ops::call_method(stderr, names().write, &[text.value()]).map(drop),
                None => Err(raised),
            };
            match written {
                Ok(()) => print_error("\n"),
                Err(_) => print_raw(&format!("{}\n", text.to_string_lossy())),
            }
        }
        Err(other) => print_exception(other),
    }
    1
}

/// Text on the descriptor of standard error, whoever reads it or does not: `eprint` panics when nobody does.
pub fn print_raw(text: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
}
/// The report of an exception on `sys.stderr`.
pub fn print_exception(raised: Raised) {
    if traceback_print::print(raised.0).is_err() {
        print_raw(&traceback_print::format(raised.0));
    }
}
/// Text on `sys.stderr`.
pub fn print_error(text: &str) {
    let written = match sys::get("stderr") {
        Some(stderr) => ops::call_method(stderr, names().write, &[crate::objects::str::new(text).value()]).is_ok(),
        None => false,
    };
    if !written {
        print_raw(text);
    }
}

/// The streams that are open are flushed; false when that fails.
fn flush(name: &str) -> Result<(), Raised> {
    let Some(stream) = sys::get(name) else { return Ok(()) };
    if let Ok(Some(closed)) = ops::getattr_opt(stream, intern("closed"))
        && ops::truth(closed).unwrap_or(false)
    {
        return Ok(());
    }
    ops::call_method(stream, names().flush, &[]).map(drop)
}

/// Runs what was registered for the end, flushes the streams. 120 when standard output cannot be flushed, as in CPython.
pub fn finish(code: i32) -> ExitCode {
    wait_for_threads();
    crate::modules::atexit::run();
    crate::heap::finish();
    sys::set_finalizing();
    let mut code = code;
    if let Err(raised) = flush("stdout") {
        let stdout = sys::get("stdout").unwrap_or(NONE);
        sys::unraisable(raised, Some("Exception ignored while flushing sys.stdout"), stdout);
        code = 120;
    }
    if flush("stderr").is_err() {
        code = 120;
    }
    crate::modules::io::flush_all();
    if IS_INTERRUPTED.load(Ordering::Relaxed) {
        // SAFETY: the default action takes no handler of ours.
        unsafe {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            libc::raise(libc::SIGINT);
        }
        // Where the signal is blocked.
        return ExitCode::from(128 + libc::SIGINT as u8);
    }
    ExitCode::from(code as u8)
}
/// `threading._shutdown()`, where `threading` was imported.
fn wait_for_threads() {
    let Some(threading) = crate::vm::vm().modules.get().and_then(|modules| modules.get_text("threading")) else { return };
    let shutdown = ops::getattr_opt(threading, intern("_shutdown"));
    if let Ok(Some(shutdown)) = shutdown
        && let Err(raised) = ops::call_positional(shutdown, &[])
    {
        sys::unraisable(raised, Some("Exception ignored on threading shutdown"), threading);
    }
}
