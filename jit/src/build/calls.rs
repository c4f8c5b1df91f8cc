//! Helpers, and calls and returns of Python functions: frames that are pushed and popped within the trace. Not here: how frames get to
//! memory (`frames`).

use super::Builder;
use super::frames::{Frame, Slot};
use crate::emit::{Arg, Given, Slots};
use crate::generated::{helpers, layouts};
use crate::ir::{Class, Classes, Compare, ExitKind, FrameEnd, FrameKind, Id, Op, Ty, Unary};
use crate::trace::{End, Flow};
use core::mem::offset_of;
use runtime::frame::{Frame as RealFrame, kind};
use runtime::object::Gc;
use runtime::objects::code::{Code, flags};
use runtime::objects::function::Function;
use runtime::objects::generator::Generator;
use runtime::value::NULL;

/// What is known of a frame that is pushed.
#[derive(Clone, Copy)]
struct Callee {
    code: Gc<Code>,
    function: Gc<Function>,
    offset: u32,
}

impl Builder<'_> {
    // -- helpers -------------------------------------------------------------

    /// The answer, if there is one.
    pub(super) fn call_helper(&mut self, helper: u16, args: &[Arg<Id>]) -> Option<Id> {
        let declared = &helpers::HELPERS[helper as usize];
        let effects = &declared.effects;
        if let (true, &[Arg::V(class)]) = (effects.fresh_instance, args)
            && let Some(instance) = self.instance(helper, class)
        {
            return Some(instance);
        }
        let slots = args.iter().any(|arg| !matches!(arg, Arg::V(_)));
        // A collection looks at the slots that the helper is given only where the frame shows them.
        if effects.may_call_python || effects.needs_frame || (slots && effects.allocates) {
            self.flush();
        }
        let mut given = Vec::new();
        if effects.needs_frame {
            given.push(self.thread());
        }
        let mut filled = Vec::new();
        for arg in args {
            let want = declared.params.get(given.len()).copied().unwrap_or(Ty::Value);
            given.push(match *arg {
                Arg::V(v) => self.as_type(v, want),
                Arg::Slots(slots) => {
                    self.write_operands(slots);
                    self.slots_address(slots)
                }
                Arg::Fills(slots) => {
                    filled.push(slots);
                    self.slots_address(slots)
                }
            });
        }
        let op = Op::Call { helper, args: given };
        let answer = match declared.result {
            Some(ty) => Some(self.append(op, ty)),
            None => {
                self.effect(op);
                None
            }
        };
        let seen = effects.may_call_python || effects.writes != Classes::None;
        self.acted |= seen;
        if seen || effects.needs_frame || effects.may_raise {
            self.point = None;
        }
        self.memory.after(effects);
        self.unchecked |= effects.may_call_python;
        if effects.may_call_python || effects.needs_frame {
            let depth = self.start.current().depth;
            self.frames.current_mut().forget_above(depth);
        }
        for slots in filled {
            self.forget_slots(slots);
        }
        if effects.needs_frame && effects.writes == Classes::All && !effects.may_call_python {
            self.forget_locals();
        }
        answer
    }

    fn slots_address(&mut self, slots: Slots) -> Id {
        let frame = self.frames.current();
        let (anchor, word) = (frame.anchor, frame.word(frame.nlocals + slots.at));
        self.word_address(anchor, word)
    }

    fn forget_slots(&mut self, slots: Slots) {
        let last = self.start.all.len() - 1;
        for index in 0..slots.count {
            let at = self.frames.current().nlocals + slots.at + index;
            self.frames.current_mut().set(at, Slot { value: None, clean: true });
            // Should the exception be handled here: memory no longer holds the instruction's own operand.
            let was = self.start.all[last].slot(at);
            if was.value.is_some() {
                self.start.all[last].set(at, Slot { clean: false, ..was });
            }
        }
        self.restart = None;
    }

    fn forget_locals(&mut self) {
        let last = self.start.all.len() - 1;
        for at in 0..self.frames.current().nlocals {
            self.frames.current_mut().set(at, Slot { value: None, clean: true });
            self.start.all[last].set(at, Slot { value: None, clean: true });
        }
        self.restart = None;
    }

    // -- calls ---------------------------------------------------------------

    /// Where the frame begins that this instruction pushes.
    fn callee(&mut self) -> Option<Callee> {
        let entry = self.entry();
        let next = self.following.filter(|next| next.depth == entry.depth + 1);
        let next = next.map(|next| Callee { code: next.code, function: next.function, offset: next.offset });
        // The trace may end where the function begins.
        let last = self.trace.stop.filter(|_| self.following.is_none() && self.trace.end == End::Recursion);
        let last = last.map(|(place, function)| Callee { code: place.code, function, offset: place.offset });
        let callee = next.or(last).filter(|_| entry.flow == Flow::Push);
        if callee.is_none() {
            self.refuse_because("a call whose callee was not recorded");
        }
        callee
    }

    /// Where a frame goes that is pushed now: its anchor, and words from there. A generator's frame has its callees elsewhere.
    fn callee_base(&mut self) -> (Option<Id>, u32) {
        let depth = self.start.current().depth;
        self.callees(self.frames.depth(), depth)
    }

    /// Where the frames above the one of this index go, when it has so many operands.
    pub(super) fn callees(&mut self, index: usize, depth: u32) -> (Option<Id>, u32) {
        let frame = &self.frames.all[index];
        if frame.kind() != FrameKind::Generator {
            return (frame.anchor, frame.word(frame.nlocals + depth));
        }
        if let Some(callees) = frame.callees {
            return callees;
        }
        // One that is not linked has no such place in memory yet.
        if !frame.real {
            let depth = self.frames.all[index - 1].depth;
            return self.callees(index - 1, depth);
        }
        let generator = self.generator(index);
        let offset = offset_of!(Generator, callees) as i32;
        let callees = (Some(self.load_at(generator, offset, Class::FRAME, Ty::Ptr, false)), 0);
        self.frames.all[index].callees = Some(callees);
        callees
    }

    /// The callable is the function that was called when the trace was recorded; of one that is made anew each time, the code. That is the
    /// answer then.
    fn expect_function(&mut self, function: Id, callee: Callee) -> Option<Id> {
        let function = self.as_type(function, Ty::Value);
        let nested = callee.code.flags.get() & flags::NESTED != 0 && self.func.as_const(function).is_none();
        let (found, expected) = match nested {
            true => {
                let object = self.as_type(function, Ty::Ptr);
                let code = self.load_field(object, &layouts::FUNCTION_CODE);
                (self.as_type(code, Ty::Value), callee.code.value())
            }
            false => (function, callee.function.value()),
        };
        let expected = self.constant_value(expected);
        let other = self.fold_compare(Compare::Ne, found, expected);
        self.guard(other, ExitKind::Exit);
        nested.then_some(function)
    }

    pub(super) fn room(&mut self, function: Id) -> Id {
        let Some(callee) = self.callee() else { return self.constant(Ty::I1, 0) };
        self.expect_function(function, callee);
        let (anchor, base) = self.callee_base();
        self.fits(anchor, base + callee.code.frame_words.get())
    }

    /// A call whose frame is made only when someone must see it.
    pub(super) fn enter_virtual(&mut self, helper: u16, function: Id, this: Id, given: Given<Id>) {
        let Some(callee) = self.callee() else { return };
        let callable = self.expect_function(function, callee);
        let params = callee.code.argcount.get();
        let nlocals = self.frames.current().nlocals;
        let given: Vec<Id> = match given {
            Given::Slots(args) => (0..args.count).map(|index| self.read_slot(nlocals + args.at + index)).collect(),
            Given::Values(values) => values.to_vec(),
        };
        let bound = match params.checked_sub(given.len() as u32) {
            Some(0) => false,
            Some(1) => true,
            _ => return self.refuse_because("a call with other arguments than parameters"),
        };
        let null = self.constant_value(NULL);
        let ends = helpers::HELPERS[helper as usize].effects.ends;
        // An instance is there, and an operand.
        if ends == FrameEnd::Plain {
            let is_null = self.fold_compare(Compare::Eq, this, null);
            let bad = if bound { is_null } else { self.fold_unary(Unary::Not, is_null) };
            self.guard(bad, ExitKind::Exit);
        }
        let op = self.entry().oparg as u8;
        let (kind, kept) = match ends {
            FrameEnd::Plain => (FrameKind::Plain, vec![]),
            FrameEnd::Init => (FrameKind::Init, vec![this]),
            FrameEnd::Operator => (FrameKind::Operator(op), [this].into_iter().chain(given.first().copied()).collect()),
            FrameEnd::Store => (FrameKind::Store, vec![]),
        };
        let locals = bound.then_some(this).into_iter().chain(given);
        let (anchor, base) = self.callee_base();
        let mut frame = Frame { anchor, callable, ..Frame::new(callee.code, callee.function, base, 0) };
        frame.is(kind, kept);
        let mut count = 0;
        for value in locals {
            frame.set(count, Slot { value: Some(self.resolve(value)), clean: false });
            count += 1;
        }
        for at in count..frame.nlocals {
            frame.set(at, Slot { value: Some(null), clean: false });
        }
        self.push_callee(frame, callee);
    }

    fn push_callee(&mut self, frame: Frame, callee: Callee) {
        let entry = self.entry();
        let depth = self.start.current().depth;
        let caller = self.frames.current_mut();
        caller.back = entry.offset + entry.length();
        caller.forget_above(depth);
        self.frames.all.push(frame);
        self.ip = callee.offset;
    }

    /// A call whose frame a helper has made.
    pub(super) fn enter_real(&mut self, made: Id) {
        let Some(callee) = self.callee() else { return };
        let helper = match *self.func.op(made) {
            Op::Call { helper, .. } => helper,
            _ => return self.refuse_because("a frame that no helper made"),
        };
        let op = self.entry().oparg as u8;
        let (ends, kinds) = match helpers::HELPERS[helper as usize].effects.ends {
            FrameEnd::Plain => (FrameKind::Plain, 0),
            FrameEnd::Init => (FrameKind::Init, kind::INIT),
            FrameEnd::Operator => (FrameKind::Operator(op), kind::OPERATOR | u32::from(op) << kind::OPERAND_SHIFT),
            FrameEnd::Store => (FrameKind::Store, kind::STORE),
        };
        let words = [
            (offset_of!(RealFrame, code), layouts::FRAME_CODE.class, callee.code.value()),
            (offset_of!(RealFrame, function), layouts::FRAME_FUNCTION.class, callee.function.value()),
        ];
        for (offset, class, expected) in words {
            let found = self.append(Op::Load { base: made, offset: offset as i32, class, readonly: false }, Ty::Value);
            let expected = self.constant_value(expected);
            let other = self.fold_compare(Compare::Ne, found, expected);
            self.guard(other, ExitKind::Exit);
        }
        self.expect_kind(made, kinds);
        let (anchor, base) = self.callee_base();
        let mut frame = Frame { anchor, ..Frame::new(callee.code, callee.function, base, 0) };
        frame.real = true;
        if ends != FrameKind::Init {
            frame.ends = ends;
        } else {
            let field = &layouts::FRAME_NAMESPACE;
            let op = Op::Load { base: made, offset: field.offset as i32, class: field.class, readonly: false };
            frame.instance = Some(self.append(op, Ty::Value));
        }
        let entry = self.entry();
        let index = self.frames.depth();
        let depth = self.frames.current().depth;
        self.show(index, entry.offset + entry.length(), depth);
        self.push_callee(frame, callee);
        if self.refused.is_none() {
            self.link(index + 1, -1);
        }
    }

    /// The frame ends as its kind says: nobody looks at it.
    pub(super) fn expect_kind(&mut self, frame: Id, kinds: u32) {
        let offset = offset_of!(RealFrame, kind) as i32;
        let found = self.append(Op::Load { base: frame, offset, class: Class::FRAME, readonly: false }, Ty::I32);
        let expected = self.constant(Ty::I32, u64::from(kinds));
        let other = self.fold_compare(Compare::Ne, found, expected);
        self.guard(other, ExitKind::Exit);
    }
}
