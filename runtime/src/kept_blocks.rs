//! Blocks of 1 to 32 KiB (digits of big ints, growing tables) that the thread of a VM has given back, kept for its next need: as soon as
//! the process has a second thread (the one that compiles), the C library takes a lock for each of them, 4 % of the time of a program of
//! big ints. Smaller ones the library keeps itself. Not here: the cells of the heap, and what happens when memory is refused (`spare`).

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

const LARGEST: usize = 32 << 10;
/// Sizes: four to each power of two above 1 KiB.
const CLASSES: usize = 20;
/// Blocks of a size that are kept.
const EACH: usize = 4;

struct Kept {
    blocks: [[Cell<*mut u8>; EACH]; CLASSES],
    count: [Cell<usize>; CLASSES],
}

thread_local! {
    static KEPT: Kept = const {
        Kept { blocks: [const { [const { Cell::new(core::ptr::null_mut()) }; EACH] }; CLASSES], count: [const { Cell::new(0) }; CLASSES] }
    };
}

/// Which class blocks of a layout are of, and the bytes that each of them has; None where the C library is asked as it stands.
#[inline(always)]
fn class_of(layout: Layout) -> Option<(usize, usize)> {
    let size = layout.size();
    if size <= 1024 || size > LARGEST || layout.align() > 16 {
        return None;
    }
    let bits = (usize::BITS - (size - 1).leading_zeros()) as usize;
    let quarters = (size - 1) >> (bits - 3);
    Some(((bits - 11) * 4 + (quarters & 3), (quarters + 1) << (bits - 3)))
}
/// What the C library is asked for.
#[inline(always)]
fn whole(layout: Layout) -> Layout {
    match class_of(layout) {
        // SAFETY: a few KiB, and the alignment is that of a layout.
        Some((_, bytes)) => unsafe { Layout::from_size_align_unchecked(bytes, layout.align()) },
        None => layout,
    }
}
#[inline(always)]
fn taken(layout: Layout) -> Option<*mut u8> {
    let (class, _) = class_of(layout)?;
    KEPT.with(|kept| {
        let left = kept.count[class].get().checked_sub(1)?;
        kept.count[class].set(left);
        Some(kept.blocks[class][left].get())
    })
}

/// The C library's allocator, with blocks kept before it.
pub struct Keeping;

// SAFETY: the system's allocator; a block of a class has the bytes of its class, whatever of them was asked for, and is kept or in use.
unsafe impl GlobalAlloc for Keeping {
    #[inline(always)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the system allocator's.
        taken(layout).unwrap_or_else(|| unsafe { System.alloc(whole(layout)) })
    }
    #[inline(always)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above; a block that was kept is ours.
        unsafe {
            match taken(layout) {
                Some(at) => {
                    at.write_bytes(0, layout.size());
                    at
                }
                None => System.alloc_zeroed(whole(layout)),
            }
        }
    }
    #[inline(always)]
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; the new size is that of a layout.
        unsafe {
            let (old, new) = (whole(layout), whole(Layout::from_size_align_unchecked(size, layout.align())));
            if old == new { at } else { System.realloc(at, old, new.size()) }
        }
    }
    #[inline(always)]
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if let Some((class, _)) = class_of(layout)
            && crate::vm::is_running()
            && KEPT.with(|kept| {
                let count = kept.count[class].get();
                let has_room = count < EACH;
                if has_room {
                    kept.blocks[class][count].set(at);
                    kept.count[class].set(count + 1);
                }
                has_room
            })
        {
            return;
        }
        // SAFETY: as above.
        unsafe { System.dealloc(at, whole(layout)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_their_sizes() {
        let mut last = (0, 1024);
        for size in 1025..=LARGEST {
            let (class, bytes) = class_of(Layout::from_size_align(size, 8).unwrap()).unwrap();
            assert!(bytes >= size && bytes - size < size / 4 && class < CLASSES);
            assert!((class, bytes) == last || class == last.0 + (last.1 != 1024) as usize && size == last.1 + 1);
            last = (class, bytes);
        }
        assert_eq!(last, (CLASSES - 1, LARGEST));
        let is_kept = |size, align| class_of(Layout::from_size_align(size, align).unwrap()).is_some();
        assert!(!is_kept(1024, 8) && !is_kept(LARGEST + 1, 8) && !is_kept(2048, 64));
    }
}
