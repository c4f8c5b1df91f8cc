//! What CPython marks as wrong, by its message: where the marked range begins and ends.

use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextSize};

use super::tokens::ends_statement;
use super::{Diagnosis, End, Failure, INVALID, ONE};

/// How CPython's range comes out of the compiler crate's, which begins at `start`.
#[derive(Clone, Copy)]
enum Mark {
    /// There is no end but this number.
    Number(i64),
    /// Nothing but the place.
    Empty,
    /// The token there.
    Token,
    /// The prefix of a string.
    Prefix,
    /// The place where a string begins, prefix and all.
    LiteralStart,
    /// The whole string.
    Literal,
    /// To the end of the simple statement.
    Statement,
    /// To the name of `import a from name`.
    ImportedFrom,
    /// The expression that begins there.
    Expression,
    /// The expressions that begin there, and the commas between.
    Expressions,
    /// To the end of the value behind the `=`.
    Value,
    /// To the `=` and with it.
    ThroughEqual,
    /// The `=` alone.
    EqualSign,
    /// Two expressions that a comma should separate.
    TwoExpressions,
    /// The conditional expression that breaks off there.
    Conditional,
    /// The token after the star.
    AfterStar,
    /// The token after the expression.
    AfterExpression,
    /// From the comma in front.
    WithComma,
    /// The end of the line.
    LineEnd,
    /// The quote that ends a string although a replacement field is open; else where the field begins.
    ClosingQuote,
}

enum Test {
    Is(&'static str),
    Starts(&'static str),
    Ends(&'static str),
}
use Test::{Ends, Is, Starts};

const MARKS: &[(Test, Mark)] = &[
    (Ends("was never closed"), Mark::Number(0)),
    (Starts("unexpected character after line"), Mark::Number(0)),
    (Is("':' expected after dictionary key"), Mark::Number(0)),
    (Is("unexpected EOF while parsing"), Mark::Number(-1)),
    (Ends("prefixes are incompatible"), Mark::Prefix),
    (Starts("unterminated "), Mark::LiteralStart),
    (Starts("f-string: single '}'"), Mark::Empty),
    (Ends("-string: expecting '}'"), Mark::ClosingQuote),
    (Starts("closing parenthesis "), Mark::Empty),
    (Starts("unmatched "), Mark::Empty),
    (Is("Expected one or more names after 'import'"), Mark::Empty),
    (Is("Type parameter list cannot be empty"), Mark::Empty),
    (Starts("Missing parentheses in call"), Mark::Statement),
    (Starts("Did you mean to use 'from"), Mark::ImportedFrom),
    (Starts("cannot use bound with"), Mark::Expression),
    (Starts("cannot use constraints with"), Mark::Expression),
    (Is("cannot use starred expression here"), Mark::Expression),
    (Starts("cannot use a starred expression"), Mark::Expression),
    (Starts("(unicode error)"), Mark::Literal),
    (Starts("multiple exception types"), Mark::Expressions),
    (
        Starts("invalid syntax. Maybe you meant '==' or"),
        Mark::Value,
    ),
    (Starts("cannot assign to iterable argument"), Mark::Value),
    (Starts("cannot assign to keyword argument"), Mark::Value),
    (
        Starts("expression cannot contain assignment"),
        Mark::ThroughEqual,
    ),
    (
        Is("invalid syntax. Perhaps you forgot a comma?"),
        Mark::TwoExpressions,
    ),
    (Is(INVALID), Mark::Token),
    (Is("expected '('"), Mark::Token),
    (Starts("arguments cannot follow"), Mark::Token),
    (Is("* argument may appear only once"), Mark::Token),
    (Ends("argument cannot have default value"), Mark::EqualSign),
    (Is("Invalid star expression"), Mark::AfterStar),
    (Starts("positional argument follows"), Mark::AfterExpression),
    (
        Starts("iterable argument unpacking follows"),
        Mark::WithComma,
    ),
    (Starts("trailing comma not allowed"), Mark::LineEnd),
    (Starts("expected 'else' after 'if'"), Mark::Conditional),
];

impl Failure<'_> {
    pub fn mend_place(&self, diagnosis: &mut Diagnosis) {
        let message = diagnosis.message.as_str();
        let start = diagnosis.start;
        let end = match diagnosis.end {
            End::At(end) => end,
            End::Number(_) | End::Next => start,
        };
        let mark = MARKS.iter().find(|(test, _)| match test {
            Is(text) => message == *text,
            Starts(text) => message.starts_with(text),
            Ends(text) => message.ends_with(text),
        });
        let mark = match mark {
            Some((_, mark)) => *mark,
            None if message.starts_with("cannot assign to ") && self.is_keyword_argument(end) => {
                Mark::ThroughEqual
            }
            None => return,
        };
        (diagnosis.start, diagnosis.end) = match mark {
            Mark::Number(number) => (start, End::Number(number)),
            Mark::LineEnd => (self.next_start(end), End::Next),
            mark => {
                let (start, end) = self.range_of(mark, start, end);
                (start, End::At(end))
            }
        };
    }

    fn range_of(&self, mark: Mark, start: TextSize, end: TextSize) -> (TextSize, TextSize) {
        let expression = |at| self.expression_end(at, TokenKind::Newline).unwrap_or(end);
        match mark {
            Mark::Number(_) | Mark::LineEnd => (start, end),
            Mark::Empty => (start, start),
            Mark::Token => (start, self.token_at(start).map_or(end, Ranged::end)),
            Mark::Prefix => (start, start + self.prefix_width(start)),
            Mark::LiteralStart => (self.literal_start(start), self.literal_start(start)),
            Mark::Literal => (start, self.string_token(start).map_or(end, Ranged::end)),
            Mark::Statement => (start, self.statement_end(start).unwrap_or(end)),
            Mark::ImportedFrom => {
                let name = self.tokens_from(start).take_while(|token| {
                    !ends_statement(token.kind()) && token.kind() != TokenKind::As
                });
                (start, name.last().map_or(end, Ranged::end))
            }
            Mark::Expression => (start, expression(start)),
            Mark::Expressions => (
                start,
                self.expression_end(start, TokenKind::Comma).unwrap_or(end),
            ),
            Mark::Value => {
                let value = self
                    .tokens_from(end)
                    .find(|token| token.kind() != TokenKind::Equal);
                (start, expression(value.map_or(end, Ranged::start)))
            }
            Mark::ThroughEqual => (start, self.tokens_from(end).next().map_or(end, Ranged::end)),
            Mark::EqualSign => {
                let equal = self
                    .tokens_from(start)
                    .find(|token| token.kind() == TokenKind::Equal);
                equal.map_or((start, end), |token| (token.start(), token.end()))
            }
            Mark::TwoExpressions => {
                let second = self
                    .errors
                    .first()
                    .map_or(start, |raw| raw.location.start());
                let first = if start < second {
                    start
                } else {
                    self.expression_start(start).unwrap_or(start)
                };
                let second = second.max(start);
                (first, self.lone_expression_end(second).unwrap_or_else(|| expression(second)))
            }
            Mark::ClosingQuote => self.closing_quote(start).map_or((start, end), |quote| (quote, quote)),
            Mark::Conditional => self.conditional(start).unwrap_or((start, end)),
            Mark::AfterStar => {
                let mut tokens = self.tokens_from(start);
                let is_star = tokens
                    .next()
                    .is_some_and(|token| token.kind() == TokenKind::Star);
                match tokens.next() {
                    Some(next) if is_star => (next.start(), next.end()),
                    _ => (start, end),
                }
            }
            Mark::AfterExpression => {
                let next = self.tokens_from(expression(start)).next();
                next.map_or((start, end), |token| (token.start(), token.end()))
            }
            Mark::WithComma => (
                self.tokens_before(start)
                    .next()
                    .map_or(start, Ranged::start),
                end,
            ),
        }
    }

    /// CPython's tokenizer meets the quote where it looks for strings: what is quoted otherwise in the field it passes by.
    fn closing_quote(&self, brace: TextSize) -> Option<TextSize> {
        let bytes = self.source.as_bytes();
        let line = self.source.get(brace.to_usize()..)?.find('\n').map_or(bytes.len(), |at| brace.to_usize() + at);
        let start = self.tokens_before(brace).find(|token| matches!(token.kind(), TokenKind::FStringStart | TokenKind::TStringStart))?;
        let quote = *bytes.get(start.end().to_usize().checked_sub(1)?)?;
        let is_triple = start.range().len().to_usize() > 3;
        if is_triple || bytes.get(brace.to_usize()) != Some(&b'{') {
            return None;
        }
        let mut at = brace.to_usize() + 1;
        while at < line {
            let byte = *bytes.get(at)?;
            if matches!(byte, b'"' | b'\'') {
                let rest = bytes.get(at + 1..line)?;
                match rest.iter().position(|other| *other == byte) {
                    Some(length) => at += length + 1,
                    None if byte == quote => return TextSize::try_from(at).ok(),
                    None => return None,
                }
            }
            at += 1;
        }
        None
    }

    fn conditional(&self, end: TextSize) -> Option<(TextSize, TextSize)> {
        let last = self.tokens_before(end).next()?.end();
        let condition = self
            .tokens_before(end)
            .find(|token| token.kind() == TokenKind::If)?;
        let start = self.expression_start(condition.start()).unwrap_or(end);
        Some((start, last))
    }

    fn next_start(&self, at: TextSize) -> TextSize {
        self.tokens_from(at).next().map_or(at, Ranged::start)
    }

    fn prefix_width(&self, start: TextSize) -> TextSize {
        let literal = self.source.get(start.to_usize()..).unwrap_or_default();
        literal
            .find(['\'', '"'])
            .and_then(|at| TextSize::try_from(at).ok())
            .unwrap_or(ONE)
    }
}
