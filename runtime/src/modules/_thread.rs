//! The module `_thread` of an interpreter with one thread: locks are real, a second thread is refused.

use crate::args::Args;
use crate::error::{R, not_implemented_error, overflow_error, runtime_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, function, getset, method};
use crate::objects::class::{Class, flags};
use crate::objects::instance::Instance;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::support::{Params, of};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::{class_of, types};
use core::cell::{Cell, OnceCell};
use std::time::Duration;

struct Lock {
    is_locked: Cell<bool>,
}
traced!(Lock:);

struct RLock {
    count: Cell<u64>,
}
traced!(RLock:);

thread_local! { static LOCK: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn ident() -> i64 {
    // SAFETY: pthread_self cannot fail.
    unsafe { libc::pthread_self() as i64 }
}
/// Longest timeout in seconds, as CPython's.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 15] = [
    function("_make_thread_handle", "($module, ident, /)", |a| Ok(new_handle(Some(int::index_to_i64(a[0])?))), "Internal only. Make a thread handle for threads not spawned by the _thread or threading module."),
    function("get_ident", "($module, /)", |_| Ok(Value::int(ident())), "Return a non-zero integer that uniquely identifies the current thread."),
    // SAFETY: gettid touches no memory.
    function("get_native_id", "($module, /)", |_| Ok(Value::int(unsafe { libc::syscall(libc::SYS_gettid) })), "Return a non-negative integer identifying the thread as reported by the OS."),
    function("_get_main_thread_ident", "($module, /)", |_| Ok(Value::int(ident())), ""),
    function("_is_main_interpreter", "($module, /)", |_| Ok(TRUE), ""),
    function("_count", "($module, /)", |_| Ok(Value::int(0)), "Return the number of currently running Python threads."),
    function("allocate_lock", "($module, /)", |_| new_lock(), "Create a new lock object."),
    function("allocate", "($module, /)", |_| new_lock(), "An obsolete synonym of allocate_lock()."),
    function("start_new_thread", "($module, function, args, kwargs={}, /)", |_| Err(no_threads()), "Start a new thread and return its identifier."),
    function("start_new", "($module, function, args, kwargs={}, /)", |_| Err(no_threads()), "An obsolete synonym of start_new_thread()."),
    function("start_joinable_thread", "($module, function, handle=None, daemon=True)", |_| Err(no_threads()), ""),
    function("daemon_threads_allowed", "($module, /)", |_| Ok(TRUE), "Return True if daemon threads are allowed in the current interpreter."),
    function("exit", "($module, /)", |_| Err(crate::error::Raised::with_args(types().system_exit, &[])), "This is synonymous to ``raise SystemExit''."),
    function("stack_size", "($module, size=0, /)", |_| Ok(Value::int(0)), "Return the thread stack size used when creating new threads."),
    function("_shutdown", "($module, /)", |_| Ok(NONE), ""),
];

fn no_threads() -> crate::error::Raised {
    not_implemented_error("threads are not supported")
}

fn new_lock() -> R {
    let class = LOCK.with(|own| own.get().copied()).ok_or_else(|| runtime_error("_thread is not initialised"))?;
    Ok(Native::new(class, Lock { is_locked: Cell::new(false) }).value())
}

/// `(blocking=True, timeout=-1)`: None waits for ever.
fn wait_arguments(blocking: Value, timeout: Value) -> R<Option<Duration>> {
    let blocking = blocking.option().map_or(Ok(true), ops::truth)?;
    let seconds = match timeout.option() {
        None => -1.0,
        Some(timeout) => ops::call_positional(types().float.value(), &[timeout]).map(timeout_of)?,
    };
    if !blocking && seconds != -1.0 {
        return Err(value_error("can't specify a timeout for a non-blocking call"));
    }
    if seconds < 0.0 && seconds != -1.0 {
        return Err(value_error("timeout value must be a non-negative number"));
    }
    if seconds > TIMEOUT_MAX {
        return Err(overflow_error("timeout value is too large"));
    }
    Ok(if !blocking {
        Some(Duration::ZERO)
    } else if seconds < 0.0 {
        None
    } else {
        Some(Duration::from_secs_f64(seconds))
    })
}
fn timeout_of(value: Value) -> f64 {
    if value.is_float() { value.unbox_float() } else { -1.0 }
}

/// Nobody else could release the lock: waiting for ever is a deadlock, which is said instead of hanging.
fn wait(timeout: Option<Duration>) -> R {
    match timeout {
        None => Err(runtime_error("deadlock: the lock is held and there is no other thread to release it")),
        Some(timeout) => {
            std::thread::sleep(timeout);
            crate::pending::check()?;
            Ok(FALSE)
        }
    }
}

fn acquire(args: &[Value]) -> R {
    let lock = of::<Lock>(args[0])?;
    let timeout = wait_arguments(args[1], args[2])?;
    if lock.is_locked.replace(true) { wait(timeout) } else { Ok(TRUE) }
}
fn release(args: &[Value]) -> R {
    if of::<Lock>(args[0])?.is_locked.replace(false) { Ok(NONE) } else { Err(runtime_error("release unlocked lock")) }
}
fn locked(args: &[Value]) -> R {
    Ok(Value::bool(of::<Lock>(args[0])?.is_locked.get()))
}
fn lock_exit(args: &[Value]) -> R {
    release(args)
}
fn lock_reset(args: &[Value]) -> R {
    of::<Lock>(args[0])?.is_locked.set(false);
    Ok(NONE)
}
fn lock_repr(value: Value) -> R {
    let state = if of::<Lock>(value)?.is_locked.get() { "locked" } else { "unlocked" };
    Ok(str::new(&format!("<{state} {} object at {:#x}>", class_of(value).name(), value.0)).value())
}

#[rustfmt::skip]
static LOCK_METHODS: [NativeFunction; 9] = [
    method("acquire", "($self, blocking=True, timeout=-1)", acquire, "Lock the lock."),
    method("acquire_lock", "($self, blocking=True, timeout=-1)", acquire, "An obsolete synonym of acquire()."),
    method("release", "($self, /)", release, "Release the lock."),
    method("release_lock", "($self, /)", release, "An obsolete synonym of release()."),
    method("locked", "($self, /)", locked, "Return whether the lock is in the locked state."),
    method("locked_lock", "($self, /)", locked, "An obsolete synonym of locked()."),
    method("__enter__", "($self, blocking=True, timeout=-1)", acquire, "Lock the lock."),
    method("__exit__", "($self, *exc_info)", lock_exit, "Release the lock."),
    method("_at_fork_reinit", "($self, /)", lock_reset, ""),
];

// -- RLock -------------------------------------------------------------------------------

fn rlock_acquire(args: &[Value]) -> R {
    wait_arguments(args[1], args[2])?;
    let lock = of::<RLock>(args[0])?;
    lock.count.set(lock.count.get() + 1);
    Ok(TRUE)
}
fn rlock_release(args: &[Value]) -> R {
    let lock = of::<RLock>(args[0])?;
    match lock.count.get() {
        0 => Err(runtime_error("cannot release un-acquired lock")),
        count => {
            lock.count.set(count - 1);
            Ok(NONE)
        }
    }
}
fn rlock_save(args: &[Value]) -> R {
    match of::<RLock>(args[0])?.count.replace(0) {
        0 => Err(runtime_error("cannot release un-acquired lock")),
        count => Ok(Tuple::from_slice(&[int::from_u64(count), Value::int(ident())]).value()),
    }
}
fn rlock_restore(args: &[Value]) -> R {
    let count = args[1].downcast::<Tuple>().and_then(|state| state.items().first().copied()).and_then(int::to_u64);
    let Some(count) = count else { return Err(type_error("_acquire_restore() argument 1 must be tuple")) };
    of::<RLock>(args[0])?.count.set(count);
    Ok(NONE)
}
fn rlock_repr(value: Value) -> R {
    let count = of::<RLock>(value)?.count.get();
    let (state, owner) = if count > 0 { ("locked", ident()) } else { ("unlocked", 0) };
    let class = class_of(value).name();
    Ok(str::new(&format!("<{state} {class} object owner={owner} count={count} at {:#x}>", value.0)).value())
}
fn rlock_count(args: &[Value]) -> R {
    Ok(int::from_u64(of::<RLock>(args[0])?.count.get()))
}

#[rustfmt::skip]
static RLOCK_METHODS: [NativeFunction; 10] = [
    method("acquire", "($self, blocking=True, timeout=-1)", rlock_acquire, "Lock the lock."),
    method("release", "($self, /)", rlock_release, "Release the lock."),
    method("locked", "($self, /)", |a| Ok(Value::bool(of::<RLock>(a[0])?.count.get() > 0)), "Return a boolean indicating whether this object is locked right now."),
    method("__enter__", "($self, blocking=True, timeout=-1)", rlock_acquire, "Lock the lock."),
    method("__exit__", "($self, *exc_info)", rlock_release, "Release the lock."),
    method("_is_owned", "($self, /)", |a| Ok(Value::bool(of::<RLock>(a[0])?.count.get() > 0)), "For internal use by `threading.Condition`."),
    method("_recursion_count", "($self, /)", rlock_count, "For internal use by reentrancy checks."),
    method("_release_save", "($self, /)", rlock_save, "For internal use by `threading.Condition`."),
    method("_acquire_restore", "($self, state, /)", rlock_restore, "For internal use by `threading.Condition`."),
    method("_at_fork_reinit", "($self, /)", |a| { of::<RLock>(a[0])?.count.set(0); Ok(NONE) }, ""),
];

// -- handles -----------------------------------------------------------------------------

struct Handle {
    /// None before the thread is started.
    ident: Option<i64>,
    is_done: Cell<bool>,
}
traced!(Handle:);

thread_local! { static HANDLE: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn handle_class() -> Gc<Class> {
    HANDLE.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_thread", "_ThreadHandle", flags::HAS_WEAKREF, |class| {
                class.slots.new.set(Some(|_, _| Ok(new_handle(None))));
                class.slots.repr.set(Some(|value| {
                    let ident = of::<Handle>(value)?.ident.unwrap_or(0);
                    Ok(str::new(&format!("<_ThreadHandle object: ident={ident}>")).value())
                }));
                class.add_methods(&HANDLE_METHODS);
                class.add_attributes(&HANDLE_ATTRIBUTES);
            })
        })
    })
}
fn new_handle(ident: Option<i64>) -> Value {
    Native::new(handle_class(), Handle { ident, is_done: Cell::new(false) }).value()
}
/// Another thread than this one has never run: only the running one could be joined.
fn join(args: &[Value]) -> R {
    let handle = of::<Handle>(args[0])?;
    match handle.ident {
        None => Err(runtime_error("thread not started")),
        Some(_) if handle.is_done.get() => Ok(NONE),
        Some(_) => Err(runtime_error("Cannot join current thread")),
    }
}
fn set_done(args: &[Value]) -> R {
    of::<Handle>(args[0])?.is_done.set(true);
    Ok(NONE)
}
static HANDLE_METHODS: [NativeFunction; 3] = [
    method("join", "($self, timeout=None, /)", join, ""),
    method("_set_done", "($self, /)", set_done, ""),
    method("is_done", "($self, /)", |a| Ok(Value::bool(of::<Handle>(a[0])?.is_done.get())), ""),
];
static HANDLE_ATTRIBUTES: [NativeAttribute; 1] = [getset("ident", |v| Ok(of::<Handle>(v)?.ident.map_or(NONE, Value::int)), None, "")];

fn lock_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("lock", "()");
    PARAMS.bind::<0>(args)?;
    Ok(Native::new(class, Lock { is_locked: Cell::new(false) }).value())
}
fn rlock_new(class: Gc<Class>, _: Args<'_>) -> R {
    Ok(Native::new(class, RLock { count: Cell::new(0) }).value())
}

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    let lock = native_class::new("_thread", "lock", flags::HAS_WEAKREF, |class| {
        class.doc.set("A lock object is a synchronization primitive.");
        class.slots.new.set(Some(lock_new));
        class.slots.repr.set(Some(lock_repr));
        class.add_methods(&LOCK_METHODS);
    });
    LOCK.with(|own| {
        let _ = own.set(lock);
    });
    let rlock = native_class::new("_thread", "RLock", flags::BASETYPE | flags::HAS_WEAKREF, |class| {
        class.slots.new.set(Some(rlock_new));
        class.slots.repr.set(Some(rlock_repr));
        class.add_methods(&RLOCK_METHODS);
    });
    // The attributes of the only thread are those of every thread.
    let local = native_class::with_base(
        "_thread",
        "_local",
        types().object,
        crate::object::Kind::Instance,
        flags::BASETYPE | flags::HAS_DICT | flags::HAS_WEAKREF,
        |class| {
            class.doc.set("Thread-local data");
            class.slots.new.set(Some(|class, _| Ok(Instance::new(class).value())));
            crate::objects::class_new::add_dict_attribute(class);
        },
    );
    add(module, "lock", lock.value());
    add(module, "LockType", lock.value());
    add(module, "RLock", rlock.value());
    add(module, "_local", local.value());
    add(module, "_ThreadHandle", handle_class().value());
    add(module, "error", types().runtime_error.value());
    add(module, "TIMEOUT_MAX", Value::float(TIMEOUT_MAX));
    Ok(())
}
