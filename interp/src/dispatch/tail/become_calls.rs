//! Tail calls as nightly Rust has them (the feature `nightly`): `become` is a jump, always, and the convention rust-preserve-none leaves
//! handlers the registers that others would have to save.

use super::Table;
use crate::dispatch::{Fp, Ip, Sp, Ts};
use runtime::value::Value;

pub type Handler = unsafe extern "rust-preserve-none" fn(Ip, Sp, Fp, Ts, Table) -> Value;

/// Runs from the place that is saved in the frame until an entry frame returns. NULL: an exception
/// left it.
///
/// # Safety
/// `fp` is the running frame of the thread, on top of its stack, with checked code.
pub unsafe fn run(ts: Ts, fp: Fp, table: Table) -> Value {
    // SAFETY: promised by the caller; the table has a handler for each byte.
    unsafe {
        let ip = (*fp).ip.get();
        let first = *table.0.add(*ip as u8 as usize);
        first(ip, (*fp).sp.get(), fp, ts, table)
    }
}

/// A handler: a function, out of line where it says so.
macro_rules! handler {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($ip:ident $sp:ident $fp:ident $ts:ident $table:ident) $body:block) => {
        $(#[$attribute])*
        #[allow(unused_mut, unused_variables, unused_unsafe, unreachable_code)]
        $visibility unsafe extern "rust-preserve-none" fn $name(
            mut $ip: $crate::dispatch::Ip,
            mut $sp: $crate::dispatch::Sp,
            mut $fp: $crate::dispatch::Fp,
            $ts: $crate::dispatch::Ts,
            $table: $crate::dispatch::tail::Table,
        ) -> runtime::value::Value {
            // SAFETY: checked code keeps `ip` on instructions, `sp` within the stack.
            unsafe { $body }
        }
    };
}

/// Behind a helper: nothing, the state is in registers that it keeps.
macro_rules! reload {
    ($s:tt) => {};
}

/// To the handler at `$ip`.
macro_rules! reset_go {
    ($ip:expr, $sp:expr, $fp:expr, $ts:expr, $table:expr) => {{
        let ip: $crate::dispatch::Ip = $ip;
        let handler: $crate::dispatch::tail::Handler = *$table.0.add(*ip as u8 as usize);
        become handler(ip, $sp, $fp, $ts, $table)
    }};
}

/// To this handler.
macro_rules! go {
    ($handler:expr, $ip:expr, $sp:expr, $fp:expr, $ts:expr, $table:expr) => {{
        let handler: $crate::dispatch::tail::Handler = $handler;
        become handler($ip, $sp, $fp, $ts, $table)
    }};
}

/// Out of `run`.
macro_rules! leave {
    ($ts:expr, $value:expr) => {
        return $value
    };
}

/// Where a frame gave its value, or out.
macro_rules! go_on {
    ($next:expr, $ts:ident, $table:ident) => {
        match $next {
            Ok((ip, sp, fp)) => reset_go!(ip, sp, fp, $ts, $table),
            Err(value) => {
                $table.end_recording($ts, jit::trace::End::LeftInterpreter);
                leave!($ts, value)
            }
        }
    };
}

/// The end of a frame that is special.
macro_rules! pop_special {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $value:expr) => {
        go_on!(crate::frame_ops::pop_special($ts, $fp, $value), $ts, $table)
    };
}

/// As `pop_special`, for a generator that yields.
macro_rules! suspend_special {
    (($ip:ident $sp:ident $fp:ident $ts:ident $table:ident), $value:expr) => {
        go_on!(crate::frame_ops::suspend_special($ts, $fp, $value), $ts, $table)
    };
}
