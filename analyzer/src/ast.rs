//! The syntax of a definition, as parsed: names are text, bodies and expressions too.

use crate::source::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub text: String,
    pub span: Span,
}

/// Text for `syn`, comments blanked; `span` is where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub text: String,
    pub span: Span,
}

/// What every item has.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub doc: String,
    pub section: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum TypeRef {
    Named { name: Name, optional: Option<Span> },
    Pointer(Box<TypeRef>, Span),
    Slice(Box<TypeRef>, Span),
}

impl TypeRef {
    pub fn span(&self) -> Span {
        match self {
            TypeRef::Named { name, optional } => {
                optional.map_or(name.span, |mark| name.span.to(mark))
            }
            TypeRef::Pointer(_, span) | TypeRef::Slice(_, span) => *span,
        }
    }
}

pub(crate) struct TypeItem {
    pub head: Head,
    pub name: Name,
    pub scalar: Name,
    pub boxed: Option<Name>,
    pub when: Option<Name>,
    pub unboxed: Option<Name>,
    pub tested: Option<Name>,
}

pub(crate) struct AliasItem {
    pub head: Head,
    pub name: Name,
    pub scalar: Name,
}

pub(crate) struct ConstItem {
    pub head: Head,
    pub name: Name,
    pub ty: TypeRef,
    pub value: Option<Raw>,
}

pub(crate) struct LayoutItem {
    pub head: Head,
    pub name: Name,
    pub parent: Option<Name>,
    pub fields: Vec<FieldItem>,
}

pub(crate) struct FieldItem {
    pub doc: String,
    pub readonly: bool,
    pub name: Name,
    pub ty: TypeRef,
}

pub(crate) struct ParamItem {
    pub name: Name,
    pub immediate: bool,
    pub ty: TypeRef,
}

pub(crate) struct EffectItem {
    pub name: Name,
    /// `Layout`, `field`, `[]`
    pub classes: Vec<(Name, Option<Name>, bool)>,
}

pub(crate) struct HelperItem {
    pub head: Head,
    pub name: Name,
    pub params: Vec<ParamItem>,
    pub result: Option<TypeRef>,
    pub effects: Vec<EffectItem>,
}

pub(crate) struct FnItem {
    pub head: Head,
    pub name: Name,
    pub params: Vec<ParamItem>,
    pub result: TypeRef,
    pub body: Raw,
}

pub(crate) struct Annotation {
    pub name: Name,
    pub arguments: Option<Raw>,
}

pub(crate) struct OperandItem {
    pub name: Name,
    pub size: Option<Raw>,
    pub ty: Option<TypeRef>,
}

pub(crate) struct CacheItem {
    pub name: Name,
    pub units: Name,
    pub root: bool,
    pub ty: Option<TypeRef>,
    pub filler: Option<Raw>,
    pub watches: Option<Raw>,
}

pub(crate) struct OpItem {
    pub head: Head,
    pub annotations: Vec<Annotation>,
    /// `inst`, not `op`.
    pub single: bool,
    pub name: Name,
    pub caches: Vec<CacheItem>,
    /// A cache entry that stands behind an operand.
    pub late_cache: Option<Span>,
    pub inputs: Vec<OperandItem>,
    pub outputs: Vec<OperandItem>,
    pub jump_outputs: Option<Vec<OperandItem>>,
    pub effect_span: Span,
    pub body: Raw,
}

pub(crate) enum PartItem {
    Op { name: Name, oparg: Option<Raw> },
    Entry { name: Name, units: Name },
}

pub(crate) struct MacroItem {
    pub head: Head,
    pub name: Name,
    pub condition: Option<Raw>,
    pub parts: Vec<PartItem>,
}

pub(crate) struct FamilyItem {
    pub head: Head,
    pub name: Name,
    /// `name/N`; a bare number is `unused/N`.
    pub entries: Vec<(Name, Name)>,
    pub members: Vec<Name>,
}

pub(crate) struct SuperItem {
    pub head: Head,
    pub name: Name,
    pub parts: Vec<Name>,
}

pub(crate) struct PseudoItem {
    pub head: Head,
    pub name: Name,
    pub targets: Vec<Name>,
}

/// An item of the table that gets an opcode number, in definition order.
pub(crate) enum Numbered {
    Macro(MacroItem),
    /// Index into [`Ast::ops`].
    Inst(usize),
    Super(SuperItem),
}

#[derive(Default)]
pub(crate) struct Ast {
    pub head: String,
    pub types: Vec<TypeItem>,
    pub aliases: Vec<AliasItem>,
    pub consts: Vec<ConstItem>,
    pub layouts: Vec<LayoutItem>,
    pub helpers: Vec<HelperItem>,
    pub fns: Vec<FnItem>,
    pub ops: Vec<OpItem>,
    pub numbered: Vec<Numbered>,
    pub families: Vec<FamilyItem>,
    pub pseudos: Vec<PseudoItem>,
    pub instrumented: Vec<Name>,
    pub reserved: Vec<(Head, Name, Name)>,
}
