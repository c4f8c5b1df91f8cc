//! From the IR to Cranelift's. Guards branch to their exit first (Cranelift 0.135 hoists nothing out of a loop otherwise); each exit is
//! one cold block that stores its values raw into the exit buffer. Not here: what the instructions mean (`ir::interpret`), code memory
//! (`arena`).
//!
//! Of the encoding of values this file knows what `runtime::value` draws: ints lie 2^49 below zero, doubles 2^49 above their bits, so
//! that one addend serves all of boxing. The trace loads it once, since Cranelift makes a constant anew in each block.

use super::exits::{DISPATCHES, FIRST_EXIT, ROUNDS, Shared};
use super::places;
use super::thunks::{c_signature, clif, thunk_signature, trace_signature};
use super::{Machine, Opt, Refused};
use crate::ir::exits::Exits;
use crate::ir::failing::Failing;
use crate::ir::{Binary, Block, Class, Compare, Convert, Func, Helper, Id, Op, Overflow, Repr, Ty, Unary};
use cranelift_codegen::Context;
use cranelift_codegen::ir::condcodes::{CondCode, FloatCC, IntCC};
use cranelift_codegen::ir::{
    self as clif_ir, AliasRegionData, BlockArg, Function, Inst, InstBuilder, MemFlagsData, SigRef, UserFuncName, Value, types,
};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use core::sync::atomic::AtomicU32;
use hashbrown::HashMap;

/// What `Shared::offset` holds.
pub const OFFSET: u64 = 1 << 49;
/// A small int's box has all ones above its 50 bits; a double's has 1 to `FLOATS` above 49.
const INT_BITS: i64 = 50;
const FLOAT_BITS: i64 = 49;
const FLOATS: i64 = 0x7FFD;
const FALSE: i64 = runtime::value::FALSE.0 as i64;

/// Alias regions that no class of the definition has.
const REGION_EXITS: u32 = 0x1_0000;
const REGION_GC: u32 = 0x1_0001;
const REGION_SHARED: u32 = 0x1_0002;
const REGION_COUNTS: u32 = 0x1_0003;

#[allow(clippy::too_many_arguments)]
pub fn lower(
    machine: &Machine,
    opt: Opt,
    func: &Func,
    exits: &Exits,
    helpers: &[Helper],
    shared: &Shared,
    failing: Option<&Failing>,
    context: &mut Context,
    builder_context: &mut FunctionBuilderContext,
) -> Result<(), Refused> {
    context.func = Function::with_name_signature(UserFuncName::user(0, 1), trace_signature());
    let mut builder = FunctionBuilder::new(&mut context.func, builder_context);
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    let params = builder.block_params(entry).to_vec();
    let tail = builder.import_signature(trace_signature());
    let headers = func.loops.iter().map(|item| {
        let block = builder.create_block();
        for &param in &item.params {
            builder.append_block_param(block, clif(func.ty(param).unwrap_or(Ty::I64)));
        }
        block
    });
    let headers: Vec<_> = headers.collect();
    let exit_blocks = exits.list.iter().map(|_| {
        let block = builder.create_block();
        builder.set_cold_block(block);
        block
    });
    let exit_blocks: Vec<_> = exit_blocks.collect();
    let mut lowering = Lowering {
        machine,
        opt,
        func,
        exits,
        helpers,
        shared,
        failing,
        b: builder,
        thread: params[0],
        frame: params[1],
        offset: None,
        values: vec![None; func.defs.len()],
        headers,
        exit_blocks,
        tail,
        signatures: HashMap::new(),
        pairs: HashMap::new(),
        checked: checked_operations(func),
    };
    lowering.func()?;
    let Lowering { mut b, .. } = lowering;
    b.seal_all_blocks();
    b.finalize(machine.isa(opt).frontend_config());
    Ok(())
}

/// The operations whose overflow is asked for, so that both can be made at once.
fn checked_operations(func: &Func) -> HashMap<(Binary, Id, Id), Overflow> {
    let mut found = HashMap::new();
    func.visit(|_, id| {
        if let Op::Overflow(op, a, b) = *func.op(id) {
            found.insert((op.operation(), a, b), op);
        }
    });
    found
}

struct Lowering<'a> {
    machine: &'a Machine,
    opt: Opt,
    func: &'a Func,
    exits: &'a Exits,
    helpers: &'a [Helper],
    shared: &'a Shared,
    failing: Option<&'a Failing>,
    b: FunctionBuilder<'a>,
    thread: Value,
    frame: Value,
    /// 2^49, loaded in the entry where boxes occur.
    offset: Option<Value>,
    /// By id.
    values: Vec<Option<Value>>,
    /// By loop.
    headers: Vec<clif_ir::Block>,
    /// By exit number.
    exit_blocks: Vec<clif_ir::Block>,
    tail: SigRef,
    /// Of helpers (C convention, thunk), by number.
    signatures: HashMap<(u16, bool), SigRef>,
    /// Operation and overflow that dominate this place.
    pairs: HashMap<(Overflow, Id, Id), (Value, Value)>,
    checked: HashMap<(Binary, Id, Id), Overflow>,
}

type R<T = ()> = Result<T, Refused>;

impl Lowering<'_> {
    fn func(&mut self) -> R {
        let func = self.func;
        let mut boxes = false;
        func.visit(|_, id| boxes |= matches!(func.op(id), Op::Box(Repr::Int | Repr::Float, _) | Op::Unbox(Repr::Int | Repr::Float, _)));
        if boxes {
            let address = self.b.ins().iconst(types::I64, &raw const self.shared.offset as i64);
            let flags = self.flags(REGION_SHARED);
            self.offset = Some(self.b.ins().load(types::I64, flags, address, 0));
        }
        self.block(func.entry, None)?;
        for (item, header) in func.loops.iter().zip(self.headers.clone()) {
            self.pairs.clear();
            self.b.switch_to_block(header);
            let params = self.b.block_params(header).to_vec();
            item.params.iter().zip(params).for_each(|(&id, value)| self.set(id, value));
            self.block(item.body, None)?;
        }
        for number in 0..self.exits.list.len() {
            self.exit(number)?;
        }
        Ok(())
    }
    /// Stores what the exit's snapshot needs, then leaves through its record.
    fn exit(&mut self, number: usize) -> R {
        let exits = self.exits;
        self.b.switch_to_block(self.exit_blocks[number]);
        if self.machine.options.marks() {
            self.b.set_srcloc(places::of_exit(number));
        }
        self.count(FIRST_EXIT + number, REGION_COUNTS);
        let flags = self.flags(REGION_EXITS);
        for (at, &id) in exits.list[number].values.iter().enumerate() {
            let mut value = self.get(id)?;
            if self.func.ty(id) == Some(Ty::I1) {
                value = self.b.ins().uextend(types::I64, value);
            }
            let thread = self.thread;
            self.b.ins().store(flags, value, thread, self.machine.support.exit_buffer + at as i32 * 8);
        }
        let key = exits.list[number].key;
        let mut frame = self.frame;
        if key.executor.is_some() {
            // Another root trace takes the innermost frame for its own.
            if let Some(last) = self.func.snapshot(key.snapshot).frames.last() {
                let from = last.anchor.map_or(Ok(frame), |anchor| self.get(anchor))?;
                frame = self.b.ins().iadd_imm_s(from, last.base as i64 * 8);
            }
        }
        let record = self.b.ins().iconst(types::I64, &raw const self.shared.records[number] as i64);
        let flags = self.flags(REGION_SHARED);
        let target = self.b.ins().load(types::I64, flags, record, 0);
        let (tail, thread) = (self.tail, self.thread);
        self.b.ins().return_call_indirect(tail, target, &[thread, frame, record]);
        Ok(())
    }

    /// Jumps to the code that begins where the frame stands.
    fn dispatch(&mut self, op: &Op, frame: Id) -> R {
        let (frame, none) = (self.get(frame)?, self.exit_block(op)?);
        let support = &self.machine.support;
        let (frame_ip, frame_code, units, entries) = (support.frame_ip, support.frame_code, support.code_units, support.code_entries);
        let flags = self.flags(REGION_SHARED);
        let own = self.class(Class::FRAME);
        let code = self.b.ins().load(types::I64, flags, frame, frame_code);
        let table = self.b.ins().load(types::I64, flags, code, entries);
        let (found, go) = (self.b.create_block(), self.b.create_block());
        let bad = self.b.ins().icmp_imm_s(IntCC::Equal, table, 0);
        self.b.ins().brif(bad, none, &[], found, &[]);
        self.b.switch_to_block(found);
        let ip = self.b.ins().load(types::I64, own, frame, frame_ip);
        let start = self.b.ins().load(types::I64, flags, code, units);
        let bytes = self.b.ins().isub(ip, start);
        // A unit has four bytes, an entry eight.
        let offset = self.b.ins().iadd(bytes, bytes);
        let place = self.b.ins().iadd(table, offset);
        let entry = self.b.ins().load(types::I64, flags, place, 0);
        let bad = self.b.ins().icmp_imm_s(IntCC::Equal, entry, 0);
        self.b.ins().brif(bad, none, &[], go, &[]);
        self.b.switch_to_block(go);
        self.count(DISPATCHES, REGION_COUNTS);
        let (tail, thread, record) = (self.tail, self.thread, self.b.ins().iconst(types::I64, 0));
        self.b.ins().return_call_indirect(tail, entry, &[thread, frame, record]);
        Ok(())
    }

    /// One more, for who looks. False: nobody does.
    fn count(&mut self, which: usize, region: u32) -> bool {
        let Some(counter) = self.shared.counts.get(which) else { return false };
        let flags = self.flags(region);
        let place = self.b.srcloc();
        self.b.set_srcloc(places::of_count(place));
        let address = self.b.ins().iconst(types::I64, counter.as_ptr() as i64);
        let before = self.b.ins().load(types::I64, flags, address, 0);
        let after = self.b.ins().iadd_imm_s(before, 1);
        self.b.ins().store(flags, after, address, 0);
        self.b.set_srcloc(place);
        true
    }

    // -- small things -------------------------------------------------------------

    fn get(&self, id: Id) -> R<Value> {
        self.values[id.0 as usize].ok_or_else(|| Refused::Invalid(format!("{id:?} is not defined")))
    }
    fn set(&mut self, id: Id, value: Value) {
        self.values[id.0 as usize] = Some(value);
    }
    fn ty(&self, id: Id) -> Ty {
        self.func.ty(id).unwrap_or(Ty::I64)
    }
    /// Of an access that cannot fault, in this region. Nothing is promised about alignment.
    fn flags(&mut self, region: u32) -> MemFlagsData {
        let data = AliasRegionData { user_id: region, description: "".into() };
        let region = self.b.func.dfg.alias_regions.insert(data);
        MemFlagsData::new().with_notrap().with_alias_region(Some(region))
    }
    fn class(&mut self, class: Class) -> MemFlagsData {
        self.flags(class.0 as u32)
    }
    fn offset(&self) -> R<Value> {
        self.offset.ok_or_else(|| Refused::Invalid("a box without its addend".into()))
    }
    /// Leaves through the instruction's exit when `bad` is true.
    fn guard(&mut self, id: Id, op: &Op, bad: Value) -> R {
        let exit = self.exit_block(op)?;
        let bad = match self.failing.and_then(|failing| Some((failing.count(id)?, failing.again))) {
            Some((count, again)) => self.fails(count, again, bad),
            None => bad,
        };
        let next = self.b.create_block();
        self.b.ins().brif(bad, exit, &[], next, &[]);
        self.b.switch_to_block(next);
        Ok(())
    }
    /// As `Failing::fails`, or `bad`.
    fn fails(&mut self, count: &AtomicU32, again: u32, bad: Value) -> Value {
        let flags = self.flags(REGION_SHARED);
        let address = self.b.ins().iconst(types::I64, &raw const *count as i64);
        let left = self.b.ins().load(types::I32, flags, address, 0);
        let left = self.b.ins().iadd_imm_s(left, -1);
        let fails = self.b.ins().icmp_imm_s(IntCC::Equal, left, 0);
        let again = self.b.ins().iconst(types::I32, i64::from(again));
        let next = self.b.ins().select(fails, again, left);
        self.b.ins().store(flags, next, address, 0);
        self.b.ins().bor(bad, fails)
    }
    fn exit_block(&self, op: &Op) -> R<clif_ir::Block> {
        let number = self.exits.number(op).ok_or_else(|| Refused::Invalid("an exit without a number".into()))?;
        Ok(self.exit_blocks[number as usize])
    }
    fn element(&mut self, base: Id, index: Id, size: u32) -> R<Value> {
        let (base, index) = (self.get(base)?, self.get(index)?);
        let scaled = match size {
            1 => index,
            size if size.is_power_of_two() => self.b.ins().ishl_imm_u(index, size.trailing_zeros() as i64),
            size => self.b.ins().imul_imm_s(index, size as i64),
        };
        Ok(self.b.ins().iadd(base, scaled))
    }
    fn args(&self, ids: &[Id]) -> R<Vec<Value>> {
        ids.iter().map(|&id| self.get(id)).collect()
    }
    fn block_args(&self, ids: &[Id]) -> R<Vec<BlockArg>> {
        ids.iter().map(|&id| self.get(id).map(BlockArg::Value)).collect()
    }

    // -- blocks -------------------------------------------------------------------

    /// `next`: where a region's `Yield` goes.
    fn block(&mut self, block: Block, next: Option<clif_ir::Block>) -> R {
        let func = self.func;
        for &id in func.block(block) {
            if self.machine.options.marks() {
                self.b.set_srcloc(places::of_value(id));
            }
            match func.op(id) {
                Op::If { condition, then, otherwise, results } => self.branch(*condition, *then, *otherwise, results)?,
                op @ Op::Guard { bad, .. } => {
                    let bad = self.get(*bad)?;
                    self.guard(id, op, bad)?;
                }
                op @ Op::CheckValid { .. } => {
                    let address = self.b.ins().iconst(types::I64, &raw const self.shared.valid as i64);
                    let flags = self.flags(REGION_SHARED);
                    let valid = self.b.ins().load(types::I32, flags, address, 0);
                    let bad = self.b.ins().icmp_imm_s(IntCC::Equal, valid, 0);
                    self.guard(id, op, bad)?;
                }
                op @ Op::Dispatch { frame, .. } => self.dispatch(op, *frame)?,
                op @ (Op::Leave { .. } | Op::Link { .. }) => {
                    let exit = self.exit_block(op)?;
                    self.b.ins().jump(exit, &[]);
                }
                Op::Jump { target, args } => {
                    let args = self.block_args(args)?;
                    let header = self.headers[target.0 as usize];
                    // Requests to the thread come from outside at any time. Without a store of their class in the loop, Cranelift would
                    // look once, before it.
                    if !self.count(ROUNDS, u32::from(Class::FRAME.0)) {
                        let (flags, zero) = (self.class(Class::FRAME), self.b.ins().iconst(types::I64, 0));
                        let scratch = self.machine.scratch();
                        self.b.ins().store(flags, zero, self.thread, scratch);
                    }
                    self.b.ins().jump(header, &args);
                }
                Op::Yield { args } => {
                    let args = self.block_args(args)?;
                    let next = next.ok_or_else(|| Refused::Invalid("yield outside of a region".into()))?;
                    self.b.ins().jump(next, &args);
                }
                op => {
                    if let Some(value) = self.instruction(id, op)? {
                        self.set(id, value);
                    }
                }
            }
        }
        Ok(())
    }
    fn branch(&mut self, condition: Id, then: Block, otherwise: Block, results: &[Id]) -> R {
        let condition = self.get(condition)?;
        let next = self.b.create_block();
        for &result in results {
            let value = self.b.append_block_param(next, clif(self.ty(result)));
            self.set(result, value);
        }
        let regions = [(then, self.b.create_block()), (otherwise, self.b.create_block())];
        self.b.ins().brif(condition, regions[0].1, &[], regions[1].1, &[]);
        for (region, block) in regions {
            let ends = self.func.block(region).last().map(|&id| self.func.op(id));
            if matches!(ends, Some(Op::Leave { .. })) || self.calls_for_a_cell(region) {
                self.b.set_cold_block(block);
            }
            let pairs = self.pairs.clone();
            self.b.switch_to_block(block);
            self.block(region, Some(next))?;
            self.pairs = pairs;
        }
        self.b.switch_to_block(next);
        Ok(())
    }

    /// The region asks for an instance because there was no cell at hand.
    fn calls_for_a_cell(&self, region: Block) -> bool {
        let is_call = |id: &Id| match self.func.op(*id) {
            Op::Call { helper, .. } => self.helpers.get(*helper as usize).is_some_and(|helper| helper.effects.fresh_instance),
            _ => false,
        };
        self.func.block(region).iter().any(is_call)
    }

    // -- instructions -------------------------------------------------------------

    fn instruction(&mut self, id: Id, op: &Op) -> R<Option<Value>> {
        let ty = self.ty(id);
        Ok(Some(match *op {
            Op::Const(bits) if ty == Ty::F64 => self.b.ins().f64const(f64::from_bits(bits)),
            Op::Const(bits) => self.b.ins().iconst(clif(ty), (bits & ty.mask()) as i64),
            Op::Root(root) => {
                let bits = self.func.roots.get(root.0 as usize).map_or(0, |value| value.0);
                self.b.ins().iconst(types::I64, bits as i64)
            }
            Op::Thread => self.thread,
            Op::Frame => self.frame,
            Op::SlotAddress { word } => {
                let frame = self.frame;
                self.b.ins().iadd_imm_s(frame, word as i64 * 8)
            }
            Op::Incoming(index) => {
                let (flags, thread) = (self.flags(REGION_EXITS), self.thread);
                self.b.ins().load(clif(ty), flags, thread, self.machine.support.exit_buffer + index as i32 * 8)
            }
            Op::Binary(op, a, b) => self.binary(op, a, b)?,
            Op::Unary(op, a) => self.unary(op, a, ty)?,
            Op::Compare(op, a, b) => self.compare(op, a, b, false)?,
            Op::Overflow(op, a, b) => self.pair(op, a, b)?.1,
            Op::Select { condition, then, otherwise } => {
                let (condition, then, otherwise) = (self.get(condition)?, self.get(then)?, self.get(otherwise)?);
                self.b.ins().select(condition, then, otherwise)
            }
            Op::Convert(op, a) => self.convert(op, a, ty)?,
            Op::Box(repr, a) => self.boxed(repr, a)?,
            Op::Unbox(repr, a) => self.unbox(repr, a)?,
            Op::Test(repr, a) => self.test(repr, a, false)?,
            Op::IsObject(a) => self.is_object(a, false)?,
            Op::Load { base, offset, class, .. } => {
                let (flags, base) = (self.class(class), self.get(base)?);
                self.b.ins().load(clif(ty), flags, base, offset)
            }
            Op::LoadElement { base, index, offset, class, .. } => {
                let (flags, address) = (self.class(class), self.element(base, index, ty.size())?);
                self.b.ins().load(clif(ty), flags, address, offset)
            }
            Op::Store { base, offset, class, value } => {
                let (flags, base, value) = (self.class(class), self.get(base)?, self.get(value)?);
                self.b.ins().store(flags, value, base, offset);
                return Ok(None);
            }
            Op::StoreElement { base, index, offset, class, value } => {
                let size = self.ty(value).size();
                let (flags, address, value) = (self.class(class), self.element(base, index, size)?, self.get(value)?);
                self.b.ins().store(flags, value, address, offset);
                return Ok(None);
            }
            Op::ElementAddress { base, index, offset, size } => {
                let address = self.element(base, index, size)?;
                self.b.ins().iadd_imm_s(address, offset as i64)
            }
            Op::Barrier { owner } => {
                self.barrier(owner)?;
                return Ok(None);
            }
            Op::Call { helper, ref args } => return self.call(helper, args),
            Op::Nop => return Ok(None),
            _ => return Err(Refused::Invalid(format!("{id:?} is no instruction of a block's middle"))),
        }))
    }
    fn binary(&mut self, op: Binary, a: Id, b: Id) -> R<Value> {
        // The builder puts constants of one of the two to the right.
        for (a, b) in [(a, b), (b, a)] {
            if let Some(&overflow) = self.checked.get(&(op, a, b)) {
                return Ok(self.pair(overflow, a, b)?.0);
            }
            if !op.is_commutative() {
                break;
            }
        }
        let (a, b) = (self.get(a)?, self.get(b)?);
        let ins = self.b.ins();
        Ok(match op {
            Binary::Add => ins.iadd(a, b),
            Binary::Sub => ins.isub(a, b),
            Binary::Mul => ins.imul(a, b),
            Binary::DivS => ins.sdiv(a, b),
            Binary::DivU => ins.udiv(a, b),
            Binary::RemS => ins.srem(a, b),
            Binary::RemU => ins.urem(a, b),
            Binary::And => ins.band(a, b),
            Binary::Or => ins.bor(a, b),
            Binary::Xor => ins.bxor(a, b),
            Binary::Shl => ins.ishl(a, b),
            Binary::ShrS => shift_right(ins, a, b),
            Binary::ShrU => ins.ushr(a, b),
            Binary::FAdd => ins.fadd(a, b),
            Binary::FSub => ins.fsub(a, b),
            Binary::FMul => ins.fmul(a, b),
            Binary::FDiv => ins.fdiv(a, b),
        })
    }
    /// The operation's result and whether it overflows, made once where one dominates the other.
    fn pair(&mut self, op: Overflow, a: Id, b: Id) -> R<(Value, Value)> {
        if let Some(&pair) = self.pairs.get(&(op, a, b)) {
            return Ok(pair);
        }
        let (x, y) = (self.get(a)?, self.get(b)?);
        let ins = self.b.ins();
        let pair = match op {
            Overflow::AddS => ins.sadd_overflow(x, y),
            Overflow::AddU => ins.uadd_overflow(x, y),
            Overflow::SubS => ins.ssub_overflow(x, y),
            Overflow::SubU => ins.usub_overflow(x, y),
            Overflow::MulS => ins.smul_overflow(x, y),
            Overflow::MulU => ins.umul_overflow(x, y),
        };
        self.pairs.insert((op, a, b), pair);
        Ok(pair)
    }
    fn unary(&mut self, op: Unary, a: Id, ty: Ty) -> R<Value> {
        if (op, ty) == (Unary::Not, Ty::I1) {
            return self.not(a);
        }
        let a = self.get(a)?;
        Ok(match op {
            Unary::Neg => self.b.ins().ineg(a),
            Unary::Not => self.b.ins().bnot(a),
            Unary::FNeg => self.b.ins().fneg(a),
            Unary::FAbs => self.b.ins().fabs(a),
            Unary::FSqrt => self.b.ins().sqrt(a),
            Unary::FCanonical => {
                let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), a);
                let sign = self.b.ins().band_imm_u(bits, i64::MIN);
                let nan = self.b.ins().bor_imm_u(sign, 0x7FF8 << 48);
                let nan = self.b.ins().bitcast(types::F64, MemFlagsData::new(), nan);
                let is_nan = self.b.ins().fcmp(FloatCC::Unordered, a, a);
                self.b.ins().select(is_nan, nan, a)
            }
        })
    }
    /// The opposite of a condition: the opposite test where there is one, since guards branch on what is bad.
    fn not(&mut self, a: Id) -> R<Value> {
        match *self.func.op(a) {
            Op::Compare(op, x, y) => self.compare(op, x, y, true),
            Op::Test(repr, v) => self.test(repr, v, true),
            Op::IsObject(v) => self.is_object(v, true),
            _ => {
                let a = self.get(a)?;
                Ok(self.b.ins().bxor_imm_u(a, 1))
            }
        }
    }
    fn compare(&mut self, op: Compare, a: Id, b: Id, complement: bool) -> R<Value> {
        let (a, b) = (self.get(a)?, self.get(b)?);
        Ok(match condition(op) {
            Condition::Int(cc) => self.b.ins().icmp(if complement { cc.complement() } else { cc }, a, b),
            Condition::Float(cc) => self.b.ins().fcmp(if complement { cc.complement() } else { cc }, a, b),
        })
    }
    fn convert(&mut self, op: Convert, a: Id, to: Ty) -> R<Value> {
        let from = self.ty(a);
        let a = self.get(a)?;
        let ins = self.b.ins();
        Ok(match op {
            Convert::Cast => a,
            Convert::Zext if clif(to) == clif(from) => a,
            Convert::Zext => ins.uextend(clif(to), a),
            // A bool is 0 or 1 in a byte: its sign extension is its negation.
            Convert::Sext if from == Ty::I1 => {
                let wide = if clif(to) == types::I8 { a } else { ins.uextend(clif(to), a) };
                self.b.ins().ineg(wide)
            }
            Convert::Sext => ins.sextend(clif(to), a),
            Convert::Trunc => {
                let narrow = if clif(to) == clif(from) { a } else { ins.ireduce(clif(to), a) };
                if to == Ty::I1 { self.b.ins().band_imm_u(narrow, 1) } else { narrow }
            }
            Convert::SignedToFloat => ins.fcvt_from_sint(types::F64, a),
            Convert::UnsignedToFloat => ins.fcvt_from_uint(types::F64, a),
            Convert::FloatToSigned => ins.fcvt_to_sint_sat(clif(to), a),
            Convert::FloatToUnsigned => ins.fcvt_to_uint_sat(clif(to), a),
        })
    }

    // -- values -------------------------------------------------------------------

    fn boxed(&mut self, repr: Repr, a: Id) -> R<Value> {
        let a = self.get(a)?;
        Ok(match repr {
            Repr::Bool => {
                let wide = self.b.ins().uextend(types::I64, a);
                self.b.ins().iadd_imm_s(wide, FALSE)
            }
            Repr::Float => {
                let (bits, offset) = (self.b.ins().bitcast(types::I64, MemFlagsData::new(), a), self.offset()?);
                self.b.ins().iadd(bits, offset)
            }
            Repr::Int => {
                let offset = self.offset()?;
                let biased = self.b.ins().iadd(a, offset);
                let above = self.b.ins().ushr_imm_u(biased, INT_BITS);
                let small = self.b.ins().isub(a, offset);
                let (cold, next) = (self.b.create_block(), self.b.create_block());
                self.b.set_cold_block(cold);
                let result = self.b.append_block_param(next, types::I64);
                self.b.ins().brif(above, cold, &[], next, &[BlockArg::Value(small)]);
                self.b.switch_to_block(cold);
                let thunk = self.machine.fixed()?.box_int.address;
                let large = self.call_thunk(thunk, &[Ty::I64], &[a], Some(types::I64))?;
                self.b.ins().jump(next, &large.map(BlockArg::Value).into_iter().collect::<Vec<_>>());
                self.b.switch_to_block(next);
                result
            }
        })
    }
    fn unbox(&mut self, repr: Repr, a: Id) -> R<Value> {
        let a = self.get(a)?;
        Ok(match repr {
            Repr::Bool => {
                let byte = self.b.ins().ireduce(types::I8, a);
                self.b.ins().band_imm_u(byte, 1)
            }
            Repr::Float => {
                let offset = self.offset()?;
                let bits = self.b.ins().isub(a, offset);
                self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits)
            }
            Repr::Int => {
                let offset = self.offset()?;
                self.b.ins().iadd(a, offset)
            }
        })
    }
    /// Shifts make the constants short; a constant of 64 bits would be made anew in each block.
    fn test(&mut self, repr: Repr, a: Id, complement: bool) -> R<Value> {
        let a = self.get(a)?;
        let (value, cc, limit) = match repr {
            Repr::Int => (self.b.ins().sshr_imm_u(a, INT_BITS), IntCC::Equal, -1),
            Repr::Float => {
                let above = self.b.ins().ushr_imm_u(a, FLOAT_BITS);
                (self.b.ins().iadd_imm_s(above, -1), IntCC::UnsignedLessThan, FLOATS)
            }
            Repr::Bool => (self.b.ins().iadd_imm_s(a, -FALSE), IntCC::UnsignedLessThan, 2),
        };
        let cc = if complement { cc.complement() } else { cc };
        Ok(self.b.ins().icmp_imm_s(cc, value, limit))
    }
    fn is_object(&mut self, a: Id, complement: bool) -> R<Value> {
        let a = self.get(a)?;
        let above = self.b.ins().iadd_imm_s(a, -16);
        let above = self.b.ins().ushr_imm_u(above, 48);
        Ok(self.b.ins().icmp_imm_s(if complement { IntCC::NotEqual } else { IntCC::Equal }, above, 0))
    }

    // -- calls --------------------------------------------------------------------

    fn barrier(&mut self, owner: Id) -> R {
        let support = &self.machine.support;
        let (flags, owner) = (self.flags(REGION_GC), self.get(owner)?);
        let byte = self.b.ins().load(types::I8, flags, owner, support.gc_byte);
        let state = self.b.ins().band_imm_u(byte, support.gc_mask as i64);
        let old = self.b.ins().icmp_imm_u(IntCC::Equal, state, support.gc_old as i64);
        let (cold, next) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(cold);
        self.b.ins().brif(old, cold, &[], next, &[]);
        self.b.switch_to_block(cold);
        let thunk = self.machine.fixed()?.remember.address;
        self.call_thunk(thunk, &[Ty::I64], &[owner], None)?;
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
        Ok(())
    }
    /// A call that keeps every register; its result is in the scratch word.
    fn call_thunk(&mut self, thunk: *const u8, params: &[Ty], args: &[Value], result: Option<clif_ir::Type>) -> R<Option<Value>> {
        let signature = self.b.import_signature(thunk_signature(params));
        let callee = self.b.ins().iconst(types::I64, thunk as i64);
        let mut all = vec![self.thread];
        all.extend_from_slice(args);
        self.b.ins().call_indirect(signature, callee, &all);
        Ok(result.map(|ty| {
            let (flags, thread) = (self.flags(REGION_EXITS), self.thread);
            self.b.ins().load(ty, flags, thread, self.machine.scratch())
        }))
    }
    fn call(&mut self, number: u16, args: &[Id]) -> R<Option<Value>> {
        let Some(helper) = self.helpers.get(number as usize) else { return Err(Refused::Invalid("no such helper".into())) };
        let args = self.args(args)?;
        // A thunk passes a bounded number of registers; what is cold and large is an ordinary call.
        if (helper.effects.cold || helper.effects.fresh_instance) && helper.params.len() <= 5 {
            let thunk = self.machine.thunk_for(helper)?;
            return self.call_thunk(thunk, helper.params, &args, helper.result.map(clif));
        }
        let signature = match self.signatures.get(&(number, false)) {
            Some(&signature) => signature,
            None => {
                let signature = c_signature(self.machine.isa(self.opt), helper.params, helper.result);
                let signature = self.b.import_signature(signature);
                self.signatures.insert((number, false), signature);
                signature
            }
        };
        let callee = self.b.ins().iconst(types::I64, helper.address.get() as i64);
        let call: Inst = self.b.ins().call_indirect(signature, callee, &args);
        Ok(self.b.inst_results(call).first().copied())
    }
}

/// By itself, so that a test can plant a wrong one.
fn shift_right<'a>(ins: impl InstBuilder<'a>, a: Value, b: Value) -> Value {
    #[cfg(test)]
    if super::tests::PLANTED.get() {
        return ins.ushr(a, b);
    }
    ins.sshr(a, b)
}

enum Condition {
    Int(IntCC),
    Float(FloatCC),
}

fn condition(op: Compare) -> Condition {
    Condition::Int(match op {
        Compare::Eq => IntCC::Equal,
        Compare::Ne => IntCC::NotEqual,
        Compare::LtS => IntCC::SignedLessThan,
        Compare::LeS => IntCC::SignedLessThanOrEqual,
        Compare::GtS => IntCC::SignedGreaterThan,
        Compare::GeS => IntCC::SignedGreaterThanOrEqual,
        Compare::LtU => IntCC::UnsignedLessThan,
        Compare::LeU => IntCC::UnsignedLessThanOrEqual,
        Compare::GtU => IntCC::UnsignedGreaterThan,
        Compare::GeU => IntCC::UnsignedGreaterThanOrEqual,
        Compare::FEq => return Condition::Float(FloatCC::Equal),
        Compare::FNe => return Condition::Float(FloatCC::NotEqual),
        Compare::FLt => return Condition::Float(FloatCC::LessThan),
        Compare::FLe => return Condition::Float(FloatCC::LessThanOrEqual),
        Compare::FGt => return Condition::Float(FloatCC::GreaterThan),
        Compare::FGe => return Condition::Float(FloatCC::GreaterThanOrEqual),
    })
}
