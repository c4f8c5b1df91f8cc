//! Traces that go on from others: the state that an exit leaves is the state that a side trace begins in, raw values in the exit buffer and
//! frames that are in no memory included; and the end of a trace in another one. Not here: the exit itself (`paths`).

use super::frames::{Frame, Frames, Slot};
use super::{Builder, Refused};
use crate::generated::layouts;
use crate::ir::exits::{ExitMap, FrameMap, Source};
use crate::ir::{Convert, ExitKind, FrameKind, Id, Op, Ty};
use crate::trace::{Place, Trace};
use runtime::object::Gc;
use runtime::value::Value;

impl<'t> Builder<'t> {
    /// Begins where the exit of another trace leads.
    pub(super) fn side(trace: &'t Trace, exit: &ExitMap) -> Result<Builder<'t>, Refused> {
        let mut frames: Vec<Frame> = exit.frames.iter().map(frame).collect();
        if let Some(first) = frames.first_mut() {
            first.known_function = false;
            first.is_generator = exit.frames[0].kind == FrameKind::Generator;
        }
        if frames.last().is_none_or(|frame| frame.code != trace.place.code) {
            return Err(Refused("a side trace that begins in another frame"));
        }
        let mut builder = Builder::at(trace, Frames { all: frames });
        let incoming: Vec<Id> = exit.stored.iter().enumerate().map(|(at, ty)| builder.append(Op::Incoming(at as u32), *ty)).collect();
        for (index, map) in exit.frames.iter().enumerate() {
            builder.frames.all[index].callable = map.callable.and_then(|at| incoming.get(at as usize).copied());
            builder.frames.all[index].anchor = map.anchor.and_then(|at| incoming.get(at as usize).copied());
            if map.kind == FrameKind::Generator && index > 0 {
                builder.resumed(index);
            }
            for slot in &map.slots {
                let value = match slot.source {
                    Source::Stored(at) => *incoming.get(at as usize).ok_or(Refused("a word that the exit does not store"))?,
                    Source::Const(bits) => match slot.repr {
                        None => builder.constant_value(Value(bits)),
                        Some(repr) => builder.constant(repr.ty(), bits),
                    },
                };
                let value = match builder.ty(value) {
                    Ty::Ptr => builder.fold_convert(Convert::Cast, value, Ty::Value),
                    _ => value,
                };
                builder.frames.all[index].set(u32::from(slot.slot), Slot { value: Some(value), clean: false });
            }
        }
        for (index, map) in exit.frames.iter().enumerate() {
            if map.is_virtual && map.kind.kept() > 0 {
                let caller = &builder.frames.all[index.checked_sub(1).ok_or(Refused("a frame that nobody called"))?];
                let first = caller.nlocals + caller.depth;
                let kept: Option<Vec<Id>> = (first..first + map.kind.kept()).map(|at| caller.slot(at).value).collect();
                builder.frames.all[index].is(map.kind, kept.ok_or(Refused("an exit that does not keep what it should"))?);
            } else if map.kind == FrameKind::Init {
                let field = &layouts::FRAME_NAMESPACE;
                let base = builder.address_of_frame(index);
                let op = Op::Load { base, offset: field.offset as i32, class: field.class, readonly: false };
                builder.frames.all[index].instance = Some(builder.append(op, Ty::Value));
            }
        }
        builder.start = builder.frames.clone();
        builder.resumes = exit.key.kind == ExitKind::Exit;
        Ok(builder)
    }

    /// The trace ends where an executor begins, and goes on there: everything is in memory then. Where it stands elsewhere, it is left.
    pub(super) fn end_in(&mut self, (executor, place): (u32, Place)) {
        let frame = self.frames.current();
        if self.ended || frame.code != place.code || self.ip != place.offset {
            return self.end_of_trace();
        }
        self.to_memory();
        let last = self.frames.depth();
        self.frames.all.drain(..last);
        let snapshot = self.snapshot_here();
        self.effect(Op::Link { snapshot, executor });
        self.ended = true;
    }

    /// The trace ends where a function calls itself: whatever begins there goes on.
    pub(super) fn end_anywhere(&mut self) {
        if !self.ended {
            self.to_memory();
            let frame = self.address_of_frame(self.frames.depth());
            self.dispatch(frame);
        }
    }

    /// All frames, as they are.
    pub(super) fn to_memory(&mut self) {
        self.start = self.frames.clone();
        let (ip, depth) = (self.ip, self.frames.current().depth);
        self.flush_at(ip, depth);
        self.frames = self.start.clone();
    }

    /// The function ends in another executor.
    pub(super) fn goes_on(&self) -> bool {
        let last = self.func.block(self.block).last();
        last.is_some_and(|&id| matches!(self.func.op(id), Op::Link { .. } | Op::Dispatch { .. }))
    }
}

fn frame(map: &FrameMap) -> Frame {
    // SAFETY: the objects of an exit map are roots of the trace that it belongs to.
    let (code, function) = unsafe { (Gc::from_address(map.code.0 as usize), Gc::from_address(map.function.0 as usize)) };
    let mut frame = Frame::new(code, function, map.base, map.depth);
    frame.real = !map.is_virtual;
    if matches!(map.kind, FrameKind::Operator(_) | FrameKind::Store) {
        frame.ends = map.kind;
    }
    frame.back = map.ip;
    frame
}
