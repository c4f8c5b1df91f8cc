//! The module `sys`. Not here: its constants (`info.rs`), the hooks for output and errors (`hooks.rs`).

mod display;
mod info;
mod monitoring;
mod names;

use crate::args::Args;
use crate::error::{R, not_implemented_error, overflow_error, recursion_error, runtime_error, type_error, value_error};
use crate::error::Raised;
use crate::modules::{add, add_functions};
use crate::monitoring::legacy;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::exception;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, names, thread, type_name, types, vm};
use core::cell::Cell;

pub use display::unraisable;

/// Makes the module and enters it in `sys.modules`; `vm().sys` holds it.
pub fn start() -> R<()> {
    let module = Module::new(intern("sys"));
    let modules = *vm().modules.get().ok_or_else(|| crate::error::system_error("no sys.modules"))?;
    let _ = vm().sys.set(module);
    modules.set_str(intern("sys"), module.value());
    add(module, "modules", modules.value());
    add_functions(module, &FUNCTIONS);
    add_functions(module, &FRAMES);
    display::init(module);
    monitoring::init(module)?;
    let io = crate::import::import_module("_io")?;
    if let Some(builtins) = vm().builtins.get() {
        builtins.set_str(intern("open"), ops::getattr(io, intern("open"))?);
    }
    let [stdin, stdout, stderr] = crate::modules::io::streams::standard()?;
    for (name, value) in [("stdin", stdin), ("stdout", stdout), ("stderr", stderr)] {
        add(module, name, value);
        add(module, &format!("__{name}__"), value);
    }
    info::init(module)
}

/// An attribute of `sys`, if it is there and not None.
pub fn get(name: &str) -> Option<Value> {
    vm().sys.get()?.dict.get().get_text(name).filter(|value| !value.is_none())
}
pub fn set(name: &str, value: Value) {
    if let Some(sys) = vm().sys.get() {
        sys.set(name, value);
    }
}

thread_local! {
    static IS_FINALIZING: Cell<bool> = const { Cell::new(false) };
    static SWITCH_INTERVAL: Cell<f64> = const { Cell::new(0.005) };
}
/// `sys.is_finalizing()` from now on.
pub fn set_finalizing() {
    IS_FINALIZING.set(true);
}

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 42] = [
    raw_function("exit", exit, "Exit the interpreter by raising SystemExit(status)."),
    function("exc_info", "($module, /)", exc_info, "Return current exception information: (type, value, traceback)."),
    function("exception", "($module, /)", |_| Ok(exception::handled().map_or(NONE, Gc::value)), "Return the current exception."),
    function("getrecursionlimit", "($module, /)", |_| Ok(Value::int(thread().recursion_limit.get() as i64)), "Return the current value of the recursion limit."),
    function("setrecursionlimit", "($module, limit, /)", set_recursion_limit, "Set the maximum depth of the Python interpreter stack to n."),
    function("intern", "($module, string, /)", intern_function, "``Intern'' the given string."),
    function("getsizeof", "(object, default=None)", getsizeof, "Return the size of object in bytes."),
    function("getdefaultencoding", "($module, /)", |_| Ok(names().utf8.value()), "Return the current default encoding used by the Unicode implementation."),
    function("getfilesystemencoding", "($module, /)", |_| Ok(names().utf8.value()), "Return the encoding used to convert Unicode filenames to OS filenames."),
    function("getfilesystemencodeerrors", "($module, /)", |_| Ok(intern("surrogateescape").value()), "Return the error mode used for Unicode to OS filename conversion."),
    function("is_finalizing", "($module, /)", |_| Ok(Value::bool(IS_FINALIZING.get())), "Return True if Python is exiting."),
    function("settrace", "($module, function, /)", set_trace, "Set the global debug tracing function."),
    function("setprofile", "($module, function, /)", set_profile, "Set the profiling function."),
    function("_settraceallthreads", "($module, function, /)", set_trace, ""),
    function("_setprofileallthreads", "($module, function, /)", set_profile, ""),
    function("gettrace", "($module, /)", |_| Ok(legacy::trace_function()), "Return the global debug tracing function set with sys.settrace."),
    function("getprofile", "($module, /)", |_| Ok(legacy::profile_function()), "Return the profiling function set with sys.setprofile."),
    function("call_tracing", "($module, func, args, /)", call_tracing, "Call func(*args), while tracing is enabled."),
    function("set_int_max_str_digits", "(maxdigits)", set_int_max_str_digits, "Set the maximum string digits limit for non-binary int<->str conversions."),
    function("get_int_max_str_digits", "($module, /)", |_| Ok(int::from_usize(crate::objects::int_text::max_str_digits())), "Return the maximum string digits limit for non-binary int<->str conversions."),
    raw_function("audit", audit, "Passes the event to any hooks that are attached."),
    function("addaudithook", "(hook)", add_audit_hook, "Adds a new audit hook callback."),
    function("getswitchinterval", "($module, /)", |_| Ok(Value::float(SWITCH_INTERVAL.get())), "Return the current thread switch interval."),
    function("setswitchinterval", "($module, interval, /)", set_switch_interval, "Set the ideal thread switching delay inside the Python interpreter."),
    function("getrefcount", "($module, object, /)", |_| Ok(Value::int(2)), "Return the reference count of object."),
    function("getallocatedblocks", "($module, /)", |_| Ok(Value::int(0)), "Return the number of memory blocks currently allocated."),
    function("getunicodeinternedsize", "($module, /)", |_| Ok(int::from_usize(vm().interned.borrow().each().count())), "Return the number of elements of the unicode interned dictionary"),
    function("_is_interned", "($module, string, /)", is_interned, "Return True if the given string is \"interned\"."),
    function("_is_gil_enabled", "($module, /)", |_| Ok(Value::bool(true)), "Return True if the GIL is currently enabled and False otherwise."),
    function("_clear_type_cache", "($module, /)", |_| Ok(NONE), "Clear the internal type lookup cache."),
    function("_clear_type_descriptors", "($module, type, /)", clear_type_descriptors, "Private function for clearing certain descriptors from a type's dictionary."),
    function("_clear_internal_caches", "($module, /)", |_| Ok(NONE), "Clear all internal performance-related caches."),
    function("getdlopenflags", "($module, /)", |_| Ok(Value::int(libc::RTLD_NOW as i64)), "Return the current value of the flags that are used for dlopen calls."),
    function("setdlopenflags", "($module, flags, /)", |a| int::index_to_i32(a[0]).map(|_| NONE), "Set the flags used by the interpreter for dlopen calls."),
    function("get_asyncgen_hooks", "($module, /)", get_asyncgen_hooks, "Return the installed asynchronous generators hooks."),
    function("set_asyncgen_hooks", "(firstiter=None, finalizer=None)", set_asyncgen_hooks, "Set a finalizer for async generators objects."),
    function("get_coroutine_origin_tracking_depth", "($module, /)", |_| Ok(Value::int(0)), "Check status of origin tracking for coroutine objects in this thread."),
    function("set_coroutine_origin_tracking_depth", "(depth)", set_origin_depth, "Enable or disable origin tracking for coroutine objects in this thread."),
    function("is_stack_trampoline_active", "($module, /)", |_| Ok(Value::bool(false)), "Return *True* if a stack profiler trampoline is active."),
    function("is_remote_debug_enabled", "($module, /)", |_| Ok(Value::bool(false)), "Return True if remote debugging is enabled, False otherwise."),
    function("_get_cpu_count_config", "($module, /)", |_| Ok(Value::int(-1)), ""),
    function("_is_immortal", "($module, op, /)", |a| Ok(Value::bool(!a[0].is_object())), "Return True if the given object is \"immortal\" per PEP 683."),
];
#[rustfmt::skip]
static FRAMES: [NativeFunction; 4] = [
    function("_getframe", "($module, depth=0, /)", getframe, "Return a frame object from the call stack."),
    function("_getframemodulename", "(depth=0)", getframemodulename, "Return the name of the module for a calling frame."),
    function("_current_frames", "($module, /)", current_frames, "Return a dict mapping each thread's thread id to its current stack frame."),
    function("_current_exceptions", "($module, /)", current_exceptions, "Return a dict mapping each thread's identifier to its current raised exception."),
];

/// With a tuple as the status its items become the arguments, as when a C function raises.
/// For `dataclasses`, which makes a class anew with slots: the old one must not be kept by what it was given.
fn clear_type_descriptors(args: &[Value]) -> R {
    let Some(class) = args[0].downcast::<Class>() else {
        return Err(type_error(format!("_clear_type_descriptors() argument must be type, not {}", type_name(args[0]))));
    };
    if !class.has_flag(crate::objects::class::flags::HEAP) {
        return Err(type_error("argument is immutable"));
    }
    for name in [names().__dict__, names().__weakref__] {
        class.dict.get().remove_str(name);
    }
    class.modified();
    Ok(NONE)
}

fn exit(args: Args<'_>) -> R {
    let given = crate::objects::support::positional(args, "exit", 0, 1)?;
    let class = types().system_exit;
    Err(match given.first().copied().filter(|status| !status.is_none()) {
        None => Raised::with_args(class, &[]),
        Some(status) => match status.downcast::<Tuple>() {
            Some(tuple) => Raised::with_args(class, tuple.items()),
            None => Raised::with_args(class, &[status]),
        },
    })
}

fn exc_info(_: &[Value]) -> R {
    let items = match exception::handled() {
        None => [NONE; 3],
        Some(handled) => {
            let class = crate::vm::class_of(handled.value());
            [class.value(), handled.value(), ops::or_none(handled.traceback.get())]
        }
    };
    Ok(Tuple::from_slice(&items).value())
}

fn depth_now() -> i32 {
    thread().recursion_limit.get() - thread().recursion_remaining.get()
}
fn set_recursion_limit(args: &[Value]) -> R {
    let limit = int::index_to_i32(args[0])?;
    if limit < 1 {
        return Err(value_error("recursion limit must be greater or equal than 1"));
    }
    let depth = depth_now();
    if depth >= limit {
        return Err(recursion_error(format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    thread().recursion_limit.set(limit);
    thread().recursion_remaining.set(limit - depth);
    Ok(NONE)
}

fn intern_function(args: &[Value]) -> R {
    match args[0].downcast::<Str>() {
        Some(text) if str::is_exact(args[0]) => Ok(str::intern_str(text).value()),
        Some(_) => Err(type_error(format!("can't intern {}", type_name(args[0])))),
        None => Err(type_error(format!("intern() argument must be str, not {}", type_name(args[0])))),
    }
}
fn is_interned(args: &[Value]) -> R {
    match args[0].downcast::<Str>() {
        Some(text) => Ok(Value::bool(text.is_interned())),
        None => Err(type_error(format!("_is_interned() argument must be str, not {}", type_name(args[0])))),
    }
}

fn getsizeof(args: &[Value]) -> R {
    let measured = ops::call_special(args[0], names().__sizeof__, &[]).and_then(|size| {
        let size = size.ok_or_else(|| type_error(format!("Type {} doesn't define __sizeof__", type_name(args[0]))))?;
        match ops::index_isize(size)? {
            Some(size) if size >= 0 => Ok(Value::int(size as i64)),
            Some(_) => Err(value_error("__sizeof__() should return >= 0")),
            None => Err(overflow_error("Python int too large to convert to C ssize_t")),
        }
    });
    match measured {
        Err(raised) if !args[1].is_null() && raised.is(types().type_error) => Ok(args[1]),
        other => other,
    }
}

fn set_trace(args: &[Value]) -> R {
    audit_event("sys.settrace", &[])?;
    legacy::set_trace(args[0]);
    Ok(NONE)
}
fn set_profile(args: &[Value]) -> R {
    audit_event("sys.setprofile", &[])?;
    legacy::set_profile(args[0]);
    Ok(NONE)
}
fn call_tracing(args: &[Value]) -> R {
    match args[1].downcast::<Tuple>() {
        Some(tuple) => crate::monitoring::aloud(|| ops::call_positional(args[0], tuple.items())),
        None => Err(type_error(format!("call_tracing() argument 2 must be tuple, not {}", type_name(args[1])))),
    }
}

fn set_int_max_str_digits(args: &[Value]) -> R {
    let digits = int::index_to_i32(args[0])?;
    if digits != 0 && digits < 640 {
        return Err(value_error("maxdigits must be >= 640 or 0 for unlimited"));
    }
    crate::objects::int_text::set_max_str_digits(digits.max(0) as usize);
    Ok(NONE)
}

// -- audit hooks -------------------------------------------------------------------

thread_local! { static AUDIT_HOOKS: core::cell::OnceCell<Gc<List>> = const { core::cell::OnceCell::new() }; }

fn add_audit_hook(args: &[Value]) -> R {
    let hooks = AUDIT_HOOKS.with(|hooks| {
        *hooks.get_or_init(|| {
            let list = List::new();
            crate::vm::keep(list.value());
            list
        })
    });
    hooks.push(args[0])?;
    Ok(NONE)
}
fn audit(args: Args<'_>) -> R {
    let given = args.no_keywords("audit")?;
    let Some(&event) = given.first() else { return Err(type_error("audit() missing 1 required positional argument: 'event'")) };
    if !event.is::<Str>() {
        return Err(type_error(format!("expected str for argument 'event', not {}", type_name(event))));
    }
    tell_hooks(event, &given[1..])?;
    Ok(NONE)
}
/// As `sys.audit`, from native code.
fn audit_event(event: &str, args: &[Value]) -> R<()> {
    tell_hooks(intern(event).value(), args)
}
fn tell_hooks(event: Value, args: &[Value]) -> R<()> {
    let Some(hooks) = AUDIT_HOOKS.with(|hooks| hooks.get().copied()) else { return Ok(()) };
    let rest = Tuple::from_slice(args);
    for i in 0..hooks.len() {
        if let Some(hook) = hooks.get(i) {
            ops::call_positional(hook, &[event, rest.value()])?;
        }
    }
    Ok(())
}

fn set_switch_interval(args: &[Value]) -> R {
    let interval = int::to_f64(args[0])?;
    if interval <= 0.0 {
        return Err(value_error("switch interval must be strictly positive"));
    }
    SWITCH_INTERVAL.set(interval);
    Ok(NONE)
}

fn get_asyncgen_hooks(_: &[Value]) -> R {
    info::asyncgen_hooks()
}
/// A hook that is not given stays; None takes it away.
fn set_asyncgen_hooks(args: &[Value]) -> R {
    for (hook, name) in [(args[1], "finalizer"), (args[0], "firstiter")] {
        if let Some(hook) = ops::given(hook)
            && !ops::is_callable(hook)
        {
            return Err(type_error(format!("callable {name} expected, got {}", type_name(hook))));
        }
    }
    crate::objects::generator_async::set_hooks(args[0].option(), args[1].option());
    Ok(NONE)
}
fn set_origin_depth(args: &[Value]) -> R {
    match int::index_to_i32(args[0])? {
        0 => Ok(NONE),
        depth if depth < 0 => Err(value_error("depth must be >= 0")),
        _ => Err(not_implemented_error("coroutine origin tracking is not supported")),
    }
}

// -- frames ------------------------------------------------------------------------

fn frame_at(depth: i64) -> Option<&'static crate::frame::Frame> {
    let mut frame = thread().frame.get();
    for _ in 0..depth.max(0) {
        if frame.is_null() {
            return None;
        }
        // SAFETY: frames are linked from the running one down to the first; each is live.
        frame = unsafe { (*frame).previous.get() };
    }
    // SAFETY: as above; the borrow ends before the frame does, since callers use it at once.
    unsafe { frame.as_ref() }
}
fn getframe(args: &[Value]) -> R {
    let depth = if args[0].is_null() { 0 } else { int::index_to_i32(args[0])? as i64 };
    match frame_at(depth) {
        Some(frame) => Ok(crate::objects::frame::of(frame).value()),
        None => Err(value_error("call stack is not deep enough")),
    }
}
fn getframemodulename(args: &[Value]) -> R {
    let depth = if args[0].is_null() { 0 } else { int::index_to_i32(args[0])? as i64 };
    let Some(frame) = frame_at(depth) else { return Ok(NONE) };
    Ok(ops::getattr_opt(frame.function.value(), names().__module__)?.unwrap_or(NONE))
}
fn current_frames(_: &[Value]) -> R {
    let dict = Dict::new();
    if let Some(frame) = frame_at(0) {
        dict.set(thread_ident(), crate::objects::frame::of(frame).value())?;
    }
    Ok(dict.value())
}
fn current_exceptions(_: &[Value]) -> R {
    let dict = Dict::new();
    dict.set(thread_ident(), exception::handled().map_or(NONE, Gc::value))?;
    Ok(dict.value())
}
/// `threading.get_ident()`.
pub fn thread_ident() -> Value {
    // SAFETY: pthread_self cannot fail.
    int::from_u64(unsafe { libc::pthread_self() } as u64)
}

/// RuntimeError for a stream that was taken away.
pub fn lost(name: &str) -> Raised {
    runtime_error(format!("lost sys.{name}"))
}
