//! Tail calls on stable Rust: all handlers have one signature, five arguments that the ABI passes in registers, so LLVM makes the call at a
//! handler's end a jump. It need not, so nothing rests on it: where a program can go round (a backward jump) or deeper (a frame), the end
//! is four lines of assembly that set the native stack pointer back to where `enter` left it and then jump. What straight code may leave
//! on the native stack in between is bounded. With debug assertions every end is of that kind.
//!
//! This is a jump over frames without destructors: handlers hold `Copy` values alone, and what they call does not unwind. Callee-saved
//! registers are `enter`'s business.

use super::Table;
use crate::dispatch::{Fp, Ip, Sp, Ts};
use crate::frame_ops;
use core::mem::offset_of;
use jit::trace::End;
use runtime::value::Value;
use runtime::vm::Thread;

pub type Handler = unsafe extern "sysv64" fn(Ip, Sp, Fp, Ts, Table);
/// Where `enter` keeps the native stack pointer as it is at the entry of a handler. All registers of its caller lie above.
pub const SAVED: usize = offset_of!(Thread, dispatch_stack);

/// Runs from the place that is saved in the frame until an entry frame returns. NULL: an exception
/// left it.
///
/// # Safety
/// `fp` is the running frame of the thread, on top of its stack, with checked code.
pub unsafe fn run(ts: Ts, fp: Fp, table: Table) -> Value {
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

/// A handler: a function, out of line where it says so.
macro_rules! handler {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($ip:ident $sp:ident $fp:ident $ts:ident $table:ident) $body:block) => {
        $(#[$attribute])*
        #[allow(unused_mut, unused_variables, unused_unsafe)]
        $visibility unsafe extern "sysv64" fn $name(
            mut $ip: $crate::dispatch::Ip,
            mut $sp: $crate::dispatch::Sp,
            mut $fp: $crate::dispatch::Fp,
            $ts: $crate::dispatch::Ts,
            $table: $crate::dispatch::tail::Table,
        ) {
            // SAFETY: checked code keeps `ip` on instructions, `sp` within the stack.
            unsafe { $body }
        }
    };
}

/// Behind a helper: what was saved before. A handler that kept it in registers would save and restore five of them.
macro_rules! reload {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident)) => {
        $fp = (*$ts).frame.get();
        $ip = (*$fp).ip.get();
        $sp = (*$fp).sp.get();
    };
}

/// To the handler at `$ip`, with the native stack as it was at the entry of the first.
macro_rules! reset_go {
    ($ip:expr, $sp:expr, $fp:expr, $ts:expr, $table:expr) => {
        core::arch::asm!(
            "mov rsp, qword ptr [rcx + {saved}]",
            "movzx eax, byte ptr [rdi]",
            "jmp qword ptr [r8 + 8 * rax]",
            saved = const $crate::dispatch::tail::backend::SAVED,
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
                saved = const $crate::dispatch::tail::backend::SAVED,
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
            saved = const $crate::dispatch::tail::backend::SAVED,
            in("rcx") $ts,
            in("rax") $value.0,
            options(noreturn, nostack)
        )
    };
}

/// Ends a frame whose end is more than going back to the one below.
#[inline(never)]
pub unsafe extern "sysv64" fn pop_special_exit(_: Ip, _: Sp, fp: Fp, ts: Ts, table: Table, value: Value) {
    // SAFETY: the handler that came here is in the running frame.
    unsafe {
        match frame_ops::pop_special(ts, fp, value) {
            Ok((ip, sp, fp)) => reset_go!(ip, sp, fp, ts, table),
            Err(value) => {
                table.end_recording(ts, End::LeftInterpreter);
                leave!(ts, value)
            }
        }
    }
}

/// Suspends a generator that was resumed from Rust, or whose frame has an object; ip and sp are saved.
#[inline(never)]
pub unsafe extern "sysv64" fn suspend_special_exit(_: Ip, _: Sp, fp: Fp, ts: Ts, table: Table, value: Value) {
    // SAFETY: as in `pop_special_exit`.
    unsafe {
        if frame_ops::is_entry_generator(fp) {
            frame_ops::suspend_entry(ts, fp);
            table.end_recording(ts, End::LeftInterpreter);
            leave!(ts, value)
        }
        match frame_ops::suspend_special(ts, fp, value) {
            Ok((ip, sp, fp)) => reset_go!(ip, sp, fp, ts, table),
            Err(value) => {
                table.end_recording(ts, End::LeftInterpreter);
                leave!(ts, value)
            }
        }
    }
}

/// The end of a frame that is special, out of line, so that the handler needs no frame for it.
macro_rules! pop_special {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $value:expr) => {
        return $crate::dispatch::tail::backend::pop_special_exit($ip, $sp, $fp, $ts, $table, $value)
    };
}

/// As `pop_special`, for a generator that yields.
macro_rules! suspend_special {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $value:expr) => {
        return $crate::dispatch::tail::backend::suspend_special_exit($ip, $sp, $fp, $ts, $table, $value)
    };
}
