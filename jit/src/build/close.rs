//! Closing a loop. The first round has been built into the entry block; its end is the header. What differs from round to round becomes the
//! header's parameters, unboxed where the first round left it so. The second round is built on that; if its end does not fit the header,
//! the header takes less for granted and the round is built again. Not here: the instructions of the round.

use super::frames::Slot;
use super::{Builder, Refused};
use crate::ir::{Class, Id, Loop, LoopId, Op, Repr, Ty};
use crate::trace::Entry;
use hashbrown::HashSet;
use runtime::value::Value;
use std::collections::BTreeMap;

/// So often is a header weakened before the loop is given up.
const ATTEMPTS: usize = 8;

/// What a header takes for granted. Whatever round comes to its end must leave it so.
struct Header {
    /// Slots that are parameters.
    params: BTreeMap<u32, Param>,
    /// What the other slots of the frame hold, as far as that is known; memory holds it, too.
    kept: Vec<Option<Id>>,
    written: HashSet<Class>,
    all_written: bool,
}

#[derive(Clone, Copy)]
struct Param {
    ty: Ty,
    /// Memory holds it, too.
    clean: bool,
}

impl<'t> Builder<'t> {
    /// False: the loop could not be closed, and the trace ends behind its first round.
    pub(super) fn close(&mut self, entries: &'t [Entry]) -> Result<bool, Refused> {
        self.bound_stores_of_loop();
        let mut header = self.first_header();
        for _ in 0..ATTEMPTS {
            let mut round = self.clone();
            let target = round.enter_loop(&header);
            match round.run(entries) {
                Ok((used, None)) if used == entries.len() && round.is_at(self.trace.place) => {}
                _ => return Ok(false),
            }
            round.bound_stores_of_loop();
            if round.refuses(&mut header) {
                continue;
            }
            let args = header.params.iter().map(|(slot, param)| round.argument(*slot, param.ty)).collect();
            round.effect(Op::Jump { target, args });
            round.ended = true;
            *self = round;
            return Ok(true);
        }
        Ok(false)
    }

    /// What the first round leaves; the slots that it has changed become parameters.
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
            params.insert(at, Param { ty: self.ty(raw), clean: slot.clean });
        }
        let kept = (0..count).map(|at| self.frames.current().slot(at).value).collect();
        Header { params, kept, written: (*self.memory.written).clone(), all_written: self.memory.all_written }
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
        let args: Vec<Id> = header.params.iter().map(|(slot, param)| self.argument(*slot, param.ty)).collect();
        let types: Vec<Ty> = header.params.values().map(|param| param.ty).collect();
        let target = self.func.new_loop(&types);
        self.effect(Op::Jump { target, args });
        let Loop { params, body } = &self.func.loops[target.0 as usize];
        let (params, body) = (params.clone(), *body);
        self.block = body;
        for ((slot, param), value) in header.params.iter().zip(params) {
            self.frames.current_mut().set(*slot, Slot { value: Some(value), clean: param.clean });
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
            let raw = slot.value.map(|value| self.raw(value));
            let ty = raw.map_or(Ty::Value, |raw| self.ty(raw));
            let fits = match (header.params.get(&at), header.kept.get(at as usize).copied().flatten()) {
                (Some(param), _) => (param.ty == Ty::Value || param.ty == ty) && (slot.clean || !param.clean),
                (None, Some(kept)) => slot.clean && slot.value.is_some_and(|value| self.same_value(kept, value)),
                (None, None) => slot.clean,
            };
            if !fits {
                let before = header.params.get(&at).map_or(Param { ty, clean: true }, |param| *param);
                let ty = if before.ty == ty { ty } else { Ty::Value };
                header.params.insert(at, Param { ty, clean: before.clean && slot.clean });
                weaker = true;
            }
        }
        weaker
    }
}
