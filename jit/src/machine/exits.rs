//! Exit records: where machine code goes when it leaves a trace, and the memory that a trace's code shares with the program.
//! Not here: what an exit does to frames (`crate::restore`), when one is linked (the executors).

use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// One exit of one trace. Machine code jumps through `target` with (thread, frame, record); code is never patched.
#[repr(C)]
#[derive(Debug)]
pub struct ExitRecord {
    /// The stub, which returns the record to whoever entered the trace, or the entry of a trace that goes on from here.
    target: AtomicPtr<u8>,
    /// The exit's number in its trace.
    pub number: u32,
    /// The number of the executor, which counts how often the exit is taken (`Shared::counts` has those of linked ones).
    pub owner: AtomicU32,
}

/// Places in `Shared::counts`.
pub const ROUNDS: usize = 0;
pub const DISPATCHES: usize = 1;
pub const FIRST_EXIT: usize = 2;

/// What a trace's code has addresses of. It does not move while the code exists.
#[repr(C)]
pub struct Shared {
    /// Nonzero while the trace's assumptions hold.
    pub valid: AtomicU32,
    /// An addend that the code loads, since a constant would be made anew in every block.
    pub offset: u64,
    pub records: Box<[ExitRecord]>,
    /// With `Options::count`: rounds of loops, jumps to wherever a frame stands, then by exit how often it was taken, linked or not.
    /// Machine code counts.
    pub counts: Box<[AtomicU64]>,
    stub: *mut u8,
}

// SAFETY: the pointer is the address of code that lives as long as the machine; everything else is atomic or constant.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    pub fn new(exits: usize, stub: *const u8, offset: u64, count: bool) -> Box<Shared> {
        let stub = stub.cast_mut();
        let record = |number| ExitRecord { target: AtomicPtr::new(stub), number, owner: AtomicU32::new(0) };
        let counts = if count { FIRST_EXIT + exits } else { 0 };
        Box::new(Shared {
            valid: AtomicU32::new(1),
            offset,
            records: (0..exits as u32).map(record).collect(),
            counts: (0..counts).map(|_| AtomicU64::new(0)).collect(),
            stub,
        })
    }
    /// From now on the exit goes straight to `entry`.
    ///
    /// # Safety
    /// `entry` is a trace's, which takes over in the state that this exit leaves, and stays until the exit is unlinked.
    pub unsafe fn link(&self, exit: u32, entry: *const u8) {
        if let Some(record) = self.records.get(exit as usize) {
            record.target.store(entry.cast_mut(), Ordering::Release);
        }
    }
    /// From now on the exit returns its record.
    pub fn unlink(&self, exit: u32) {
        if let Some(record) = self.records.get(exit as usize) {
            record.target.store(self.stub, Ordering::Release);
        }
    }
    pub fn is_linked(&self, exit: u32) -> bool {
        self.records.get(exit as usize).is_some_and(|record| record.target.load(Ordering::Acquire) != self.stub)
    }
}
