//! From the compiler crates' diagnosis of a program that does not parse to CPython's.
//!
//! The compiler crate already re-derives many of CPython's messages; what it leaves in the words of
//! its parser, and the places it marks otherwise than CPython, are mended here. This is knowledge
//! about messages only: which programs are errors is decided elsewhere.

mod place;
pub mod tokens;
mod words;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{
    LexicalErrorType, Mode as ParserMode, ParseError as RawError, ParseErrorType, ParseOptions,
    parse_unchecked,
};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustpython_compiler::ParseError;

use crate::error::ErrorKind;
use crate::{Mode, escape, indentation};
use tokens::{closes, ends_operand, ends_statement};

/// Where in the source, and how CPython shows it.
pub struct Diagnosis {
    pub kind: ErrorKind,
    pub message: String,
    pub start: TextSize,
    pub end: End,
    /// Whether `text` ends with the line's `\n`: the parser's errors have it, the tokenizer's not.
    pub text_has_newline: bool,
}

/// The end of the marked range; CPython often has none.
#[derive(Clone, Copy)]
pub enum End {
    At(TextSize),
    /// `end_offset` is this number, on the line of the start.
    Number(i64),
    /// One character, though it be the line's end.
    Next,
}

const INVALID: &str = "invalid syntax";
const ONE: TextSize = TextSize::new(1);

/// A program that does not parse.
struct Failure<'a> {
    source: &'a str,
    errors: Vec<RawError>,
    tokens: Vec<Token>,
}

pub fn diagnose(source: &str, mode: Mode, error: &ParseError, range: TextRange) -> Diagnosis {
    let options = ParseOptions::from(match mode {
        Mode::Eval => ParserMode::Expression,
        Mode::Exec | Mode::Single => ParserMode::Module,
    });
    let parsed = parse_unchecked(source, options);
    let failure = Failure {
        source,
        errors: parsed.errors().to_vec(),
        tokens: parsed
            .tokens()
            .iter()
            .copied()
            .filter(|token| {
                !matches!(
                    token.kind(),
                    TokenKind::Comment | TokenKind::NonLogicalNewline
                )
            })
            .collect(),
    };
    let message = error.error.to_string();
    if let Some(diagnosis) = failure.indentation(&message, range) {
        return diagnosis;
    }
    if let Some(diagnosis) = failure.character(&message) {
        return diagnosis;
    }
    if let Some(diagnosis) = failure.earlier(&message, range) {
        return diagnosis;
    }
    failure.mend(message, range)
}

impl Failure<'_> {
    /// An unexpected indent stops CPython before it reads on.
    fn indentation(&self, message: &str, range: TextRange) -> Option<Diagnosis> {
        let raw = self.errors.first()?;
        let in_expression = self
            .token_at(raw.location.start())
            .is_some_and(|token| token.kind() == TokenKind::Indent);
        match raw.error {
            _ if in_expression || raw.error == ParseErrorType::UnexpectedIndentation => {
                let line = self.line_start(raw.location.start());
                if is_tokenizer_message(message) && range.start() < line {
                    return None;
                }
                if let Some(wrong) = indentation::first_wrong(self.source, &self.tokens)
                    && wrong.start <= raw.location.end()
                {
                    return Some(wrong);
                }
                let width = self.indent_width(line);
                Some(Diagnosis {
                    kind: ErrorKind::Indentation,
                    message: "unexpected indent".to_owned(),
                    start: line + TextSize::new(width) - TextSize::new(1.min(width)),
                    end: End::Number(-1),
                    text_has_newline: true,
                })
            }
            ParseErrorType::Lexical(LexicalErrorType::IndentationError) => Some(
                indentation::diagnose(self.source, &self.tokens, raw.location.start()),
            ),
            _ => None,
        }
    }

    /// Characters that CPython's tokenizer refuses, wherever they stand.
    fn character(&self, message: &str) -> Option<Diagnosis> {
        if is_tokenizer_message(message) || message.starts_with("unexpected character after line") {
            return None;
        }
        self.errors.iter().find_map(|raw| {
            let start = raw.location.start();
            match raw.error {
                ParseErrorType::Lexical(LexicalErrorType::LineContinuationError)
                    if start.to_usize() + 1 < self.source.len() && self.reads_to(start) =>
                {
                    Some(Diagnosis {
                        kind: ErrorKind::Syntax,
                        message: "unexpected character after line continuation character"
                            .to_owned(),
                        start: start + ONE,
                        end: End::Number(0),
                        text_has_newline: true,
                    })
                }
                ParseErrorType::Lexical(LexicalErrorType::UnrecognizedToken { tok })
                    if !tok.is_ascii() =>
                {
                    Some(Diagnosis {
                        kind: ErrorKind::Syntax,
                        message: format!("invalid character '{tok}' (U+{:04X})", u32::from(tok)),
                        start,
                        end: End::At(start),
                        text_has_newline: false,
                    })
                }
                _ => None,
            }
        })
    }

    /// In search of a better message CPython reads one more expression than it can use.
    fn reads_to(&self, at: TextSize) -> bool {
        let Some(raw) = self.errors.first() else {
            return true;
        };
        let mut between = self
            .tokens_from(raw.location.start())
            .take_while(|token| token.start() < at);
        let first = between.next();
        first.is_none_or(|token| {
            token.kind() == TokenKind::Name || token.kind() == TokenKind::Unknown
        }) && between
            .filter(|token| token.kind() == TokenKind::Name)
            .count()
            < 2
    }

    /// The parser stopped before the place that the compiler crate found: then that is not what
    /// CPython sees, unless its tokenizer reads so far.
    fn earlier(&self, message: &str, range: TextRange) -> Option<Diagnosis> {
        let raw = self.errors.first()?;
        let start = raw.location.start();
        if message.ends_with("was never closed") {
            // CPython looks for open brackets of earlier lines only, unless the source ends.
            let is_line_before = self.line_start(range.start()) < self.line_start(start);
            let at_end = raw.location.end().to_usize() >= self.source.trim_end().len();
            if is_line_before || at_end || range.start() > start {
                return None;
            }
        } else if is_tokenizer_message(message) || range.start() <= raw.location.end() {
            return None;
        }
        Some(self.mend(raw.error.to_string(), raw.location))
    }

    fn mend(&self, message: String, range: TextRange) -> Diagnosis {
        let is_tokenizer = is_tokenizer_message(&message);
        let mut diagnosis = Diagnosis {
            kind: kind(&message),
            start: range.start(),
            end: End::At(range.end()),
            text_has_newline: !is_tokenizer,
            message,
        };
        if diagnosis.message.starts_with("Got unexpected unicode")
            && let Some(token) = self.string_token(range.start())
        {
            let literal = self
                .source
                .get(token.range().to_std_range())
                .unwrap_or_default();
            if let Some(message) = escape::decode_error(literal) {
                diagnosis.message = message;
                diagnosis.start = token.start();
                diagnosis.end = End::At(token.end());
                return diagnosis;
            }
        }
        if diagnosis.message == "named arguments must follow bare *" {
            self.mend_bare_star(&mut diagnosis);
        }
        if let Some(message) = self.translate(&diagnosis.message, diagnosis.start) {
            diagnosis.message = message.to_owned();
        }
        self.mend_last_line(&mut diagnosis);
        self.mend_star(&mut diagnosis);
        self.mend_operator(&mut diagnosis);
        self.mend_assignment(&mut diagnosis);
        self.mend_place(&mut diagnosis);
        let at_quote = diagnosis.message.ends_with("-string: expecting '}'")
            && self.source.get(diagnosis.start.to_usize()..).is_some_and(|rest| rest.starts_with(['"', '\'']));
        let is_tokenizer = at_quote || is_tokenizer_message(&diagnosis.message);
        diagnosis.text_has_newline = !is_tokenizer;
        if diagnosis.message.ends_with("was never closed") {
            let rest = self
                .source
                .get(diagnosis.start.to_usize()..)
                .unwrap_or_default();
            diagnosis.text_has_newline = !rest.trim_end().contains('\n');
        }
        if let End::At(end) = diagnosis.end
            && !is_tokenizer
            && self.ends_line(diagnosis.start)
            && !diagnosis.message.starts_with("Expected one or more names")
            && (end <= diagnosis.start
                || self
                    .source
                    .get(..end.to_usize())
                    .is_none_or(|t| t.ends_with('\n')))
        {
            let block = diagnosis.kind == ErrorKind::Indentation
                || (diagnosis.message.starts_with("expected 'except'")
                    && diagnosis.start.to_usize() >= self.source.len());
            diagnosis.end = if block { End::Number(-1) } else { End::Next };
        }
        diagnosis
    }

    /// The compiler crate takes any parameter list with a bare star for one without names.
    fn mend_bare_star(&self, diagnosis: &mut Diagnosis) {
        let mut after = self
            .tokens_from(diagnosis.start)
            .skip(1)
            .map(|token| token.kind());
        let is_bare = match after.next() {
            Some(TokenKind::Rpar) => true,
            Some(TokenKind::Colon) => true,
            Some(TokenKind::Comma) => matches!(
                after.next(),
                Some(TokenKind::Rpar | TokenKind::DoubleStar | TokenKind::Colon)
            ),
            _ => false,
        };
        if !is_bare && let Some(raw) = self.errors.first() {
            diagnosis.message = raw.error.to_string();
            diagnosis.start = raw.location.start();
            diagnosis.end = End::At(raw.location.end());
        }
    }

    /// A newline that ends the source begins no line.
    fn mend_last_line(&self, diagnosis: &mut Diagnosis) {
        if let Some((words, _)) = diagnosis.message.split_once(" (detected at line ")
            && words.starts_with("unterminated triple-quoted ")
        {
            let lines = self.source.lines().count().max(1);
            diagnosis.message = format!("{words} (detected at line {lines})");
        }
    }

    /// A star with nothing behind it.
    fn mend_star(&self, diagnosis: &mut Diagnosis) {
        if diagnosis.message != INVALID {
            return;
        }
        let mut before = self.tokens_before(diagnosis.start);
        let Some(star) = before
            .next()
            .filter(|token| token.kind() == TokenKind::Star)
        else {
            return;
        };
        match before.next().map(Token::kind) {
            Some(TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Comma)
                if self
                    .token_at(diagnosis.start)
                    .is_some_and(|token| closes(token.kind())) =>
            {
                diagnosis.message = "Invalid star expression".to_owned();
            }
            Some(TokenKind::Colon) => {
                diagnosis.start = star.start();
                diagnosis.end = End::At(star.end());
            }
            _ => {}
        }
    }

    /// `not` may become `not in`: CPython misses what should follow. `<>` has a hint of its own.
    fn mend_operator(&self, diagnosis: &mut Diagnosis) {
        if diagnosis.message != INVALID {
            return;
        }
        let rest = self
            .source
            .get(diagnosis.start.to_usize()..)
            .unwrap_or_default();
        if rest.starts_with("<>") {
            diagnosis.message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?".to_owned();
            diagnosis.end = End::At(diagnosis.start + ONE + ONE);
            return;
        }
        let mut tokens = self.tokens_from(diagnosis.start);
        let is_not = tokens
            .next()
            .is_some_and(|token| token.kind() == TokenKind::Not);
        let after_operand = self
            .tokens_before(diagnosis.start)
            .next()
            .is_some_and(|token| ends_operand(token.kind()));
        if is_not
            && after_operand
            && let Some(next) = tokens.next()
        {
            diagnosis.start = next.start();
            diagnosis.end = End::At(next.end());
        }
    }

    /// `f() = 1` may be meant as a comparison, `f() = x = 1` and `f() =` not.
    fn mend_assignment(&self, diagnosis: &mut Diagnosis) {
        const HERE: &str = " here. Maybe you meant '==' instead of '='?";
        let plain = diagnosis
            .message
            .strip_suffix(HERE)
            .unwrap_or(&diagnosis.message);
        const KINDS: [&str; 4] = ["function call", "literal", "expression", "attribute"];
        let Some(target) = plain.strip_prefix("cannot assign to ") else {
            return;
        };
        if !KINDS.contains(&target) {
            return;
        }
        let End::At(end) = diagnosis.end else { return };
        let mut behind = self
            .tokens_from(end)
            .take_while(|token| !ends_statement(token.kind()));
        if behind.next().map(Token::kind) != Some(TokenKind::Equal) {
            return;
        }
        let has_value = behind.next().is_some();
        let is_chain =
            behind.any(|token| matches!(token.kind(), TokenKind::Equal | TokenKind::ColonEqual));
        let is_last = self
            .tokens_before(diagnosis.start)
            .next()
            .is_some_and(|token| token.kind() == TokenKind::Equal);
        let is_chain = is_chain || is_last;
        let plain = plain.to_owned();
        diagnosis.message = if has_value && !is_chain {
            plain + HERE
        } else {
            plain
        };
    }

    fn line_start(&self, at: TextSize) -> TextSize {
        let before = self.source.get(..at.to_usize()).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        TextSize::try_from(start).unwrap_or(at)
    }

    fn indent_width(&self, line: TextSize) -> u32 {
        let rest = self.source.get(line.to_usize()..).unwrap_or_default();
        let width = rest
            .bytes()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'))
            .count();
        u32::try_from(width).unwrap_or(0)
    }
}

fn kind(message: &str) -> ErrorKind {
    if message.starts_with("expected an indented block") {
        ErrorKind::Indentation
    } else {
        ErrorKind::Syntax
    }
}

/// Errors that CPython's tokenizer raises: it reads on to the end of the source before any error
/// of the parser is reported.
fn is_tokenizer_message(message: &str) -> bool {
    const STARTS: [&str; 14] = [
        "unterminated ",
        "unmatched ",
        "closing parenthesis ",
        "invalid decimal literal",
        "invalid hexadecimal literal",
        "invalid octal literal",
        "invalid binary literal",
        "invalid imaginary literal",
        "invalid digit ",
        "leading zeros in decimal",
        "invalid character ",
        "invalid non-printable character",
        "too many nested ",
        "f-string: single '}'",
    ];
    STARTS.iter().any(|start| message.starts_with(start))
        || message.ends_with("prefixes are incompatible")
}
