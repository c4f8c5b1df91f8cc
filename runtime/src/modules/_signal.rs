//! The module `_signal`: handlers of signals, on which `Lib/signal.py` runs. When they run: `pending.rs`.

use crate::error::{R, keyboard_interrupt, overflow_error, type_error, value_error};
use crate::modules::posix::path::{done, last_error, last_errno, os_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{Builtin, NativeFunction, function};
use crate::objects::dict::Dict;
use crate::objects::int::{self, index_to_i32};
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str;
use crate::objects::structseq::{self, Spec};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::pending::{self, SIGNALS};
use crate::value::{NONE, NULL, Value};
use crate::vm::{intern, keep, thread, types};
use core::cell::OnceCell;

const NAMES: &str = "SIGABRT=6 SIGALRM=14 SIGBUS=7 SIGCHLD=17 SIGCLD=17 SIGCONT=18 SIGFPE=8 SIGHUP=1 SIGILL=4 SIGINT=2 \
    SIGIO=29 SIGIOT=6 SIGKILL=9 SIGPIPE=13 SIGPOLL=29 SIGPROF=27 SIGPWR=30 SIGQUIT=3 SIGRTMAX=64 SIGRTMIN=34 SIGSEGV=11 \
    SIGSTKFLT=16 SIGSTOP=19 SIGSYS=31 SIGTERM=15 SIGTRAP=5 SIGTSTP=20 SIGTTIN=21 SIGTTOU=22 SIGURG=23 SIGUSR1=10 \
    SIGUSR2=12 SIGVTALRM=26 SIGWINCH=28 SIGXCPU=24 SIGXFSZ=25 SIG_BLOCK=0 SIG_DFL=0 SIG_IGN=1 SIG_SETMASK=2 \
    SIG_UNBLOCK=1 ITIMER_PROF=2 ITIMER_REAL=0 ITIMER_VIRTUAL=1 NSIG=65";

static SIGINFO: Spec = Spec {
    module: "signal",
    name: "struct_siginfo",
    doc: "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.",
    fields: &["si_signo", "si_code", "si_errno", "si_pid", "si_uid", "si_status", "si_band"],
    visible: 7,
    can_make: true,
};

thread_local! { static HANDLERS: OnceCell<Gc<List>> = const { OnceCell::new() }; }

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 19] = [
    function("signal", "($module, signalnum, handler, /)", signal, "Set the action for the given signal."),
    function("getsignal", "($module, signalnum, /)", |a| number(a[0]).map(handler_of), "Return the current action for the given signal."),
    function("raise_signal", "($module, signalnum, /)", raise_signal, "Send a signal to the executing process."),
    function("alarm", "($module, seconds, /)", alarm, "Arrange for SIGALRM to arrive after the given number of seconds."),
    function("setitimer", "($module, which, seconds, interval=0.0, /)", setitimer, "Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF)."),
    function("getitimer", "($module, which, /)", getitimer, "Returns current value of given itimer."),
    function("pause", "($module, /)", pause, "Wait until a signal arrives."),
    function("strsignal", "($module, signalnum, /)", strsignal, "Return the system description of the given signal."),
    function("siginterrupt", "($module, signalnum, flag, /)", |a| { number(a[0])?; index_to_i32(a[1])?; Ok(NONE) }, "Change system call restart behaviour."),
    function("set_wakeup_fd", "($module, fd, /, *, warn_on_full_buffer=True)", set_wakeup_fd, "Sets the fd to be written to (with the signal number) when a signal comes in."),
    function("valid_signals", "($module, /)", valid_signals, "Return a set of valid signal numbers on this platform."),
    function("pthread_sigmask", "($module, how, mask, /)", pthread_sigmask, "Fetch and/or change the signal mask of the calling thread."),
    function("pthread_kill", "($module, thread_id, signalnum, /)", pthread_kill, "Send a signal to a thread."),
    function("sigpending", "($module, /)", sigpending, "Examine pending signals."),
    function("sigwait", "($module, sigset, /)", sigwait, "Wait for a signal."),
    function("sigwaitinfo", "($module, sigset, /)", |a| wait_info(a[0], None), "Wait synchronously until one of the signals in *sigset* is delivered."),
    function("sigtimedwait", "($module, sigset, timeout, /)", sigtimedwait, "Like sigwaitinfo(), but with a timeout."),
    function("pidfd_send_signal", "($module, pidfd, signalnum, siginfo=None, flags=0, /)", pidfd_send_signal, "Send a signal to a process referred to by a pid file descriptor."),
    function("default_int_handler", "($module, signalnum, frame, /)", |_| Err(keyboard_interrupt()), "The default handler for SIGINT installed by Python."),
];

/// By number: NONE for a disposition that is not Python's, else SIG_DFL, SIG_IGN or a callable.
fn handlers() -> Gc<List> {
    HANDLERS.with(|own| {
        *own.get_or_init(|| {
            let list = List::new();
            keep(list.value());
            for signal in 0..SIGNALS as i32 {
                let value = match pending::disposition(signal.max(1)) {
                    libc::SIG_DFL => Value::int(0),
                    libc::SIG_IGN => Value::int(1),
                    _ if signal == libc::SIGINT => default_handler(),
                    _ => NONE,
                };
                let _ = list.push(value);
            }
            list
        })
    })
}
/// The one `default_int_handler` of this thread.
fn default_handler() -> Value {
    thread_local! { static MADE: OnceCell<Value> = const { OnceCell::new() }; }
    MADE.with(|own| {
        *own.get_or_init(|| {
            let function = &FUNCTIONS[FUNCTIONS.len() - 1];
            let made = Builtin::new(function, NULL, false, intern("_signal").value()).value();
            keep(made);
            made
        })
    })
}

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    for (name, number) in NAMES.split_whitespace().filter_map(|entry| entry.split_once('=')) {
        add(module, name, Value::int(number.parse().unwrap_or(0)));
    }
    add(module, "default_int_handler", default_handler());
    add(module, "struct_siginfo", structseq::class(&SIGINFO).value());
    let namespace = Dict::new();
    namespace.set_str(intern("__module__"), intern("signal").value());
    let bases = Tuple::from_slice(&[types().os_error.value()]);
    let error = ops::call_positional(
        types().type_.value(),
        &[intern("itimer_error").value(), bases.value(), namespace.value()],
    )?;
    add(module, "ItimerError", error);
    handlers();
    Ok(())
}

/// Runs the Python handler of a signal that has arrived.
pub fn handle(signal: i32) -> R<()> {
    let handler = match HANDLERS.with(|own| own.get().copied()) {
        Some(handlers) => handlers.get(signal as usize).unwrap_or(NONE),
        None if signal == libc::SIGINT => return Err(keyboard_interrupt()),
        None => return Ok(()),
    };
    if handler == default_handler() {
        return Err(keyboard_interrupt());
    }
    if handler.is_none() || int::is_any_int(handler) {
        return Ok(());
    }
    // SAFETY: the running frame is live.
    let frame = match unsafe { thread().frame.get().as_ref() } {
        Some(frame) => crate::objects::frame::of(frame).value(),
        None => NONE,
    };
    ops::call_positional(handler, &[Value::int(signal as i64), frame]).map(drop)
}

fn number(value: Value) -> R<i32> {
    let signal = index_to_i32(value)?;
    if (1..SIGNALS as i32).contains(&signal) { Ok(signal) } else { Err(value_error("signal number out of range")) }
}
fn handler_of(signal: i32) -> Value {
    handlers().get(signal as usize).unwrap_or(NONE)
}
fn signal(args: &[Value]) -> R {
    let signal = index_to_i32(args[0])?;
    let handler = args[1];
    let number_of = |wanted: i64| int::is_any_int(handler) && int::to_i64(handler) == Some(wanted);
    let action = if number_of(0) {
        Some(libc::SIG_DFL)
    } else if number_of(1) {
        Some(libc::SIG_IGN)
    } else if ops::is_callable(handler) {
        None
    } else {
        return Err(type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
    };
    let signal = number(Value::int(signal as i64))?;
    pending::check()?;
    let old = handler_of(signal);
    let is_set = match action {
        Some(action) => pending::set_disposition(signal, action),
        None => pending::catch(signal),
    };
    if !is_set {
        return Err(last_error());
    }
    let kept = match action {
        Some(libc::SIG_DFL) => Value::int(0),
        Some(_) => Value::int(1),
        None => handler,
    };
    handlers().set(signal as usize, kept);
    Ok(old)
}

fn raise_signal(args: &[Value]) -> R {
    let signal = index_to_i32(args[0])?;
    // SAFETY: numbers only; our handlers touch atomics only.
    done(unsafe { libc::raise(signal) })?;
    pending::check()?;
    Ok(NONE)
}
fn alarm(args: &[Value]) -> R {
    let seconds = index_to_i32(args[0])?;
    // SAFETY: numbers only.
    Ok(Value::int(unsafe { libc::alarm(seconds as libc::c_uint) } as i64))
}

fn timeval(value: Value) -> R<libc::timeval> {
    let seconds = if value.is_float() { value.unbox_float() } else { int::to_f64(ops::index(value)?)? };
    if seconds.is_nan() {
        return Err(value_error("Invalid value NaN (not a number)"));
    }
    if !(-9.2e18..9.2e18).contains(&seconds) {
        return Err(overflow_error("timestamp out of range for platform time_t"));
    }
    let whole = seconds.floor();
    // A tiny time must not become none.
    let micro = ((seconds - whole) * 1e6).ceil() as i64;
    Ok(libc::timeval { tv_sec: whole as i64 + micro / 1_000_000, tv_usec: micro % 1_000_000 })
}
fn timer_value(timer: &libc::itimerval) -> Value {
    let seconds = |time: libc::timeval| Value::float(time.tv_sec as f64 + time.tv_usec as f64 / 1e6);
    Tuple::from_slice(&[seconds(timer.it_value), seconds(timer.it_interval)]).value()
}
fn timer_error() -> crate::error::Raised {
    let raised = os_error(last_errno(), NONE);
    let error = crate::import::import_module("_signal").and_then(|module| ops::getattr(module, intern("ItimerError")));
    let arguments = ops::getattr(raised.value(), intern("args")).ok().and_then(|args| args.downcast::<Tuple>());
    match (error, arguments) {
        (Ok(error), Some(arguments)) => match ops::call_positional(error, arguments.items()) {
            Ok(made) => made.downcast::<crate::objects::exception::Exception>().map_or(raised, crate::error::Raised),
            Err(other) => other,
        },
        _ => raised,
    }
}
fn setitimer(args: &[Value]) -> R {
    let which = index_to_i32(args[0])?;
    let it_value = timeval(args[1])?;
    let it_interval = args[2].option().map_or(Ok(libc::timeval { tv_sec: 0, tv_usec: 0 }), timeval)?;
    let new = libc::itimerval { it_interval, it_value };
    // SAFETY: a zeroed timer is valid; the call fills it.
    let (result, old) = unsafe {
        let mut old: libc::itimerval = core::mem::zeroed();
        (libc::setitimer(which as _, &new, &mut old), old)
    };
    if result < 0 { Err(timer_error()) } else { Ok(timer_value(&old)) }
}
fn getitimer(args: &[Value]) -> R {
    let which = index_to_i32(args[0])?;
    // SAFETY: a zeroed timer is valid; the call fills it.
    let (result, now) = unsafe {
        let mut now: libc::itimerval = core::mem::zeroed();
        (libc::getitimer(which as _, &mut now), now)
    };
    if result < 0 { Err(timer_error()) } else { Ok(timer_value(&now)) }
}
fn pause(_: &[Value]) -> R {
    // SAFETY: waits, touches no memory.
    unsafe { libc::pause() };
    pending::check()?;
    Ok(NONE)
}
fn strsignal(args: &[Value]) -> R {
    let signal = number(args[0])?;
    // SAFETY: the answer is NULL or NUL-terminated; it is copied at once.
    let text = unsafe {
        let text = libc::strsignal(signal);
        if text.is_null() {
            return Ok(NONE);
        }
        core::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    Ok(if text.starts_with("Unknown signal") { NONE } else { str::new(&text).value() })
}
fn set_wakeup_fd(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    args[1].option().map_or(Ok(true), ops::truth)?;
    if fd >= 0 {
        // SAFETY: numbers only.
        match unsafe { libc::fcntl(fd, libc::F_GETFL) } {
            -1 => return Err(last_error()),
            flags if flags & libc::O_NONBLOCK == 0 => {
                return Err(value_error(format!("the fd {fd} must be in non-blocking mode")));
            }
            _ => {}
        }
    }
    Ok(Value::int(pending::set_wakeup_fd(fd.max(-1)) as i64))
}

// -- sets of signals -----------------------------------------------------------------------

fn empty_set() -> libc::sigset_t {
    // SAFETY: a zeroed set is a valid place; the call makes it empty.
    unsafe {
        let mut set: libc::sigset_t = core::mem::zeroed();
        libc::sigemptyset(&mut set);
        set
    }
}
fn set_argument(value: Value) -> R<libc::sigset_t> {
    let mut set = empty_set();
    ops::for_each(value, |item| {
        let signal = index_to_i32(item)?;
        if !(1..SIGNALS as i32).contains(&signal) {
            return Err(value_error(format!("signal number {signal} out of range [1; {}]", SIGNALS - 1)));
        }
        // SAFETY: the set is valid, the number in range.
        unsafe { libc::sigaddset(&mut set, signal) };
        Ok(())
    })?;
    Ok(set)
}
fn set_value(set: &libc::sigset_t) -> R {
    let list = List::new();
    for signal in 1..SIGNALS as i32 {
        // SAFETY: the set is valid, the number in range.
        if unsafe { libc::sigismember(set, signal) } == 1 {
            list.push(Value::int(signal as i64))?;
        }
    }
    ops::call_positional(types().set.value(), &[list.value()])
}
fn valid_signals(_: &[Value]) -> R {
    let mut set = empty_set();
    // SAFETY: the set is valid.
    unsafe { libc::sigfillset(&mut set) };
    set_value(&set)
}
fn pthread_sigmask(args: &[Value]) -> R {
    let how = index_to_i32(args[0])?;
    let set = set_argument(args[1])?;
    let mut old = empty_set();
    // SAFETY: both sets are valid.
    let errno = unsafe { libc::pthread_sigmask(how, &set, &mut old) };
    if errno != 0 {
        return Err(os_error(errno, NONE));
    }
    pending::check()?;
    set_value(&old)
}
fn sigpending(_: &[Value]) -> R {
    let mut set = empty_set();
    // SAFETY: the set is valid.
    done(unsafe { libc::sigpending(&mut set) })?;
    set_value(&set)
}
fn sigwait(args: &[Value]) -> R {
    let set = set_argument(args[0])?;
    let mut signal = 0;
    // SAFETY: the set is valid, `signal` a place for the answer.
    match unsafe { libc::sigwait(&set, &mut signal) } {
        0 => Ok(Value::int(signal as i64)),
        errno => Err(os_error(errno, NONE)),
    }
}
fn wait_info(set: Value, timeout: Option<libc::timespec>) -> R {
    let set = set_argument(set)?;
    loop {
        // SAFETY: the set is valid, `info` a place for the answer; the timeout is null or valid.
        let (signal, info) = unsafe {
            let mut info: libc::siginfo_t = core::mem::zeroed();
            let timeout = timeout.as_ref().map_or(core::ptr::null(), |timeout| timeout as *const libc::timespec);
            (libc::sigtimedwait(&set, &mut info, timeout), info)
        };
        if signal > 0 {
            // SAFETY: the fields of a signal that was received are initialised (zero where they have no meaning).
            let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
            let fields = [info.si_signo, info.si_code, info.si_errno, pid, uid as i32, status, 0];
            return structseq::make(siginfo_class()?, &fields.map(|field| Value::int(field as i64)));
        }
        match last_errno() {
            libc::EAGAIN => return Ok(NONE),
            libc::EINTR => pending::check()?,
            errno => return Err(os_error(errno, NONE)),
        }
    }
}
fn siginfo_class() -> R<Gc<crate::objects::class::Class>> {
    let module = crate::import::import_module("_signal")?;
    let class = ops::getattr(module, intern("struct_siginfo"))?;
    class.downcast().ok_or_else(|| type_error("struct_siginfo is no class"))
}
fn sigtimedwait(args: &[Value]) -> R {
    let time = timeval(args[1])?;
    if time.tv_sec < 0 {
        return Err(value_error("timeout must be non-negative"));
    }
    wait_info(args[0], Some(libc::timespec { tv_sec: time.tv_sec, tv_nsec: time.tv_usec * 1000 }))
}
/// There is one thread: a signal to it is one to the process.
fn pthread_kill(args: &[Value]) -> R {
    let signal = index_to_i32(args[1])?;
    let id = int::to_u64(ops::index(args[0])?).ok_or_else(|| overflow_error("thread id out of range"))?;
    // SAFETY: only the id of the running thread is passed on.
    let errno = unsafe {
        let own = libc::pthread_self();
        if own as u64 == id { libc::pthread_kill(own, signal) } else { libc::ESRCH }
    };
    if errno != 0 {
        return Err(os_error(errno, NONE));
    }
    pending::check()?;
    Ok(NONE)
}
fn pidfd_send_signal(args: &[Value]) -> R {
    let (fd, signal) = (index_to_i32(args[0])?, index_to_i32(args[1])?);
    if ops::given(args[2]).is_some() {
        return Err(type_error("siginfo must be None"));
    }
    let flags = args[3].option().map_or(Ok(0), index_to_i32)?;
    // SAFETY: numbers and a null pointer.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, core::ptr::null::<u8>(), flags) };
    if result < 0 { Err(last_error()) } else { Ok(NONE) }
}
