//! Cuts a file into items before any parser sees it.
//!
//! Comments are blanked out (byte for byte, so positions stay), brackets are matched, nesting is
//! limited. The parsers behind (pest, syn) recurse, and would overflow the native stack on deep
//! input; behind this pass there is none. It also finds the next item after a broken one.

use crate::codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::source::Span;

pub(crate) const MAX_DEPTH: usize = 32;

/// Words that begin an item. At the start of a line they begin one even inside open brackets.
pub(crate) const ITEM_WORDS: &[&str] = &[
    "use",
    "type",
    "alias",
    "const",
    "layout",
    "helper",
    "fn",
    "op",
    "inst",
    "macro",
    "family",
    "super",
    "pseudo",
    "instrumented",
    "reserved",
];
pub(crate) const ANNOTATIONS: &[&str] = &[
    "pure",
    "specializing",
    "periodic",
    "tier1",
    "tier2",
    "no_save_ip",
    "override",
    "replicate",
];

pub(crate) struct Cut {
    /// The text with comments as blanks; same length.
    pub clean: String,
    pub comments: Vec<Comment>,
    pub chunks: Vec<Chunk>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommentKind {
    /// `///`
    Doc,
    /// `//!`
    Head,
    Plain,
}

pub(crate) struct Comment {
    pub start: usize,
    pub end: usize,
    pub kind: CommentKind,
}

/// One item, brackets balanced.
pub(crate) struct Chunk {
    pub start: usize,
    pub end: usize,
}

pub(crate) fn cut(file: u32, text: &str, sink: &Sink) -> Cut {
    let mut comments = Vec::new();
    let clean = blank_comments(file, text, &mut comments, sink);
    let chunks = Chunks {
        file,
        text: &clean,
        sink,
    }
    .all();
    Cut {
        clean,
        comments,
        chunks,
    }
}

fn blank_comments(file: u32, text: &str, comments: &mut Vec<Comment>, sink: &Sink) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    bytes[..at].fill(b' ');
    let mut control_seen = false;
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                let end = line_end(&bytes, at);
                let kind = match &bytes[at..end] {
                    [b'/', b'/', b'/', b'/', ..] => CommentKind::Plain,
                    [b'/', b'/', b'/', ..] => CommentKind::Doc,
                    [b'/', b'/', b'!', ..] => CommentKind::Head,
                    _ => CommentKind::Plain,
                };
                comments.push(Comment {
                    start: at,
                    end,
                    kind,
                });
                bytes[at..end].fill(b' ');
                at = end;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let found = bytes[at + 2..].windows(2).position(|pair| pair == b"*/");
                let end = found.map_or(bytes.len(), |length| at + 2 + length + 2);
                if found.is_none() {
                    let span = Span::new(file, at, at + 2);
                    sink.push(
                        Diagnostic::new(&codes::UNTERMINATED, span, "this comment never ends")
                            .help("end it with `*/`"),
                    );
                }
                for byte in &mut bytes[at..end] {
                    *byte = if *byte == b'\n' { b'\n' } else { b' ' };
                }
                at = end;
            }
            b'"' => {
                let line = line_end(&bytes, at);
                let close = bytes[at + 1..line].iter().position(|byte| *byte == b'"');
                match close {
                    Some(length) => at += length + 2,
                    None => {
                        let span = Span::new(file, at, at + 1);
                        sink.push(
                            Diagnostic::new(&codes::UNTERMINATED, span, "this string never ends")
                                .help("a string literal ends on its own line, with `\"`"),
                        );
                        bytes[at..line].fill(b' ');
                        at = line;
                    }
                }
            }
            byte if (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f => {
                if !control_seen {
                    let what = if byte == 0 {
                        "NUL byte".into()
                    } else {
                        format!("control character {byte:#04x}")
                    };
                    let message = format!("{what} in the file");
                    sink.push(Diagnostic::new(
                        &codes::NUL,
                        Span::new(file, at, at + 1),
                        message,
                    ));
                }
                control_seen = true;
                bytes[at] = b' ';
                at += 1;
            }
            _ => at += 1,
        }
    }
    // Only whole comments, strings and single ASCII bytes were replaced, by ASCII: still UTF-8.
    String::from_utf8(bytes).unwrap_or_default()
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |length| at + length)
}

struct Chunks<'a> {
    file: u32,
    text: &'a str,
    sink: &'a Sink,
}

impl Chunks<'_> {
    fn all(&self) -> Vec<Chunk> {
        let bytes = self.text.as_bytes();
        let mut chunks = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                byte if byte.is_ascii_whitespace() => at += 1,
                b';' => at += 1,
                b')' | b']' | b'}' => {
                    let message = format!("`{}` closes nothing", bytes[at] as char);
                    self.report(
                        &codes::UNBALANCED,
                        at,
                        message,
                        "remove it, or open it before",
                    );
                    at = self.next_item(at + 1);
                }
                _ => match self.item_end(at) {
                    Ok(end) => {
                        let length = self.text[at..end].trim_end().len();
                        chunks.push(Chunk {
                            start: at,
                            end: at + length,
                        });
                        at = end;
                    }
                    Err(resume) => at = self.next_item(resume),
                },
            }
        }
        chunks
    }

    /// Where the item that starts at `start` ends; or, when it is broken, from where to look for
    /// the next one.
    fn item_end(&self, start: usize) -> Result<usize, usize> {
        let bytes = self.text.as_bytes();
        let mut open: Vec<usize> = Vec::new();
        let mut at = start;
        while at < bytes.len() {
            if at > start && bytes[at - 1] == b'\n' && self.begins_item(at) {
                match open.last() {
                    Some(bracket) => {
                        self.unclosed(*bracket);
                        return Err(at);
                    }
                    None if !self.only_annotations(start, at) => return Ok(at),
                    None => {}
                }
            }
            match bytes[at] {
                b'"' => at += string_length(&bytes[at..]),
                b'(' | b'[' | b'{' => {
                    open.push(at);
                    if open.len() > MAX_DEPTH {
                        let message = format!("nested more than {MAX_DEPTH} deep");
                        self.report(
                            &codes::TOO_DEEP,
                            at,
                            message,
                            "use a helper, or name parts with `let`",
                        );
                        return Err(start + 1);
                    }
                    at += 1;
                }
                closing @ (b')' | b']' | b'}') => {
                    let Some(bracket) = open.pop() else {
                        // `all` reports it as closing nothing.
                        return Ok(at);
                    };
                    let expected = partner(bytes[bracket]);
                    if closing != expected {
                        let opened = bytes[bracket] as char;
                        let message = format!("`{opened}` is closed by `{}`", closing as char);
                        self.sink.push(
                            Diagnostic::new(&codes::UNBALANCED, self.byte(at), message)
                                .other(self.byte(bracket), "opened here")
                                .help(format!("`{}` is missing before", expected as char)),
                        );
                        return Err(at + 1);
                    }
                    at += 1;
                    if open.is_empty() && closing == b'}' {
                        let rest = &self.text[at..];
                        let skipped = rest.len() - rest.trim_start().len();
                        let follows = bytes.get(at + skipped) == Some(&b';');
                        return Ok(if follows { at + skipped + 1 } else { at });
                    }
                }
                b';' if open.is_empty() => return Ok(at + 1),
                _ => at += 1,
            }
        }
        match open.last() {
            Some(bracket) => {
                self.unclosed(*bracket);
                Err(start + 1)
            }
            None => Ok(at),
        }
    }

    fn unclosed(&self, bracket: usize) {
        let opened = self.text.as_bytes()[bracket];
        let message = format!("`{}` is never closed", opened as char);
        let help = format!(
            "the item ends, or the file, before a `{}`",
            partner(opened) as char
        );
        self.report(&codes::UNBALANCED, bracket, message, &help);
    }

    fn report(&self, code: &'static codes::Code, at: usize, message: String, help: &str) {
        self.sink
            .push(Diagnostic::new(code, self.byte(at), message).help(help));
    }

    fn byte(&self, at: usize) -> Span {
        Span::new(self.file, at, at + 1)
    }

    /// The next line, at or after `from`, that begins an item.
    fn next_item(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            if (at == 0 || bytes[at - 1] == b'\n') && self.begins_item(at) {
                return at;
            }
            at = line_end(bytes, at) + 1;
        }
        bytes.len()
    }

    fn begins_item(&self, at: usize) -> bool {
        let word = word_at(self.text, at);
        ITEM_WORDS.contains(&word) || ANNOTATIONS.contains(&word)
    }

    fn only_annotations(&self, start: usize, end: usize) -> bool {
        self.text[start..end]
            .split_whitespace()
            .all(|word| ANNOTATIONS.contains(&word_at(word, 0)))
    }
}

/// The ASCII word that starts at this byte, or "".
pub(crate) fn word_at(text: &str, at: usize) -> &str {
    let bytes = &text.as_bytes()[at..];
    let length = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    &text[at..at + length]
}

fn string_length(bytes: &[u8]) -> usize {
    bytes[1..]
        .iter()
        .position(|byte| *byte == b'"')
        .map_or(bytes.len(), |length| length + 2)
}

fn partner(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}
