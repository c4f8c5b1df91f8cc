//! Memory for machine code: one bounded range mapped twice, writable here and executable there, never both at one address. Pieces are
//! given and taken back singly; what is free holds breakpoints. The second mapping is made by `mremap`, so that it has no file and `perf`
//! resolves symbols. Not here: what the code is.

use super::Refused;
use cranelift_jit::{BranchProtection, JITMemoryKind, JITMemoryProvider};
use cranelift_module::ModuleResult;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A handle to the shared range.
#[derive(Clone)]
pub struct Arena(Arc<Mutex<Range>>);

struct Range {
    write: *mut u8,
    exec: *mut u8,
    size: usize,
    /// Free pieces (start, length), in order, never adjacent.
    free: Vec<(usize, usize)>,
    used: usize,
}

// SAFETY: the two mappings belong to the range alone until it is dropped; everything in it is behind the mutex.
unsafe impl Send for Range {}

/// A part of the range, at the same offset in both mappings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    start: usize,
    size: usize,
}

/// `int3`: whoever runs into free memory stops there.
const POISON: u8 = 0xCC;
/// Pieces begin at multiples of this.
const GRAIN: usize = 16;

impl Arena {
    /// A range of at most `size` bytes; only what is used takes memory.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    pub fn new(size: usize) -> Result<Arena, Refused> {
        let page = 1 << 12;
        let size = size.max(page).next_multiple_of(page);
        let failed = |_| Refused::Memory(io::Error::last_os_error().to_string());
        let map = |address: *mut libc::c_void| if address == libc::MAP_FAILED { Err(()) } else { Ok(address) };
        // SAFETY: a fresh shared mapping; the second view is made before anyone knows the first.
        unsafe {
            let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            let write = map(libc::mmap(core::ptr::null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0)).map_err(failed)?;
            // An old length of zero duplicates a shared mapping.
            let Ok(exec) = map(libc::mremap(write, 0, size, libc::MREMAP_MAYMOVE)) else {
                let error = failed(());
                libc::munmap(write, size);
                return Err(error);
            };
            let range = Range { write: write.cast(), exec: exec.cast(), size, free: vec![(0, size)], used: 0 };
            if libc::mprotect(exec, size, libc::PROT_READ | libc::PROT_EXEC) != 0 {
                // `range` unmaps both.
                return Err(failed(()));
            }
            Ok(Arena(Arc::new(Mutex::new(range))))
        }
    }
    #[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
    pub fn new(_: usize) -> Result<Arena, Refused> {
        Err(Refused::Platform)
    }

    fn range(&self) -> MutexGuard<'_, Range> {
        // A panic elsewhere leaves the list of free pieces whole: it is never half changed when something can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// First fit. `None` when the bound is reached.
    fn take(&self, size: usize) -> Option<Piece> {
        let size = size.max(1).checked_next_multiple_of(GRAIN)?;
        let mut range = self.range();
        let at = range.free.iter().position(|&(_, length)| length >= size)?;
        let (start, length) = range.free[at];
        if length == size {
            range.free.remove(at);
        } else {
            range.free[at] = (start + size, length - size);
        }
        range.used += size;
        Some(Piece { start, size })
    }
    fn give_back(&self, piece: Piece) {
        let mut range = self.range();
        // SAFETY: the piece lies in the range, and its owner, who gives it up, was the only one to write or run it.
        unsafe { range.write.add(piece.start).write_bytes(POISON, piece.size) };
        range.used -= piece.size;
        let at = range.free.partition_point(|&(start, _)| start < piece.start);
        range.free.insert(at, (piece.start, piece.size));
        // Joins with the next one, then with the one before.
        for at in [at, at.wrapping_sub(1)] {
            if let (Some(&(start, length)), Some(&(next, more))) = (range.free.get(at), range.free.get(at.wrapping_add(1)))
                && start + length == next
            {
                range.free[at].1 += more;
                range.free.remove(at + 1);
            }
        }
    }
    /// The executable view of an address in the writable one.
    pub fn executable(&self, address: *const u8) -> *const u8 {
        let range = self.range();
        range.exec.wrapping_add((address as usize).wrapping_sub(range.write as usize))
    }
    /// Before a fork: nothing changes until the answer is dropped. Parent and child would share the mappings.
    pub fn forking(&self) -> Forking<'_> {
        let range = self.range();
        let end = range.free.last().filter(|(start, length)| start + length == range.size).map_or(range.size, |(start, _)| *start);
        // SAFETY: the bytes lie in the range; what is written meanwhile nobody runs yet.
        let code = unsafe { core::slice::from_raw_parts(range.write, end) }.to_vec();
        Forking { range, code }
    }
    /// Bytes in use.
    pub fn used(&self) -> usize {
        self.range().used
    }
    pub fn size(&self) -> usize {
        self.range().size
    }
}

/// A range that is about to be inherited, and what it holds.
pub struct Forking<'a> {
    range: MutexGuard<'a, Range>,
    code: Vec<u8>,
}

impl Forking<'_> {
    /// In the child: memory of its own at the same addresses, with the same code. False: the system gives none, and no code may run.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    pub fn in_child(self) -> bool {
        let (write, exec, size) = (self.range.write.cast::<libc::c_void>(), self.range.exec.cast::<libc::c_void>(), self.range.size);
        let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED;
        // SAFETY: both mappings are ours, and nobody runs what is in them before this returns.
        unsafe {
            if libc::mmap(write, size, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) == libc::MAP_FAILED {
                return false;
            }
            write.cast::<u8>().copy_from_nonoverlapping(self.code.as_ptr(), self.code.len());
            if libc::mremap(write, 0, size, libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED, exec) == libc::MAP_FAILED {
                return false;
            }
            libc::mprotect(exec, size, libc::PROT_READ | libc::PROT_EXEC) == 0
        }
    }
    #[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
    pub fn in_child(self) -> bool {
        let _ = self.code;
        drop(self.range);
        false
    }
}

impl Drop for Range {
    fn drop(&mut self) {
        // SAFETY: both mappings are ours, and no code in them is left: each piece's owner holds a handle to the arena.
        unsafe {
            libc::munmap(self.write.cast(), self.size);
            libc::munmap(self.exec.cast(), self.size);
        }
    }
}

/// What one module of `cranelift-jit` gets its memory from: it remembers its pieces and gives just those back.
pub struct Slot {
    arena: Arena,
    pieces: Vec<Piece>,
}

impl Slot {
    pub fn new(arena: &Arena) -> Slot {
        Slot { arena: arena.clone(), pieces: Vec::new() }
    }
}

impl JITMemoryProvider for Slot {
    fn allocate(&mut self, size: usize, align: u64, _kind: JITMemoryKind) -> io::Result<*mut u8> {
        if align > GRAIN as u64 {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let piece = self.arena.take(size).ok_or(io::ErrorKind::OutOfMemory)?;
        self.pieces.push(piece);
        Ok(self.arena.range().write.wrapping_add(piece.start))
    }
    unsafe fn free_memory(&mut self) {
        self.pieces.drain(..).for_each(|piece| self.arena.give_back(piece));
    }
    /// Nothing changes its protection, and x86-64 keeps its instruction cache coherent.
    fn finalize(&mut self, _: BranchProtection) -> ModuleResult<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_joined_again() {
        let arena = Arena::new(1 << 16).unwrap();
        let a = arena.take(100).unwrap();
        let b = arena.take(50).unwrap();
        let c = arena.take(1).unwrap();
        assert_eq!((a.size, b.start, c.size), (112, 112, 16));
        assert_eq!(arena.used(), 112 + 64 + 16);
        arena.give_back(b);
        assert_eq!(arena.take(64).unwrap(), b, "first fit");
        arena.give_back(a);
        arena.give_back(c);
        arena.give_back(b);
        assert_eq!(arena.range().free, [(0, 1 << 16)]);
        assert_eq!(arena.used(), 0);
        assert!(arena.take((1 << 16) + 1).is_none());
        assert!(arena.take(usize::MAX).is_none());
    }

    #[test]
    fn both_views_show_the_same_bytes() {
        let arena = Arena::new(1 << 16).unwrap();
        let mut slot = Slot::new(&arena);
        let address = slot.allocate(8, 1, JITMemoryKind::Executable).unwrap();
        let executable = arena.executable(address);
        // SAFETY: eight bytes are ours; the other view is readable.
        unsafe {
            address.cast::<u64>().write(0x1234);
            assert_eq!(executable.cast::<u64>().read(), 0x1234);
            slot.free_memory();
            assert_eq!(executable.cast::<u64>().read(), 0xCCCC_CCCC_CCCC_CCCC);
        }
    }
}
