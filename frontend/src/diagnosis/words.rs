//! The parser's words in CPython's.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::TextSize;

use super::{Failure, INVALID};

/// After these, CPython's grammar insists on the colon whatever else comes.
const COLON_FORCED: [TokenKind; 4] = [
    TokenKind::Def,
    TokenKind::Else,
    TokenKind::Try,
    TokenKind::Finally,
];

/// Beginnings of messages of the parser, and CPython's message for each; the first that fits holds.
const WORDS: [(&str, &str); 18] = [
    (
        "Unparenthesized generator expression cannot be used here",
        "Generator expression must be parenthesized",
    ),
    (
        "Boolean 'not' expression cannot be used here",
        "'not' after an operator must be parenthesized",
    ),
    (
        "Only one '*' parameter allowed",
        "* argument may appear only once",
    ),
    (
        "Expected one or more symbol names after import",
        "Expected one or more names after 'import'",
    ),
    (
        "'/' parameter must appear before '*' parameter",
        "/ must be ahead of *",
    ),
    ("Only one '/' separator allowed", "/ may appear only once"),
    ("Expected `:`, found newline", "expected ':'"),
    (
        "Multiple exception types must be parenthesized when using `as`",
        "multiple exception types must be parenthesized when using 'as'",
    ),
    (
        "Expected one or more exception types",
        "expected one or more exception types",
    ),
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
    (
        "f-string: single `}` is not allowed",
        "f-string: single '}' is not allowed",
    ),
    (
        "t-string: single `}` is not allowed",
        "t-string: single '}' is not allowed",
    ),
    (
        "Expected a real number in complex literal pattern",
        "real number required in complex literal",
    ),
    (
        "Expected an imaginary number in complex literal pattern",
        "imaginary number required in complex literal",
    ),
];

/// Beginnings of messages of the parser where CPython has none of its own.
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

impl Failure<'_> {
    /// CPython's message for one of the parser about `at`; nothing where they are the same.
    pub fn translate(&self, message: &str, at: TextSize) -> Option<&'static str> {
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
}
