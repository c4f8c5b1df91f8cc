//! CPython's rules for indentation, replayed to say which of them a program breaks.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextSize};

use crate::diagnosis::{Diagnosis, End};
use crate::error::ErrorKind;

/// A line's indentation, once with tabs to the next multiple of eight, once with tabs of one.
#[derive(Clone, Copy, Default, PartialEq)]
struct Width {
    column: usize,
    alternative: usize,
}

/// The parser lets some mixtures of tabs and spaces pass that CPython refuses.
pub fn check(source: &str) -> Option<Diagnosis> {
    let indents = || {
        source.lines().map(|line| {
            let rest = line.trim_start_matches([' ', '\t', '\x0c']);
            line.get(..line.len() - rest.len()).unwrap_or_default()
        })
    };
    if !indents().any(|indent| indent.contains('\t'))
        || !indents().any(|indent| indent.contains(' '))
    {
        return None;
    }
    let parsed = parse_unchecked(source, ParseOptions::from(Mode::Module));
    first_wrong(source, parsed.tokens())
}

/// The first inconsistent indentation, or the one at `limit`.
pub fn diagnose(source: &str, tokens: &[Token], limit: TextSize) -> Diagnosis {
    first_wrong(source, tokens).unwrap_or_else(|| unindent(source, line_start(source, limit)))
}

/// The first line whose indentation does not fit those before.
pub fn first_wrong(source: &str, tokens: &[Token]) -> Option<Diagnosis> {
    let mut open = vec![Width::default()];
    let mut at_line_start = true;
    for token in tokens {
        match token.kind() {
            TokenKind::Newline => at_line_start = true,
            TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::EndOfFile
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline => {}
            _ if at_line_start => {
                at_line_start = false;
                let start = line_start(source, token.start());
                let width = measure(source.get(start..).unwrap_or_default());
                match enter(&mut open, width) {
                    Step::Fine => {}
                    Step::Tabs => return Some(tabs(start)),
                    Step::Unindent => return Some(unindent(source, start)),
                }
            }
            _ => {}
        }
    }
    None
}

enum Step {
    Fine,
    Tabs,
    Unindent,
}

fn enter(open: &mut Vec<Width>, width: Width) -> Step {
    let top = open.last().copied().unwrap_or_default();
    if width.column == top.column {
        return if width.alternative == top.alternative {
            Step::Fine
        } else {
            Step::Tabs
        };
    }
    if width.column > top.column {
        if width.alternative <= top.alternative {
            return Step::Tabs;
        }
        open.push(width);
        return Step::Fine;
    }
    while open.len() > 1 && open.last().is_some_and(|top| width.column < top.column) {
        open.pop();
    }
    let top = open.last().copied().unwrap_or_default();
    if width.column != top.column {
        Step::Unindent
    } else if width.alternative != top.alternative {
        Step::Tabs
    } else {
        Step::Fine
    }
}

fn measure(line: &str) -> Width {
    let mut width = Width::default();
    for byte in line.bytes() {
        match byte {
            b' ' => {
                width.column += 1;
                width.alternative += 1;
            }
            b'\t' => {
                width.column = (width.column / 8 + 1) * 8;
                width.alternative += 1;
            }
            b'\x0c' => width = Width::default(),
            _ => break,
        }
    }
    width
}

fn tabs(start: usize) -> Diagnosis {
    Diagnosis {
        kind: ErrorKind::Tab,
        message: "inconsistent use of tabs and spaces in indentation".to_owned(),
        start: TextSize::try_from(start).unwrap_or_default(),
        end: End::Number(0),
        text_has_newline: true,
    }
}

fn unindent(source: &str, start: usize) -> Diagnosis {
    let line = source.get(start..).unwrap_or_default();
    let length = line.find('\n').unwrap_or(line.len());
    Diagnosis {
        kind: ErrorKind::Indentation,
        message: "unindent does not match any outer indentation level".to_owned(),
        start: TextSize::try_from(start + length).unwrap_or_default(),
        end: End::Number(-1),
        text_has_newline: true,
    }
}

fn line_start(source: &str, at: TextSize) -> usize {
    let before = source.get(..at.to_usize()).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}
