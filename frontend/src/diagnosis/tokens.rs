//! Looking around in the tokens of a program that does not parse.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextSize};

use super::Failure;

impl Failure<'_> {
    /// Whether the statement around `at` begins with one of these keywords.
    pub fn statement_is(&self, at: TextSize, keywords: &[TokenKind]) -> bool {
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

    pub fn tokens_from(&self, at: TextSize) -> impl Iterator<Item = &Token> {
        self.tokens
            .iter()
            .skip_while(move |token| token.start() < at)
    }

    pub fn tokens_before(&self, at: TextSize) -> impl Iterator<Item = &Token> {
        self.tokens
            .iter()
            .rev()
            .skip_while(move |token| token.end() > at)
    }

    pub fn is_keyword_argument(&self, at: TextSize) -> bool {
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
    pub fn statement_end(&self, start: TextSize) -> Option<TextSize> {
        self.tokens_from(start)
            .take_while(|token| !ends_statement(token.kind()))
            .last()
            .map(Ranged::end)
    }

    /// The end of the expression that begins at `start`; `also` is one more token that it contains.
    pub fn expression_end(&self, start: TextSize, also: TokenKind) -> Option<TextSize> {
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

    /// The end of the one expression that begins at `start`, where another may follow without an operator between.
    pub fn lone_expression_end(&self, start: TextSize) -> Option<TextSize> {
        let whole = self.expression_end(start, TokenKind::Newline)?;
        let mut depth = 0usize;
        let mut last: Option<&Token> = None;
        for token in self.tokens_from(start).take_while(|token| token.end() <= whole) {
            let kind = token.kind();
            let continues = kind == TokenKind::String && last.is_some_and(|last| last.kind() == TokenKind::String);
            if depth == 0 && !continues && begins_operand(kind) && last.is_some_and(|last| ends_operand(last.kind())) {
                break;
            }
            if opens(kind) {
                depth += 1;
            } else if closes(kind) {
                depth = depth.saturating_sub(1);
            }
            last = Some(token);
        }
        last.map(Ranged::end)
    }

    /// The start of the expression that ends before `end`.
    pub fn expression_start(&self, end: TextSize) -> Option<TextSize> {
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
    pub fn literal_start(&self, quote: TextSize) -> TextSize {
        let before = self.source.get(..quote.to_usize()).unwrap_or_default();
        let letters = before
            .bytes()
            .rev()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let is_prefix =
            letters <= 2
                && before.bytes().rev().take(letters).all(|byte| {
                    matches!(byte.to_ascii_lowercase(), b'f' | b't' | b'r' | b'b' | b'u')
                });
        let length = if is_prefix { letters } else { 0 };
        TextSize::try_from(before.len() - length).unwrap_or(quote)
    }

    pub fn ends_line(&self, at: TextSize) -> bool {
        let rest = self.source.get(at.to_usize()..).unwrap_or_default();
        rest.is_empty() || rest.starts_with('\n')
    }

    pub fn token_at(&self, at: TextSize) -> Option<&Token> {
        self.tokens
            .iter()
            .find(|token| token.start() <= at && at < token.end())
    }

    pub fn string_token(&self, at: TextSize) -> Option<&Token> {
        self.token_at(at)
            .filter(|token| token.kind() == TokenKind::String)
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

/// An operand that can only be a new one begins with such a token.
fn begins_operand(kind: TokenKind) -> bool {
    ends_operand(kind) && !closes(kind) && !matches!(kind, TokenKind::FStringEnd | TokenKind::TStringEnd)
}

pub fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace)
}

pub fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace)
}

pub fn ends_statement(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Newline | TokenKind::Semi | TokenKind::EndOfFile
    )
}

pub fn ends_expression(kind: TokenKind) -> bool {
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
