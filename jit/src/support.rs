//! What traces share with this build's runtime. Not here: the helpers that bodies call, whose table is generated.

use crate::ir::Support;
use core::mem::offset_of;
use runtime::frame::Frame;
use runtime::heap;
use runtime::object::Header;
use runtime::objects::code::Code;
use runtime::value::Value;
use runtime::vm::{EXIT_WORDS, Thread};

extern "C" fn remember(owner: u64) {
    heap::write_barrier(Value(owner));
}

extern "C" fn box_int(i: i64) -> u64 {
    Value::int(i).0
}

/// For `Machine::new` and the interpreter of the IR.
pub fn support() -> Support {
    let (gc_mask, gc_old) = heap::NEEDS_BARRIER;
    Support {
        gc_byte: offset_of!(Header, gc) as i32,
        gc_mask,
        gc_old,
        remember,
        box_int,
        exit_buffer: offset_of!(Thread, exit_buffer) as i32,
        frame_ip: offset_of!(Frame, ip) as i32,
        frame_code: offset_of!(Frame, code) as i32,
        code_units: offset_of!(Code, entry) as i32,
        code_entries: offset_of!(Code, machine_code) as i32,
        exit_words: EXIT_WORDS as u32,
    }
}
