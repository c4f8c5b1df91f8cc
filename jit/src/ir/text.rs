//! The text form of the IR: what dumps show and what passes are tested with. `docs/ir.md` describes it, `parse` reads it back.

use super::{Binary, Block, Class, Compare, Convert, Def, ExitKind, FrameKind, Func, Id, Op, Overflow, Repr, SnapshotId, Ty, Unary};
use crate::lines::{self, Line, Of};
use core::fmt::{self, Display, Formatter, Write};
use std::collections::HashMap;

/// Gives an enum its words, in one table for printer and parser.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $type {
            pub fn word(self) -> &'static str {
                match self { $($type::$variant => $word),* }
            }
            pub fn from_word(word: &str) -> Option<$type> {
                match word { $($word => Some($type::$variant),)* _ => None }
            }
        }
    };
}

words!(Ty { I1 = "i1", I8 = "i8", I16 = "i16", I32 = "i32", I64 = "i64", F64 = "f64", Value = "value", Ptr = "ptr" });
words!(Repr { Int = "int", Float = "float", Bool = "bool" });
words!(Binary {
    Add = "add", Sub = "sub", Mul = "mul", DivS = "div_s", DivU = "div_u", RemS = "rem_s", RemU = "rem_u", And = "and", Or = "or",
    Xor = "xor", Shl = "shl", ShrS = "shr_s", ShrU = "shr_u", FAdd = "fadd", FSub = "fsub", FMul = "fmul", FDiv = "fdiv",
});
words!(Unary { Neg = "neg", Not = "not", FNeg = "fneg", FAbs = "fabs", FSqrt = "fsqrt", FCanonical = "fcanonical" });
words!(Compare {
    Eq = "eq", Ne = "ne", LtS = "lt_s", LeS = "le_s", GtS = "gt_s", GeS = "ge_s", LtU = "lt_u", LeU = "le_u", GtU = "gt_u", GeU = "ge_u",
    FEq = "feq", FNe = "fne", FLt = "flt", FLe = "fle", FGt = "fgt", FGe = "fge",
});
words!(Overflow { AddS = "add_s", AddU = "add_u", SubS = "sub_s", SubU = "sub_u", MulS = "mul_s", MulU = "mul_u" });
words!(Convert {
    Zext = "zext", Sext = "sext", Trunc = "trunc", SignedToFloat = "signed_to_float", UnsignedToFloat = "unsigned_to_float",
    FloatToSigned = "float_to_signed", FloatToUnsigned = "float_to_unsigned", Cast = "cast",
});
words!(ExitKind { Exit = "exit", Deopt = "deopt", Error = "error", Invalid = "invalid", End = "end" });

impl Display for Func {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        Printer { func: self, names: None, out: &mut text, marks: Vec::new() }.func()?;
        f.write_str(&text)
    }
}

/// What people read in the place of numbers and addresses; such a text does not parse back.
#[derive(Default)]
pub struct Names {
    /// By root.
    pub roots: Vec<String>,
    pub constants: HashMap<Id, String>,
    /// By number.
    pub helpers: Vec<&'static str>,
    pub classes: &'static [&'static str],
}

/// The text with names.
pub fn named(func: &Func, names: &Names) -> Vec<Line> {
    let mut text = String::new();
    let mut printer = Printer { func, names: Some(names), out: &mut text, marks: Vec::new() };
    // Writing to a string does not fail.
    let _ = printer.func();
    let marks = printer.marks;
    lines::cut(&text, &marks)
}

/// An instruction with names, without its result.
pub fn op(func: &Func, id: Id, names: &Names) -> String {
    OpText(func.def(id), Some(names)).to_string()
}

struct Printer<'a> {
    func: &'a Func,
    names: Option<&'a Names>,
    out: &'a mut String,
    /// Where a line begins that came of something.
    marks: Vec<(usize, Of)>,
}

/// `, `-separated.
struct List<'a, T>(&'a [T]);
impl<T: fmt::Debug> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, item) in self.0.iter().enumerate() {
            write!(f, "{}{item:?}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl Printer<'_> {
    fn func(&mut self) -> fmt::Result {
        let func = self.func;
        writeln!(self.out, "trace {:?} {{", func.name)?;
        for (at, root) in func.roots.iter().enumerate() {
            match self.names.and_then(|names| names.roots.get(at)) {
                Some(name) => writeln!(self.out, "  root r{at} = {name}")?,
                None => writeln!(self.out, "  root r{at} = {:#x}", root.0)?,
            }
        }
        for (at, snapshot) in func.snapshots.iter().enumerate() {
            let of = Of::Snapshot(SnapshotId(at as u32));
            self.marks.push((self.out.len(), of));
            writeln!(self.out, "  snapshot s{at} {{")?;
            for frame in &snapshot.frames {
                self.marks.push((self.out.len(), of));
                write!(self.out, "    frame code r{} function r{}", frame.code.0, frame.function.0)?;
                if let Some(callable) = frame.callable {
                    write!(self.out, " callable {callable:?}")?;
                }
                if let Some(anchor) = frame.anchor {
                    write!(self.out, " anchor {anchor:?}")?;
                }
                write!(self.out, " base {} ip {} depth {}", frame.base, frame.ip, frame.depth)?;
                match frame.kind {
                    FrameKind::Plain => {}
                    FrameKind::Init => self.out.write_str(" init")?,
                    FrameKind::Generator => self.out.write_str(" generator")?,
                    FrameKind::Operator(op) => write!(self.out, " operator {op}")?,
                    FrameKind::Store => self.out.write_str(" store")?,
                }
                if frame.is_virtual {
                    self.out.write_str(" virtual")?;
                }
                let slots: Vec<String> = frame.slots.iter().map(|(slot, id)| format!("{slot}: {id:?}")).collect();
                writeln!(self.out, " [{}]", slots.join(", "))?;
            }
            self.marks.push((self.out.len(), of));
            self.out.write_str("  }\n")?;
        }
        self.out.write_str("  entry {\n")?;
        self.block(func.entry, 2)?;
        self.out.write_str("  }\n")?;
        for (at, item) in func.loops.iter().enumerate() {
            writeln!(self.out, "  loop{at} ({}) {{", self.typed(&item.params))?;
            self.block(item.body, 2)?;
            self.out.write_str("  }\n")?;
        }
        self.out.write_str("}\n")
    }
    fn typed(&self, ids: &[Id]) -> String {
        let one = |&id: &Id| format!("{id:?}: {}", self.func.defs.get(id.0 as usize).and_then(|d| d.ty).map_or("none", Ty::word));
        ids.iter().map(one).collect::<Vec<_>>().join(", ")
    }
    /// Nested regions are printed by recursion; the verifier and the parser bound how deep they lie, and so does this.
    fn block(&mut self, block: Block, depth: usize) -> fmt::Result {
        let func = self.func;
        let Some(ids) = func.blocks.get(block.0 as usize) else { return writeln!(self.out, "?block{}", block.0) };
        if depth > super::MAX_NESTING + 2 {
            return self.out.write_str("...\n");
        }
        for &id in ids {
            let Some(def) = func.defs.get(id.0 as usize) else {
                writeln!(self.out, "?{id:?}")?;
                continue;
            };
            if matches!(def.op, Op::Nop) {
                continue;
            }
            self.marks.push((self.out.len(), Of::Value(id)));
            write!(self.out, "{:1$}", "", depth * 2)?;
            if let Op::If { condition, then, otherwise, results } = &def.op {
                if !results.is_empty() {
                    write!(self.out, "{} = ", self.typed(results))?;
                }
                writeln!(self.out, "if {condition:?} {{")?;
                self.block(*then, depth + 1)?;
                writeln!(self.out, "{:1$}}} else {{", "", depth * 2)?;
                self.block(*otherwise, depth + 1)?;
                writeln!(self.out, "{:1$}}}", "", depth * 2)?;
                continue;
            }
            if let Some(ty) = def.ty {
                write!(self.out, "{id:?}: {} = ", ty.word())?;
            }
            match self.names.and_then(|names| names.constants.get(&id)) {
                Some(name) => writeln!(self.out, "const {name}")?,
                None => writeln!(self.out, "{}", OpText(def, self.names))?,
            }
        }
        Ok(())
    }
}

/// An instruction without its result.
struct OpText<'a>(&'a Def, Option<&'a Names>);

impl Display for OpText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let OpText(Def { op, ty }, names) = self;
        let class = |class: Class| ClassText(class, *names);
        match op {
            Op::Nop => f.write_str("nop"),
            Op::Param => f.write_str("param"),
            Op::Const(bits) => constant(f, *bits, *ty),
            Op::Root(root) => write!(f, "root r{}", root.0),
            Op::Thread => f.write_str("thread"),
            Op::Frame => f.write_str("frame"),
            Op::SlotAddress { word } => write!(f, "slot {word}"),
            Op::Incoming(index) => write!(f, "incoming {index}"),
            Op::Binary(op, a, b) => write!(f, "{} {a:?}, {b:?}", op.word()),
            Op::Unary(op, a) => write!(f, "{} {a:?}", op.word()),
            Op::Compare(op, a, b) => write!(f, "{} {a:?}, {b:?}", op.word()),
            Op::Overflow(op, a, b) => write!(f, "overflows {} {a:?}, {b:?}", op.word()),
            Op::Select { condition, then, otherwise } => write!(f, "select {condition:?}, {then:?}, {otherwise:?}"),
            Op::Convert(op, a) => write!(f, "{} {a:?}", op.word()),
            Op::Box(repr, a) => write!(f, "box {} {a:?}", repr.word()),
            Op::Unbox(repr, a) => write!(f, "unbox {} {a:?}", repr.word()),
            Op::Test(repr, a) => write!(f, "test {} {a:?}", repr.word()),
            Op::IsObject(a) => write!(f, "is_object {a:?}"),
            Op::Load { base, offset, class: of, readonly } => {
                write!(f, "{}load {base:?}{} {}", read_only(*readonly), Offset(*offset), class(*of))
            }
            Op::Store { base, offset, class: of, value } => write!(f, "store {base:?}{} {}, {value:?}", Offset(*offset), class(*of)),
            Op::LoadElement { base, index, offset, class: of, readonly } => {
                write!(f, "{}load_element {base:?}[{index:?}]{} {}", read_only(*readonly), Offset(*offset), class(*of))
            }
            Op::StoreElement { base, index, offset, class: of, value } => {
                write!(f, "store_element {base:?}[{index:?}]{} {}, {value:?}", Offset(*offset), class(*of))
            }
            Op::ElementAddress { base, index, offset, size } => write!(f, "element {base:?}[{index:?} x {size}]{}", Offset(*offset)),
            Op::Barrier { owner } => write!(f, "barrier {owner:?}"),
            Op::Call { helper, args } => match names.and_then(|names| names.helpers.get(*helper as usize)) {
                Some(name) => write!(f, "call {name}({})", List(args)),
                None => write!(f, "call {helper}({})", List(args)),
            },
            Op::Guard { bad, snapshot, kind, check } => {
                let only = if *check || *kind == ExitKind::Error { "" } else { ", only" };
                write!(f, "guard {bad:?}, s{}, {}{only}", snapshot.0, kind.word())
            }
            Op::CheckValid { snapshot } => write!(f, "check_valid s{}", snapshot.0),
            Op::If { condition, .. } => write!(f, "if {condition:?} {{ .. }}"),
            Op::Jump { target, args } => write!(f, "jump loop{}({})", target.0, List(args)),
            Op::Leave { snapshot, kind } => write!(f, "leave s{}, {}", snapshot.0, kind.word()),
            Op::Dispatch { frame, snapshot } => write!(f, "dispatch {frame:?}, s{}", snapshot.0),
            Op::Link { snapshot, executor } => write!(f, "link s{}, executor {executor}", snapshot.0),
            Op::Yield { args } if args.is_empty() => f.write_str("yield"),
            Op::Yield { args } => write!(f, "yield {}", List(args)),
        }
    }
}

fn read_only(readonly: bool) -> &'static str {
    if readonly { "readonly " } else { "" }
}

fn constant(f: &mut Formatter<'_>, bits: u64, ty: Option<Ty>) -> fmt::Result {
    match ty {
        Some(Ty::F64) => {
            let float = f64::from_bits(bits);
            // Digits give these bits back; a NaN's would not.
            if float.is_nan() { write!(f, "const bits {bits:#x}") } else { write!(f, "const {float:?}") }
        }
        Some(Ty::I8) => write!(f, "const {}", bits as i8),
        Some(Ty::I16) => write!(f, "const {}", bits as i16),
        Some(Ty::I32) => write!(f, "const {}", bits as i32),
        Some(Ty::I64) => write!(f, "const {}", bits as i64),
        Some(Ty::I1) => write!(f, "const {}", bits & 1),
        _ => write!(f, "const {bits:#x}"),
    }
}

/// ` + 8`, ` - 8`, nothing for 0.
struct Offset(i32);
impl Display for Offset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            offset if offset < 0 => write!(f, " - {}", offset.unsigned_abs()),
            offset => write!(f, " + {offset}"),
        }
    }
}

struct ClassText<'a>(Class, Option<&'a Names>);
impl Display for ClassText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Class::SLOTS => f.write_str("@slots"),
            Class::FRAME => f.write_str("@frame"),
            Class::HEAP => f.write_str("@heap"),
            Class(number) => match self.1.and_then(|names| names.classes.get(number as usize)) {
                Some(name) => write!(f, "@{name}"),
                None => write!(f, "@{number}"),
            },
        }
    }
}
