//! A place in the code that specializes: its counter, its caches, its opcode. Not here: which form
//! fits (`generated/specialize.rs`).
//!
//! The counter is the low half of its unit: a value in bits 4..16, the exponent of the next
//! back-off in bits 0..4.

use crate::dispatch::{Fp, Ip, Sp, Ts};
use runtime::defs;
use runtime::value::Value;

/// Runs of a specialized instruction that may miss before the site is specialized anew. As the waits below a prime, so that it does not
/// beat in time with what the program repeats.
pub const COOLDOWN: u32 = 53 << 4;
/// How long a site waits that nothing fits, by how often that was so: primes below the powers of two. Some of it, by chance, is left out.
const WAITS: [u32; 13] = [1, 1, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093];
const EXPONENT_MAX: u32 = 12;

/// The same sequence in each run of a program (xorshift).
fn chance() -> u32 {
    thread_local! {
        static STATE: core::cell::Cell<u32> = const { core::cell::Cell::new(0x2545_F491) };
    }
    let mut state = STATE.get();
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    STATE.set(state);
    state
}

/// An instruction that is about to run, with the state it runs in.
#[derive(Clone, Copy)]
pub struct Site {
    pub ip: Ip,
    pub sp: Sp,
    pub fp: Fp,
    pub ts: Ts,
}

/// One run less until the site is specialized. False: it is time.
///
/// # Safety
/// The instruction at `ip` has its counter in this unit of its cache.
#[inline(always)]
pub unsafe fn counted_down(ip: Ip, offset: usize) -> bool {
    // SAFETY: promised by the caller; the code is ours to write while its thread runs.
    unsafe {
        let unit = ip.add(1 + offset).cast_mut();
        let waiting = *unit & 0xFFF0 != 0;
        if waiting {
            *unit -= 1 << 4;
        }
        waiting
    }
}

impl Site {
    /// The site is of this form from now on.
    ///
    /// # Safety
    /// The family of the instruction has this member, and its counter in this unit of the cache.
    pub unsafe fn adopt(self, counter: usize, opcode: u8) -> Option<u8> {
        // SAFETY: promised by the caller.
        unsafe {
            self.set_counter(counter, COOLDOWN);
            self.set_opcode(opcode);
            #[cfg(feature = "stats")]
            crate::stats::adopted(opcode);
        }
        Some(opcode)
    }

    /// Nothing fits: the generic instruction, for about twice as long as the last time.
    ///
    /// # Safety
    /// As for `adopt`; `head` is the family's generic instruction.
    pub unsafe fn back_off(self, counter: usize, head: u8) -> Option<u8> {
        // SAFETY: promised by the caller.
        unsafe {
            let exponent = (*self.ip.add(1 + counter) & 0xF).clamp(1, EXPONENT_MAX);
            let next = (exponent + 1).min(EXPONENT_MAX);
            let wait = WAITS[exponent as usize];
            self.set_counter(counter, ((wait - chance() % (wait / 8 + 1)) << 4) | next);
            self.set_opcode(head);
            #[cfg(feature = "stats")]
            crate::stats::failed(head);
        }
        None
    }

    unsafe fn set_counter(self, offset: usize, counter: u32) {
        // SAFETY: the unit is the site's own.
        unsafe { *self.ip.add(1 + offset).cast_mut() = counter }
    }

    unsafe fn set_opcode(self, opcode: u8) {
        // SAFETY: the site lies in the code of its frame.
        unsafe {
            let code = (*self.fp).code;
            code.place(self.ip.offset_from(code.units()) as u32, opcode);
        }
    }

    /// # Safety
    /// The site has this unit of cache.
    pub unsafe fn fill(self, offset: usize, units: u32) {
        // SAFETY: promised by the caller.
        unsafe { *self.ip.add(1 + offset).cast_mut() = units }
    }

    /// # Safety
    /// The site has these two units of cache.
    pub unsafe fn fill2(self, offset: usize, units: u64) {
        // SAFETY: promised by the caller.
        unsafe { self.ip.add(1 + offset).cast_mut().cast::<u64>().write_unaligned(units) }
    }

    /// Code holds no heap pointers: the value goes to the code's table of roots, its index into the
    /// cache.
    ///
    /// # Safety As for `fill`.
    pub unsafe fn fill_root(self, offset: usize, value: Value) {
        // SAFETY: promised by the caller; the frame is the running one.
        unsafe { self.fill(offset, (*self.fp).code.add_root(value)) }
    }

    /// When `object` changes, the site goes back to the generic instruction.
    ///
    /// # Safety
    /// The site lies in the code of its frame.
    pub unsafe fn watch(self, object: Value) {
        // SAFETY: promised by the caller.
        unsafe {
            let code = (*self.fp).code;
            defs::watch(object, code, self.ip.offset_from(code.units()) as u32);
        }
    }
}
