//! dispatch-switch: what the ends of a handler are inside one `match`. `$opcode` is the variable
//! that the `match` looks at, `$dispatch` the loop around it, `$exit` the block that is left on the
//! rare ways out of the function.

use crate::dispatch::{Fp, Ip, Next, Sp, Ts};
use crate::frame_ops;
use crate::tracing::{self, Hot};
use jit::trace::End;
use runtime::generated::opcode as op;
use runtime::value::Value;

/// Where a loop begins.
#[derive(Clone, Copy)]
pub struct Place {
    /// The running frame; its ip and sp are saved.
    pub fp: Fp,
    /// What the instruction there is run as.
    pub opcode: u8,
    /// A trace is recorded from here on.
    pub records: bool,
}

/// What every fetched opcode is or-ed with.
pub const fn tracing(records: bool) -> u8 {
    if records { op::TRACE_RECORD } else { 0 }
}

/// An opcode, for the switch one of which LLVM does not know that it is a byte: were all that the `match` looks at bytes, LLVM would make
/// them so, and widen each again on the way to its arm.
#[inline(always)]
pub fn number(opcode: u8) -> usize {
    #[allow(unused_mut)]
    let mut opcode = opcode as usize;
    // SAFETY: it is empty.
    #[cfg(dispatch = "switch")]
    unsafe {
        core::arch::asm!("/* {0} */", inout(reg) opcode, options(nomem, nostack, preserves_flags, pure))
    };
    opcode
}

/// Why the `match` was left.
pub enum Exit {
    /// An exception is set.
    Error,
    /// An entry frame returned.
    Return(Value),
    /// The other loop goes on, with this opcode: a recording begins or has ended.
    Other(u8),
}

/// Where to go on after an exit, or what the loop has come to: the run's result, or a place for the other loop.
///
/// # Safety
/// As for the generated loops; ip and sp are saved in the frame.
#[cold]
pub unsafe fn leave(exit: Exit, ts: Ts, fp: Fp, records: bool) -> Result<Next, Result<Value, Place>> {
    // SAFETY: promised by the caller; a recording is of this run.
    unsafe {
        match exit {
            Exit::Other(opcode) => Err(Err(Place { fp, opcode, records: !records })),
            Exit::Return(value) => {
                if records {
                    tracing::end(ts, End::LeftInterpreter);
                }
                Err(Ok(value))
            }
            Exit::Error => {
                if records {
                    tracing::end(ts, End::Exception);
                }
                let (ip, sp, fp) = frame_ops::unwind(ts, fp).map_err(Ok)?;
                if !records {
                    return Ok((ip, sp, fp));
                }
                save!((ip sp fp));
                Err(Err(Place { fp, opcode: *ip as u8, records: false }))
            }
        }
    }
}

/// Empty assembly at the end of a handler: LLVM would let all handlers share their last instructions. In the switch it says besides in
/// which registers the state is there, and that the thread is in one; left to itself, LLVM's allocator puts some of them on the native
/// stack in a function of this size. (In goto mode, where ends are copied, it does better unasked.)
#[cfg(all(target_arch = "x86_64", dispatch = "switch", not(debug_assertions)))]
macro_rules! keep_apart {
    ($ip:ident $sp:ident $fp:ident $ts:ident) => {
        core::arch::asm!(
            "/* {0} */", in(reg) $ts, inout("r12") $fp, inout("r13") $sp, inout("r14") $ip, options(nomem, nostack, preserves_flags)
        )
    };
}
#[cfg(not(all(target_arch = "x86_64", dispatch = "switch", not(debug_assertions))))]
macro_rules! keep_apart {
    ($ip:ident $sp:ident $fp:ident $ts:ident) => {
        core::arch::asm!("", options(nomem, nostack, preserves_flags))
    };
}

/// The next instruction: `$length` units on, the stack moved by `$delta`. Its fetch stays here: shared by all handlers, and their stack
/// pointers with it, it made them 15 % slower.
macro_rules! next {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $length:expr, $delta:expr
    ) => {{
        $sp = $sp.offset($delta);
        $opcode = (*$ip.add($length) as u8 | $tracing) as usize;
        $ip = $ip.add($length);
        keep_apart!($ip $sp $fp $ts);
        continue $dispatch
    }};
}

/// Forward from the next instruction. Were this end merged with others, `ip` would go through a conditional move, and every load of code
/// would wait for the condition.
macro_rules! jump {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $length:expr, $distance:expr, $delta:expr
    ) => {{
        keep_apart!($ip $sp $fp $ts);
        $ip = $ip.add($length + $distance as usize);
        $sp = $sp.offset($delta);
        $opcode = (*$ip as u8 | $tracing) as usize;
        continue $dispatch
    }};
}

/// As `jump`, by a signed distance.
macro_rules! jump_back {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $length:expr, $distance:expr, $delta:expr
    ) => {{
        keep_apart!($ip $sp $fp $ts);
        $ip = $ip.offset($length + $distance as isize);
        $sp = $sp.offset($delta);
        $opcode = (*$ip as u8 | $tracing) as usize;
        continue $dispatch
    }};
}

/// A guard failed: the same place by another handler, which counts the site down and does it the
/// general way.
macro_rules! miss {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $to:ident
    ) => {{
        core::hint::cold_path();
        missed!();
        $opcode = op::$to as usize;
        continue $dispatch
    }};
}

/// The same place by whatever stands there now. It is recorded already: a superinstruction that begins there must not take in what comes
/// behind, which is not.
macro_rules! again {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime)
    ) => {{
        $opcode = op::FIRST[*$ip as u8 as usize] as usize;
        continue $dispatch
    }};
}

/// The first half of a superinstruction is done.
macro_rules! advance {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $length:expr, $delta:expr
    ) => {{
        $ip = $ip.add($length);
        $sp = $sp.offset($delta);
    }};
}

/// Behind a helper: what was saved before. A handler that kept it in registers would leave none for the thread, which LLVM's allocator then
/// puts on the native stack. How much has to be reloaded for that was found by trying.
#[cfg(dispatch = "switch")]
macro_rules! reload {
    (($ip:ident $sp:ident $fp:ident $($rest:tt)*)) => {
        $ip = (*$fp).ip.get();
        $sp = (*$fp).sp.get();
    };
}
#[cfg(dispatch = "goto")]
macro_rules! reload {
    (($ip:ident $sp:ident $fp:ident $ts:ident $($rest:tt)*)) => {
        $fp = (*$ts).frame.get();
        $ip = (*$fp).ip.get();
        $sp = (*$fp).sp.get();
    };
}

/// An exception is set; ip and sp are saved.
macro_rules! error {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime)
    ) => {{
        core::hint::cold_path();
        break $exit Exit::Error
    }};
}

/// Counts down; at zero the specializer looks for a form that fits, and the place is run by what it
/// chose.
macro_rules! specialize {
    (($ip:ident $sp:ident $fp:ident $ts:ident $($rest:tt)*), $offset:expr, $specializer:ident) => {
        if !$crate::site::counted_down($ip, $offset) {
            core::hint::cold_path();
            save!(($ip $sp $fp $ts));
            $specializer($crate::site::Site { ip: $ip, sp: $sp, fp: $fp, ts: $ts });
            again!(($ip $sp $fp $ts $($rest)*))
        }
    };
}

/// Other things that the thread must do first; may raise.
macro_rules! periodic {
    (($ip:ident $sp:ident $fp:ident $ts:ident $($rest:tt)*)) => {
        if (*$ts).eval_breaker.get() != 0 {
            core::hint::cold_path();
            save!(($ip $sp $fp $ts));
            if !frame_ops::periodic($ts, $fp) {
                error!(($ip $sp $fp $ts $($rest)*))
            }
        }
    };
}

/// Goes on in `$callee`; the frame goes on behind the instruction later.
macro_rules! push_frame {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $length:expr, $delta:expr, $callee:expr
    ) => {{
        let callee = $callee;
        (*$fp).ip.set($ip.add($length));
        (*$fp).sp.set($sp.offset($delta));
        ($ip, $sp, $fp) = frame_ops::push_frame($ts, $fp, callee);
        $opcode = (*$ip as u8 | $tracing) as usize;
        continue $dispatch
    }};
}

/// Returns `$value` to the frame below.
macro_rules! pop_frame {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $value:expr
    ) => {{
        let value = $value;
        if frame_ops::is_special($fp) {
            // Where it has ended, should a frame object stay.
            (*$fp).ip.set($ip);
        }
        match frame_ops::pop_frame($ts, $fp, value) {
            Ok(next) => {
                ($ip, $sp, $fp) = next;
                $opcode = (*$ip as u8 | $tracing) as usize;
                continue $dispatch
            }
            Err(value) => break $exit Exit::Return(value),
        }
    }};
}

/// Gives `$value` to who resumed the frame, which goes on behind the instruction when it is resumed
/// again.
macro_rules! suspend_frame {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $length:expr, $delta:expr, $value:expr
    ) => {{
        let value = $value;
        (*$fp).ip.set($ip.add($length));
        (*$fp).sp.set($sp.offset($delta));
        match frame_ops::suspend_frame($ts, $fp, value) {
            Ok(next) => {
                ($ip, $sp, $fp) = next;
                if frame_ops::may_pass_on($ip) && $tracing == 0 {
                    ($ip, $sp, $fp) = frame_ops::yield_on($ts, $sp, $fp);
                }
                $opcode = (*$ip as u8 | $tracing) as usize;
                continue $dispatch
            }
            Err(value) => break $exit Exit::Return(value),
        }
    }};
}

/// Goes on in a suspended frame, where `$value` arrives.
macro_rules! resume_frame {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $length:expr, $delta:expr, $generator:expr, $value:expr
    ) => {{
        let (generator, value) = ($generator, $value);
        (*$fp).ip.set($ip.add($length));
        (*$fp).sp.set($sp.offset($delta));
        match frame_ops::resume_frame($ts, $fp, pointer!(generator), value) {
            Some(next) => {
                ($ip, $sp, $fp) = next;
                if frame_ops::may_wait($ip) && $tracing == 0 {
                    ($ip, $sp, $fp) = frame_ops::resume_on($ts, $sp);
                }
                $opcode = (*$ip as u8 | $tracing) as usize;
                continue $dispatch
            }
            None => {
                save!(($ip $sp $fp $ts));
                error!(($ip $sp $fp $ts $opcode $tracing $dispatch $exit))
            }
        }
    }};
}

/// The same place by another handler, which the instruction has asked for.
macro_rules! dispatch_as {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $to:expr
    ) => {{
        $opcode = $to as u8 as usize;
        continue $dispatch
    }};
}

/// Counts down; at zero a trace may begin here: with this instruction, or behind it when it jumps.
macro_rules! tier_up {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime),
        $offset:expr
    ) => {
        if !$crate::site::counted_down($ip, $offset) {
            core::hint::cold_path();
            match $crate::dispatch::switch::tier_up($ip, $sp, $fp, $ts) {
                Ok(plain) => $opcode = plain as usize,
                Err(first) => break $exit Exit::Other(first),
            }
            continue $dispatch
        }
    };
}

/// What the place is run as; an error where a recording begins with it.
///
/// # Safety
/// The instruction at `ip` is about to run in the running frame, and counts.
#[cold]
#[inline(never)]
pub unsafe fn tier_up(ip: Ip, sp: Sp, fp: Fp, ts: Ts) -> Result<u8, u8> {
    // SAFETY: promised by the caller.
    unsafe {
        save!((ip sp fp ts));
        let plain = op::WITHOUT_COUNT[*ip as u8 as usize];
        match tracing::hot(ts, fp, ip) {
            Hot::Cold => Ok(plain),
            Hot::Behind => Err(plain),
            Hot::Here => Err(op::TRACE_RECORD),
        }
    }
}

/// The previous instruction is recorded; this one runs by its plain handler.
macro_rules! TRACE_RECORD {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime)
    ) => {{
        match trace_record($ip, $sp, $fp, $ts) {
            Ok(plain) => $opcode = plain as usize,
            Err(next) => break $exit Exit::Other(next),
        }
        continue $dispatch
    }};
}

/// The opcode to run; an error when the recording has ended before it. ip and sp are saved.
///
/// # Safety
/// The instruction at `ip` is about to run in the running frame, and a trace is recorded by this run.
#[cold]
#[inline(never)]
pub unsafe fn trace_record(ip: Ip, sp: Sp, fp: Fp, ts: Ts) -> Result<u8, u8> {
    // SAFETY: promised by the caller.
    unsafe {
        let goes_on = tracing::record_previous_inst(ip, sp, fp, ts);
        let opcode = op::FIRST[*ip as u8 as usize];
        if goes_on { Ok(opcode) } else { Err(opcode) }
    }
}

/// A trace begins here.
macro_rules! ENTER_EXECUTOR {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $opcode:ident $tracing:ident $dispatch:lifetime $exit:lifetime)
    ) => {{
        save!(($ip $sp $fp $ts));
        match $crate::tracing::executor::enter($ip, $ts, $fp) {
            $crate::tracing::executor::Entered::Plain(plain) => $opcode = plain as usize,
            $crate::tracing::executor::Entered::Left => {
                $fp = (*$ts).frame.get();
                ($ip, $sp) = ((*$fp).ip.get(), (*$fp).sp.get());
                $opcode = (*$ip as u8 | $tracing) as usize;
            }
            $crate::tracing::executor::Entered::Record => {
                $fp = (*$ts).frame.get();
                ($ip, $sp) = ((*$fp).ip.get(), (*$fp).sp.get());
                break $exit Exit::Other(op::TRACE_RECORD)
            }
            $crate::tracing::executor::Entered::Raised => {
                $fp = (*$ts).frame.get();
                break $exit Exit::Error
            }
        }
        continue $dispatch
    }};
}
