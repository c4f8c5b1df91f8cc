//! The type slots of a class: the functions behind Python's operators. Native types fill them; classes written in Python inherit them
//! and get the generic ones (`slotdefs.rs`) for the dunder methods that they define. As CPython's PyTypeObject, with Rust's results.

use crate::args::Args;
use crate::error::R;
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::str::Str;
use crate::value::Value;
use core::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    pub const ALL: [CompareOp; 6] =
        [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge];
    pub fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
    pub fn of(self, ordering: core::cmp::Ordering) -> bool {
        use core::cmp::Ordering::{Equal, Greater, Less};
        match self {
            CompareOp::Lt => ordering == Less,
            CompareOp::Le => ordering != Greater,
            CompareOp::Eq => ordering == Equal,
            CompareOp::Ne => ordering != Equal,
            CompareOp::Gt => ordering == Greater,
            CompareOp::Ge => ordering != Less,
        }
    }
}

/// Binary operators, numbered as the opargs of BINARY_OP (0..=12; inplace is 13 more).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinaryOp {
    Add = 0,
    And = 1,
    FloorDivide = 2,
    Lshift = 3,
    MatrixMultiply = 4,
    Multiply = 5,
    Remainder = 6,
    Or = 7,
    Power = 8,
    Rshift = 9,
    Subtract = 10,
    TrueDivide = 11,
    Xor = 12,
}

impl BinaryOp {
    pub const ALL: [BinaryOp; 13] = [
        BinaryOp::Add,
        BinaryOp::And,
        BinaryOp::FloorDivide,
        BinaryOp::Lshift,
        BinaryOp::MatrixMultiply,
        BinaryOp::Multiply,
        BinaryOp::Remainder,
        BinaryOp::Or,
        BinaryOp::Power,
        BinaryOp::Rshift,
        BinaryOp::Subtract,
        BinaryOp::TrueDivide,
        BinaryOp::Xor,
    ];
    pub fn symbol(self) -> &'static str {
        ["+", "&", "//", "<<", "@", "*", "%", "|", "** or pow()", ">>", "-", "/", "^"][self as usize]
    }
    pub fn inplace_symbol(self) -> &'static str {
        ["+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^="][self as usize]
    }
}

pub type UnaryFn = fn(Value) -> R;
/// Called with either operand as the slot's owner; answers NOT_IMPLEMENTED for operands that it does not know.
pub type BinaryFn = fn(Value, Value) -> R;
pub type TernaryFn = fn(Value, Value, Value) -> R;
pub type BoolFn = fn(Value) -> R<bool>;
pub type HashFn = fn(Value) -> R<i64>;
pub type LenFn = fn(Value) -> R<usize>;
/// None: exhausted. StopIteration is not raised.
pub type NextFn = fn(Value) -> R<Option<Value>>;
pub type CallFn = for<'a> fn(Value, Args<'a>) -> R;
pub type NewFn = for<'a> fn(Gc<Class>, Args<'a>) -> R;
pub type InitFn = for<'a> fn(Value, Args<'a>) -> R<()>;
pub type GetAttrFn = fn(Value, Gc<Str>) -> R;
/// None as the value deletes.
pub type SetAttrFn = fn(Value, Gc<Str>, Option<Value>) -> R<()>;
pub type CompareFn = fn(Value, Value, CompareOp) -> R;
/// `(descriptor, instance or None, owner)`.
pub type DescrGetFn = fn(Value, Option<Value>, Option<Value>) -> R;
/// `(descriptor, instance, value or None to delete)`.
pub type DescrSetFn = fn(Value, Value, Option<Value>) -> R<()>;
/// None as the value deletes.
pub type SetItemFn = fn(Value, Value, Option<Value>) -> R<()>;
pub type ContainsFn = fn(Value, Value) -> R<bool>;
/// `sq_item`: an index that is not negative.
pub type ItemFn = fn(Value, usize) -> R;
pub type RepeatFn = fn(Value, isize) -> R;
/// `(receiver, sent)`: Ok(Ok(value)) yields, Ok(Err(value)) returns.
pub type SendFn = fn(Value, Value) -> R<Result<Value, Value>>;
pub type FinalizeFn = fn(Value) -> R<()>;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $type:ty),* $(,)?) => {
        #[derive(Default, Clone)]
        pub struct Slots {
            /// `__add__` and its like, indexed by BinaryOp (power is `power`).
            pub binary: [Cell<Option<BinaryFn>>; 13],
            pub inplace: [Cell<Option<BinaryFn>>; 13],
            $($(#[$doc])* pub $name: Cell<Option<$type>>),*
        }
        impl Slots {
            /// Takes each slot of `base` that is empty here.
            pub fn inherit(&self, base: &Slots) {
                for i in 0..13 {
                    if self.binary[i].get().is_none() { self.binary[i].set(base.binary[i].get()); }
                    if self.inplace[i].get().is_none() { self.inplace[i].set(base.inplace[i].get()); }
                }
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
            }
        }
    };
}

slots! {
    repr: UnaryFn, str: UnaryFn, hash: HashFn, call: CallFn, iter: UnaryFn, next: NextFn,
    getattr: GetAttrFn, setattr: SetAttrFn, compare: CompareFn,
    descr_get: DescrGetFn, descr_set: DescrSetFn, init: InitFn, new: NewFn, finalize: FinalizeFn,
    /// Three-argument pow; the two-argument operator is `binary[Power]`.
    power: TernaryFn,
    negative: UnaryFn, positive: UnaryFn, absolute: UnaryFn, invert: UnaryFn, bool: BoolFn,
    int: UnaryFn, float: UnaryFn, index: UnaryFn, divmod: BinaryFn,
    /// `sq_length`/`mp_length`.
    len: LenFn,
    /// `mp_subscript`.
    getitem: BinaryFn,
    /// `mp_ass_subscript`.
    setitem: SetItemFn,
    contains: ContainsFn,
    /// `sq_item`: also what the sequence iterator of objects without `__iter__` uses.
    item: ItemFn,
    /// `sq_concat`, `sq_repeat` and inplace: tried after the numeric slots.
    concat: BinaryFn, repeat: RepeatFn, inplace_concat: BinaryFn, inplace_repeat: RepeatFn,
    await_: UnaryFn, aiter: UnaryFn, anext: UnaryFn, send: SendFn,
}
