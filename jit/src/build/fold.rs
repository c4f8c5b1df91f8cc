//! Computing: constants are computed now, what was computed before is not computed again, boxes come undone. Not here: memory (`memory`).

use super::Builder;
use crate::ir::{Binary, Compare, Convert, Id, Op, Overflow, Repr, Ty, Unary, interpret};
use runtime::value::{FALSE, TRUE, Value};
use std::rc::Rc;

/// A pure operation by what it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key {
    op: core::mem::Discriminant<Op>,
    /// The operation within its kind.
    sub: u64,
    ty: Ty,
    operands: [u64; 3],
}

impl Key {
    fn of(op: &Op, ty: Ty) -> Option<Key> {
        let id = |id: Id| u64::from(id.0) + 1;
        let (sub, operands) = match *op {
            Op::Binary(op, a, b) => (op as u64, [id(a), id(b), 0]),
            Op::Unary(op, a) => (op as u64, [id(a), 0, 0]),
            Op::Compare(op, a, b) => (op as u64, [id(a), id(b), 0]),
            Op::Overflow(op, a, b) => (op as u64, [id(a), id(b), 0]),
            Op::Select { condition, then, otherwise } => (0, [id(condition), id(then), id(otherwise)]),
            Op::Convert(how, a) => (how as u64, [id(a), 0, 0]),
            Op::Box(repr, a) | Op::Unbox(repr, a) | Op::Test(repr, a) => (repr as u64, [id(a), 0, 0]),
            Op::IsObject(a) => (0, [id(a), 0, 0]),
            Op::ElementAddress { base, index, offset, size } => {
                (offset as u32 as u64 | u64::from(size) << 32, [id(base), id(index), 0])
            }
            _ => return None,
        };
        Some(Key { op: core::mem::discriminant(op), sub, ty, operands })
    }
}

impl Builder<'_> {
    // -- constants -----------------------------------------------------------

    /// A value at the head of the entry, once.
    pub(super) fn head_value(&mut self, op: Op, kind: u8, which: u64, ty: Ty) -> Id {
        if let Some(id) = self.heads.get(&(kind, which, Some(ty))) {
            return *id;
        }
        let id = self.func.define(op, Some(ty));
        self.head.push(id);
        self.heads.insert((kind, which, Some(ty)), id);
        id
    }

    pub(super) fn constant(&mut self, ty: Ty, bits: u64) -> Id {
        let bits = bits & ty.mask();
        self.head_value(Op::Const(bits), 0, bits, ty)
    }

    pub(super) fn constant_value(&mut self, value: Value) -> Id {
        if !value.is_object() {
            return self.constant(Ty::Value, value.0);
        }
        let root = self.func.root(value);
        self.head_value(Op::Root(root), 1, u64::from(root.0), Ty::Value)
    }

    fn flag(&mut self, truth: bool) -> Id {
        self.constant(Ty::I1, u64::from(truth))
    }

    fn bits(&self, id: Id) -> Option<u64> {
        self.func.as_const(id)
    }

    /// The operation, unless it has been computed already.
    pub(super) fn compute(&mut self, op: Op, ty: Ty) -> Id {
        let Some(key) = Key::of(&op, ty) else { return self.append(op, ty) };
        if let Some(id) = self.computed.get(&key) {
            return self.resolve(*id);
        }
        let id = self.append(op, ty);
        Rc::make_mut(&mut self.computed).insert(key, id);
        id
    }

    /// An operation that has been computed, if it has.
    fn seen(&self, op: &Op, ty: Ty) -> Option<Id> {
        self.computed.get(&Key::of(op, ty)?).copied()
    }

    // -- numbers -------------------------------------------------------------

    pub(super) fn fold_binary(&mut self, op: Binary, left: Id, right: Id) -> Id {
        let (mut left, mut right) = (self.resolve(left), self.resolve(right));
        let ty = self.ty(left);
        if let (Some(a), Some(b)) = (self.bits(left), self.bits(right))
            && let Some(bits) = interpret::binary(op, ty, a, b)
        {
            return self.constant(ty, bits);
        }
        if op.is_commutative() && self.bits(left).is_some() {
            (left, right) = (right, left);
        }
        if let Some(known) = self.bits(right) {
            match op {
                Binary::Add | Binary::Sub | Binary::Or | Binary::Xor | Binary::Shl | Binary::ShrS | Binary::ShrU if known == 0 => {
                    return left;
                }
                Binary::Mul | Binary::DivS | Binary::DivU if known == 1 => return left,
                Binary::And if known == ty.mask() => return left,
                Binary::And if known == 0 => return right,
                Binary::Or if known == ty.mask() => return right,
                _ => {}
            }
        }
        if left == right && matches!(op, Binary::And | Binary::Or) {
            return left;
        }
        if ty == Ty::I1 {
            match (op, self.truth(left), self.truth(right)) {
                (Binary::And, Some(true), _) | (Binary::Or, Some(false), _) => return right,
                (Binary::And, _, Some(true)) | (Binary::Or, _, Some(false)) => return left,
                (Binary::And, Some(false), _) | (Binary::And, _, Some(false)) => return self.flag(false),
                (Binary::Or, Some(true), _) | (Binary::Or, _, Some(true)) => return self.flag(true),
                _ => {}
            }
        }
        self.compute(Op::Binary(op, left, right), ty)
    }

    pub(super) fn fold_overflow(&mut self, op: Overflow, left: Id, right: Id) -> Id {
        let (left, right) = (self.resolve(left), self.resolve(right));
        let ty = self.ty(left);
        if let (Some(a), Some(b)) = (self.bits(left), self.bits(right)) {
            let lost = interpret::overflows(op, ty, a, b);
            return self.flag(lost);
        }
        if self.bits(right) == Some(0) {
            return self.flag(false);
        }
        self.compute(Op::Overflow(op, left, right), Ty::I1)
    }

    pub(super) fn fold_unary(&mut self, op: Unary, v: Id) -> Id {
        let v = self.resolve(v);
        let ty = self.ty(v);
        if let Some(bits) = self.bits(v) {
            let bits = interpret::unary(op, ty, bits);
            return self.constant(ty, bits);
        }
        if op == Unary::Not && ty == Ty::I1 {
            if let Some(truth) = self.truth(v) {
                return self.flag(!truth);
            }
            match *self.func.op(v) {
                Op::Unary(Unary::Not, inner) => return inner,
                Op::Compare(op, a, b) => {
                    if let Some(other) = op.complement() {
                        return self.fold_compare(other, a, b);
                    }
                }
                _ => {}
            }
        }
        self.compute(Op::Unary(op, v), ty)
    }

    pub(super) fn fold_compare(&mut self, op: Compare, left: Id, right: Id) -> Id {
        let (mut left, mut right) = (self.resolve(left), self.resolve(right));
        if self.ty(left) != self.ty(right) {
            // A local that is a number in here: whether it is NULL is asked of the value that it stands for.
            (left, right) = (self.as_type(left, Ty::Value), self.as_type(right, Ty::Value));
        }
        let ty = self.ty(left);
        if let (Some(a), Some(b)) = (self.bits(left), self.bits(right)) {
            let truth = interpret::compare(op, ty, a, b);
            return self.flag(truth);
        }
        if let (Compare::Eq | Compare::Ne, true) = (op, self.bits(left).is_some()) {
            (left, right) = (right, left);
        }
        if left == right && !op.is_float() {
            let truth = matches!(op, Compare::Eq | Compare::LeS | Compare::GeS | Compare::LeU | Compare::GeU);
            return self.flag(truth);
        }
        if let Compare::Eq | Compare::Ne = op
            && let Some(equal) = self.equal(left, right)
        {
            return if op == Compare::Eq { equal } else { self.fold_unary(Unary::Not, equal) };
        }
        let other = op.complement().and_then(|op| self.seen(&Op::Compare(op, left, right), Ty::I1));
        if let Some(truth) = other.and_then(|other| self.truth(other)) {
            return self.flag(!truth);
        }
        let id = self.compute(Op::Compare(op, left, right), Ty::I1);
        match self.truth(id) {
            Some(truth) => self.flag(truth),
            None => id,
        }
    }

    /// Equality that follows from what the operands are; the constant, if any, is on the right.
    fn equal(&mut self, left: Id, right: Id) -> Option<Id> {
        let known = self.bits(right);
        match (self.func.op(left).clone(), self.func.op(right).clone()) {
            // A bool is one of two values; an int or float is itself by value.
            (Op::Box(Repr::Bool, raw), _) if known.is_some() => match Value(known?) {
                TRUE => Some(raw),
                FALSE => Some(self.fold_unary(Unary::Not, raw)),
                _ => Some(self.flag(false)),
            },
            (Op::Box(Repr::Int, a), Op::Box(Repr::Int, b)) => Some(self.fold_compare(Compare::Eq, a, b)),
            (Op::Box(..), _) if known.is_some_and(|bits| !Value(bits).is_int() && !Value(bits).is_float() && !Value(bits).is_object()) => {
                Some(self.flag(false))
            }
            (Op::Compare(..) | Op::Unary(Unary::Not, _) | Op::Test(..) | Op::IsObject(_), _)
                if self.ty(left) == Ty::I1 => match known? & 1 {
                1 => Some(left),
                _ => Some(self.fold_unary(Unary::Not, left)),
            },
            _ => {
                let bits = known?;
                let word = matches!(self.ty(left), Ty::Value | Ty::Ptr);
                (word && !Value(bits).is_object() && self.is_known_object(left)).then(|| self.flag(false))
            }
        }
    }

    /// A guard has found it to be an object.
    fn is_known_object(&self, v: Id) -> bool {
        let v = match *self.func.op(v) {
            Op::Convert(Convert::Cast, inner) => inner,
            _ => v,
        };
        let test = self.seen(&Op::IsObject(v), Ty::I1);
        test.and_then(|test| self.truth(test)) == Some(true)
    }

    pub(super) fn fold_select(&mut self, condition: Id, then: Id, otherwise: Id) -> Id {
        let (condition, then, otherwise) = (self.resolve(condition), self.resolve(then), self.resolve(otherwise));
        match self.truth(condition) {
            Some(true) => return then,
            Some(false) => return otherwise,
            None if then == otherwise => return then,
            None => {}
        }
        let ty = self.ty(then);
        self.compute(Op::Select { condition, then, otherwise }, ty)
    }

    pub(super) fn fold_convert(&mut self, how: Convert, v: Id, to: Ty) -> Id {
        let v = self.resolve(v);
        let from = self.ty(v);
        if from == to {
            return v;
        }
        if let Op::Root(root) = *self.func.op(v) {
            return self.head_value(Op::Root(root), 1, u64::from(root.0), to);
        }
        if let Some(bits) = self.bits(v) {
            let bits = interpret::convert(how, from, to, bits);
            return self.constant(to, bits);
        }
        if let (Convert::Cast, Op::Convert(Convert::Cast, inner)) = (how, self.func.op(v).clone())
            && self.ty(inner) == to
        {
            return inner;
        }
        self.compute(Op::Convert(how, v), to)
    }

    // -- boxes ---------------------------------------------------------------

    /// The operand in the representation that is asked for.
    pub(super) fn as_type(&mut self, v: Id, ty: Ty) -> Id {
        let v = self.resolve(v);
        match (self.ty(v), ty) {
            (have, want) if have == want => v,
            (Ty::Value, Ty::Ptr) | (Ty::Ptr, Ty::Value) => self.fold_convert(Convert::Cast, v, ty),
            (Ty::Value, _) => self.fold_unbox(v, ty),
            (_, Ty::Value) => self.fold_box(v),
            _ => {
                self.refuse_because("an operand in a representation that it has not");
                v
            }
        }
    }

    pub(super) fn fold_box(&mut self, v: Id) -> Id {
        let v = self.resolve(v);
        let Some(repr) = Repr::of(self.ty(v)) else {
            self.refuse_because("a box for what is no number");
            return v;
        };
        if let Some(bits) = self.bits(v) {
            let value = match repr {
                Repr::Int if runtime::value::fits_small(bits as i64) => Some(Value::small_int(bits as i64)),
                Repr::Int => None,
                Repr::Float => Some(Value::float(f64::from_bits(bits))),
                Repr::Bool => Some(Value::bool(bits != 0)),
            };
            if let Some(value) = value {
                return self.constant_value(value);
            }
        }
        if let Op::Unbox(_, boxed) = *self.func.op(v) {
            return boxed;
        }
        self.compute(Op::Box(repr, v), Ty::Value)
    }

    pub(super) fn fold_unbox(&mut self, v: Id, ty: Ty) -> Id {
        let v = self.resolve(v);
        let Some(repr) = Repr::of(ty) else {
            self.refuse_because("a number of no declared representation");
            return v;
        };
        match *self.func.op(v) {
            Op::Box(has, raw) if has == repr => return raw,
            // No test has said that it is one: what comes of it is not looked at.
            Op::Box(..) => return self.constant(ty, 0),
            _ => {}
        }
        if let Some(bits) = self.bits(v) {
            let raw = interpret::unbox(repr, Value(bits));
            return self.constant(ty, raw);
        }
        self.compute(Op::Unbox(repr, v), ty)
    }

    /// An `int` of a trace is any i64, so a box of one is an int whatever its size.
    pub(super) fn fold_test(&mut self, v: Id, ty: Ty) -> Id {
        let v = self.resolve(v);
        let Some(repr) = Repr::of(ty) else { return self.flag(false) };
        if let Op::Box(has, _) = *self.func.op(v) {
            return self.flag(has == repr);
        }
        if let Some(bits) = self.bits(v) {
            return self.flag(interpret::test(repr, Value(bits)));
        }
        let id = self.compute(Op::Test(repr, v), Ty::I1);
        if let Some(truth) = self.truth(id) {
            return self.flag(truth);
        }
        let others = [Repr::Int, Repr::Float, Repr::Bool].map(|other| self.seen(&Op::Test(other, v), Ty::I1));
        let is_other = others.iter().flatten().any(|other| *other != id && self.truth(*other) == Some(true));
        if is_other || self.is_known_object(v) { self.flag(false) } else { id }
    }

    pub(super) fn fold_is_object(&mut self, v: Id) -> Id {
        let v = self.resolve(v);
        match *self.func.op(v) {
            Op::Root(_) => return self.flag(true),
            Op::Box(..) => return self.flag(false),
            _ => {}
        }
        if let Some(bits) = self.bits(v) {
            return self.flag(Value(bits).is_object());
        }
        let tests = [Repr::Int, Repr::Float, Repr::Bool].map(|repr| self.seen(&Op::Test(repr, v), Ty::I1));
        if tests.iter().flatten().any(|test| self.truth(*test) == Some(true)) {
            return self.flag(false);
        }
        let id = self.compute(Op::IsObject(v), Ty::I1);
        match self.truth(id) {
            Some(truth) => self.flag(truth),
            None => id,
        }
    }
    /// The test, if it has been made.
    pub(super) fn test_seen(&self, repr: Repr, v: Id) -> Option<Id> {
        self.seen(&Op::Test(repr, v), Ty::I1)
    }
}
