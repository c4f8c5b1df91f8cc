//! The warnings of CPython's tokenizer and parser: escape sequences that are none, numbers that touch a keyword.
//!
//! The compiler crate gives those of the compiler. Each warning comes with the `SyntaxError` that it is where warnings are errors; the
//! places of these are CPython's, odd ones included.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Mod, Stmt};
use ruff_python_parser::{ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::Context;
use crate::{ErrorKind, Mode, SyntaxError, Warning};

/// Keywords that may follow a number.
const WORDS: [&str; 8] = ["and", "else", "for", "if", "in", "is", "or", "not"];

/// Whether there may be any: most programs need not be read once more.
fn may_warn(source: &str) -> bool {
    let bytes = source.as_bytes();
    let touches = |at: usize| source.get(at..).is_some_and(|rest| WORDS.iter().any(|word| rest.starts_with(word)));
    bytes.windows(2).enumerate().any(|(at, pair)| match pair[0] {
        b'\\' => !is_escape(pair[1], false) || matches!(pair[1], b'4'..=b'7' | b'N' | b'u' | b'U'),
        b'.' | b'j' | b'J' => at > 0 && bytes[at - 1].is_ascii_digit() && touches(at + 1),
        byte => byte.is_ascii_digit() && touches(at + 1) || byte == b'x' && at > 0 && bytes[at - 1] == b'0',
    })
}

fn is_escape(byte: u8, is_bytes: bool) -> bool {
    match byte {
        b'\n' | b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'x' | b'0'..=b'7' => true,
        b'N' | b'u' | b'U' => !is_bytes,
        _ => false,
    }
}

/// Those that CPython gives before it is at `end`, in its order.
pub fn of_the_parser(context: &Context<'_>, end: TextSize) -> Vec<Warning> {
    let source = context.source;
    if !may_warn(source) {
        return Vec::new();
    }
    let mode = match context.mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
    };
    let mut reader = Reader { context, strings: Vec::new(), warnings: Vec::new() };
    let parsed = parse_unchecked(source, ParseOptions::from(mode));
    for token in parsed.tokens().iter().take_while(|token| token.end() <= end) {
        reader.token(token.kind(), token.range());
    }
    reader.warnings
}

/// A string with replacement fields that is being read.
struct Interpolated<'a> {
    is_raw: bool,
    /// Open braces.
    depth: usize,
    /// Between the fields: what is told of when the string ends, as if it stood there.
    pieces: Vec<&'a str>,
}

struct Reader<'a> {
    context: &'a Context<'a>,
    strings: Vec<Interpolated<'a>>,
    warnings: Vec<Warning>,
}

/// The first sequence of a string that is none: where the letter stands in the buffer that CPython decodes, and the sequence.
struct Invalid {
    at: usize,
    newlines: usize,
    /// Since the last newline.
    column: usize,
    text: String,
}

impl<'a> Reader<'a> {
    fn text(&self, range: TextRange) -> &'a str {
        self.context.source.get(range.to_std_range()).unwrap_or_default()
    }

    fn token(&mut self, kind: TokenKind, range: TextRange) {
        match kind {
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => self.number(kind, range),
            TokenKind::String => {
                let literal = self.text(range);
                let quotes = literal.find(['\'', '"']).unwrap_or(0);
                let (prefix, quoted) = literal.split_at(quotes);
                if !prefix.contains(['r', 'R'])
                    && let Some(body) = body(quoted)
                    && let Some(invalid) = first_invalid(body, prefix.contains(['b', 'B']))
                {
                    self.string(&invalid, range);
                }
            }
            TokenKind::FStringStart | TokenKind::TStringStart => {
                let is_raw = self.text(range).contains(['r', 'R']);
                self.strings.push(Interpolated { is_raw, depth: 0, pieces: Vec::new() });
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                for piece in self.strings.pop().map(|string| string.pieces).unwrap_or_default() {
                    if let Some(invalid) = first_invalid(piece, false) {
                        self.string(&invalid, range);
                    }
                }
            }
            TokenKind::FStringMiddle | TokenKind::TStringMiddle => self.middle(range),
            TokenKind::Lbrace => self.brace(1),
            TokenKind::Rbrace => self.brace(-1),
            _ => {}
        }
    }

    fn brace(&mut self, change: isize) {
        if let Some(string) = self.strings.last_mut() {
            string.depth = string.depth.saturating_add_signed(change);
        }
    }

    fn middle(&mut self, range: TextRange) {
        let Some((is_raw, depth)) = self.strings.last().map(|string| (string.is_raw, string.depth)) else { return };
        if is_raw {
            return;
        }
        let text = self.text(range);
        self.braces(text, range.start());
        if depth > 0 {
            if let Some(invalid) = first_invalid(text, false) {
                self.string(&invalid, range);
            }
            return;
        }
        // CPython's tokenizer begins a new token behind a doubled brace.
        let mut rest = text;
        let mut pieces = Vec::new();
        while let Some(at) = ["{{", "}}"].iter().filter_map(|braces| rest.find(braces)).min() {
            let (piece, after) = rest.split_at(at + 1);
            pieces.push(piece);
            rest = after.get(1..).unwrap_or_default();
        }
        pieces.push(rest);
        if let Some(string) = self.strings.last_mut() {
            string.pieces.extend(pieces);
        }
    }

    /// A backslash in front of a brace: the tokenizer's own warning.
    fn braces(&mut self, text: &str, start: TextSize) {
        let whole = self.context.source.get(start.to_usize()..).unwrap_or_default().as_bytes();
        let mut at = 0;
        while at < text.len() {
            if whole[at] != b'\\' {
                at += 1;
                continue;
            }
            match whole.get(at + 1) {
                Some(brace @ (b'{' | b'}')) => {
                    let sequence = format!("\\{}", char::from(*brace));
                    let (line, column) = self.place(start + length(at + 1));
                    let error = self.context.bare_error(escape_words(&sequence, false), line, column + 1);
                    self.warnings.push(Warning { message: escape_words(&sequence, true), lineno: line, error });
                    at += 1;
                }
                Some(b'N') if whole.get(at + 2) == Some(&b'{') => at += 3,
                _ => at += 2,
            }
        }
    }

    fn number(&mut self, kind: TokenKind, range: TextRange) {
        let rest = self.context.source.get(range.end().to_usize()..).unwrap_or_default();
        if !WORDS.iter().any(|word| rest.starts_with(word)) {
            return;
        }
        let name = match (kind, self.text(range).as_bytes().get(1)) {
            (TokenKind::Complex, _) => "imaginary",
            (_, Some(b'x' | b'X')) => "hexadecimal",
            (_, Some(b'o' | b'O')) => "octal",
            (_, Some(b'b' | b'B')) => "binary",
            _ => "decimal",
        };
        let message = format!("invalid {name} literal");
        let (line, column) = self.place(range.end());
        let error = self.context.bare_error(message.clone(), line, column);
        self.warnings.push(Warning { message, lineno: line, error });
    }

    fn string(&mut self, invalid: &Invalid, token: TextRange) {
        let (line, column) = self.place(token.start());
        let line = line + u32::try_from(invalid.newlines).unwrap_or(0);
        let column = if invalid.newlines == 0 {
            let text = self.text(token);
            let first = text.chars().next();
            let quotes = text.chars().take_while(|c| matches!(c, '\'' | '"')).filter(|c| Some(*c) == first);
            column as usize + invalid.at + quotes.count()
        } else {
            invalid.column
        };
        let error = self.context.escape_error(escape_words(&invalid.text, false), line, column);
        self.warnings.push(Warning { message: escape_words(&invalid.text, true), lineno: line, error });
    }

    /// The line, and the bytes before the place in it.
    fn place(&self, at: TextSize) -> (u32, u32) {
        let before = self.context.source.get(..at.to_usize()).unwrap_or_default();
        let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
}

fn length(bytes: usize) -> TextSize {
    TextSize::try_from(bytes).unwrap_or_default()
}

fn escape_words(sequence: &str, is_warning: bool) -> String {
    let octal = if sequence.len() == 4 { "octal " } else { "" };
    let future = if is_warning { " Such sequences will not work in the future." } else { "" };
    format!("\"{sequence}\" is an invalid {octal}escape sequence.{future} Did you mean \"\\{sequence}\"? A raw string is also an option.")
}

fn body(quoted: &str) -> Option<&str> {
    let quote = quoted.get(..1)?;
    let triple = quote.repeat(3);
    let mark = if quoted.len() >= 6 && quoted.starts_with(&triple) { triple.as_str() } else { quote };
    quoted.strip_prefix(mark)?.strip_suffix(mark)
}

/// CPython decodes a copy of the text in which each other character than ASCII is written `\UXXXXXXXX`, and counts in that.
fn first_invalid(body: &str, is_bytes: bool) -> Option<Invalid> {
    let mut place = Invalid { at: 0, newlines: 0, column: 0, text: String::new() };
    let mut chars = body.char_indices().peekable();
    let step = |place: &mut Invalid, width: usize| {
        place.at += width;
        place.column += width;
    };
    while let Some((at, c)) = chars.next() {
        if c == '\n' {
            place.at += 1;
            place.newlines += 1;
            place.column = 0;
        }
        if c != '\\' {
            step(&mut place, if c == '\n' { 0 } else if c.is_ascii() { 1 } else { 10 });
            continue;
        }
        step(&mut place, 1);
        let Some((_, escaped)) = chars.next_if(|(_, next)| next.is_ascii()) else {
            step(&mut place, 5);
            continue;
        };
        let digits = body.get(at + 1..at + 4).unwrap_or_default();
        let is_big = matches!(escaped, '4'..='7') && digits.len() == 3 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
        if is_big || !is_escape(escaped as u8, is_bytes) {
            // The tokenizer has told of these.
            if matches!(escaped, '{' | '}') {
                step(&mut place, 1);
                continue;
            }
            place.text = if is_big { format!("\\{digits}") } else { format!("\\{escaped}") };
            return Some(place);
        }
        if escaped == '\n' {
            place.at += 1;
            place.newlines += 1;
            place.column = 0;
        } else {
            step(&mut place, 1);
        }
    }
    None
}

impl Context<'_> {
    fn bare_error(&self, message: String, line: u32, column: u32) -> SyntaxError {
        let text = self.source.split('\n').nth(line as usize - 1).unwrap_or_default();
        let offset = text.get(..column as usize).map_or(column as usize, |before| before.chars().count());
        SyntaxError {
            filename: Some(self.filename.to_owned()),
            lineno: Some(line),
            offset: Some(offset as i64),
            end_lineno: Some(line),
            end_offset: Some(offset as i64),
            text: Some(text.to_owned()),
            ..SyntaxError::bare(ErrorKind::Syntax, message)
        }
    }

    /// `column` is that of the letter behind the backslash, and may lie beyond the line.
    fn escape_error(&self, message: String, line: u32, column: usize) -> SyntaxError {
        let lines = self.source.lines().count().max(1);
        let text = self.source.lines().nth((line as usize).min(lines) - 1).unwrap_or_default();
        let text = format!("{text}\n");
        // CPython's text ends with a NUL, which counts.
        let offset = |column: usize| {
            let beyond = usize::from(column > text.len());
            let bytes = &text.as_bytes()[..column.min(text.len())];
            (String::from_utf8_lossy(bytes).chars().count() + beyond) as i64
        };
        SyntaxError {
            filename: Some(self.filename.to_owned()),
            lineno: Some(line),
            offset: Some(offset(column)),
            end_lineno: Some(line),
            end_offset: Some(offset(column + 2)),
            text: Some(text),
            ..SyntaxError::bare(ErrorKind::Syntax, message)
        }
    }
}

/// Where the node lies that the compiler's warning at `start` is about.
pub fn range_of(tree: &Mod, start: TextSize, message: &str) -> Option<TextRange> {
    let about = if message.starts_with("\"is") {
        About::Comparison
    } else if message.contains("object is not callable") {
        About::Callee
    } else if message.contains("object is not subscriptable") || message.contains(" indices must be ") {
        About::Container
    } else {
        About::Statement
    };
    let mut finder = Finder { about, start, found: None };
    match tree {
        Mod::Module(module) => finder.visit_body(&module.body),
        Mod::Expression(expression) => finder.visit_expr(&expression.body),
    }
    finder.found
}

#[derive(PartialEq)]
enum About {
    Comparison,
    Callee,
    Container,
    Statement,
}

struct Finder {
    about: About,
    start: TextSize,
    /// The smallest.
    found: Option<TextRange>,
}

impl Finder {
    fn look_at(&mut self, range: TextRange) {
        if range.start() == self.start && self.found.is_none_or(|found| range.len() < found.len()) {
            self.found = Some(range);
        }
    }
}

impl<'a> Visitor<'a> for Finder {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if stmt.range().end() <= self.start {
            return;
        }
        if self.about == About::Statement && matches!(stmt, Stmt::Assert(_) | Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_)) {
            self.look_at(stmt.range());
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match (expr, &self.about) {
            (Expr::Compare(_), About::Comparison) => self.look_at(expr.range()),
            (Expr::Call(call), About::Callee) => self.look_at(call.func.range()),
            (Expr::Subscript(subscript), About::Container) => self.look_at(subscript.value.range()),
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}
