//! From a bytecode trace to IR: the instructions' generated meanings (`generated::lower`) run against the [`Builder`], which keeps the
//! frames abstractly, boxes late, computes early, and forgets what it need not do twice.
//!
//! The first round of a loop is the entry block, what it has established holds in the loop; the second round, of the same instructions, is
//! the loop's body. Not here: what an instruction does (`opcodes.def`), how the result runs (`ir::interpret`, `machine`).

mod calls;
mod clean;
mod close;
mod fold;
mod frames;
mod instances;
mod memory;
mod paths;
mod returns;
mod side;

use crate::emit::{Emit, Imm};
use crate::generated::lower;
use crate::ir::exits::ExitMap;
use crate::ir::{Block, ExitKind, Func, Id, Op, SnapshotId, Ty};
use crate::trace::{End, Entry, Flow, Place, Trace};
use frames::{Frame, Frames, Stores};
use memory::Memory;
use hashbrown::HashMap;
use runtime::generated::opcode;
use runtime::value::Value;
use std::rc::Rc;

/// What came of a trace.
pub struct Built {
    pub func: Func,
    /// Entries that the function runs; fewer than the trace has where one of them is not part of traces.
    pub used: usize,
    /// Why it ends before the trace does.
    pub cut: Option<&'static str>,
    /// It goes round.
    pub is_loop: bool,
    /// Specialized instructions that it leans on. When one of them is reset, since a class that it watches has changed, the trace is no
    /// longer valid.
    pub sites: Vec<Place>,
}

/// The frames before an instruction, and where that is.
#[derive(Clone)]
struct Point {
    frames: Frames,
    ip: u32,
    snapshot: Option<SnapshotId>,
}

/// Why an instruction is no part of the trace, and what was true when that turned out.
#[derive(Clone)]
struct Refusal {
    reason: &'static str,
    /// Of the instruction's block.
    length: usize,
    /// The frames as the instruction found them, and what memory shows of that by now.
    start: Frames,
    acted: bool,
}

/// No function comes of the trace, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused(pub &'static str);

/// The IR of a trace, verified in debug builds. A side trace goes on in the state that the exit `parent` leaves. `reached` is the executor
/// at which the trace ends, and where that begins. Exits store no more than `most_stores` slots, or about so many, before frames are
/// written back.
pub fn build(trace: &Trace, parent: Option<&ExitMap>, reached: Option<(u32, Place)>, most_stores: usize) -> Result<Built, Refused> {
    let mut builder = match parent {
        Some(exit) => Builder::side(trace, exit)?,
        None => Builder::new(trace)?,
    };
    builder.stores.may_be = most_stores;
    finished(builder, parent, reached)
}

/// As `build` of a trace that begins at a place, where these slots of the first frame are known to hold these values, which are kept
/// alive elsewhere too.
pub fn build_knowing(trace: &Trace, known: &[(u32, Value)]) -> Result<Built, Refused> {
    let mut builder = Builder::new(trace)?;
    for (slot, value) in known {
        let value = Some(builder.constant_value(*value));
        builder.frames.current_mut().set(*slot, frames::Slot { value, clean: true });
    }
    finished(builder, None, None)
}

fn finished(mut builder: Builder<'_>, parent: Option<&ExitMap>, reached: Option<(u32, Place)>) -> Result<Built, Refused> {
    let trace = builder.trace;
    let (used, cut) = builder.run(&trace.entries)?;
    let closes = cut.is_none() && trace.end == End::LoopClosed && builder.is_at(trace.place);
    let is_loop = closes && builder.close(&trace.entries)?;
    if !is_loop {
        let own = (trace.number, trace.place);
        match (cut, trace.end) {
            (None, End::LoopClosed) => builder.end_in(own),
            (None, End::Recursion) => builder.end_anywhere(),
            (None, End::ReachedTrace(_)) if reached.is_some() => builder.end_in(reached.unwrap_or(own)),
            _ => builder.end_of_trace(),
        }
    }
    if parent.is_some() && used == 0 && !builder.goes_on() {
        return Err(Refused("a side trace without progress"));
    }
    builder.finish();
    let func = builder.func;
    #[cfg(debug_assertions)]
    if let Err(error) = crate::ir::verify::verify(&func, crate::generated::helpers::HELPERS) {
        panic!("the builder made a function that is none: {error:?}\n{func}");
    }
    let sites = sites(&trace.entries[..used])?;
    Ok(Built { func, used, cut, is_loop, sites })
}

/// The instructions that lean on a class. One that has been reset since it was recorded makes the trace useless.
fn sites(entries: &[Entry]) -> Result<Vec<Place>, Refused> {
    let watching = entries.iter().filter(|entry| lower::watches(entry.opcode));
    let mut sites = Vec::new();
    for entry in watching {
        // SAFETY: the entry was recorded in this code, whose units do not move.
        let now = opcode::FIRST[unsafe { *entry.code.units().add(entry.offset as usize) } as u8 as usize];
        if opcode::HEAD[now as usize] == now {
            return Err(Refused("a class has changed since"));
        }
        sites.push(entry.place());
    }
    sites.sort_by_key(|place| (place.code.address(), place.offset));
    sites.dedup();
    Ok(sites)
}

/// A trace in the making. It can be cloned: a loop's body is built from a copy, and built again when what it took for granted turns out
/// not to hold at its end.
// What is known is shared until it is written to: a side path, on which nothing happens most of the time, costs no copy.
#[derive(Clone)]
struct Builder<'t> {
    trace: &'t Trace,
    func: Func,
    block: Block,
    /// Constants and addresses, which stand at the head of the entry block.
    head: Vec<Id>,
    heads: HashMap<(u8, u64, Option<Ty>), Id>,
    /// Pure operations that have been computed, by what they are.
    computed: Rc<HashMap<fold::Key, Id>>,
    /// Conditions that are known, by the guards before.
    known: Rc<HashMap<Id, bool>>,
    /// Values that are known to be others: behind a guard that compares with a constant.
    same: Rc<HashMap<Id, Id>>,
    /// Objects whose shape cannot change, and that shape.
    shapes: Rc<HashMap<Id, u64>>,
    memory: Memory,
    frames: Frames,
    /// The frames as the instruction at hand found them.
    start: Frames,
    restart: Option<SnapshotId>,
    /// Where guards leave to: nothing has happened since that must not happen twice.
    point: Option<Point>,
    entry: Option<&'t Entry>,
    /// The entry behind it, which tells where a call went.
    following: Option<&'t Entry>,
    /// Where the frames go on, behind the instruction.
    ip: u32,
    /// Python may have run since the last look at whether the trace is valid.
    unchecked: bool,
    /// The instruction has done something that must not be done twice.
    acted: bool,
    refused: Option<Refusal>,
    /// The block that the instruction at hand began in.
    trunk: Block,
    /// The instruction at hand is the one that an exit of another trace led to.
    resumes: bool,
    /// How much of the snapshots has been looked at, and what exits may store until frames are written back.
    stores: Stores,
    /// Inside of a path that was not taken: how it ends.
    side: Option<Option<(SnapshotId, ExitKind)>>,
    /// The block has its end.
    ended: bool,
}

impl<'t> Builder<'t> {
    fn new(trace: &'t Trace) -> Result<Builder<'t>, Refused> {
        let Some(first) = trace.entries.first() else { return Err(Refused("an empty trace")) };
        if first.depth != 0 || first.code != trace.place.code {
            return Err(Refused("a trace that begins in another frame"));
        }
        let root = Frame::root(first.code, trace.function, first.stack, first.kind);
        Ok(Builder::at(trace, Frames::new(root)))
    }

    /// A builder that begins in this state.
    fn at(trace: &'t Trace, frames: Frames) -> Builder<'t> {
        let func = Func::new(format!("trace {}", trace.number));
        let block = func.entry;
        Builder {
            trace,
            func,
            block,
            head: Vec::new(),
            heads: HashMap::new(),
            computed: Rc::default(),
            known: Rc::default(),
            same: Rc::default(),
            shapes: Rc::default(),
            memory: Memory::default(),
            start: frames.clone(),
            frames,
            restart: None,
            point: None,
            entry: None,
            following: None,
            ip: trace.place.offset,
            unchecked: false,
            acted: false,
            refused: None,
            resumes: false,
            trunk: block,
            stores: Stores::default(),
            side: None,
            ended: false,
        }
    }

    /// The instructions, in order; how many are part of the function, and why no more.
    fn run(&mut self, entries: &'t [Entry]) -> Result<(usize, Option<&'static str>), Refused> {
        for (index, entry) in entries.iter().enumerate() {
            self.func.originate(Some(index as u32));
            self.bound_stores();
            if let Err(refusal) = self.instruction(entry, entries.get(index + 1)) {
                if refusal.acted {
                    return Err(Refused(refusal.reason));
                }
                // What came behind the refusal is not to run: its guards are those that do not hold.
                let block = self.trunk;
                self.func.block_mut(block).truncate(refusal.length);
                self.block = block;
                self.frames = refusal.start;
                self.ended = false;
                self.ip = entry.offset;
                return Ok((index, Some(refusal.reason)));
            }
            if self.ended {
                return Ok((index + 1, None));
            }
        }
        self.func.originate(None);
        Ok((entries.len(), None))
    }

    fn instruction(&mut self, entry: &'t Entry, following: Option<&'t Entry>) -> Result<(), Refusal> {
        self.start = self.frames.clone();
        self.trunk = self.block;
        self.restart = None;
        self.move_point(entry.offset);
        self.acted = false;
        self.refused = None;
        let frame = self.frames.current();
        if self.frames.depth() != entry.depth as usize
            || frame.code != entry.code
            || self.ip != entry.offset
            || frame.depth != entry.stack
        {
            return Err(self.refusal("execution went on elsewhere than the instruction says"));
        }
        self.entry = Some(entry);
        self.following = following;
        if std::mem::take(&mut self.unchecked) {
            let snapshot = self.restart();
            self.effect(Op::CheckValid { snapshot });
        }
        if matches!(entry.flow, Flow::Pop | Flow::Suspend) {
            self.expect_below();
        }
        let length = entry.length() as usize;
        let cache = entry.cache.get(..length - 1).unwrap_or(&[]);
        let imm = Imm { oparg: entry.oparg, cache, next_offset: entry.offset + entry.length(), code: entry.code };
        if let Err(reason) = lower::expand(self, entry.opcode, &imm) {
            self.refuse_because(reason);
        }
        self.resumes = false;
        match self.refused.take() {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }

    fn entry(&self) -> &'t Entry {
        self.entry.expect("an instruction is at hand")
    }

    /// In the frame that the trace began in, before this instruction.
    fn is_at(&self, place: Place) -> bool {
        !self.ended && self.frames.depth() == 0 && self.ip == place.offset
    }

    /// The trace is left where it stands.
    fn end_of_trace(&mut self) {
        if self.ended {
            return;
        }
        let snapshot = self.snapshot_here();
        self.effect(Op::Leave { snapshot, kind: ExitKind::End });
        self.ended = true;
    }

    /// The trace ends before the instruction at hand, in the state that memory is in now.
    fn refusal(&self, reason: &'static str) -> Refusal {
        Refusal { reason, length: self.func.block(self.trunk).len(), start: self.start.clone(), acted: self.acted }
    }

    /// The first reason counts.
    fn refuse_because(&mut self, reason: &'static str) {
        if self.refused.is_none() {
            self.refused = Some(self.refusal(reason));
        }
    }

    /// Guards leave to where an expression began, not to each of its instructions: there are fewer exits, with fewer values.
    fn move_point(&mut self, ip: u32) {
        let (frames, operands) = (self.frames.depth(), self.frames.current().depth);
        let stays = |point: &Point| point.frames.depth() == frames && point.frames.current().depth < operands;
        if !self.point.as_ref().is_some_and(stays) {
            self.point = Some(Point { frames: self.frames.clone(), ip, snapshot: None });
        }
    }

    /// Appends something that is not a value.
    fn effect(&mut self, op: Op) -> Id {
        if matches!(op, Op::Store { .. } | Op::StoreElement { .. } | Op::Call { .. }) {
            self.point = None;
        }
        let block = self.block;
        self.func.push(block, op, None)
    }

    /// Appends a value that is computed here and now.
    fn append(&mut self, op: Op, ty: Ty) -> Id {
        let block = self.block;
        self.func.push(block, op, Some(ty))
    }

    fn ty(&self, id: Id) -> Ty {
        self.func.ty(id).expect("operands have types")
    }
}

/// Everything is in the topic's file: stack and locals in `frames`, numbers in `fold`, and so on.
impl Emit for Builder<'_> {
    type V = Id;

    fn pop(&mut self, ty: Ty) -> Id {
        let v = self.pop_operand();
        self.as_type(v, ty)
    }
    fn pop_any(&mut self) -> Id {
        self.pop_operand()
    }
    fn pop_slots(&mut self, count: u32) -> crate::emit::Slots {
        self.pop_run(count)
    }
    fn push(&mut self, v: Id) {
        self.push_operand(v);
    }
    fn push_slots(&mut self, slots: crate::emit::Slots) {
        self.push_run(slots);
    }
    fn push_undefined(&mut self) {
        let null = self.constant_value(runtime::value::NULL);
        self.push_operand(null);
    }
    fn new_slots(&mut self, above: u32, count: u32) -> crate::emit::Slots {
        crate::emit::Slots { at: self.frames.current().depth + above, count }
    }
    fn slot(&mut self, slots: crate::emit::Slots, index: u32) -> Id {
        let at = self.frames.current().nlocals + slots.at + index;
        let v = self.read_slot(at);
        self.as_type(v, Ty::Value)
    }
    fn set_slot(&mut self, slots: crate::emit::Slots, index: u32, v: Id) {
        let at = self.frames.current().nlocals + slots.at + index;
        self.write_slot(at, v);
    }

    fn number(&mut self, ty: Ty, bits: u64) -> Id {
        self.constant(ty, bits)
    }
    fn value(&mut self, value: runtime::value::Value) -> Id {
        self.constant_value(value)
    }
    fn binary(&mut self, op: crate::ir::Binary, left: Id, right: Id) -> Id {
        self.fold_binary(op, left, right)
    }
    fn compare(&mut self, op: crate::ir::Compare, left: Id, right: Id) -> Id {
        self.fold_compare(op, left, right)
    }
    fn overflows(&mut self, op: crate::ir::Overflow, left: Id, right: Id) -> Id {
        self.fold_overflow(op, left, right)
    }
    fn unary(&mut self, op: crate::ir::Unary, v: Id) -> Id {
        self.fold_unary(op, v)
    }
    fn convert(&mut self, how: crate::ir::Convert, v: Id, to: Ty) -> Id {
        self.fold_convert(how, v, to)
    }
    fn select(&mut self, condition: Id, then: Id, otherwise: Id) -> Id {
        self.fold_select(condition, then, otherwise)
    }
    fn choose(&mut self, condition: Id, then: impl FnOnce(&mut Self) -> Id, otherwise: impl FnOnce(&mut Self) -> Id) -> Id {
        self.choice(condition, then, otherwise)
    }
    fn is_object(&mut self, v: Id) -> Id {
        self.fold_is_object(v)
    }
    fn boxed(&mut self, v: Id) -> Id {
        self.fold_box(v)
    }
    fn unboxed(&mut self, v: Id, ty: Ty) -> Id {
        self.fold_unbox(v, ty)
    }
    fn test(&mut self, v: Id, ty: Ty) -> Id {
        self.fold_test(v, ty)
    }

    fn local(&mut self, index: u32) -> Id {
        self.read_slot(index)
    }
    fn set_local(&mut self, index: u32, v: Id) {
        self.write_slot(index, v);
    }
    fn load(&mut self, base: Id, field: &'static crate::emit::Field) -> Id {
        self.load_field(base, field)
    }
    fn store(&mut self, base: Id, field: &'static crate::emit::Field, v: Id, reference: bool) {
        self.acted = true;
        self.store_field(base, field, v, reference);
    }
    fn load_element(&mut self, base: Id, elements: &'static crate::emit::Field, index: Id) -> Id {
        self.load_item(base, elements, index)
    }
    fn store_element(&mut self, owner: Option<Id>, base: Id, elements: &'static crate::emit::Field, index: Id, v: Id) {
        self.acted = true;
        self.store_item(owner, base, elements, index, v);
    }
    fn address(&mut self, base: Id, field: &'static crate::emit::Field) -> Id {
        self.address_of(base, field.offset as i32)
    }
    fn frame_field(&mut self, field: &'static crate::emit::Field) -> Id {
        self.load_of_frame(field)
    }
    fn set_frame_field(&mut self, field: &'static crate::emit::Field, v: Id) {
        self.acted = true;
        self.store_of_frame(field, v);
    }
    fn thread_field(&mut self, field: &'static crate::emit::Field) -> Id {
        self.load_of_thread(field)
    }
    fn set_thread_field(&mut self, field: &'static crate::emit::Field, v: Id) {
        self.acted = true;
        let thread = self.thread();
        self.store_field(thread, field, v, false);
    }

    fn call(&mut self, helper: u16, args: &[crate::emit::Arg<Id>]) -> Id {
        match self.call_helper(helper, args) {
            Some(answer) => answer,
            None => {
                self.refuse_because("a helper without an answer");
                self.constant_value(runtime::value::NULL)
            }
        }
    }
    fn call_unit(&mut self, helper: u16, args: &[crate::emit::Arg<Id>]) {
        self.call_helper(helper, args);
    }
    fn room_for(&mut self, function: Id) -> Id {
        self.room(function)
    }

    fn exit_if(&mut self, bad: Id) {
        self.guard(bad, ExitKind::Exit);
    }
    fn takes_over(&mut self, bad: Id) -> bool {
        self.other_takes_over(bad)
    }
    fn deopt_if(&mut self, bad: Id) {
        self.guard(bad, ExitKind::Deopt);
    }
    fn error_if(&mut self, bad: Id) {
        self.guard(bad, ExitKind::Error);
    }
    fn check_periodic(&mut self) {
        self.periodic();
    }
    fn took(&self, act: crate::emit::Act) -> bool {
        use crate::emit::Act;
        matches!(
            (act, self.entry().flow),
            (Act::Jump, Flow::Jump) | (Act::Push, Flow::Push) | (Act::Pop, Flow::Pop)
        )
    }
    fn side(&mut self, condition: Id, path: impl FnOnce(&mut Self)) {
        self.side_path(condition, path);
    }

    fn next(&mut self) {
        let entry = self.entry();
        self.path_ends(entry.offset + entry.length());
    }
    fn jump_by(&mut self, distance: i64) {
        let entry = self.entry();
        self.path_ends((i64::from(entry.offset + entry.length()) + distance) as u32);
    }
    fn push_frame(&mut self, frame: Id) {
        self.enter_real(frame);
    }
    fn push_exact_frame(&mut self, helper: u16, function: Id, this: Id, given: crate::emit::Given<Id>) {
        self.enter_virtual(helper, function, this, given);
    }
    fn pop_frame(&mut self, v: Id) {
        self.leave_frame(v);
    }
    fn resume_frame(&mut self, generator: Id, v: Id) {
        self.resume(generator, v);
    }
    fn suspend_frame(&mut self, v: Id) {
        self.suspend(v);
    }
    fn raise(&mut self) {
        let snapshot = self.restart();
        self.path_leaves(snapshot, ExitKind::Error);
    }
    fn refuse(&mut self, reason: &'static str) {
        self.refuse_because(reason);
    }
}
