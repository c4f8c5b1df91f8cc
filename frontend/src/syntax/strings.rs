//! Strings: literals, what stands side by side, f-strings and t-strings.

use ruff_python_ast::{
    AnyStringFlags, ConversionFlag, ExprBytesLiteral, ExprFString, ExprStringLiteral, ExprTString,
    FStringPart, InterpolatedElement, InterpolatedStringElement, InterpolatedStringFormatSpec,
    StringLiteral,
};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustpython_codegen::{
    interpolated_string_literal_value, interpolation_debug_text, string_literal_part_value,
    string_literal_value,
};

use super::{Step, Writer};

/// What a string with replacement fields consists of.
pub(crate) enum Piece<'a> {
    Text {
        wtf8: Vec<u8>,
        is_unicode: bool,
        range: TextRange,
    },
    /// With the flags of its string.
    Field(&'a InterpolatedElement, AnyStringFlags),
}

/// What a replacement field becomes.
#[derive(Clone, Copy, PartialEq)]
enum FieldKind {
    Formatted,
    Interpolation,
}

impl Writer<'_> {
    pub(super) fn string(&mut self, string: &ExprStringLiteral) {
        let value = string_literal_value(&self.file, &string.value).into_bytes();
        let first = string.value.as_slice().first();
        let is_unicode = first.is_some_and(|literal| self.has_unicode_prefix(literal));
        self.constant_node(Step::Str(value), is_unicode, string.range);
    }

    /// Only the small letter counts.
    fn has_unicode_prefix(&self, literal: &StringLiteral) -> bool {
        self.text(literal.range).starts_with('u')
    }

    pub(super) fn bytes(&mut self, bytes: &ExprBytesLiteral) {
        let value = bytes.value.bytes().collect();
        self.constant_node(Step::Bytes(value), false, bytes.range);
    }

    pub(super) fn formatted_string(&mut self, string: &ExprFString) {
        let mut pieces = Vec::new();
        for part in string.value.as_slice() {
            match part {
                FStringPart::Literal(literal) => pieces.push(Piece::Text {
                    wtf8: string_literal_part_value(&self.file, literal).into_bytes(),
                    is_unicode: self.has_unicode_prefix(literal),
                    range: literal.range,
                }),
                FStringPart::FString(part) => {
                    self.add_pieces(&part.elements, part.flags.into(), &mut pieces);
                }
            }
        }
        self.pieces(pieces, FieldKind::Formatted);
        self.node("JoinedStr", string.range);
    }

    pub(super) fn template_string(&mut self, string: &ExprTString) {
        let mut pieces = Vec::new();
        for part in string.value.as_slice() {
            self.add_pieces(&part.elements, part.flags.into(), &mut pieces);
        }
        self.pieces(pieces, FieldKind::Interpolation);
        self.node("TemplateStr", string.range);
    }

    pub(crate) fn add_pieces<'e>(
        &self,
        elements: &'e [InterpolatedStringElement],
        flags: AnyStringFlags,
        pieces: &mut Vec<Piece<'e>>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let value = interpolated_string_literal_value(&self.file, literal, flags);
                    pieces.push(Piece::Text {
                        wtf8: value.into_bytes(),
                        is_unicode: false,
                        range: literal.range,
                    });
                }
                InterpolatedStringElement::Interpolation(field) => {
                    if let Some(debug) = &field.debug_text {
                        let expression = field.expression.range();
                        let (text, range) = interpolation_debug_text(&self.file, debug, expression);
                        pieces.push(Piece::Text {
                            wtf8: text.into_bytes(),
                            is_unicode: false,
                            range,
                        });
                    }
                    pieces.push(Piece::Field(field, flags));
                }
            }
        }
    }

    /// The list of values: neighbouring texts are one constant, an empty one is none.
    fn pieces(&mut self, pieces: Vec<Piece<'_>>, kind: FieldKind) {
        let mut count = 0;
        let mut pieces = pieces.into_iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Field(field, flags) => {
                    self.field(field, flags, kind);
                    count += 1;
                }
                Piece::Text {
                    mut wtf8,
                    is_unicode,
                    mut range,
                } => {
                    while let Some(Piece::Text {
                        wtf8: more,
                        range: next,
                        ..
                    }) = pieces.next_if(|piece| matches!(piece, Piece::Text { .. }))
                    {
                        wtf8.extend(more);
                        range = TextRange::new(range.start(), next.end().max(range.start()));
                    }
                    if !wtf8.is_empty() {
                        self.constant_node(Step::Str(wtf8), is_unicode, range);
                        count += 1;
                    }
                }
            }
        }
        self.push(Step::List(count));
    }

    fn field(&mut self, field: &InterpolatedElement, flags: AnyStringFlags, kind: FieldKind) {
        self.expression(&field.expression);
        if kind == FieldKind::Interpolation {
            let text = self.written(field);
            self.push(Step::Str(text.into_bytes()));
        }
        let conversion = match (field.conversion, &field.format_spec, &field.debug_text) {
            (ConversionFlag::None, None, Some(_)) => ConversionFlag::Repr,
            (conversion, ..) => conversion,
        };
        self.int(i64::from(conversion as i8));
        self.option(field.format_spec.as_deref(), |writer, spec| {
            writer.format_spec(spec, flags);
        });
        self.node(
            match kind {
                FieldKind::Formatted => "FormattedValue",
                FieldKind::Interpolation => "Interpolation",
            },
            field.range,
        );
    }

    /// The expression as it is written, between the brace and what ends it; without comments.
    pub(crate) fn written(&self, field: &InterpolatedElement) -> String {
        let after_brace = field.range.start() + TextSize::new(1);
        let expression = field.expression.range();
        let before = self.text(TextRange::new(
            after_brace.min(expression.start()),
            expression.start(),
        ));
        let mut text = without_comments(before) + &without_inner_comments(self.text(expression));
        text += &without_comments(self.rest(expression.end()));
        if field.debug_text.is_some() {
            let up_to = text.trim_end();
            up_to.strip_suffix('=').unwrap_or(up_to).to_owned()
        } else {
            text
        }
    }

    fn format_spec(&mut self, spec: &InterpolatedStringFormatSpec, flags: AnyStringFlags) {
        let mut pieces = Vec::new();
        self.add_pieces(&spec.elements, flags, &mut pieces);
        self.pieces(pieces, FieldKind::Formatted);
        self.node("JoinedStr", self.format_spec_range(spec));
    }

    /// The colon is part of it.
    pub(crate) fn format_spec_range(&self, spec: &InterpolatedStringFormatSpec) -> TextRange {
        let start = spec.range.start();
        let colon = self
            .source
            .get(..start.to_usize())
            .is_some_and(|before| before.ends_with(':'));
        let start = if colon {
            start - TextSize::new(1)
        } else {
            start
        };
        TextRange::new(start, spec.range.end())
    }
}

/// What may stand around an expression without being part of it: the text less its comments, as
/// far as it goes.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '#' {
            rest = rest
                .find('\n')
                .and_then(|at| rest.get(at..))
                .unwrap_or_default();
        } else if c.is_whitespace() || matches!(c, '(' | ')' | '=' | '\\' | ',') {
            kept.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        } else {
            break;
        }
    }
    kept
}

/// The expression less its comments. A string ends with the quote that it begins with, as CPython's tokenizer counts here.
fn without_inner_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                kept.push(c);
                kept.extend(chars.next());
                continue;
            }
            '"' | '\'' if quote.is_none() => quote = Some(c),
            '"' | '\'' if quote == Some(c) => quote = None,
            '#' if quote.is_none() => {
                if !chars.by_ref().any(|c| c == '\n') {
                    break;
                }
                kept.push('\n');
                continue;
            }
            _ => {}
        }
        kept.push(c);
    }
    kept
}
