//! The frames, abstractly: what each slot holds, whether memory holds it too, which frames are in memory at all; snapshots, and writing all
//! of it to memory before someone looks. Not here: calls and returns (`calls`).

use super::Builder;
use crate::emit::Slots;
use crate::generated::layouts;
use crate::ir::{Binary, Class, Convert, FrameKind, FrameState, Id, Op, Snapshot, SnapshotId, Ty};
use crate::settings::MOST_STORES;
use core::mem::offset_of;
use runtime::frame::{FRAME_WORDS, Frame as RealFrame, kind};
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::objects::function::Function;
use runtime::value::NULL;
use runtime::vm::Thread;

/// A local or operand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Slot {
    /// `None`: what memory holds, and nobody has looked.
    pub value: Option<Id>,
    /// Memory holds it.
    pub clean: bool,
}

const UNSEEN: Slot = Slot { value: None, clean: true };

#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub code: Gc<Code>,
    pub function: Gc<Function>,
    /// The function is this one each time; that of the trace's first frame may be another with the same code.
    pub known_function: bool,
    /// The function, where it is made anew each time.
    pub callable: Option<Id>,
    /// The address that `base` counts from; the trace's first frame where there is none.
    pub anchor: Option<Id>,
    /// Words from there.
    pub base: u32,
    /// Its header is in memory and linked.
    pub real: bool,
    /// Units: where it goes on when its callee returns.
    pub back: u32,
    pub nlocals: u32,
    /// Operands on the stack.
    pub depth: u32,
    pub slots: Vec<Slot>,
    /// The instance whose `__init__` runs in it.
    pub instance: Option<Id>,
    /// Of a frame that is not in memory: what stands above the caller's operands meanwhile (`FrameKind::kept`).
    pub kept: Vec<Id>,
    /// The trace began in it, and it was a generator's: not that of the call which makes one.
    pub is_generator: bool,
    /// What its end means, where a helper has made it.
    pub ends: FrameKind,
    /// The generator that runs in it (`Ptr`), as far as it has been asked for.
    pub generator: Option<Id>,
    /// Of a generator: where the frames of what it calls go.
    pub callees: Option<(Option<Id>, u32)>,
    /// `ip` and depth that its header shows.
    pub(super) saved: Option<(u32, u32)>,
    /// What the slots held at the beginning, as far as they have been read before they were written.
    pub first: Vec<Option<Id>>,
}

impl Frame {
    /// What its end means, and what is kept for it.
    pub(super) fn is(&mut self, kind: FrameKind, kept: Vec<Id>) {
        match kind {
            FrameKind::Init => self.instance = kept.first().copied(),
            _ => self.ends = kind,
        }
        self.kept = kept;
    }

    /// `kinds`: bits of `runtime::frame::kind`.
    pub(super) fn root(code: Gc<Code>, function: Gc<Function>, depth: u32, kinds: u32) -> Frame {
        let is_generator = kinds & kind::GENERATOR != 0;
        Frame { known_function: false, real: true, is_generator, ..Frame::new(code, function, 0, depth) }
    }

    /// A frame that is not in memory.
    pub(super) fn new(code: Gc<Code>, function: Gc<Function>, base: u32, depth: u32) -> Frame {
        let nlocals = code.nlocalsplus.get();
        Frame {
            code,
            function,
            known_function: true,
            callable: None,
            anchor: None,
            base,
            real: false,
            back: 0,
            nlocals,
            depth,
            slots: vec![UNSEEN; (nlocals + depth) as usize],
            instance: None,
            kept: Vec::new(),
            generator: None,
            is_generator: false,
            ends: FrameKind::Plain,
            callees: None,
            saved: None,
            first: Vec::new(),
        }
    }

    pub(super) fn kind(&self) -> FrameKind {
        match (self.instance, self.generator) {
            (Some(_), _) => FrameKind::Init,
            (_, Some(_)) => FrameKind::Generator,
            _ if self.is_generator => FrameKind::Generator,
            _ => self.ends,
        }
    }

    /// The word of a slot, from the anchor.
    pub(super) fn word(&self, slot: u32) -> u32 {
        self.base + FRAME_WORDS as u32 + slot
    }

    pub(super) fn slot(&self, at: u32) -> Slot {
        self.slots.get(at as usize).copied().unwrap_or(UNSEEN)
    }

    pub(super) fn set(&mut self, at: u32, slot: Slot) {
        if self.slots.len() <= at as usize {
            self.slots.resize(at as usize + 1, UNSEEN);
        }
        self.slots[at as usize] = slot;
    }

    /// Frames that are pushed above this depth have written over what memory held there.
    pub(super) fn forget_above(&mut self, depth: u32) {
        self.slots.truncate((self.nlocals + depth) as usize);
    }

    /// The header may show anything from here on.
    pub(super) fn forget_saved(&mut self) {
        self.saved = None;
    }
}

/// Outermost first; there is always one.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    pub all: Vec<Frame>,
}

impl Frames {
    pub(super) fn new(root: Frame) -> Frames {
        Frames { all: vec![root] }
    }
    /// Frames above the first.
    pub(super) fn depth(&self) -> usize {
        self.all.len() - 1
    }
    pub(super) fn current(&self) -> &Frame {
        self.all.last().expect("the first frame stays")
    }
    pub(super) fn current_mut(&mut self) -> &mut Frame {
        self.all.last_mut().expect("the first frame stays")
    }
}

/// What exits store, in slots of their snapshots.
#[derive(Clone)]
pub struct Stores {
    /// So many may be stored before frames are written back the first time; a quarter of that from then on.
    pub may_be: usize,
    /// Snapshots that have been counted.
    seen: usize,
    /// Slots of those since frames were last written back for that reason.
    since: usize,
    /// Frames have been written back for that reason.
    are_bounded: bool,
}

impl Default for Stores {
    fn default() -> Stores {
        Stores { may_be: MOST_STORES, seen: 0, since: 0, are_bounded: false }
    }
}

impl Builder<'_> {
    // -- slots ---------------------------------------------------------------

    pub(super) fn read_slot(&mut self, at: u32) -> Id {
        let frame = self.frames.current();
        let slot = frame.slot(at);
        if let Some(value) = slot.value {
            return self.resolve(value);
        }
        let (offset, anchor) = ((frame.word(at) * 8) as i32, frame.anchor);
        let base = self.anchor(anchor);
        let id = self.append(Op::Load { base, offset, class: Class::SLOTS, readonly: false }, Ty::Value);
        let root = self.frames.depth() == 0;
        let frame = self.frames.current_mut();
        frame.set(at, Slot { value: Some(id), clean: true });
        if root {
            if frame.first.len() <= at as usize {
                frame.first.resize(at as usize + 1, None);
            }
            frame.first[at as usize].get_or_insert(id);
        }
        id
    }

    pub(super) fn write_slot(&mut self, at: u32, v: Id) {
        let mut v = self.resolve(v);
        if self.ty(v) == Ty::Ptr {
            v = self.fold_convert(Convert::Cast, v, Ty::Value);
        }
        let old = self.frames.current().slot(at);
        let same = old.value.is_some_and(|old| self.same_value(old, v));
        self.frames.current_mut().set(at, Slot { value: Some(v), clean: same && old.clean });
    }

    /// The same value in whatever representation.
    pub(super) fn same_value(&self, a: Id, b: Id) -> bool {
        self.plain(a) == self.plain(b)
    }

    fn plain(&self, id: Id) -> Id {
        let id = self.resolve(id);
        match *self.func.op(id) {
            Op::Box(_, inner) | Op::Unbox(_, inner) | Op::Convert(Convert::Cast, inner) => self.plain(inner),
            _ => id,
        }
    }

    pub(super) fn pop_operand(&mut self) -> Id {
        let frame = self.frames.current_mut();
        let Some(depth) = frame.depth.checked_sub(1) else {
            self.refuse_because("an operand below the stack");
            return self.constant_value(NULL);
        };
        frame.depth = depth;
        let at = frame.nlocals + depth;
        self.read_slot(at)
    }

    pub(super) fn push_operand(&mut self, v: Id) {
        let frame = self.frames.current_mut();
        let at = frame.nlocals + frame.depth;
        frame.depth += 1;
        self.write_slot(at, v);
    }

    pub(super) fn pop_run(&mut self, count: u32) -> Slots {
        let frame = self.frames.current_mut();
        match frame.depth.checked_sub(count) {
            Some(depth) => frame.depth = depth,
            None => {
                self.refuse_because("operands below the stack");
                return Slots { at: 0, count: 0 };
            }
        }
        Slots { at: frame.depth, count }
    }

    pub(super) fn push_run(&mut self, slots: Slots) {
        let frame = self.frames.current_mut();
        if slots.at == frame.depth {
            frame.depth += slots.count;
            return;
        }
        let nlocals = frame.nlocals;
        let values: Vec<Id> = (0..slots.count).map(|index| self.read_slot(nlocals + slots.at + index)).collect();
        values.into_iter().for_each(|value| self.push_operand(value));
    }

    // -- snapshots -----------------------------------------------------------

    /// The frames as the instruction found them.
    pub(super) fn restart(&mut self) -> SnapshotId {
        if let Some(snapshot) = self.restart {
            return snapshot;
        }
        let (frames, ip) = (self.start.clone(), self.entry.map_or(self.ip, |entry| entry.offset));
        let snapshot = self.snapshot_of(&frames, ip);
        self.restart = Some(snapshot);
        snapshot
    }

    /// The frames as they were at the point from which everything can be done again.
    pub(super) fn again(&mut self) -> SnapshotId {
        let Some(mut point) = self.point.take() else { return self.restart() };
        let snapshot = match point.snapshot {
            Some(snapshot) => snapshot,
            None => self.snapshot_of(&point.frames, point.ip),
        };
        point.snapshot = Some(snapshot);
        self.point = Some(point);
        snapshot
    }

    /// The frames as they are.
    pub(super) fn snapshot_here(&mut self) -> SnapshotId {
        let frames = self.frames.clone();
        let ip = self.ip;
        self.snapshot_of(&frames, ip)
    }

    fn snapshot_of(&mut self, frames: &Frames, ip: u32) -> SnapshotId {
        let mut states = Vec::new();
        for (index, frame) in frames.all.iter().enumerate() {
            let count = frame.nlocals + frame.depth;
            let dirty = (0..count).filter_map(|at| {
                let slot = frame.slot(at);
                let value = slot.value.filter(|_| !slot.clean)?;
                Some((at as u16, self.func.exit_value(self.resolve(value))))
            });
            let mut slots: Vec<_> = dirty.collect();
            if let Some(above) = frames.all.get(index + 1).filter(|above| !above.real) {
                let kept = above.kept.iter().zip(count..);
                slots.extend(kept.map(|(value, at)| (at as u16, self.func.exit_value(self.resolve(*value)))));
            }
            states.push(FrameState {
                code: self.func.root(frame.code.value()),
                function: self.func.root(frame.function.value()),
                callable: frame.callable,
                anchor: frame.anchor,
                base: frame.base,
                ip: if index + 1 == frames.all.len() { ip } else { frame.back },
                depth: frame.depth,
                kind: frame.kind(),
                is_virtual: !frame.real,
                slots,
            });
        }
        self.func.add_snapshot(Snapshot { frames: states })
    }

    // -- to memory -----------------------------------------------------------

    /// Between two instructions: frames are written back where the exits since the last time store much. What a loop of many variables
    /// costs would otherwise grow with the exits times the variables.
    pub(super) fn bound_stores(&mut self) {
        let snapshots = self.func.snapshots.get(self.stores.seen..).unwrap_or(&[]);
        let words = snapshots.iter().flat_map(|snapshot| &snapshot.frames).map(|frame| frame.slots.len());
        self.stores.since += words.sum::<usize>();
        self.stores.seen = self.func.snapshots.len();
        let most = if self.stores.are_bounded { self.stores.may_be / 4 } else { self.stores.may_be };
        if self.stores.since > most {
            self.stores.are_bounded = true;
            self.write_frames();
        }
    }

    /// Where a loop begins or ends of whose frames `bound_stores` has written some back: all of them are, so that ends fit beginnings.
    pub(super) fn bound_stores_of_loop(&mut self) {
        if self.stores.are_bounded {
            self.write_frames();
        }
    }

    fn write_frames(&mut self) {
        self.to_memory();
        self.stores.since = 0;
    }

    /// Memory shows all frames as the instruction found them: for helpers that look at frames, or run others.
    pub(super) fn flush(&mut self) {
        // The current frame as it was when the instruction began: it may have to begin again.
        let (ip, depth) = (self.entry().offset, self.start.current().depth);
        self.flush_at(ip, depth);
    }

    /// As `flush`; the current frame shows this ip and depth.
    pub(super) fn flush_at(&mut self, ip: u32, depth: u32) {
        let before = self.frames.depth();
        let mut linked = 0;
        for index in 0..=before {
            if !self.frames.all[index].real {
                self.write_header(index);
                linked += 1;
            }
            let (ip, depth) = match index == before {
                true => (ip, depth),
                false => (self.frames.all[index].back, self.frames.all[index].depth),
            };
            for at in 0..self.frames.all[index].nlocals + depth {
                self.write_back(index, at);
            }
            self.show(index, ip, depth);
        }
        if linked > 0 {
            self.link(before, -linked);
        }
        self.restart = None;
    }

    /// The slot's value at the instruction's beginning, boxed, to memory.
    fn write_back(&mut self, index: usize, at: u32) {
        let slot = self.start.all[index].slot(at);
        let (Some(value), false) = (slot.value, slot.clean) else { return };
        let frame = &self.start.all[index];
        let (anchor, word) = (frame.anchor, frame.word(at));
        self.store_word(anchor, word, value);
        self.start.all[index].set(at, Slot { clean: true, ..slot });
        let now = self.frames.all[index].slot(at);
        if now.value.is_some_and(|now| self.same_value(now, value)) {
            self.frames.all[index].set(at, Slot { clean: true, ..now });
        }
    }

    pub(super) fn store_word(&mut self, anchor: Option<Id>, word: u32, value: Id) {
        let base = self.anchor(anchor);
        let value = self.as_type(value, Ty::Value);
        self.effect(Op::Store { base, offset: (word * 8) as i32, class: Class::SLOTS, value });
    }

    /// The operands stand in memory as they are now, wherever they came from.
    pub(super) fn write_operands(&mut self, slots: Slots) {
        for index in 0..slots.count {
            let at = self.frames.current().nlocals + slots.at + index;
            let value = self.read_slot(at);
            let frame = self.frames.current();
            let slot = frame.slot(at);
            if !slot.clean {
                let (anchor, word) = (frame.anchor, frame.word(at));
                self.store_word(anchor, word, value);
                self.frames.current_mut().set(at, Slot { clean: true, ..slot });
                let last = self.start.all.len() - 1;
                let was = self.start.all[last].slot(at);
                let same = was.value.is_some_and(|was| self.same_value(was, value));
                self.start.all[last].set(at, Slot { clean: same, ..was });
                self.restart = None;
            }
        }
    }

    /// `ip` and `sp` of a frame in memory.
    pub(super) fn show(&mut self, index: usize, ip: u32, depth: u32) {
        let frame = &self.frames.all[index];
        if frame.saved == Some((ip, depth)) {
            return;
        }
        let (units, top, base) = (frame.code.units() as u64, frame.word(frame.nlocals + depth), frame.base);
        let anchor = frame.anchor;
        let (base, top) = (self.word_address(anchor, base), self.word_address(anchor, top));
        let ip_address = self.constant(Ty::Ptr, units + u64::from(ip) * 4);
        self.header_word(base, offset_of!(RealFrame, ip), ip_address);
        self.header_word(base, offset_of!(RealFrame, sp), top);
        self.frames.all[index].saved = Some((ip, depth));
        if let Some(start) = self.start.all.get_mut(index) {
            start.saved = Some((ip, depth));
        }
    }

    pub(super) fn header_word(&mut self, base: Id, offset: usize, value: Id) {
        self.effect(Op::Store { base, offset: offset as i32, class: Class::FRAME, value });
    }

    /// The header of a frame that is not in memory yet, as `frame::init` writes it; `ip` and `sp` follow.
    fn write_header(&mut self, index: usize) {
        let frame = self.frames.all[index].clone();
        if let Some(generator) = frame.generator {
            self.link_generator(index, generator);
            return self.is_real(index);
        }
        let (base, previous) = (self.address_of_frame(index), self.address_of_frame(index - 1));
        let code = self.constant_value(frame.code.value());
        let function = match frame.callable {
            Some(callable) => callable,
            None => self.constant_value(frame.function.value()),
        };
        let null = self.constant_value(NULL);
        let consts = self.constant(Ty::Ptr, frame.code.consts.get() as u64);
        let kind = self.constant(Ty::I32, u64::from(frame.kind().bits()));
        if let FrameKind::Operator(_) = frame.kind() {
            // Where the interpreter looks for them.
            let caller = &self.frames.all[index - 1];
            let (anchor, first) = (caller.anchor, caller.word(caller.nlocals + caller.depth));
            for (value, word) in frame.kept.iter().zip(first..) {
                self.store_word(anchor, word, *value);
            }
        }
        let namespace = match frame.instance {
            Some(instance) => self.as_type(instance, Ty::Value),
            None => null,
        };
        let of = |field: &'static crate::emit::Field| (field.offset as usize, field.class);
        let own = |offset| (offset, Class::FRAME);
        let words = [
            (of(&layouts::FRAME_CODE), code),
            (of(&layouts::FRAME_FUNCTION), function),
            (own(offset_of!(RealFrame, previous)), previous),
            (own(offset_of!(RealFrame, consts)), consts),
            (of(&layouts::FRAME_NAMESPACE), namespace),
            (own(offset_of!(RealFrame, generator)), null),
            (own(offset_of!(RealFrame, object)), null),
            (own(offset_of!(RealFrame, kind)), kind),
        ];
        for ((offset, class), value) in words {
            self.effect(Op::Store { base, offset: offset as i32, class, value });
        }
        self.is_real(index);
    }

    fn is_real(&mut self, index: usize) {
        self.frames.all[index].real = true;
        self.frames.all[index].saved = None;
        if let Some(start) = self.start.all.get_mut(index) {
            start.real = true;
        }
    }

    /// The thread runs the frame of this index; `change` frames fewer may be pushed than before, or more.
    pub(super) fn link(&mut self, index: usize, change: i32) {
        let thread = self.thread();
        let frame = self.address_of_frame(index);
        let offset = offset_of!(Thread, frame) as i32;
        self.effect(Op::Store { base: thread, offset, class: Class::FRAME, value: frame });
        self.count_frames(change);
    }

    /// So many frames fewer are pushed than before.
    pub(super) fn count_frames(&mut self, change: i32) {
        let thread = self.thread();
        let field = &layouts::THREAD_RECURSION_REMAINING;
        let remaining = self.load_field(thread, field);
        let change = self.constant(field.ty, change as u64);
        let remaining = self.fold_binary(Binary::Add, remaining, change);
        self.store_at(thread, field.offset as i32, field.class, remaining);
    }
}
