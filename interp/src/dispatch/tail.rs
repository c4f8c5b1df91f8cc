//! dispatch-tail: what the ends of a handler are when each handler is a function of its own.
//!
//! All handlers have one signature, five arguments that the ABI passes in registers, so LLVM makes
//! the call at a handler's end a jump. It need not, so nothing rests on it: where a program can go
//! round (a backward jump) or deeper (a frame), the end is four lines of assembly that set the
//! native stack pointer back to where `enter` left it and then jump. What straight code may leave
//! on the native stack in between is bounded. With debug assertions every end is of that kind.
//!
//! This is a jump over frames without destructors: handlers hold `Copy` values alone, and what they
//! call does not unwind. Callee-saved registers are `enter`'s business.

use crate::dispatch::{Fp, Ip, Sp, Ts};
use crate::frame_ops;
use core::mem::offset_of;
use runtime::value::Value;
use runtime::vm::Thread;

pub type Handler = unsafe extern "sysv64" fn(Ip, Sp, Fp, Ts, Table);
/// The first of 256 handlers, by opcode.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Table(pub *const Handler);

/// Where `enter` keeps the native stack pointer as it is at the entry of a handler.
pub const SAVED: usize = offset_of!(Thread, saved_rsp);

/// Runs from the place that is saved in the frame until an entry frame returns. NULL: an exception
/// left it.
///
/// # Safety `fp` is the running frame of the thread, on top of its stack, with checked code.
pub unsafe fn run(ts: Ts, fp: Fp) -> Value {
    let table = Table(crate::generated::dispatch_tail::TABLE.as_ptr());
    // SAFETY: promised by the caller.
    unsafe { enter((*fp).ip.get(), (*fp).sp.get(), fp, ts, table) }
}

/// Calls the first handler. An exit (`leave!`) returns behind the call, with the result in rax.
#[unsafe(naked)]
unsafe extern "sysv64" fn enter(ip: Ip, sp: Sp, fp: Fp, ts: Ts, table: Table) -> Value {
    core::arch::naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        // The outer run's stack pointer, and the thread, which no register keeps.
        "push qword ptr [rcx + {saved}]",
        "push rcx",
        "sub rsp, 8",
        // As it is behind the return address of the call.
        "lea rax, [rsp - 8]",
        "mov qword ptr [rcx + {saved}], rax",
        "movzx eax, byte ptr [rdi]",
        "call qword ptr [r8 + 8 * rax]",
        "add rsp, 8",
        "pop rcx",
        "pop qword ptr [rcx + {saved}]",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        saved = const SAVED,
    )
}

/// To the handler at `$ip`, with the native stack as it was at the entry of the first.
macro_rules! reset_go {
    ($ip:expr, $sp:expr, $fp:expr, $ts:expr, $table:expr) => {
        core::arch::asm!(
            "mov rsp, qword ptr [rcx + {saved}]",
            "movzx eax, byte ptr [rdi]",
            "jmp qword ptr [r8 + 8 * rax]",
            saved = const $crate::dispatch::tail::SAVED,
            in("rdi") $ip,
            in("rsi") $sp,
            in("rdx") $fp,
            in("rcx") $ts,
            in("r8") $table.0,
            options(noreturn, nostack)
        )
    };
}

/// To this handler.
macro_rules! go {
    ($handler:expr, $ip:expr, $sp:expr, $fp:expr, $ts:expr, $table:expr) => {{
        let handler: $crate::dispatch::tail::Handler = $handler;
        if cfg!(debug_assertions) {
            core::arch::asm!(
                "mov rsp, qword ptr [rcx + {saved}]",
                "jmp rax",
                saved = const $crate::dispatch::tail::SAVED,
                in("rdi") $ip,
                in("rsi") $sp,
                in("rdx") $fp,
                in("rcx") $ts,
                in("r8") $table.0,
                in("rax") handler,
                options(noreturn, nostack)
            )
        }
        return handler($ip, $sp, $fp, $ts, $table)
    }};
}

/// Out of `enter`.
macro_rules! leave {
    ($ts:expr, $value:expr) => {
        core::arch::asm!(
            "mov rsp, qword ptr [rcx + {saved}]",
            "ret",
            saved = const $crate::dispatch::tail::SAVED,
            in("rcx") $ts,
            in("rax") $value.0,
            options(noreturn, nostack)
        )
    };
}

/// An exception is set; ip and sp are saved.
#[cold]
#[inline(never)]
pub unsafe extern "sysv64" fn error_exit(_: Ip, _: Sp, fp: Fp, ts: Ts, table: Table) {
    // SAFETY: the handler that came here upholds what `unwind` asks for.
    unsafe {
        match frame_ops::unwind(ts, fp) {
            Ok((ip, sp, fp)) => reset_go!(ip, sp, fp, ts, table),
            Err(value) => leave!(ts, value),
        }
    }
}

/// Does what the thread is asked for (which ends the request), then the instruction that found it.
#[cold]
#[inline(never)]
pub unsafe extern "sysv64" fn periodic_exit(ip: Ip, sp: Sp, fp: Fp, ts: Ts, table: Table) {
    // SAFETY: the handler that came here has done nothing yet, in the running frame.
    unsafe {
        save!((ip sp fp ts));
        if !frame_ops::periodic(ts, fp) {
            go!(error_exit, ip, sp, fp, ts, table)
        }
        reset_go!(ip, sp, fp, ts, table)
    }
}

/// Ends a frame whose end is more than going back to the one below.
#[inline(never)]
pub unsafe extern "sysv64" fn pop_special_exit(_: Ip, _: Sp, fp: Fp, ts: Ts, table: Table, value: Value) {
    // SAFETY: the handler that came here is in the running frame.
    unsafe {
        match frame_ops::pop_special(ts, fp, value) {
            Ok((ip, sp, fp)) => reset_go!(ip, sp, fp, ts, table),
            Err(value) => leave!(ts, value),
        }
    }
}

/// Suspends a generator that was resumed from Rust, or whose frame has an object; ip and sp are saved.
#[inline(never)]
pub unsafe extern "sysv64" fn suspend_special_exit(_: Ip, _: Sp, fp: Fp, ts: Ts, table: Table, value: Value) {
    // SAFETY: as in `pop_special_exit`.
    unsafe {
        match frame_ops::suspend_special(ts, fp, value) {
            Ok((ip, sp, fp)) => reset_go!(ip, sp, fp, ts, table),
            Err(value) => leave!(ts, value),
        }
    }
}

/// A number that no instruction has: code with such a unit is never made.
pub unsafe extern "sysv64" fn unassigned(_: Ip, _: Sp, _: Fp, _: Ts, _: Table) {
    std::process::abort()
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
/// condition.
macro_rules! jump {
    (
        ($ip:ident $sp:ident $fp:ident $ts:ident $table:ident),
        $length:expr, $distance:expr, $delta:expr
    ) => {{
        core::arch::asm!("", options(nomem, nostack, preserves_flags));
        let ip = $ip.add($length + $distance as usize);
        go!(*$table.0.add(*ip as u8 as usize), ip, $sp.offset($delta), $fp, $ts, $table)
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
            #[cold]
            #[inline(never)]
            unsafe extern "sysv64" fn specialize(ip: Ip, sp: Sp, fp: Fp, ts: Ts, table: Table) {
                // SAFETY: the handler that came here is at the site, in the running frame.
                unsafe {
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
            return $crate::dispatch::tail::pop_special_exit($ip, $sp, $fp, $ts, $table, value);
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
            return $crate::dispatch::tail::suspend_special_exit($ip, $sp, $fp, $ts, $table, value);
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

/// An instruction that a tool listens to: the tool first, then the plain instruction.
macro_rules! instrumented {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $plain:ident) => {{
        save!(($ip $sp $fp $ts));
        if !frame_ops::instrumented($ts, $fp, op::$plain) {
            error!(($ip $sp $fp $ts $table))
        }
        go!($plain, $ip, $sp, $fp, $ts, $table)
    }};
}
