//! The VM stack of a thread (reserved address space, touched page by page) and the limit of its native stack.

use crate::tuning::{NATIVE_RESERVE, STACK_WORDS};
use crate::value::Value;
use crate::vm::Thread;

/// Reserves the VM stack. Under a limit on address space a smaller one is taken.
pub fn reserve(thread: &Thread) {
    let mut words = STACK_WORDS;
    loop {
        // SAFETY: a fresh private mapping; its first page and the one behind it stay inaccessible.
        let base = unsafe {
            libc::mmap(
                core::ptr::null_mut(),
                words * 8,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if base != libc::MAP_FAILED {
            let base = base.cast::<Value>();
            thread.stack_base.set(base);
            thread.stack_limit.set(base.wrapping_add(words));
            break;
        }
        words /= 2;
        assert!(words >= 1 << 12, "no memory for the stack");
    }
    thread.native_limit.set(native_limit());
}

/// The lowest address that recursion in Rust may reach.
fn native_limit() -> usize {
    let here = 0u8;
    let here = &raw const here as usize;
    // SAFETY: libc fills what it is given.
    let (low, size) = unsafe {
        let mut attributes: libc::pthread_attr_t = core::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return here.saturating_sub(512 << 10);
        }
        let (mut low, mut size) = (core::ptr::null_mut(), 0);
        libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        (low as usize, size)
    };
    low + NATIVE_RESERVE.min(size / 4)
}
