//! From the compiler crates' diagnosis of a program that does not parse to CPython's.
//!
//! The compiler crate already re-derives many of CPython's messages; what it leaves in the words of
//! its parser, and the places it marks otherwise than CPython, are mended here. This is knowledge
//! about messages only: which programs are errors is decided elsewhere.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{
    LexicalErrorType, Mode as ParserMode, ParseError as RawError, ParseErrorType, ParseOptions,
    parse_unchecked,
};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustpython_compiler::ParseError;

use crate::error::ErrorKind;
use crate::{Mode, escape, indentation};

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
/// After these, CPython's grammar insists on the colon whatever else comes.
const COLON_FORCED: [TokenKind; 4] =
    [TokenKind::Def, TokenKind::Else, TokenKind::Try, TokenKind::Finally];

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
                !matches!(token.kind(), TokenKind::Comment | TokenKind::NonLogicalNewline)
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
            ParseErrorType::Lexical(LexicalErrorType::IndentationError) => {
                Some(indentation::diagnose(self.source, &self.tokens, raw.location.start()))
            }
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
                        message: "unexpected character after line continuation character".to_owned(),
                        start: start + ONE,
                        end: End::Number(0),
                        text_has_newline: true,
                    })
                }
                ParseErrorType::Lexical(LexicalErrorType::UnrecognizedToken { tok }) if !tok.is_ascii() => {
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
        let Some(raw) = self.errors.first() else { return true };
        let mut between = self
            .tokens_from(raw.location.start())
            .take_while(|token| token.start() < at);
        let first = between.next();
        first.is_none_or(|token| token.kind() == TokenKind::Name || token.kind() == TokenKind::Unknown)
            && between.filter(|token| token.kind() == TokenKind::Name).count() < 2
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
            let literal = self.source.get(token.range().to_std_range()).unwrap_or_default();
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
        self.mend_star(&mut diagnosis);
        self.mend_operator(&mut diagnosis);
        self.mend_assignment(&mut diagnosis);
        self.mend_place(&mut diagnosis);
        let is_tokenizer = is_tokenizer_message(&diagnosis.message);
        diagnosis.text_has_newline = !is_tokenizer;
        if diagnosis.message.ends_with("was never closed") {
            let rest = self.source.get(diagnosis.start.to_usize()..).unwrap_or_default();
            diagnosis.text_has_newline = !rest.trim_end().contains('\n');
        }
        if let End::At(end) = diagnosis.end
            && !is_tokenizer
            && self.ends_line(diagnosis.start)
            && !diagnosis.message.starts_with("Expected one or more names")
            && (end <= diagnosis.start || self.source.get(..end.to_usize()).is_none_or(|t| t.ends_with('\n')))
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
        let mut after = self.tokens_from(diagnosis.start).skip(1).map(|token| token.kind());
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

    /// A star with nothing behind it.
    fn mend_star(&self, diagnosis: &mut Diagnosis) {
        if diagnosis.message != INVALID {
            return;
        }
        let mut before = self.tokens_before(diagnosis.start);
        let Some(star) = before.next().filter(|token| token.kind() == TokenKind::Star) else {
            return;
        };
        match before.next().map(Token::kind) {
            Some(TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Comma)
                if self.token_at(diagnosis.start).is_some_and(|token| closes(token.kind())) =>
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
        let rest = self.source.get(diagnosis.start.to_usize()..).unwrap_or_default();
        if rest.starts_with("<>") {
            diagnosis.message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?".to_owned();
            diagnosis.end = End::At(diagnosis.start + ONE + ONE);
            return;
        }
        let mut tokens = self.tokens_from(diagnosis.start);
        let is_not = tokens.next().is_some_and(|token| token.kind() == TokenKind::Not);
        let after_operand = self
            .tokens_before(diagnosis.start)
            .next()
            .is_some_and(|token| ends_operand(token.kind()));
        if is_not && after_operand && let Some(next) = tokens.next() {
            diagnosis.start = next.start();
            diagnosis.end = End::At(next.end());
        }
    }

    /// `f() = 1` may be meant as a comparison, `f() = x = 1` and `f() =` not.
    fn mend_assignment(&self, diagnosis: &mut Diagnosis) {
        const HERE: &str = " here. Maybe you meant '==' instead of '='?";
        let plain = diagnosis.message.strip_suffix(HERE).unwrap_or(&diagnosis.message);
        const KINDS: [&str; 4] = ["function call", "literal", "expression", "attribute"];
        let Some(target) = plain.strip_prefix("cannot assign to ") else {
            return;
        };
        if !KINDS.contains(&target) {
            return;
        }
        let End::At(end) = diagnosis.end else { return };
        let mut behind = self.tokens_from(end).take_while(|token| !ends_statement(token.kind()));
        if behind.next().map(Token::kind) != Some(TokenKind::Equal) {
            return;
        }
        let has_value = behind.next().is_some();
        let is_chain = behind.any(|token| matches!(token.kind(), TokenKind::Equal | TokenKind::ColonEqual));
        let is_last = self
            .tokens_before(diagnosis.start)
            .next()
            .is_some_and(|token| token.kind() == TokenKind::Equal);
        let is_chain = is_chain || is_last;
        let plain = plain.to_owned();
        diagnosis.message = if has_value && !is_chain { plain + HERE } else { plain };
    }

    fn mend_place(&self, diagnosis: &mut Diagnosis) {
        let start = diagnosis.start;
        let message = diagnosis.message.as_str();
        let end = match diagnosis.end {
            End::At(end) => end,
            _ => start,
        };
        let new_end = if message.ends_with("was never closed")
            || message.starts_with("unexpected character after line continuation")
        {
            End::Number(0)
        } else if message == "':' expected after dictionary key" {
            End::Number(0)
        } else if message == "unexpected EOF while parsing" {
            End::Number(-1)
        } else if message.ends_with("prefixes are incompatible") {
            let literal = self.source.get(start.to_usize()..).unwrap_or_default();
            let letters = literal.find(['\'', '"']).and_then(|at| TextSize::try_from(at).ok());
            End::At(start + letters.unwrap_or(ONE))
        } else if message.starts_with("unterminated ") {
            diagnosis.start = self.literal_start(start);
            End::At(diagnosis.start)
        } else if message.starts_with("f-string: single '}'")
            || message.starts_with("closing parenthesis ")
            || message.starts_with("unmatched ")
            || message == "Expected one or more names after 'import'"
            || message == "Type parameter list cannot be empty"
        {
            End::At(start)
        } else if message.starts_with("Missing parentheses in call")
        {
            End::At(self.statement_end(start).unwrap_or(end))
        } else if message.starts_with("Did you mean to use 'from") {
            let name = self
                .tokens_from(start)
                .take_while(|token| !ends_statement(token.kind()) && token.kind() != TokenKind::As);
            End::At(name.last().map_or(end, Ranged::end))
        } else if message.starts_with("cannot use bound with")
            || message.starts_with("cannot use constraints with")
        {
            End::At(self.expression_end(start, TokenKind::Newline).unwrap_or(end))
        } else if message.starts_with("(unicode error)") {
            self.string_token(start).map_or(End::At(end), |token| End::At(token.end()))
        } else if message.starts_with("multiple exception types") {
            End::At(self.expression_end(start, TokenKind::Comma).unwrap_or(end))
        } else if message == "cannot use starred expression here"
            || message.starts_with("cannot use a starred expression")
        {
            End::At(self.expression_end(start, TokenKind::Newline).unwrap_or(end))
        } else if message.starts_with("invalid syntax. Maybe you meant '==' or")
            || message.starts_with("cannot assign to iterable argument")
            || message.starts_with("cannot assign to keyword argument")
        {
            let value = self
                .tokens_from(end)
                .find(|token| token.kind() != TokenKind::Equal)
                .map_or(end, Ranged::start);
            End::At(self.expression_end(value, TokenKind::Newline).unwrap_or(end))
        } else if message.starts_with("expression cannot contain assignment")
            || (message.starts_with("cannot assign to ") && self.is_keyword_argument(end))
        {
            End::At(self.tokens_from(end).next().map_or(end, Ranged::end))
        } else if message == "invalid syntax. Perhaps you forgot a comma?" {
            let raw = self.errors.first().map_or(start, |raw| raw.location.start());
            if start >= raw {
                diagnosis.start = self.expression_start(start).unwrap_or(start);
            }
            let second = self.errors.first().map_or(start, |raw| raw.location.start());
            End::At(self.expression_end(second.max(start), TokenKind::Newline).unwrap_or(end))
        } else if message == INVALID
            || message == "expected '('"
            || message.starts_with("arguments cannot follow")
            || message == "* argument may appear only once"
        {
            self.token_at(start).map_or(End::At(end), |token| End::At(token.end()))
        } else if message.ends_with("argument cannot have default value") {
            let equal = self.tokens_from(start).find(|token| token.kind() == TokenKind::Equal);
            diagnosis.start = equal.map_or(start, Ranged::start);
            End::At(equal.map_or(end, Ranged::end))
        } else if message == "Invalid star expression" && self.token_at(start).is_some_and(|token| token.kind() == TokenKind::Star) {
            let next = self.tokens_from(start).nth(1);
            diagnosis.start = next.map_or(start, Ranged::start);
            End::At(next.map_or(end, Ranged::end))
        } else if message.starts_with("positional argument follows") {
            let last = self.expression_end(start, TokenKind::Newline).unwrap_or(end);
            let next = self.tokens_from(last).next();
            diagnosis.start = next.map_or(start, Ranged::start);
            End::At(next.map_or(end, Ranged::end))
        } else if message.starts_with("iterable argument unpacking follows") {
            diagnosis.start = self.tokens_before(start).next().map_or(start, Ranged::start);
            End::At(end)
        } else if message.starts_with("trailing comma not allowed") {
            let next = self.tokens_from(end).next();
            diagnosis.start = next.map_or(start, Ranged::start);
            End::Next
        } else if message.starts_with("expected 'else' after 'if'") {
            let before = self.tokens_before(start).next();
            let condition = self.tokens_before(start).find(|token| token.kind() == TokenKind::If);
            if let (Some(last), Some(condition)) = (before, condition) {
                diagnosis.start = self.expression_start(condition.start()).unwrap_or(start);
                End::At(last.end())
            } else {
                End::At(end)
            }
        } else {
            return;
        };
        diagnosis.end = new_end;
    }

    /// The parser's words in CPython's.
    fn translate(&self, message: &str, at: TextSize) -> Option<&'static str> {
        const WORDS: [(&str, &str); 18] = [
            (
                "Unparenthesized generator expression cannot be used here",
                "Generator expression must be parenthesized",
            ),
            (
                "Boolean 'not' expression cannot be used here",
                "'not' after an operator must be parenthesized",
            ),
            ("Only one '*' parameter allowed", "* argument may appear only once"),
            (
                "Expected one or more symbol names after import",
                "Expected one or more names after 'import'",
            ),
            ("'/' parameter must appear before '*' parameter", "/ must be ahead of *"),
            ("Only one '/' separator allowed", "/ may appear only once"),
            ("Expected `:`, found newline", "expected ':'"),
            (
                "Multiple exception types must be parenthesized when using `as`",
                "multiple exception types must be parenthesized when using 'as'",
            ),
            ("Expected one or more exception types", "expected one or more exception types"),
            (
                "Positional patterns cannot follow keyword patterns",
                "positional patterns follow keyword patterns",
            ),
            (
                "Trailing comma not allowed",
                "trailing comma not allowed without surrounding parentheses",
            ),
            (
                "Positional argument cannot follow keyword argument unpacking",
                "positional argument follows keyword argument unpacking",
            ),
            (
                "Positional argument cannot follow keyword argument",
                "positional argument follows keyword argument",
            ),
            (
                "Iterable argument unpacking cannot follow keyword argument unpacking",
                "iterable argument unpacking follows keyword argument unpacking",
            ),
            ("f-string: single `}` is not allowed", "f-string: single '}' is not allowed"),
            ("t-string: single `}` is not allowed", "t-string: single '}' is not allowed"),
            (
                "Expected a real number in complex literal pattern",
                "real number required in complex literal",
            ),
            (
                "Expected an imaginary number in complex literal pattern",
                "imaginary number required in complex literal",
            ),
        ];
        const GENERIC: [&str; 16] = [
            "Global statement must have",
            "Nonlocal statement must have",
            "Delete statement must have",
            "Simple statements must be",
            "Compound statements are not",
            "Expected a",
            "Expected `",
            "Got unexpected",
            "Starred expression cannot be used here",
            "Expected index or slice",
            "Expected an identifier",
            "Unparenthesized",
            "Yield expression cannot be used here",
            "Lambda expression cannot be used here",
            "Star pattern cannot be used here",
            "Pattern cannot follow a double star pattern",
        ];
        if message.starts_with("Expected `:`") && self.statement_is(at, &COLON_FORCED) {
            return Some("expected ':'");
        }
        if message.starts_with("Expected `(`") && self.statement_is(at, &[TokenKind::Def]) {
            return Some("expected '('");
        }
        if message.starts_with("Position-only parameter separator not allowed as first") {
            let after = self.tokens_from(at).nth(1).map(Token::kind);
            let before = self.tokens_before(at).nth(1).map(Token::kind);
            return Some(if before == Some(TokenKind::Star) {
                "/ must be ahead of *"
            } else if after == Some(TokenKind::Comma) {
                "at least one argument must precede /"
            } else {
                INVALID
            });
        }
        if message.starts_with("Expected `except`") {
            return Some("expected 'except' or 'finally' block");
        }
        if message == "Trailing comma not allowed" && self.statement_is(at, &[TokenKind::With]) {
            return Some(INVALID);
        }
        if message.starts_with("Expected `else`") {
            return Some("expected 'else' after 'if' expression");
        }
        if message == "Expected one or more symbol names after import" && !self.ends_line(at) {
            return Some(INVALID);
        }
        if let Some((_, words)) = WORDS.iter().find(|(parser, _)| message.starts_with(parser)) {
            return Some(words);
        }
        let is_generic = GENERIC.iter().any(|start| message.starts_with(start));
        is_generic.then_some(INVALID)
    }

    /// Whether the statement around `at` begins with one of these keywords.
    fn statement_is(&self, at: TextSize, keywords: &[TokenKind]) -> bool {
        let mut first = None;
        for token in self.tokens.iter().take_while(|token| token.start() < at) {
            match token.kind() {
                TokenKind::Newline | TokenKind::Semi => first = None,
                TokenKind::Indent | TokenKind::Dedent | TokenKind::Async => {}
                kind => first = first.or(Some(kind)),
            }
        }
        first.is_some_and(|kind| keywords.contains(&kind))
    }

    fn tokens_from(&self, at: TextSize) -> impl Iterator<Item = &Token> {
        self.tokens.iter().skip_while(move |token| token.start() < at)
    }

    fn tokens_before(&self, at: TextSize) -> impl Iterator<Item = &Token> {
        self.tokens.iter().rev().skip_while(move |token| token.end() > at)
    }

    fn is_keyword_argument(&self, at: TextSize) -> bool {
        let is_equal = self
            .tokens_from(at)
            .next()
            .is_some_and(|token| token.kind() == TokenKind::Equal);
        let depth = self
            .tokens
            .iter()
            .take_while(|token| token.start() < at)
            .fold(0usize, |depth, token| match token.kind() {
                kind if opens(kind) => depth + 1,
                kind if closes(kind) => depth.saturating_sub(1),
                _ => depth,
            });
        is_equal && depth > 0
    }

    /// The end of the last token of a simple statement.
    fn statement_end(&self, start: TextSize) -> Option<TextSize> {
        self.tokens_from(start)
            .take_while(|token| !ends_statement(token.kind()))
            .last()
            .map(Ranged::end)
    }

    /// The end of the expression that begins at `start`; `also` is one more token that it contains.
    fn expression_end(&self, start: TextSize, also: TokenKind) -> Option<TextSize> {
        let mut depth = 0usize;
        let mut end = None;
        for token in self.tokens_from(start) {
            let kind = token.kind();
            if opens(kind) {
                depth += 1;
            } else if closes(kind) {
                depth = match depth.checked_sub(1) {
                    Some(depth) => depth,
                    None => break,
                };
            } else if depth == 0 && kind != also && ends_expression(kind) {
                break;
            }
            end = Some(token.end());
        }
        end
    }

    /// The start of the expression that ends before `end`.
    fn expression_start(&self, end: TextSize) -> Option<TextSize> {
        let mut depth = 0usize;
        let mut start = None;
        for token in self.tokens_before(end) {
            let kind = token.kind();
            if closes(kind) {
                depth += 1;
            } else if opens(kind) {
                depth = match depth.checked_sub(1) {
                    Some(depth) => depth,
                    None => break,
                };
            } else if depth == 0 && ends_expression(kind) {
                break;
            }
            start = Some(token.start());
        }
        start
    }

    /// Where the literal with this quote begins: its prefix belongs to it.
    fn literal_start(&self, quote: TextSize) -> TextSize {
        let before = self.source.get(..quote.to_usize()).unwrap_or_default();
        let letters = before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let is_prefix = letters <= 2
            && before
                .bytes()
                .rev()
                .take(letters)
                .all(|byte| matches!(byte.to_ascii_lowercase(), b'f' | b't' | b'r' | b'b' | b'u'));
        let length = if is_prefix { letters } else { 0 };
        TextSize::try_from(before.len() - length).unwrap_or(quote)
    }

    fn ends_line(&self, at: TextSize) -> bool {
        let rest = self.source.get(at.to_usize()..).unwrap_or_default();
        rest.is_empty() || rest.starts_with('\n')
    }

    fn token_at(&self, at: TextSize) -> Option<&Token> {
        self.tokens
            .iter()
            .find(|token| token.start() <= at && at < token.end())
    }

    fn string_token(&self, at: TextSize) -> Option<&Token> {
        self.token_at(at).filter(|token| token.kind() == TokenKind::String)
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

/// An operand may end with such a token.
pub fn ends_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd
            | TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::Ellipsis
            | TokenKind::True
            | TokenKind::False
            | TokenKind::None
            | TokenKind::Match
            | TokenKind::Case
            | TokenKind::Type
    )
}

fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace)
}

fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace)
}

fn ends_statement(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Newline | TokenKind::Semi | TokenKind::EndOfFile)
}

fn ends_expression(kind: TokenKind) -> bool {
    ends_statement(kind)
        || matches!(
            kind,
            TokenKind::Comma
                | TokenKind::Colon
                | TokenKind::Equal
                | TokenKind::ColonEqual
                | TokenKind::For
                | TokenKind::Indent
                | TokenKind::Dedent
        )
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
