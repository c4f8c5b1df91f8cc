//! Spare memory for what cannot fail: Rust's collections end the process when the system refuses memory. The allocator then gives up some
//! of the address space that it has put aside, and MemoryError is due, as soon as the program comes to a place where it can be raised.
//! Not here: the spare chunks of the heap (`heap::blocks`), and sizes that a program chooses, which are asked for first (`try_reserve`).

use crate::kept_blocks::Keeping;
use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Bytes of a piece, of address space: nobody writes to it.
const PIECE: usize = 4 << 20;
/// What is larger is asked for by those who can be refused.
const LARGEST: usize = 16 << 20;

static PIECES: [AtomicUsize; 4] = [const { AtomicUsize::new(0) }; 4];
static IS_USED: AtomicBool = AtomicBool::new(false);

/// Puts aside what is not there; false when the system refuses it.
pub fn fill() -> bool {
    let mut is_full = true;
    for piece in PIECES.iter().filter(|piece| piece.load(Ordering::Relaxed) == 0) {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a fresh mapping.
        let at = unsafe { libc::mmap(core::ptr::null_mut(), PIECE, libc::PROT_NONE, flags, -1, 0) };
        if at == libc::MAP_FAILED {
            is_full = false;
        } else {
            piece.store(at as usize, Ordering::Relaxed);
        }
    }
    is_full
}

/// Whether any has been given up since this was asked last.
pub fn was_used() -> bool {
    IS_USED.swap(false, Ordering::Relaxed)
}

/// Ends a program that went on after its MemoryError until nothing was left, or that could not be started with the memory there is.
pub fn end() -> ! {
    let text = "MemoryError: there is no memory left to go on with\n";
    // SAFETY: the text is as long as it says; no memory is taken.
    unsafe {
        libc::write(2, text.as_ptr().cast(), text.len());
        libc::_exit(1)
    }
}

fn give_up() -> bool {
    let Some(at) = PIECES.iter().map(|piece| piece.swap(0, Ordering::Relaxed)).find(|&at| at != 0) else { return false };
    // SAFETY: one of `fill`'s mappings, which is nobody else's now.
    unsafe { libc::munmap(at as *mut libc::c_void, PIECE) };
    IS_USED.store(true, Ordering::Relaxed);
    if crate::vm::is_running() {
        crate::vm::thread().eval_breaker.set(1);
    }
    true
}

/// The C library's with kept blocks before it, and what was put aside.
pub struct Allocator;

impl Allocator {
    #[inline(always)]
    fn or_spare(size: usize, allocate: impl Fn() -> *mut u8) -> *mut u8 {
        let at = allocate();
        if at.is_null() { Self::from_spare(size, allocate) } else { at }
    }
    #[cold]
    #[inline(never)]
    fn from_spare(size: usize, allocate: impl Fn() -> *mut u8) -> *mut u8 {
        while size <= LARGEST && give_up() {
            let at = allocate();
            if !at.is_null() {
                return at;
            }
        }
        core::ptr::null_mut()
    }
}

// SAFETY: the system's allocator, asked once more; nothing here allocates by itself or unwinds.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the system allocator's.
        Self::or_spare(layout.size(), || unsafe { Keeping.alloc(layout) })
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        Self::or_spare(layout.size(), || unsafe { Keeping.alloc_zeroed(layout) })
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; what could not be moved is where it was.
        Self::or_spare(size, || unsafe { Keeping.realloc(at, layout, size) })
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { Keeping.dealloc(at, layout) }
    }
}
