//! What names stand for, and which names may be given.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::ast::{Name, TypeRef};
use crate::codes;
use crate::diagnostics::{Diagnostic, Sink, did_you_mean};
use crate::model::*;
use crate::source::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TypeName {
    Scalar(Scalar),
    Alias(AliasId),
    Layout(LayoutId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ValueName {
    Const(ConstId),
    Helper(HelperId),
    Fn(FnId),
    Intrinsic(Intrinsic),
    /// `exit_if` and the like: only as a statement.
    Statement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum InstructionName {
    Instruction(InstructionId),
    Super(SuperId),
    Pseudo,
    Reserved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Used {
    Repr(ReprId),
    Alias(AliasId),
    Layout(LayoutId),
    Const(ConstId),
    Helper(HelperId),
    Fn(FnId),
    Op(OpId),
}

/// Maps for looking up, never for iterating in output order.
#[derive(Default)]
pub(crate) struct Names {
    pub types: HashMap<String, TypeName>,
    pub values: HashMap<String, ValueName>,
    pub ops: HashMap<String, OpId>,
    pub instructions: HashMap<String, InstructionName>,
    /// Where each name was first defined, by namespace and name.
    pub spans: HashMap<(Space, String), Span>,
    /// Names whose definition was refused: using them is no second error.
    pub broken: HashSet<String>,
    pub used: RefCell<HashSet<Used>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Space {
    Type,
    Value,
    Op,
    Instruction,
}

pub(crate) const STATEMENTS: &[&str] = &[
    "exit_if",
    "deopt_if",
    "error_if",
    "jump_by",
    "push_frame",
    "pop_frame",
    "suspend_frame",
    "resume_frame",
    "raise",
    "dispatch_same",
    "dispatch_as",
    "specialize",
    "tier_up",
    "check_periodic",
    "record_value",
];

pub(crate) const INTRINSICS: &[(&str, Intrinsic)] = &[
    ("add_overflow", Intrinsic::AddOverflow),
    ("sub_overflow", Intrinsic::SubOverflow),
    ("mul_overflow", Intrinsic::MulOverflow),
    ("is_null", Intrinsic::IsNull),
    ("null", Intrinsic::Null),
    ("is_object", Intrinsic::IsObject),
    ("same", Intrinsic::Same),
];

/// Names that bodies give a meaning to, and those of the machine's registers.
pub(crate) const BUILT_IN: &[&str] = &[
    "oparg",
    "next_instruction_offset",
    "thread",
    "frame",
    "local",
    "cell",
    "constant",
    "name",
    "root",
    "unused",
    "value",
    "ip",
    "sp",
    "fp",
    "ts",
    "table",
    "next_instr",
    "watches",
];

const RUST_WORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
    "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "type",
    "unsafe", "use", "where", "while", "abstract", "become", "box", "do", "final", "macro",
    "override", "priv", "try", "typeof", "unsized", "virtual", "yield", "_",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `LOAD_FAST`, `NB_ADD`
    Screaming,
    /// `_LOAD_FAST`
    Op,
    /// `List`
    Camel,
    /// `list_append`
    Snake,
    /// Snake, and none of the built-in names.
    Variable,
}

/// Reports a name that may not be given.
pub(crate) fn check_name(name: &Name, style: Style, sink: &Sink) -> bool {
    let text = name.text.as_str();
    let refuse = |message: String, help: String| {
        sink.push(Diagnostic::new(&codes::BAD_NAME, name.span, message).help(help));
        false
    };
    if text.len() > 100 {
        let message = format!("a name of {} characters", text.len());
        sink.push(Diagnostic::new(&codes::TOO_LARGE, name.span, message).help("100 are allowed"));
        return false;
    }
    if RUST_WORDS.contains(&text) {
        return refuse(
            format!("`{text}` is a word of Rust"),
            "choose another name".into(),
        );
    }
    if style == Style::Variable && BUILT_IN.contains(&text) {
        return refuse(
            format!("`{text}` has a meaning of its own in bodies"),
            "choose another name".into(),
        );
    }
    let upper = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_uppercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let snake = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let (right, wanted) = match style {
        Style::Screaming => (upper(text), "SCREAMING_CASE"),
        Style::Op => (
            text.strip_prefix('_').is_some_and(upper),
            "_SCREAMING_CASE with a leading underscore",
        ),
        Style::Camel => {
            let right = text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            (right, "CamelCase")
        }
        Style::Snake | Style::Variable => (snake(text), "snake_case"),
    };
    right
        || refuse(
            format!("`{text}` is not {wanted}"),
            format!("names of this kind are {wanted}"),
        )
}

impl Names {
    /// Takes the name, or reports that it is taken.
    pub fn define(&mut self, space: Space, name: &Name, sink: &Sink) -> bool {
        let key = (space, name.text.clone());
        if let Some(first) = self.spans.get(&key) {
            let message = format!("`{}` is defined twice", name.text);
            sink.push(
                Diagnostic::new(&codes::DUPLICATE, name.span, message)
                    .other(*first, "defined here first"),
            );
            return false;
        }
        let built_in = match space {
            Space::Value => {
                STATEMENTS.contains(&name.text.as_str())
                    || INTRINSICS.iter().any(|(known, _)| *known == name.text)
            }
            Space::Type => {
                built_in_type(&name.text).is_some() || matches!(name.text.as_str(), "value" | "Ptr")
            }
            Space::Op | Space::Instruction => false,
        };
        if built_in {
            let message = format!("`{}` is built in", name.text);
            sink.push(
                Diagnostic::new(&codes::DUPLICATE, name.span, message).help("choose another name"),
            );
            return false;
        }
        self.spans.insert(key, name.span);
        true
    }

    pub fn mark(&self, used: Used) {
        self.used.borrow_mut().insert(used);
    }

    pub fn is_used(&self, used: Used) -> bool {
        self.used.borrow().contains(&used)
    }

    pub fn value(&self, name: &str) -> Option<ValueName> {
        if STATEMENTS.contains(&name) {
            return Some(ValueName::Statement);
        }
        if let Some((_, intrinsic)) = INTRINSICS.iter().find(|(known, _)| *known == name) {
            return Some(ValueName::Intrinsic(*intrinsic));
        }
        let found = self.values.get(name).copied();
        match found {
            Some(ValueName::Const(id)) => self.mark(Used::Const(id)),
            Some(ValueName::Helper(id)) => self.mark(Used::Helper(id)),
            Some(ValueName::Fn(id)) => self.mark(Used::Fn(id)),
            Some(ValueName::Intrinsic(
                Intrinsic::Box(id) | Intrinsic::Unbox(id) | Intrinsic::Test(id),
            )) => {
                self.mark(Used::Repr(id));
            }
            _ => {}
        }
        found
    }

    /// A type as written, other than the forms that only some places allow.
    pub fn named_type(&self, name: &Name, sink: &Sink) -> Option<Ty> {
        if name.text == "value" {
            return Some(Ty::Value);
        }
        let found = self.types.get(&name.text).copied();
        match found.or_else(|| built_in_type(&name.text).map(TypeName::Scalar)) {
            Some(TypeName::Scalar(scalar)) => Some(Ty::Scalar(scalar)),
            Some(TypeName::Alias(id)) => {
                self.mark(Used::Alias(id));
                Some(Ty::Alias(id))
            }
            Some(TypeName::Layout(id)) => {
                self.mark(Used::Layout(id));
                Some(Ty::Layout(id))
            }
            None => {
                if !self.broken.contains(&name.text) {
                    let message = format!("there is no type `{}`", name.text);
                    let mut known: Vec<&str> = self.types.keys().map(String::as_str).collect();
                    known.extend(["value", "usize", "Ptr"]);
                    known.sort_unstable();
                    sink.push(
                        Diagnostic::new(&codes::UNKNOWN_TYPE, name.span, message)
                            .maybe_help(did_you_mean(&name.text, known)),
                    );
                }
                None
            }
        }
    }

    /// `[value]` is [`Ty::Slots`], `T?` is [`Ty::Option`]; the caller refuses them where they
    /// cannot stand.
    pub fn resolve(&self, ty: &TypeRef, sink: &Sink) -> Option<Ty> {
        match ty {
            TypeRef::Named {
                name,
                optional: None,
            } => self.named_type(name, sink),
            TypeRef::Named {
                name,
                optional: Some(_),
            } => Some(Ty::Option(Box::new(self.named_type(name, sink)?))),
            TypeRef::Pointer(inner, span) => {
                let inner = self.resolve(inner, sink)?;
                if matches!(inner, Ty::Slots | Ty::Option(_)) {
                    let message = "elements are values, numbers, layouts or pointers";
                    sink.push(Diagnostic::new(&codes::BAD_TYPE, *span, message));
                    return None;
                }
                Some(Ty::Ptr(Box::new(inner)))
            }
            TypeRef::Slice(inner, span) => match self.resolve(inner, sink)? {
                Ty::Value => Some(Ty::Slots),
                _ => {
                    let message = "only `[value]` is a type here";
                    sink.push(
                        Diagnostic::new(&codes::BAD_TYPE, *span, message).help("or `Ptr<[T]>`"),
                    );
                    None
                }
            },
        }
    }
}

pub(crate) fn built_in_type(name: &str) -> Option<Scalar> {
    Some(match name {
        "bool" | "i1" => Scalar::I1,
        "u8" => Scalar::U8,
        "u16" => Scalar::U16,
        "u32" => Scalar::U32,
        "u64" => Scalar::U64,
        "usize" => Scalar::Usize,
        "i8" => Scalar::I8,
        "i16" => Scalar::I16,
        "i32" => Scalar::I32,
        "i64" => Scalar::I64,
        "f64" => Scalar::F64,
        _ => return None,
    })
}
