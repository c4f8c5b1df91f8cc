//! dispatch-tail: what the ends of a handler are when each handler is a function of its own, which ends in a call of the next. `asm.rs` and
//! `become_calls.rs` are two ways to be sure that these calls are jumps.

use crate::dispatch::{Fp, Ts};
use crate::frame_ops;
use crate::generated::dispatch_tail::{RECORDING_TABLE, TABLE};
use crate::tracing::{self, Hot};
use jit::trace::End;
use runtime::generated::opcode as op;
use runtime::value::Value;

#[cfg(not(become_calls))]
#[macro_use]
#[path = "tail/asm.rs"]
pub mod backend;
#[cfg(become_calls)]
#[macro_use]
#[path = "tail/become_calls.rs"]
pub mod backend;

pub use backend::Handler;

/// The first of 256 handlers, by opcode.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Table(pub *const Handler);

impl Table {
    const PLAIN: Table = Table(TABLE.as_ptr());
    const RECORDING: Table = Table(RECORDING_TABLE.as_ptr());

    /// Nothing is recorded.
    #[inline(always)]
    pub fn is_plain(self) -> bool {
        core::ptr::eq(self.0, Table::PLAIN.0)
    }

    /// Ends the recording of a trace, if this run records one.
    ///
    /// # Safety
    /// The thread is that of the running handler.
    #[inline(always)]
    pub unsafe fn end_recording(self, ts: Ts, end: End) -> Table {
        if !self.is_plain() {
            // SAFETY: promised by the caller.
            unsafe { tracing::end(ts, end) };
        }
        Table::PLAIN
    }
}

/// Runs from the place that is saved in the frame until an entry frame returns. NULL: an exception
/// left it.
///
/// # Safety
/// `fp` is the running frame of the thread, on top of its stack, with checked code.
pub unsafe fn run(ts: Ts, fp: Fp) -> Value {
    // SAFETY: promised by the caller.
    unsafe { backend::run(ts, fp, Table::PLAIN) }
}

/// The opcode of the instruction that stands at a place. Not of the superinstruction that begins there: where it goes on without another
/// look of the recorder, it must not take in what comes behind.
macro_rules! standing {
    ($ip:expr) => {
        op::FIRST[*$ip as u8 as usize] as usize
    };
}

/// The handler of an instruction, by the macro of its name.
macro_rules! instruction {
    ($name:ident) => {
        handler! { fn $name(ip sp fp ts table) {
            counted!($name);
            $name!((ip sp fp ts table))
        } }
    };
}

handler! {
    /// An exception is set; ip and sp are saved.
    #[cold]
    #[inline(never)]
    pub fn error_exit(ip sp fp ts table) {
        let table = table.end_recording(ts, End::Exception);
        match frame_ops::unwind(ts, fp) {
            Ok((ip, sp, fp)) => reset_go!(ip, sp, fp, ts, table),
            Err(value) => leave!(ts, value),
        }
    }
}

handler! {
    /// Does what the thread is asked for (which ends the request), then the instruction that found it, which has done nothing yet.
    #[cold]
    #[inline(never)]
    pub fn periodic_exit(ip sp fp ts table) {
        save!((ip sp fp ts));
        if !frame_ops::periodic(ts, fp) {
            go!(error_exit, ip, sp, fp, ts, table)
        }
        // It is recorded already.
        go!(TABLE[standing!(ip)], ip, sp, fp, ts, table)
    }
}

handler! {
    /// The count of a loop or a function has come to its end; the instruction has done nothing yet.
    #[cold]
    #[inline(never)]
    pub fn tier_up_exit(ip sp fp ts table) {
        save!((ip sp fp ts));
        let opcode = *ip as u8 as usize;
        let plain = TABLE[op::WITHOUT_COUNT[opcode] as usize];
        let (handler, table) = match tracing::hot(ts, fp, ip) {
            Hot::Cold => (plain, table),
            Hot::Behind => (plain, Table::RECORDING),
            Hot::Here => (RECORDING_TABLE[opcode], Table::RECORDING),
        };
        go!(handler, ip, sp, fp, ts, table)
    }
}

handler! {
    /// A generator was resumed that may be waiting for another. A recording sees each of them.
    #[inline(never)]
    pub fn resume_on_exit(ip sp fp ts table) {
        if table.is_plain() {
            (ip, sp, fp) = frame_ops::resume_on(ts, sp);
        }
        reset_go!(ip, sp, fp, ts, table)
    }
}

handler! {
    /// A generator has yielded to a frame that may only pass the value on.
    #[inline(never)]
    pub fn yield_on_exit(ip sp fp ts table) {
        if table.is_plain() {
            (ip, sp, fp) = frame_ops::yield_on(ts, sp, fp);
        }
        reset_go!(ip, sp, fp, ts, table)
    }
}

handler! {
    /// The recording has ended before this instruction, at which a trace may stand now.
    #[cold]
    #[inline(never)]
    pub fn recorded_exit(ip sp fp ts table) {
        reset_go!(ip, sp, fp, ts, Table::PLAIN)
    }
}

/// The handlers of reserved opcodes, by their names.
#[allow(non_snake_case)]
pub mod reserved {
    use super::*;
    use crate::tracing::executor::{Entered, enter};

    handler! {
        /// A trace begins here.
        pub fn ENTER_EXECUTOR(ip sp fp ts table) {
            save!((ip sp fp ts));
            match enter(ip, ts, fp) {
                Entered::Plain(opcode) => go!(TABLE[opcode as usize], ip, sp, fp, ts, table),
                Entered::Left => {
                    let fp = (*ts).frame.get();
                    reset_go!((*fp).ip.get(), (*fp).sp.get(), fp, ts, table)
                }
                Entered::Record => {
                    let fp = (*ts).frame.get();
                    reset_go!((*fp).ip.get(), (*fp).sp.get(), fp, ts, Table::RECORDING)
                }
                Entered::Raised => go!(error_exit, ip, sp, (*ts).frame.get(), ts, table),
            }
        }
    }

    /// Recording is a table of its own: the number stands in no code.
    pub use super::unassigned as TRACE_RECORD;
}

handler! {
    /// A number that no instruction has: code with such a unit is never made.
    pub fn unassigned(ip sp fp ts table) {
        std::process::abort()
    }
}

/// The next instruction: `$length` units on, the stack moved by `$delta`.
macro_rules! next {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $length:expr, $delta:expr) => {{
        let ip = $ip.add($length);
        go!(*$table.0.add(*ip as u8 as usize), ip, $sp.offset($delta), $fp, $ts, $table)
    }};
}

/// Forward from the next instruction. The empty assembly keeps this end apart from the others: were
/// they merged, `ip` would go through a conditional move, and every load of code would wait for the
/// condition, or both sides would share one jump, which is harder to predict.
macro_rules! jump {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $table:ident),
        $length:expr, $distance:expr, $delta:expr
    ) => {{
        core::arch::asm!("", options(nomem, nostack, preserves_flags));
        let mut ip = $ip.add($length + $distance as usize);
        let mut handler = *$table.0.add(*ip as u8 as usize);
        core::arch::asm!("/* {0} {1} */", inout(reg) handler, inout(reg) ip, options(nomem, nostack, preserves_flags));
        go!(handler, ip, $sp.offset($delta), $fp, $ts, $table)
    }};
}

/// As `jump`, by a signed distance.
macro_rules! jump_back {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $table:ident),
        $length:expr, $distance:expr, $delta:expr
    ) => {
        reset_go!($ip.offset($length + $distance as isize), $sp.offset($delta), $fp, $ts, $table)
    };
}

/// A guard failed: the same place by another handler, which counts the site down and does it the
/// general way.
macro_rules! miss {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $to:ident) => {{
        core::hint::cold_path();
        missed!();
        go!($to, $ip, $sp, $fp, $ts, $table)
    }};
}

/// The same place by whatever stands there now. It is recorded already.
macro_rules! again {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident)) => {
        go!(TABLE[standing!($ip)], $ip, $sp, $fp, $ts, $table)
    };
}

/// The first half of a superinstruction is done.
macro_rules! advance {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $length:expr, $delta:expr) => {{
        $ip = $ip.add($length);
        $sp = $sp.offset($delta);
    }};
}

/// An exception is set; ip and sp are saved.
macro_rules! error {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident)) => {{
        core::hint::cold_path();
        go!(error_exit, $ip, $sp, $fp, $ts, $table)
    }};
}

/// Counts down; at zero the specializer looks for a form that fits, and the place is run by what it
/// chose. Out of line, so that the handler needs no frame for it.
macro_rules! specialize {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $offset:expr, $specializer:ident) => {
        if !$crate::site::counted_down($ip, $offset) {
            core::hint::cold_path();
            handler! {
                #[cold]
                #[inline(never)]
                fn specialize(ip sp fp ts table) {
                    save!((ip sp fp ts));
                    $specializer($crate::site::Site { ip, sp, fp, ts });
                    go!(TABLE[standing!(ip)], ip, sp, fp, ts, table)
                }
            }
            go!(specialize, $ip, $sp, $fp, $ts, $table)
        }
    };
}

/// Other things that the thread must do first; may raise. Out of line, as above: the instruction
/// begins again.
macro_rules! periodic {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident)) => {
        if (*$ts).eval_breaker.get() != 0 {
            core::hint::cold_path();
            go!(periodic_exit, $ip, $sp, $fp, $ts, $table)
        }
    };
}

/// Goes on in `$callee`; the frame goes on behind the instruction later.
macro_rules! push_frame {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $table:ident),
        $length:expr, $delta:expr, $callee:expr
    ) => {{
        let callee = $callee;
        (*$fp).ip.set($ip.add($length));
        (*$fp).sp.set($sp.offset($delta));
        let (ip, sp, fp) = frame_ops::push_frame($ts, $fp, callee);
        reset_go!(ip, sp, fp, $ts, $table)
    }};
}

/// Returns `$value` to the frame below. What is not plain is done out of line, so that the handler needs no frame for it.
macro_rules! pop_frame {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $value:expr) => {{
        let value = $value;
        if frame_ops::is_special($fp) {
            // Where it has ended, should a frame object stay.
            (*$fp).ip.set($ip);
            pop_special!(($ip $sp $fp $ts $table), value)
        }
        let (ip, sp, fp) = frame_ops::pop_plain($ts, $fp, value);
        reset_go!(ip, sp, fp, $ts, $table)
    }};
}

/// Gives `$value` to who resumed the frame, which goes on behind the instruction when it is resumed
/// again.
macro_rules! suspend_frame {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $table:ident),
        $length:expr, $delta:expr, $value:expr
    ) => {{
        let value = $value;
        (*$fp).ip.set($ip.add($length));
        (*$fp).sp.set($sp.offset($delta));
        if !frame_ops::is_plain_generator($fp) {
            suspend_special!(($ip $sp $fp $ts $table), value)
        }
        let (ip, sp, fp) = frame_ops::suspend_plain($ts, $fp, value);
        if frame_ops::may_pass_on(ip) {
            core::hint::cold_path();
            go!($crate::dispatch::tail::yield_on_exit, ip, sp, fp, $ts, $table)
        }
        reset_go!(ip, sp, fp, $ts, $table)
    }};
}

/// Goes on in a suspended frame, where `$value` arrives.
macro_rules! resume_frame {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $table:ident),
        $length:expr, $delta:expr, $generator:expr, $value:expr
    ) => {{
        let (generator, value) = ($generator, $value);
        (*$fp).ip.set($ip.add($length));
        (*$fp).sp.set($sp.offset($delta));
        match frame_ops::resume_frame($ts, $fp, pointer!(generator), value) {
            Some((ip, sp, fp)) => {
                if frame_ops::may_wait(ip) {
                    core::hint::cold_path();
                    go!($crate::dispatch::tail::resume_on_exit, ip, sp, fp, $ts, $table)
                }
                reset_go!(ip, sp, fp, $ts, $table)
            }
            None => {
                save!(($ip $sp $fp $ts));
                error!(($ip $sp $fp $ts $table))
            }
        }
    }};
}

/// The same place by another handler, which the instruction has asked for.
macro_rules! dispatch_as {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $to:expr) => {
        go!(TABLE[$to as u8 as usize], $ip, $sp, $fp, $ts, $table)
    };
}

/// Counts down; at zero a trace may begin here. Out of line, so that the handler needs no frame for it.
macro_rules! tier_up {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $offset:expr) => {
        if !$crate::site::counted_down($ip, $offset) {
            core::hint::cold_path();
            go!(tier_up_exit, $ip, $sp, $fp, $ts, $table)
        }
    };
}

/// The shared recorder, then the plain handler.
macro_rules! recording_stub {
    ($name:ident, $plain:path) => {
        handler! {
            fn $name(ip sp fp ts table) {
                if !record_previous_inst(ip, sp, fp, ts) {
                    go!(recorded_exit, ip, sp, fp, ts, table)
                }
                go!($plain, ip, sp, fp, ts, table)
            }
        }
    };
}
