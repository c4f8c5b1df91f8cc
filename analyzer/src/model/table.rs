//! Instructions, families and numbers: the part of the model that comes from the table.

use super::*;

// -- instructions ---------------------------------------------------------------------------------

/// A `macro` or `inst`, expanded.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    pub name: String,
    pub doc: String,
    /// The `// -- title ----` line above it in the table, for documentation.
    pub section: Option<String>,
    pub number: u8,
    /// The family it is head or member of.
    pub family: Option<FamilyId>,
    pub role: Role,
    /// Tried by the specializer before the member's guards: a `bool` immediate over `oparg`.
    pub condition: Option<Expr>,
    pub parts: Vec<Part>,
    /// Units after the instruction's own unit. Length is `1 + cache_units`.
    pub cache_units: u32,
    pub stack: NetEffect,
    pub properties: Properties,
    /// Defined by `inst(..)`.
    pub single: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Neither head nor member of a family.
    Plain,
    /// The generic form of a family.
    Head,
    /// Reached by specialization only.
    Member,
}

/// What the instruction does to the stack depth, and how deep it looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetEffect {
    /// Slots below the stack pointer that the instruction takes (peeked ones not counted).
    pub popped: Size,
    pub pushed: Size,
    /// On the path that jumps, where it differs.
    pub jump_pushed: Option<Size>,
    /// Slots below the stack pointer that the instruction looks at or takes.
    pub reach: Size,
    /// The most slots above the depth at entry, in between or at the end.
    pub peak: Size,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Uop(UopPart),
    /// `unused/N`, or padding to the family's size.
    Unused {
        offset: u32,
        units: u32,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct UopPart {
    pub op: OpId,
    /// `_X(e)`: what `oparg` means in this micro-op; an immediate of type `u32` over the
    /// instruction's `oparg`. `None`: the instruction's.
    pub oparg: Option<Expr>,
    /// For each of [`Op::caches`], its offset in units after the instruction's own unit.
    pub caches: Vec<u32>,
    /// The types of the operands as they stand at this point: for each input, the representation
    /// that an earlier micro-op established ([`Ty::Value`] for what comes from the stack).
    pub input_types: Vec<Ty>,
    /// The same for the outputs, `Any` resolved where a move tells.
    pub output_types: Vec<Ty>,
}

/// `family(HEAD, counter/1 + unused/5) = { A, B };`
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub doc: String,
    pub head: InstructionId,
    /// In the order in which the specializer tries them.
    pub members: Vec<InstructionId>,
    /// The declared layout of the cache.
    pub entries: Vec<FamilyEntry>,
    pub cache_units: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FamilyEntry {
    /// `None` for `unused`.
    pub name: Option<String>,
    pub offset: u32,
    pub units: u32,
}

/// `super(A_B) = A + B;`: at A's place, when B follows; the second instruction stays where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Super {
    pub name: String,
    pub doc: String,
    pub section: Option<String>,
    pub number: u8,
    pub parts: Vec<InstructionId>,
}

/// `pseudo(JUMP) = { JUMP_FORWARD, JUMP_BACKWARD };`: known to compilers only; number from 256.
#[derive(Clone, Debug, PartialEq)]
pub struct Pseudo {
    pub name: String,
    pub doc: String,
    pub number: u16,
    pub targets: Vec<InstructionId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Reserved {
    pub name: String,
    pub doc: String,
    pub number: u8,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Opcode {
    pub number: u8,
    pub name: String,
    pub kind: OpcodeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpcodeKind {
    Instruction(InstructionId),
    Super(SuperId),
    /// An instruction that stands in for others while a tool listens.
    Instrumented(InstructionId),
    /// Index into [`Model::reserved`].
    Reserved(usize),
}

/// Where an item stands; for `explain`.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    pub name: String,
    pub file: String,
    /// From 1.
    pub line: u32,
    /// The item as written, comments above it included.
    pub text: String,
}
