//! Checks bodies and expressions: `syn` syntax in, typed tree out.
//!
//! One `Checker` per body. It knows what names stand for, and follows the paths through the body:
//! which outputs are assigned, whether a visible effect has happened, which divisors are known not
//! to be zero.

mod acts;
mod assign;
mod call;
mod expr;
mod memory;
mod name;
mod path;
mod stmt;

use std::cell::Cell;

use proc_macro2::Span as SynSpan;

use crate::ast::{Name, Raw};
use crate::codes::{self, Code};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::*;
use crate::names::Names;
use crate::source::Span;

pub(crate) use path::{Assigned, End, Ends, Flow, Variable};

/// Words and signs that a body may have; a 30-line body has some 400. Behind this limit the
/// parsers' and our own recursion is bounded.
const MAX_TOKENS: usize = 1_000;
const MAX_LINES: usize = 30;

/// The error has been reported; there is nothing to go on with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported;

pub(crate) type Checked<T> = Result<T, Reported>;

#[derive(Clone, Copy)]
pub(crate) struct Env<'a> {
    pub model: &'a Model,
    pub names: &'a Names,
    pub sink: &'a Sink,
}

/// What the text is, and so what it may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Op,
    Fn,
    /// `:=` and `watches`: the inputs, and the cache entries before this one.
    Filler {
        entry: usize,
    },
    /// Array sizes, opargs of parts, `if` clauses: `oparg` and constants.
    Immediate,
}

/// The operands of the op whose body is checked.
#[derive(Clone, Copy, Default)]
pub(crate) struct Scope<'a> {
    pub inputs: &'a [Operand],
    pub caches: &'a [Cache],
    pub params: &'a [Param],
    pub variables: &'a [Variable],
    pub outputs: usize,
    /// Operands with a type that does not exist: using them is no second error.
    pub poisoned: &'a [String],
}

#[derive(Clone, Debug)]
enum Binding {
    Let(LetId),
    /// The value could not be checked.
    Poison,
}

pub(crate) struct Checker<'a> {
    pub env: Env<'a>,
    pub kind: Kind,
    pub scope: Scope<'a>,
    at: Span,
    pub lets: Vec<LetVar>,
    let_spans: Vec<Span>,
    let_read: Vec<bool>,
    /// For `let items = l.items`: which elements the pointer means.
    let_classes: Vec<Option<ClassId>>,
    bindings: Vec<(String, Binding)>,
    pub flow: Flow,
    pub ends: Vec<Ends>,
    /// Cache entries that the body reads, with the index of the outermost statement.
    pub cache_reads: Vec<(usize, usize)>,
    pub statement: usize,
    /// Inside the condition of this word, where no call may escape.
    condition_of: Option<&'static str>,
    pub exits: Vec<(ExitKind, Span, Option<InstructionId>)>,
    pub periodic: Option<Span>,
    pub specialize: Option<Span>,
    pub tier_up: Option<Span>,
    pub record: Option<Span>,
    /// All assignments to each variable of `scope.variables`.
    pub assignments: Vec<Vec<Expr>>,
    /// Read where it is assigned on some paths only.
    pub read_early: Vec<bool>,
    pub input_reads: Vec<bool>,
    pub result_arrives: bool,
    /// Something of the body was no part of the language: what it would have assigned is not known.
    refused: Cell<bool>,
}

impl<'a> Checker<'a> {
    pub fn new(env: Env<'a>, kind: Kind, scope: Scope<'a>, at: Span) -> Checker<'a> {
        Checker {
            env,
            kind,
            scope,
            at,
            lets: Vec::new(),
            let_spans: Vec::new(),
            let_read: Vec::new(),
            let_classes: Vec::new(),
            bindings: Vec::new(),
            flow: Flow::new(scope.variables.len()),
            ends: Vec::new(),
            cache_reads: Vec::new(),
            statement: 0,
            condition_of: None,
            exits: Vec::new(),
            periodic: None,
            specialize: None,
            tier_up: None,
            record: None,
            assignments: vec![Vec::new(); scope.variables.len()],
            read_early: vec![false; scope.variables.len()],
            input_reads: vec![false; scope.inputs.len()],
            result_arrives: false,
            refused: Cell::new(false),
        }
    }

    pub fn body(&mut self, raw: &Raw) -> Checked<Block> {
        self.check_length(raw);
        let block: syn::Block = self.parse(raw)?;
        let block = self.outermost(&block);
        self.unused_lets();
        Ok(block)
    }

    pub fn fn_body(&mut self, raw: &Raw, result: &Ty) -> Checked<ValueBlock> {
        self.check_length(raw);
        let block: syn::Block = self.parse(raw)?;
        let value = self.value_block(&block, Some(result));
        self.unused_lets();
        value
    }

    pub fn expression(&mut self, raw: &Raw, want: Option<&Ty>) -> Checked<Expr> {
        let expr: syn::Expr = self.parse(raw)?;
        self.expr(&expr, want)
    }

    /// For fillers, which may be of the type or an optional one.
    pub fn coerce_filler(&self, value: Expr, want: &Ty, span: Span) -> Checked<Expr> {
        self.coerce(value, want, span)
    }

    fn check_length(&self, raw: &Raw) {
        let inside = raw
            .text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'));
        let lines = inside
            .unwrap_or("")
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count();
        if lines > MAX_LINES {
            let span = Span {
                end: raw.span.start + 1,
                ..raw.span
            };
            let message = format!("this body has {lines} lines, {MAX_LINES} are allowed");
            let help = "move work into a helper, or cut the op in two";
            self.report(Diagnostic::new(&codes::TOO_LONG, span, message).help(help));
        }
    }

    fn parse<T: syn::parse::Parse>(&self, raw: &Raw) -> Checked<T> {
        let tokens = token_count(&raw.text);
        if tokens > MAX_TOKENS {
            let span = Span {
                end: raw.span.start + 1,
                ..raw.span
            };
            let message = format!("{tokens} words and signs, {MAX_TOKENS} are allowed");
            let help = "move work into a helper, or cut the op in two";
            return self.refuse(Diagnostic::new(&codes::TOO_LARGE, span, message).help(help));
        }
        for (sign, what, help) in REFUSED_SIGNS {
            if let Some(at) = raw.text.find(sign) {
                let start = raw.span.start as usize + at;
                let span = Span::new(raw.span.file, start, start + sign.len());
                let message = format!("{what} are not part of the language");
                return self
                    .refuse(Diagnostic::new(&codes::NOT_ALLOWED, span, message).help(*help));
            }
        }
        syn::parse_str(&raw.text).map_err(|error| {
            let range = error.span().byte_range();
            let length = raw.text.len();
            // An error at the end of the text has an empty span.
            let at_end = range.is_empty() || range.end > length;
            let range = if at_end {
                length.saturating_sub(1)..length
            } else {
                range
            };
            let start = raw.span.start as usize;
            let span = Span::new(raw.span.file, start + range.start, start + range.end);
            let mut message = error.to_string();
            if message.starts_with("lex error") {
                message = "this cannot be read".to_string();
            }
            self.report(Diagnostic::new(&codes::BODY_SYNTAX, span, message));
            Reported
        })
    }

    fn report(&self, diagnostic: Diagnostic) {
        self.env.sink.push(diagnostic);
    }

    fn refuse<T>(&self, diagnostic: Diagnostic) -> Checked<T> {
        self.report(diagnostic);
        Err(Reported)
    }

    fn error<T>(&self, code: &'static Code, span: Span, message: impl Into<String>) -> Checked<T> {
        self.refuse(Diagnostic::new(code, span, message))
    }

    fn not_allowed<T>(&self, span: Span, what: &str, help: &str) -> Checked<T> {
        self.refused.set(true);
        let message = format!("{what} not part of the language");
        self.refuse(Diagnostic::new(&codes::NOT_ALLOWED, span, message).help(help))
    }

    /// Where something that `syn` parsed stands.
    fn span(&self, of: &impl syn::spanned::Spanned) -> Span {
        self.place(of.span())
    }

    fn place(&self, span: SynSpan) -> Span {
        let range = span.byte_range();
        let length = (self.at.end - self.at.start) as usize;
        let start = self.at.start as usize;
        Span::new(
            self.at.file,
            start + range.start.min(length),
            start + range.end.min(length),
        )
    }

    fn name_of(&self, ident: &syn::Ident) -> Name {
        Name {
            text: ident.to_string(),
            span: self.place(ident.span()),
        }
    }

    fn show(&self, ty: &Ty) -> String {
        self.env.model.show(ty).to_string()
    }

    fn unused_lets(&self) {
        for (index, variable) in self.lets.iter().enumerate() {
            if !self.let_read[index] && !variable.name.starts_with('_') {
                let message = format!("`{}` is never used", variable.name);
                self.report(Diagnostic::new(
                    &codes::UNUSED_LET,
                    self.let_spans[index],
                    message,
                ));
            }
        }
    }
}

const REFUSED_SIGNS: &[(&str, &str, &str)] = &[
    ("#", "attributes and raw names", "leave it out"),
    (
        "'",
        "labels, lifetimes and characters",
        "write the number, or use a helper",
    ),
    ("\"", "strings", "a helper that raises knows its message"),
    ("$", "macro variables", "leave it out"),
];

/// Counts words and signs: an upper bound for the depth of what a parser makes of them.
fn token_count(text: &str) -> usize {
    let mut count = 0;
    let mut in_word = false;
    for byte in text.bytes() {
        let word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        if !(byte.is_ascii_whitespace() || word && in_word) {
            count += 1;
        }
        in_word = word;
    }
    count
}
