//! The verifier: every id is defined before it is used, types fit, blocks end as they must. Passes are tested with it, and nothing is
//! lowered
//! or interpreted that it has not seen in a debug build. Not here: whether the trace means what the bytecode meant.

use super::{Binary, Block, Convert, ExitKind, Func, Helper, Id, MAX_IDS, MAX_NESTING, Op, Repr, SnapshotId, Ty};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The instruction that is wrong.
    pub at: Option<Id>,
    pub message: String,
}

impl core::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.at {
            Some(id) => write!(f, "{id:?}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
impl core::error::Error for VerifyError {}

type R<T = ()> = Result<T, VerifyError>;

/// The first thing that is wrong with `func`.
pub fn verify(func: &Func, helpers: &[Helper]) -> R {
    let mut verifier = Verifier {
        func,
        helpers,
        visible: vec![false; func.defs.len()],
        used_block: vec![false; func.blocks.len()],
        placed: vec![false; func.defs.len()],
        at_loops: None,
        place: Place::Entry,
        may_come_in: true,
        nesting: 0,
    };
    verifier.func()
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Entry,
    Loop,
}

struct Verifier<'a> {
    func: &'a Func,
    helpers: &'a [Helper],
    /// By id: defined on every path to here.
    visible: Vec<bool>,
    used_block: Vec<bool>,
    /// By id: listed in a block, as a parameter or as a result.
    placed: Vec<bool>,
    /// What is visible at all jumps of the entry.
    at_loops: Option<Vec<bool>>,
    place: Place,
    /// Nothing has happened yet that could write the exit buffer.
    may_come_in: bool,
    nesting: usize,
}

fn fail<T>(at: Option<Id>, message: impl Into<String>) -> R<T> {
    Err(VerifyError { at, message: message.into() })
}

impl Verifier<'_> {
    fn func(&mut self) -> R {
        let func = self.func;
        if func.defs.len() > 2 * MAX_IDS as usize {
            return fail(None, "too many values");
        }
        self.snapshots()?;
        self.block(func.entry, None)?;
        self.place = Place::Loop;
        let at_loops = self.at_loops.take().unwrap_or_else(|| vec![false; func.defs.len()]);
        for item in &func.loops {
            self.visible.clone_from(&at_loops);
            for &param in &item.params {
                self.params(None, param)?;
            }
            self.block(item.body, None)?;
        }
        Ok(())
    }
    fn snapshots(&self) -> R {
        for (at, snapshot) in self.func.snapshots.iter().enumerate() {
            for frame in &snapshot.frames {
                for root in [frame.code, frame.function] {
                    if root.0 as usize >= self.func.roots.len() {
                        return fail(None, format!("snapshot s{at} names r{}, which does not exist", root.0));
                    }
                }
                for (n, &(slot, id)) in frame.slots.iter().enumerate() {
                    if id.0 as usize >= self.func.defs.len() {
                        return fail(None, format!("snapshot s{at} names {id:?}, which does not exist"));
                    }
                    if !matches!(self.func.ty(id), Some(Ty::I1 | Ty::I64 | Ty::F64 | Ty::Value | Ty::Ptr)) {
                        return fail(None, format!("snapshot s{at}: {id:?} is nothing that a slot can hold"));
                    }
                    if frame.slots[..n].iter().any(|other| other.0 == slot) {
                        return fail(None, format!("snapshot s{at} names slot {slot} twice"));
                    }
                }
            }
            if snapshot.frames.windows(2).any(|pair| pair[0].anchor == pair[1].anchor && pair[0].base >= pair[1].base) {
                return fail(None, format!("snapshot s{at}: the frames are not in order"));
            }
        }
        Ok(())
    }
    fn params(&mut self, at: Option<Id>, param: Id) -> R {
        if param.0 as usize >= self.func.defs.len() || *self.func.op(param) != Op::Param || self.func.ty(param).is_none() {
            return fail(at, format!("{param:?} is no parameter"));
        }
        self.place_once(param)?;
        self.visible[param.0 as usize] = true;
        Ok(())
    }
    fn place_once(&mut self, id: Id) -> R {
        match self.placed.get_mut(id.0 as usize) {
            None => fail(None, format!("{id:?} does not exist")),
            Some(placed) if *placed => fail(Some(id), "stands in two places"),
            Some(placed) => {
                *placed = true;
                Ok(())
            }
        }
    }
    /// `yields`: the results that a region's `Yield` gives. What the block defines is out of sight afterwards.
    fn block(&mut self, block: Block, yields: Option<&[Id]>) -> R {
        let func = self.func;
        match self.used_block.get_mut(block.0 as usize) {
            None => return fail(None, format!("block {} does not exist", block.0)),
            Some(used) if *used => return fail(None, format!("block {} is used twice", block.0)),
            Some(used) => *used = true,
        }
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return fail(None, "nested too deeply");
        }
        let ids = func.block(block);
        for (at, &id) in ids.iter().enumerate() {
            self.place_once(id)?;
            if func.op(id).is_terminator() != (at + 1 == ids.len()) {
                return fail(Some(id), "a block ends with its first jump, leave, link or yield");
            }
            self.instruction(id, yields)?;
            if func.ty(id).is_some() {
                self.visible[id.0 as usize] = true;
            }
        }
        if ids.is_empty() {
            return fail(None, format!("block {} is empty", block.0));
        }
        for &id in ids {
            self.visible[id.0 as usize] = false;
            if let Op::If { results, .. } = func.op(id) {
                results.iter().for_each(|result| self.visible[result.0 as usize] = false);
            }
        }
        self.nesting -= 1;
        Ok(())
    }
    fn instruction(&mut self, id: Id, yields: Option<&[Id]>) -> R {
        let func = self.func;
        let mut unseen = None;
        func.op(id).operands(|operand| {
            if self.visible.get(operand.0 as usize) != Some(&true) {
                unseen.get_or_insert(operand);
            }
        });
        if let Some(operand) = unseen {
            return fail(Some(id), format!("{operand:?} is not defined here"));
        }
        if let Some((snapshot, _)) = func.op(id).snapshot() {
            self.exit(id, snapshot)?;
        }
        self.types(id)?;
        self.may_come_in &= func.op(id).is_pure() || matches!(func.op(id), Op::Incoming(_));
        match func.op(id) {
            Op::If { then, otherwise, results, .. } => {
                self.block(*then, Some(results))?;
                self.block(*otherwise, Some(results))?;
                results.iter().try_for_each(|&result| self.params(Some(id), result))
            }
            Op::Yield { args } => match yields {
                None => fail(Some(id), "yield stands in a region of an if"),
                Some(results) => self.same_types(id, args, results),
            },
            Op::Jump { target, args } => {
                let Some(target) = func.loops.get(target.0 as usize) else { return fail(Some(id), "the loop does not exist") };
                self.same_types(id, args, &target.params)?;
                if self.place == Place::Entry {
                    match &mut self.at_loops {
                        None => self.at_loops = Some(self.visible.clone()),
                        Some(seen) => seen.iter_mut().zip(&self.visible).for_each(|(seen, &here)| *seen &= here),
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
    fn exit(&self, id: Id, snapshot: SnapshotId) -> R {
        let Some(state) = self.func.snapshots.get(snapshot.0 as usize) else { return fail(Some(id), "the snapshot does not exist") };
        for &(_, slot) in state.frames.iter().flat_map(|frame| &frame.slots) {
            let value = self.func.exit_value(slot);
            if self.visible.get(value.0 as usize) != Some(&true) && self.func.as_const(value).is_none() {
                return fail(Some(id), format!("{value:?} of its snapshot is not defined here"));
            }
        }
        for (id_of, ty) in state.frames.iter().flat_map(|frame| [(frame.anchor, Ty::Ptr), (frame.callable, Ty::Value)]) {
            let Some(value) = id_of else { continue };
            let known = self.func.as_const(value).is_some() && ty == Ty::Value;
            if self.visible.get(value.0 as usize) != Some(&true) && !known || self.func.ty(value) != Some(ty) {
                return fail(Some(id), format!("{value:?}, of a frame of its snapshot, is no {} that is defined here", ty.word()));
            }
        }
        if state.frames.is_empty() != matches!(self.func.op(id), Op::Dispatch { .. }) {
            return fail(Some(id), "the snapshot of a dispatch, and only that, is without frames");
        }
        let holds_more = |frame: &super::FrameState| frame.is_virtual || !frame.slots.is_empty();
        if matches!(self.func.op(id), Op::Link { .. }) && (state.frames.len() != 1 || state.frames.iter().any(holds_more)) {
            return fail(Some(id), "the snapshot of a link is one frame whose values are in memory");
        }
        Ok(())
    }
    fn same_types(&self, id: Id, args: &[Id], params: &[Id]) -> R {
        let types = |ids: &[Id]| ids.iter().map(|id| self.func.defs.get(id.0 as usize).and_then(|def| def.ty)).collect::<Vec<_>>();
        if types(args) == types(params) { Ok(()) } else { fail(Some(id), "the arguments do not fit the parameters") }
    }

    // -- types --------------------------------------------------------------------

    fn types(&self, id: Id) -> R {
        let func = self.func;
        let def = func.def(id);
        let ty = |operand: Id| func.ty(operand).unwrap_or(Ty::I1);
        let want = |ok: bool, message: &str| if ok { Ok(()) } else { fail(Some(id), message) };
        let result = |expected: Option<Ty>| {
            let word = expected.map_or("none", Ty::word);
            if def.ty == expected { Ok(()) } else { fail(Some(id), format!("the result's type is {word}")) }
        };
        let word = |operand: Id| matches!(ty(operand), Ty::Ptr | Ty::Value);
        match &def.op {
            Op::Nop | Op::Guard { .. } | Op::If { .. } | Op::CheckValid { .. } => {
                result(None)?;
                match def.op {
                    Op::Guard { kind: ExitKind::Error, check: true, .. } => fail(Some(id), "an exception comes of its condition alone"),
                    Op::Guard { bad, .. } => want(ty(bad) == Ty::I1, "the condition is an i1"),
                    Op::If { condition, .. } => want(ty(condition) == Ty::I1, "the condition is an i1"),
                    _ => Ok(()),
                }
            }
            Op::Jump { .. } | Op::Leave { .. } | Op::Link { .. } | Op::Yield { .. } => result(None),
            Op::Dispatch { frame, .. } => {
                result(None)?;
                want(ty(*frame) == Ty::Ptr, "a frame is a ptr")
            }
            Op::Param => fail(Some(id), "a parameter stands in no block"),
            Op::Const(_) => want(def.ty.is_some(), "a constant has a type"),
            Op::Root(root) => {
                want((root.0 as usize) < func.roots.len(), "the root does not exist")?;
                want(matches!(def.ty, Some(Ty::Ptr | Ty::Value)), "a root is a value or a ptr")
            }
            Op::Thread | Op::Frame | Op::SlotAddress { .. } => result(Some(Ty::Ptr)),
            Op::Incoming(_) => {
                want(self.may_come_in, "incoming values stand before everything else in the entry")?;
                want(matches!(def.ty, Some(Ty::I1 | Ty::I64 | Ty::F64 | Ty::Value | Ty::Ptr)), "no exit stores this type")
            }
            Op::Binary(op, a, b) => {
                want(ty(*a) == ty(*b), "the operands differ in type")?;
                let logical = matches!(op, Binary::And | Binary::Or | Binary::Xor);
                let fits = if op.is_float() { ty(*a) == Ty::F64 } else { ty(*a).is_int() || logical && ty(*a) == Ty::I1 };
                want(fits, "the operands are of the wrong type")?;
                result(func.ty(*a))
            }
            Op::Unary(op, a) => {
                let logical = *op == super::Unary::Not && ty(*a) == Ty::I1;
                want(if op.is_float() { ty(*a) == Ty::F64 } else { ty(*a).is_int() || logical }, "the operand is of the wrong type")?;
                result(func.ty(*a))
            }
            Op::Compare(op, a, b) => {
                want(ty(*a) == ty(*b), "the operands differ in type")?;
                let equality = matches!(op, super::Compare::Eq | super::Compare::Ne);
                use super::Compare::{GeU, GtU, LeU, LtU};
                let unsigned = equality || matches!(op, LtU | LeU | GtU | GeU);
                let fits = if op.is_float() {
                    ty(*a) == Ty::F64
                } else {
                    ty(*a).is_int() || unsigned && word(*a) || equality && ty(*a) == Ty::I1
                };
                want(fits, "the operands are of the wrong type")?;
                result(Some(Ty::I1))
            }
            Op::Overflow(_, a, b) => {
                want(ty(*a) == ty(*b) && ty(*a).is_int(), "the operands are integers of one type")?;
                result(Some(Ty::I1))
            }
            Op::Select { condition, then, otherwise } => {
                want(ty(*condition) == Ty::I1, "the condition is an i1")?;
                want(func.ty(*then) == func.ty(*otherwise), "the operands differ in type")?;
                result(func.ty(*then))
            }
            Op::Convert(op, a) => want(def.ty.is_some_and(|to| converts(*op, ty(*a), to)), "no such conversion"),
            Op::Box(repr, a) => {
                want(ty(*a) == repr.ty(), "the operand is not of the representation's type")?;
                result(Some(Ty::Value))
            }
            Op::Unbox(repr, a) => {
                want(ty(*a) == Ty::Value, "the operand is a value")?;
                result(Some(Repr::ty(*repr)))
            }
            Op::Test(_, a) | Op::IsObject(a) => {
                want(ty(*a) == Ty::Value, "the operand is a value")?;
                result(Some(Ty::I1))
            }
            Op::Load { base, .. } => want(word(*base) && def.ty.is_some(), "the base is a ptr or a value"),
            Op::Store { base, .. } => {
                want(word(*base), "the base is a ptr or a value")?;
                result(None)
            }
            Op::LoadElement { base, index, .. } => {
                want(word(*base) && ty(*index) == Ty::I64 && def.ty.is_some(), "the base is a ptr or a value, the index an i64")
            }
            Op::StoreElement { base, index, .. } => {
                want(word(*base) && ty(*index) == Ty::I64, "the base is a ptr or a value, the index an i64")?;
                result(None)
            }
            Op::ElementAddress { base, index, .. } => {
                want(word(*base) && ty(*index) == Ty::I64, "the base is a ptr or a value, the index an i64")?;
                result(Some(Ty::Ptr))
            }
            Op::Barrier { owner } => {
                want(word(*owner), "the owner is a ptr or a value")?;
                result(None)
            }
            Op::Call { helper, args } => {
                let Some(helper) = self.helpers.get(*helper as usize) else { return fail(Some(id), "the helper does not exist") };
                let fits = args.len() == helper.params.len() && args.iter().zip(helper.params).all(|(&arg, &param)| ty(arg) == param);
                want(fits, "the arguments do not fit the helper")?;
                result(helper.result)
            }
        }
    }
}

fn converts(op: Convert, from: Ty, to: Ty) -> bool {
    let wide = |ty: Ty| matches!(ty, Ty::I32 | Ty::I64);
    let word = |ty: Ty| matches!(ty, Ty::I64 | Ty::Value | Ty::Ptr);
    match op {
        Convert::Zext | Convert::Sext => (from.is_int() || from == Ty::I1) && to.is_int() && from.bits() < to.bits(),
        Convert::Trunc => from.is_int() && (to.is_int() || to == Ty::I1) && to.bits() < from.bits(),
        Convert::SignedToFloat | Convert::UnsignedToFloat => wide(from) && to == Ty::F64,
        Convert::FloatToSigned | Convert::FloatToUnsigned => from == Ty::F64 && wide(to),
        Convert::Cast => word(from) && word(to) && from != to,
    }
}
