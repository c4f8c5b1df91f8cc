//! Frames that are left, and generators' frames that are entered: returns, yields, resumptions. Where the frame is left that the trace
//! began in, the trace ends in whichever one begins where the frame below stands. Not here: calls (`calls`).

use super::Builder;
use super::frames::Frame;
use crate::generated::{helpers, layouts};
use crate::ir::{Binary, Class, Compare, Convert, ExitKind, FrameKind, Id, Op, Snapshot, Ty};
use crate::trace::{End, Flow};
use core::mem::offset_of;
use runtime::defs::delegate;
use runtime::frame::{Frame as RealFrame, kind};
use runtime::generated::opcode;
use runtime::objects::generator::{Generator, GeneratorState};
use runtime::value::{NONE, NOT_IMPLEMENTED, NULL};
use runtime::vm::{ExcInfo, Thread};

/// Words from a generator to its frame.
const CELL: u32 = (offset_of!(Generator, frame) / 8) as u32;

const _: () = assert!(offset_of!(Generator, frame) % 8 == 0);

/// Where the address of the exception state below stands, in a generator.
const OUTER: usize = offset_of!(Generator, exc_info) + offset_of!(ExcInfo, previous);

/// The oparg of the operator whose method runs in a frame of these kinds, and nothing else is to be done at its end.
fn operator(kinds: u32) -> Option<u8> {
    (kinds & ((1 << kind::OPERAND_SHIFT) - 1) == kind::OPERATOR).then_some((kinds >> kind::OPERAND_SHIFT) as u8)
}

impl Builder<'_> {
    // -- ends of frames ------------------------------------------------------

    pub(super) fn leave_frame(&mut self, v: Id) {
        let known = |kinds: u32| matches!(kinds, 0 | kind::INIT | kind::GENERATOR | kind::STORE) || operator(kinds).is_some();
        if self.frames.depth() == 0 && (self.side.is_some() || !known(self.entry().kind)) {
            let snapshot = self.restart();
            return self.path_leaves(snapshot, ExitKind::End);
        }
        let mut v = v;
        let callee = self.frames.current().clone();
        let mut kind = callee.kind();
        if self.frames.depth() == 0 && self.entry().kind == kind::INIT {
            kind = FrameKind::Init;
            let base = self.address_of_frame(0);
            let field = &layouts::FRAME_NAMESPACE;
            let instance = self.load_at(base, field.offset as i32, field.class, Ty::Value, false);
            self.frames.current_mut().instance = Some(instance);
        }
        if self.frames.depth() == 0 && self.entry().kind == kind::STORE {
            kind = FrameKind::Store;
        }
        if let (0, Some(op)) = (self.frames.depth(), operator(self.entry().kind)) {
            kind = FrameKind::Operator(op);
        }
        if let FrameKind::Operator(_) = kind {
            let declines = self.constant_value(NOT_IMPLEMENTED);
            let declined = self.fold_compare(Compare::Eq, v, declines);
            self.guard(declined, ExitKind::Exit);
        }
        if kind == FrameKind::Init {
            let none = self.constant_value(NONE);
            let other = self.fold_compare(Compare::Ne, v, none);
            self.guard(other, ExitKind::Deopt);
            v = self.frames.current().instance.unwrap_or(v);
        }
        if kind == FrameKind::Generator {
            self.end_generator(GeneratorState::Finished, callee.real);
        }
        if self.frames.depth() == 0 {
            let value = if kind == FrameKind::Store { None } else { Some(v) };
            return self.go_below(value, kind == FrameKind::Generator, false);
        }
        let back = self.back(kind, false);
        self.pop(callee.real);
        self.ip = back;
        if kind != FrameKind::Store {
            self.push_operand(v);
        }
    }

    /// A generator yields: its frame stays, complete in memory.
    pub(super) fn suspend(&mut self, v: Id) {
        if self.frames.depth() == 0 && self.entry().kind != kind::GENERATOR {
            return self.refuse_because("a generator yields to Rust");
        }
        let real = self.frames.current().real;
        if self.frames.current().kind() != FrameKind::Generator {
            return self.refuse_because("a frame is suspended that is no generator's");
        }
        let (anchor, count) = (self.frames.current().anchor, self.frames.current().nlocals + self.frames.current().depth);
        for at in 0..count {
            let slot = self.frames.current().slot(at);
            if let (Some(value), false) = (slot.value, slot.clean) {
                let word = self.frames.current().word(at);
                self.store_word(anchor, word, value);
            }
        }
        let entry = self.entry();
        let (index, depth) = (self.frames.depth(), self.frames.current().depth);
        self.show(index, entry.offset + entry.length(), depth);
        self.end_generator(GeneratorState::Suspended, real);
        // What it has done, the collector has not been told.
        let owner = self.generator(index);
        self.effect(Op::Barrier { owner });
        if index == 0 {
            return self.go_below(Some(v), false, true);
        }
        let back = self.back(FrameKind::Generator, true);
        self.pop(real);
        self.ip = back;
        self.push_operand(v);
    }

    /// Where the frame below the current one goes on.
    fn back(&self, ends: FrameKind, suspends: bool) -> u32 {
        let caller = &self.frames.all[self.frames.depth() - 1];
        match ends {
            // Both instructions that resume have one unit of cache; their operand leads to where the return of the generator goes.
            // SAFETY: as for `frame_ops::behind_loop`: one of them stands there.
            FrameKind::Generator if !suspends => caller.back + unsafe { *caller.code.units().add(caller.back as usize - 2) >> 8 },
            _ => caller.back,
        }
    }

    /// The trace's first frame has been left: a value goes to the one below, wherever that stands.
    fn go_below(&mut self, v: Option<Id>, behind_loop: bool, yields: bool) {
        let root = self.address_of_frame(0);
        let field = |base, offset: usize| Op::Load { base, offset: offset as i32, class: Class::FRAME, readonly: false };
        let mut below = self.append(field(root, offset_of!(RealFrame, previous)), Ty::Ptr);
        let thread = self.thread();
        self.effect(Op::Store { base: thread, offset: offset_of!(Thread, frame) as i32, class: Class::FRAME, value: below });
        self.count_frames(1);
        if yields {
            below = self.yield_on(below);
        }
        if let Some(v) = v {
            let sp = self.append(field(below, offset_of!(RealFrame, sp)), Ty::Ptr);
            let value = self.as_type(v, Ty::Value);
            self.effect(Op::Store { base: sp, offset: 0, class: Class::SLOTS, value });
            let top = self.address_of(sp, 8);
            self.header_word(below, offset_of!(RealFrame, sp), top);
        }
        if behind_loop {
            // As in `back`.
            let ip = self.append(field(below, offset_of!(RealFrame, ip)), Ty::Ptr);
            let unit = self.append(Op::Load { base: ip, offset: -8, class: Class::FRAME, readonly: false }, Ty::I32);
            let eight = self.constant(Ty::I32, 8);
            let units = self.fold_binary(Binary::ShrU, unit, eight);
            let units = self.fold_convert(Convert::Zext, units, Ty::I64);
            let ip = self.append(Op::ElementAddress { base: ip, index: units, offset: 0, size: 4 }, Ty::Ptr);
            self.header_word(below, offset_of!(RealFrame, ip), ip);
        }
        self.dispatch(below);
    }

    /// The frame that gets what was yielded to `below`, which may only pass it on (`defs::delegate::may_pass_on`).
    fn yield_on(&mut self, below: Id) -> Id {
        let offset = offset_of!(RealFrame, ip) as i32;
        let ip = self.append(Op::Load { base: below, offset, class: Class::FRAME, readonly: false }, Ty::Ptr);
        let found = self.append(Op::Load { base: ip, offset: 0, class: Class::FRAME, readonly: false }, Ty::I8);
        let passes = self.constant(Ty::I8, u64::from(opcode::YIELD_VALUE_GEN));
        let passes = self.fold_compare(Compare::Eq, found, passes);
        self.delegated(passes, below, |builder| vec![builder.thread(), below], helpers::YIELD_OUTERMOST)
    }

    /// The frame of the generator that goes on where this one has been resumed, which may be waiting for it (`defs::delegate::may_wait`).
    fn resume_on(&mut self, frame: Id) -> Id {
        let offset = offset_of!(RealFrame, ip) as i32;
        let ip = self.append(Op::Load { base: frame, offset, class: Class::FRAME, readonly: false }, Ty::Ptr);
        let unit = self.append(Op::Load { base: ip, offset: 0, class: Class::FRAME, readonly: false }, Ty::I32);
        let (waits, none) = (self.constant(Ty::I32, u64::from(delegate::WAITS << 8)), self.constant(Ty::I32, 0));
        let waits = self.fold_binary(Binary::And, unit, waits);
        let waits = self.fold_compare(Compare::Ne, waits, none);
        self.delegated(waits, frame, |builder| vec![builder.thread()], helpers::RESUME_INNERMOST)
    }

    /// What the helper answers where the condition holds, else the frame itself. All frames are in memory, and nothing follows but that the
    /// trace ends.
    fn delegated(&mut self, condition: Id, frame: Id, args: impl FnOnce(&mut Self) -> Vec<Id>, helper: u16) -> Id {
        let answer = |builder: &mut Self| {
            let args = args(builder);
            builder.append(Op::Call { helper, args }, Ty::Ptr)
        };
        let found = self.choice(condition, answer, |_| frame);
        self.memory.after(&helpers::HELPERS[helper as usize].effects);
        found
    }

    /// The trace ends in whatever begins where the frame stands.
    pub(super) fn dispatch(&mut self, frame: Id) {
        let snapshot = self.func.add_snapshot(Snapshot::default());
        self.effect(Op::Dispatch { frame, snapshot });
        self.ended = true;
    }

    /// Before an instruction that leaves the frame does anything: that its kind is what it was.
    pub(super) fn expect_below(&mut self) {
        let index = self.frames.depth();
        if self.frames.current().real {
            let expected = match self.frames.current().kind() {
                _ if index == 0 => self.entry().kind,
                kind => kind.bits(),
            };
            let base = self.address_of_frame(index);
            self.expect_kind(base, expected);
        }
    }

    /// The current frame is no more.
    fn pop(&mut self, real: bool) {
        self.acted = true;
        self.frames.all.pop();
        if real {
            self.link(self.frames.depth(), 1);
        }
    }

    // -- generators ----------------------------------------------------------

    /// The generator that runs in the frame of this index (`Ptr`).
    pub(super) fn generator(&mut self, index: usize) -> Id {
        if let Some(generator) = self.frames.all[index].generator {
            return generator;
        }
        let base = self.address_of_frame(index);
        let generator = self.load_at(base, offset_of!(RealFrame, generator) as i32, Class::FRAME, Ty::Ptr, false);
        self.frames.all[index].generator = Some(generator);
        generator
    }

    /// A frame that another trace has resumed: the generator is what it is anchored at.
    pub(super) fn resumed(&mut self, index: usize) {
        self.frames.all[index].known_function = false;
        match self.frames.all[index].anchor {
            Some(anchor) if self.frames.all[index].base == CELL => self.frames.all[index].generator = Some(anchor),
            _ => _ = self.generator(index),
        }
    }

    pub(super) fn resume(&mut self, generator: Id, v: Id) {
        let entry = self.entry();
        let next = self.following.filter(|next| next.depth == entry.depth + 1 && entry.flow == Flow::Resume);
        let Some(next) = next else { return self.resume_any(generator, v) };
        let Some(depth) = next.stack.checked_sub(1) else { return self.refuse_because("a value arrives at an empty stack") };
        let generator = self.as_type(generator, Ty::Ptr);
        let mut frame = Frame { anchor: Some(generator), ..Frame::new(next.code, next.function, CELL, depth) };
        frame.known_function = false;
        frame.generator = Some(generator);
        let cell = |offset: usize| (offset_of!(Generator, frame) + offset) as i32;
        let words = [
            (cell(offset_of!(RealFrame, ip)), next.code.units() as u64 + u64::from(next.offset) * 4),
            (offset_of!(Generator, frame_object) as i32, NULL.0),
        ];
        for (offset, expected) in words {
            let found = self.append(Op::Load { base: generator, offset, class: Class::FRAME, readonly: false }, Ty::Ptr);
            let expected = self.constant(Ty::Ptr, expected);
            let other = self.fold_compare(Compare::Ne, found, expected);
            self.guard(other, ExitKind::Exit);
        }
        let operands = self.frames.current().depth;
        frame.callees = Some(self.callees(self.frames.depth(), operands));
        let caller = self.frames.current_mut();
        caller.back = entry.offset + entry.length();
        caller.forget_above(operands);
        self.frames.all.push(frame);
        self.ip = next.offset;
        self.push_operand(v);
    }

    /// A generator inside of itself: the trace ends in whatever begins where that one stands.
    fn resume_any(&mut self, generator: Id, v: Id) {
        if self.entry().flow != Flow::Resume || self.trace.end != End::Recursion {
            return self.refuse_because("a generator whose frame was not recorded");
        }
        let entry = self.entry();
        let generator = self.as_type(generator, Ty::Ptr);
        let offset = offset_of!(Generator, frame_object) as i32;
        let observer = self.append(Op::Load { base: generator, offset, class: Class::FRAME, readonly: false }, Ty::Ptr);
        let none = self.constant(Ty::Ptr, NULL.0);
        let other = self.fold_compare(Compare::Ne, observer, none);
        self.guard(other, ExitKind::Exit);
        self.acted = true;
        let (operands, index) = (self.frames.current().depth, self.frames.depth());
        self.start = self.frames.clone();
        self.flush_at(entry.offset + entry.length(), operands);
        self.frames = self.start.clone();
        let callees = self.callees(index, operands);
        let current = self.frames.current();
        let mut frame = Frame { anchor: Some(generator), ..Frame::new(current.code, current.function, CELL, 0) };
        (frame.generator, frame.callees) = (Some(generator), Some(callees));
        self.frames.all.push(frame);
        self.link_generator(index + 1, generator);
        self.link(index + 1, -1);
        let base = self.address_of_frame(index + 1);
        let base = self.resume_on(base);
        let sp = self.append(Op::Load { base, offset: offset_of!(RealFrame, sp) as i32, class: Class::FRAME, readonly: false }, Ty::Ptr);
        let value = self.as_type(v, Ty::Value);
        self.effect(Op::Store { base: sp, offset: 0, class: Class::SLOTS, value });
        let top = self.address_of(sp, 8);
        self.header_word(base, offset_of!(RealFrame, sp), top);
        self.dispatch(base);
    }

    /// As `frame_ops::enter_generator`; the thread's own words follow (`link`).
    pub(super) fn link_generator(&mut self, index: usize, generator: Id) {
        let (base, previous) = (self.address_of_frame(index), self.address_of_frame(index - 1));
        let operands = self.frames.all[index - 1].depth;
        let (anchor, words) = self.callees(index - 1, operands);
        let callees = self.word_address(anchor, words);
        let kinds = self.constant(Ty::I32, u64::from(kind::GENERATOR));
        self.header_word(generator, offset_of!(Generator, callees), callees);
        self.header_word(base, offset_of!(RealFrame, previous), previous);
        self.header_word(base, offset_of!(RealFrame, kind), kinds);
        self.set_state(generator, GeneratorState::Running);
        let thread = self.thread();
        let offset = offset_of!(Thread, exc_info) as i32;
        let outer = self.append(Op::Load { base: thread, offset, class: Class::FRAME, readonly: false }, Ty::Ptr);
        self.header_word(generator, OUTER, outer);
        let own = self.address_of(generator, offset_of!(Generator, exc_info) as i32);
        self.header_word(thread, offset_of!(Thread, exc_info), own);
    }

    /// The current frame's generator is left in this state.
    fn end_generator(&mut self, state: GeneratorState, linked: bool) {
        let generator = self.generator(self.frames.depth());
        self.set_state(generator, state);
        if linked {
            let thread = self.thread();
            let outer = self.append(Op::Load { base: generator, offset: OUTER as i32, class: Class::FRAME, readonly: false }, Ty::Ptr);
            self.header_word(thread, offset_of!(Thread, exc_info), outer);
            let none = self.constant(Ty::Ptr, 0);
            self.header_word(generator, OUTER, none);
        }
    }

    fn set_state(&mut self, generator: Id, state: GeneratorState) {
        let field = &layouts::GENERATOR_STATE;
        let state = self.constant(field.ty, state as u64);
        self.store_at(generator, field.offset as i32, field.class, state);
    }
}
