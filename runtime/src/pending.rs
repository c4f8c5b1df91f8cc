//! What a thread must look at between instructions: signals, finalizers. Asked for through `thread.eval_breaker`.

use crate::error::{R, keyboard_interrupt};
use crate::vm::Thread;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// The eval breaker of the main thread, for the signal handler.
static BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(core::ptr::null_mut());

/// Ctrl-C raises KeyboardInterrupt in this thread from now on. A SIGINT that the parent has set to be ignored stays ignored.
pub fn install_interrupt(thread: &'static Thread) {
    BREAKER.store(thread.eval_breaker.as_ptr().cast::<AtomicU32>(), Ordering::Release);
    // SAFETY: the handler only touches atomics; libc's functions are called with valid arguments.
    unsafe {
        let mut old: libc::sigaction = core::mem::zeroed();
        libc::sigaction(libc::SIGINT, core::ptr::null(), &mut old);
        if old.sa_sigaction == libc::SIG_IGN {
            return;
        }
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = on_interrupt as *const () as usize;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(libc::SIGINT, &action, core::ptr::null_mut());
    }
}

extern "C" fn on_interrupt(_: libc::c_int) {
    request_interrupt();
}

/// As if Ctrl-C had been pressed.
pub fn request_interrupt() {
    INTERRUPTED.store(true, Ordering::Release);
    let breaker = BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: the main thread's Vm is never freed, and an aligned u32 may be accessed atomically.
        unsafe { (*breaker).store(1, Ordering::Release) };
    }
}

/// Does what is asked for. Also called by native loops that may run for long.
#[cold]
pub fn run(thread: &Thread) -> R<()> {
    thread.eval_breaker.set(0);
    if INTERRUPTED.swap(false, Ordering::AcqRel) {
        return Err(keyboard_interrupt());
    }
    crate::heap::run_finalizers()
}

/// For native loops: cheap when nothing is asked for.
#[inline(always)]
pub fn check() -> R<()> {
    let thread = crate::vm::thread();
    if thread.eval_breaker.get() != 0 { run(thread) } else { Ok(()) }
}
