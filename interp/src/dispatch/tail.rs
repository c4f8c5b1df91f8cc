//! dispatch-tail: what the ends of a handler are when each handler is a function of its own, which ends in a call of the next. `asm.rs` and
//! `become_calls.rs` are two ways to be sure that these calls are jumps.

use crate::dispatch::{Fp, Ts};
use crate::frame_ops;
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

/// Runs from the place that is saved in the frame until an entry frame returns. NULL: an exception
/// left it.
///
/// # Safety
/// `fp` is the running frame of the thread, on top of its stack, with checked code.
pub unsafe fn run(ts: Ts, fp: Fp) -> Value {
    // SAFETY: promised by the caller.
    unsafe { backend::run(ts, fp, Table(crate::generated::dispatch_tail::TABLE.as_ptr())) }
}

/// The handler of an instruction, by the macro of its name.
macro_rules! instruction {
    ($name:ident) => {
        handler! { fn $name(ip sp fp ts table) { $name!((ip sp fp ts table)) } }
    };
}

handler! {
    /// An exception is set; ip and sp are saved.
    #[cold]
    #[inline(never)]
    pub fn error_exit(ip sp fp ts table) {
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
        reset_go!(ip, sp, fp, ts, table)
    }
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
        go!($to, $ip, $sp, $fp, $ts, $table)
    }};
}

/// The same place by whatever stands there now.
macro_rules! again {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident)) => {
        go!(*$table.0.add(*$ip as u8 as usize), $ip, $sp, $fp, $ts, $table)
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
                    go!(*table.0.add(*ip as u8 as usize), ip, sp, fp, ts, table)
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
            Some((ip, sp, fp)) => reset_go!(ip, sp, fp, $ts, $table),
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
        go!(*$table.0.add($to as u8 as usize), $ip, $sp, $fp, $ts, $table)
    };
}
