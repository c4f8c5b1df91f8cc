//! What the compiler crate makes of a correct program otherwise than CPython 3.14, mended in the tree before it compiles it:
//! constants of complex numbers that it folds by the rules of 3.13, and the text of t-string expressions.
//!
//! A program without any is compiled as it was parsed.

mod complex;

use std::cell::Cell;

use ruff_python_ast::visitor::transformer::{Transformer, walk_expr};
use ruff_python_ast::{
    AtomicNodeIndex, ConversionFlag, Expr, ExprConstant, ExprFString, ExprTString, FString, FStringFlags, FStringValue, InterpolatedElement,
    InterpolatedStringElement, InterpolatedStringElements, Mod, Pattern, TString, TStringFlags, TStringValue,
};
use ruff_text_size::TextRange;

use crate::syntax::{Piece, Writer};

/// Whether the text has anything that may need it; cheap, and too often yes.
pub fn may_concern(source: &str) -> bool {
    let bytes = source.as_bytes();
    bytes.windows(2).any(|pair| {
        let is_imaginary = matches!(pair[1], b'j' | b'J') && (pair[0].is_ascii_digit() || pair[0] == b'.');
        let is_template = matches!(pair[0], b't' | b'T' | b'r' | b'R') && matches!(pair[1], b'"' | b'\'');
        is_imaginary || is_template
    })
}

/// True if anything was changed.
pub fn mend(tree: &mut Mod, source: &str) -> bool {
    let mender = Mender { source: Writer::new(source), has_changed: Cell::new(false) };
    match tree {
        Mod::Module(module) => mender.visit_body(&mut module.body),
        Mod::Expression(expression) => mender.visit_expr(&mut expression.body),
    }
    mender.has_changed.get()
}

struct Mender<'a> {
    source: Writer<'a>,
    has_changed: Cell<bool>,
}

impl Transformer for Mender<'_> {
    /// Constants of patterns the compiler crate folds by rules of their own, which are CPython's.
    fn visit_pattern(&self, _: &mut Pattern) {}

    fn visit_expr(&self, expr: &mut Expr) {
        walk_expr(self, expr);
        match expr {
            Expr::BinOp(operation) => {
                if let Some(right) = complex::mended(operation) {
                    *expr = right;
                    self.has_changed.set(true);
                }
            }
            Expr::TString(string) if string.runtime_template_str.is_none() => {
                if let Some(values) = self.template(string) {
                    string.runtime_template_str = Some(values);
                    self.has_changed.set(true);
                }
            }
            _ => {}
        }
    }
}

impl Mender<'_> {
    /// The compiler crate leaves out what stands behind an expression: its blanks and its brackets.
    fn template(&self, string: &ExprTString) -> Option<Vec<Expr>> {
        let mut pieces = Vec::new();
        for part in string.value.as_slice() {
            self.source.add_pieces(&part.elements, part.flags.into(), &mut pieces);
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Field(..))) {
            return None;
        }
        let mut values = Vec::new();
        let mut text: Option<(Vec<u8>, TextRange)> = None;
        for piece in pieces {
            match piece {
                Piece::Text { wtf8, range, .. } => {
                    let (all, whole) = text.get_or_insert_with(|| (Vec::new(), range));
                    all.extend(wtf8);
                    *whole = whole.cover(range);
                }
                Piece::Field(field, _) => {
                    values.extend(text_value(text.take())?);
                    values.push(self.interpolation(field, string.range));
                }
            }
        }
        values.extend(text_value(text)?);
        Some(values)
    }

    /// The template of one interpolation: so the compiler crate takes an `ast.Interpolation`.
    fn interpolation(&self, field: &InterpolatedElement, range: TextRange) -> Expr {
        let mut field = field.clone();
        let text = self.source.written(&field);
        field.runtime_str = Some(ruff_python_ast::ConstantValue::Str(text.into_boxed_str()));
        if field.debug_text.is_some() && field.conversion == ConversionFlag::None && field.format_spec.is_none() {
            field.conversion = ConversionFlag::Repr;
        }
        field.runtime_interpolation_format_spec = field.format_spec.as_ref().map(|spec| {
            let range = self.source.format_spec_range(spec);
            let string = FString {
                range,
                node_index: AtomicNodeIndex::NONE,
                elements: spec.elements.clone(),
                flags: FStringFlags::empty(),
            };
            Box::new(Expr::FString(ExprFString {
                range,
                node_index: AtomicNodeIndex::NONE,
                value: FStringValue::single(string),
                runtime_joined_str: None,
                runtime_values: None,
            }))
        });
        let string = TString {
            range,
            node_index: AtomicNodeIndex::NONE,
            elements: InterpolatedStringElements::from(vec![InterpolatedStringElement::Interpolation(field)]),
            flags: TStringFlags::empty(),
        };
        Expr::TString(ExprTString {
            range,
            node_index: AtomicNodeIndex::NONE,
            value: TStringValue::single(string),
            runtime_template_str: None,
            runtime_values: None,
        })
    }
}

/// The constant for a text, none for an empty one. `None` for what the compiler crate's constants cannot hold: lone surrogates.
fn text_value(text: Option<(Vec<u8>, TextRange)>) -> Option<Option<Expr>> {
    let Some((wtf8, range)) = text.filter(|(wtf8, _)| !wtf8.is_empty()) else {
        return Some(None);
    };
    let text = String::from_utf8(wtf8).ok()?;
    Some(Some(constant(range, ruff_python_ast::ConstantValue::Str(text.into_boxed_str()))))
}

pub(crate) fn constant(range: TextRange, value: ruff_python_ast::ConstantValue) -> Expr {
    Expr::Constant(ExprConstant { range, node_index: AtomicNodeIndex::NONE, value, kind: None, invalid_type: None })
}
