//! Closing a loop. The first round has been built into the entry block; its end is the header. What differs from round to round becomes the
//! header's parameters, unboxed where the first round left it so. The second round is built on that; if its end does not fit the header,
//! the header takes less for granted and the round is built again. Not here: the instructions of the round.

use super::frames::Slot;
use super::{Builder, Refused};
use crate::ir::{Class, Id, Loop, LoopId, Op, Repr, Ty};
use crate::trace::Entry;
use runtime::value::Value;
use std::collections::{BTreeMap, HashSet};

/// So often is a header weakened before the loop is given up.
const ATTEMPTS: usize = 8;

/// What a header takes for granted.
struct Header {
    /// Slots that are parameters, and in which type.
    params: BTreeMap<u32, Ty>,
    written: HashSet<Class>,
    all_written: bool,
}

impl<'t> Builder<'t> {
    /// False: the loop could not be closed, and the trace ends behind its first round.
    pub(super) fn close(&mut self, entries: &'t [Entry]) -> Result<bool, Refused> {
        let mut header = self.first_header();
        for _ in 0..ATTEMPTS {
            let mut round = self.clone();
            let target = round.enter_loop(&header);
            match round.run(entries) {
                Ok((used, None)) if used == entries.len() && round.is_at(self.trace.place) => {}
                _ => return Ok(false),
            }
            if round.refuses(&mut header) {
                continue;
            }
            let args = header.params.iter().map(|(slot, ty)| round.argument(*slot, *ty)).collect();
            round.effect(Op::Jump { target, args });
            round.ended = true;
            *self = round;
            return Ok(true);
        }
        Ok(false)
    }

    /// Slots that the first round has changed.
    fn first_header(&mut self) -> Header {
        let root = self.frames.current();
        let count = root.nlocals + root.depth;
        let mut params = BTreeMap::new();
        for at in 0..count {
            let slot = self.frames.current().slot(at);
            let first = self.frames.current().first.get(at as usize).copied().flatten();
            let Some(value) = slot.value else { continue };
            if slot.clean && first.is_some_and(|first| self.same_value(first, value)) {
                continue;
            }
            let raw = self.raw(value);
            params.insert(at, self.ty(raw));
        }
        Header { params, written: (*self.memory.written).clone(), all_written: self.memory.all_written }
    }

    /// The value unboxed, where it is known to be a number.
    fn raw(&mut self, value: Id) -> Id {
        let value = self.resolve(value);
        if self.ty(value) != Ty::Value {
            return value;
        }
        if let Op::Box(_, raw) = *self.func.op(value) {
            return raw;
        }
        for repr in [Repr::Int, Repr::Float, Repr::Bool] {
            let known = match self.func.as_const(value) {
                Some(bits) => crate::ir::interpret::test(repr, Value(bits)),
                None => {
                    let test = self.test_seen(repr, value);
                    test.and_then(|test| self.truth(test)) == Some(true)
                }
            };
            if known {
                return self.fold_unbox(value, repr.ty());
            }
        }
        value
    }

    /// Goes on in a loop's body, whose parameters the slots hold.
    fn enter_loop(&mut self, header: &Header) -> LoopId {
        let args: Vec<Id> = header.params.iter().map(|(slot, ty)| self.argument(*slot, *ty)).collect();
        let types: Vec<Ty> = header.params.values().copied().collect();
        let target = self.func.new_loop(&types);
        self.effect(Op::Jump { target, args });
        let Loop { params, body } = &self.func.loops[target.0 as usize];
        let (params, body) = (params.clone(), *body);
        self.block = body;
        for (slot, param) in header.params.keys().zip(params) {
            self.frames.current_mut().set(*slot, Slot { value: Some(param), clean: false });
        }
        self.memory.at_header(&header.written, header.all_written);
        self.frames.current_mut().forget_saved();
        self.point = None;
        target
    }

    /// A slot's value as the header takes it.
    fn argument(&mut self, slot: u32, ty: Ty) -> Id {
        let value = match self.frames.current().slot(slot).value {
            Some(value) => value,
            None => self.read_slot(slot),
        };
        let raw = self.raw(value);
        self.as_type(raw, ty)
    }

    /// The end of the round does not fit the header, which takes less for granted now.
    fn refuses(&mut self, header: &mut Header) -> bool {
        let mut weaker = false;
        if self.memory.all_written && !header.all_written {
            header.all_written = true;
            weaker = true;
        }
        for class in self.memory.written.iter() {
            weaker |= !header.all_written && header.written.insert(*class);
        }
        let root = self.frames.current();
        let count = root.nlocals + root.depth;
        for at in 0..count {
            let slot = self.frames.current().slot(at);
            match (header.params.get(&at).copied(), slot.value) {
                (Some(Ty::Value), _) => {}
                (Some(ty), value) => {
                    let fits = value.is_some_and(|value| {
                        let raw = self.raw(value);
                        self.ty(raw) == ty
                    });
                    if !fits {
                        header.params.insert(at, Ty::Value);
                        weaker = true;
                    }
                }
                (None, Some(value)) => {
                    let first = self.frames.current().first.get(at as usize).copied().flatten();
                    let same = first.is_some_and(|first| self.same_value(first, value));
                    if !(same && slot.clean) {
                        let raw = self.raw(value);
                        header.params.insert(at, self.ty(raw));
                        weaker = true;
                    }
                }
                (None, None) => {}
            }
        }
        weaker
    }
}
