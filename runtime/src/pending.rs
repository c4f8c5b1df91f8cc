//! What a thread must look at between instructions: signals, finalizers. Asked for through `thread.eval_breaker`.

use crate::error::R;
use crate::vm::Thread;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, Ordering};

/// Signals are numbered below this.
pub const SIGNALS: usize = 65;

/// By number: the signal has arrived and its handler has not run.
static ARRIVED: [AtomicBool; SIGNALS] = [const { AtomicBool::new(false) }; SIGNALS];
static ANY_ARRIVED: AtomicBool = AtomicBool::new(false);
/// Where the number of each signal is written; -1: nowhere.
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
/// The eval breaker of the main thread, for the signal handler.
static BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(core::ptr::null_mut());

/// Ctrl-C raises KeyboardInterrupt in this thread from now on. A SIGINT that the parent has set to be ignored stays ignored.
pub fn install_interrupt(thread: &'static Thread) {
    BREAKER.store(thread.eval_breaker.as_ptr().cast::<AtomicU32>(), Ordering::Release);
    if disposition(libc::SIGINT) != libc::SIG_IGN {
        catch(libc::SIGINT);
    }
    // As CPython: writing to a file that is too large is an error, not the end. (Rust has done so for SIGPIPE.)
    let _ = set_disposition(libc::SIGXFSZ, libc::SIG_IGN);
}

/// What happens at a signal now: SIG_DFL, SIG_IGN or an address.
pub fn disposition(signal: i32) -> libc::sighandler_t {
    // SAFETY: only asks.
    unsafe {
        let mut old: libc::sigaction = core::mem::zeroed();
        libc::sigaction(signal, core::ptr::null(), &mut old);
        old.sa_sigaction
    }
}
/// False when the system refuses; errno says why.
pub fn set_disposition(signal: i32, to: libc::sighandler_t) -> bool {
    // SAFETY: `to` is SIG_DFL, SIG_IGN or our own handler, which only touches atomics and calls write.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = to;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signal, &action, core::ptr::null_mut()) == 0
    }
}
/// The signal's Python handler runs from now on.
pub fn catch(signal: i32) -> bool {
    set_disposition(signal, on_signal as *const () as usize)
}

extern "C" fn on_signal(signal: libc::c_int) {
    arrive(signal);
}
fn arrive(signal: i32) {
    let Some(arrived) = usize::try_from(signal).ok().and_then(|signal| ARRIVED.get(signal)) else { return };
    arrived.store(true, Ordering::Release);
    ANY_ARRIVED.store(true, Ordering::Release);
    break_in();
    let fd = WAKEUP_FD.load(Ordering::Acquire);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte; write may be called in a signal handler, errno is put back.
        unsafe {
            let errno = *libc::__errno_location();
            libc::write(fd, (&raw const byte).cast(), 1);
            *libc::__errno_location() = errno;
        }
    }
}
fn break_in() {
    let breaker = BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: the main thread's Vm is never freed, and an aligned u32 may be accessed atomically.
        unsafe { (*breaker).store(1, Ordering::Release) };
    }
}

/// The old one, or -1.
pub fn set_wakeup_fd(fd: i32) -> i32 {
    WAKEUP_FD.swap(fd, Ordering::AcqRel)
}

/// As if Ctrl-C had been pressed.
pub fn request_interrupt() {
    arrive(libc::SIGINT);
}

/// Does what is asked for. Also called by native loops that may run for long.
#[cold]
pub fn run(thread: &Thread) -> R<()> {
    thread.eval_breaker.set(0);
    if ANY_ARRIVED.swap(false, Ordering::AcqRel) {
        run_handlers()?;
    }
    crate::heap::run_finalizers()
}
/// When a handler raises, those after it run at the next occasion.
fn run_handlers() -> R<()> {
    for (signal, arrived) in ARRIVED.iter().enumerate() {
        if arrived.swap(false, Ordering::AcqRel)
            && let Err(raised) = crate::modules::_signal::handle(signal as i32)
        {
            if ARRIVED.iter().any(|arrived| arrived.load(Ordering::Acquire)) {
                ANY_ARRIVED.store(true, Ordering::Release);
                break_in();
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// For native loops: cheap when nothing is asked for.
#[inline(always)]
pub fn check() -> R<()> {
    let thread = crate::vm::thread();
    if thread.eval_breaker.get() != 0 { run(thread) } else { Ok(()) }
}
