//! How deep a program nests, read off its tokens before any tree is built.
//!
//! Every pass of the compiler recurses over the tree, and dropping the tree recurses too. The
//! depth estimated here is an upper bound, so that the caller can give the compiler a native
//! stack that is large enough, or refuse the program as CPython does.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

use crate::diagnosis::tokens::ends_operand;

/// CPython's `MAXLEVEL`: brackets open at once.
const BRACKETS_MAX: usize = 200;
/// CPython's `MAXFSTRINGLEVEL`: f-strings open at once.
const INTERPOLATED_STRINGS_MAX: usize = 150;
/// CPython's `MAXINDENT`.
const INDENTS_MAX: usize = 100;
/// Operators that nest to the right (`not`, unary, `**`, `lambda`, conditional), summed over the
/// open brackets. CPython's parser gives up between 2,000 and 6,000, here at 416 for `lambda`.
const RIGHT_MAX: usize = 5_000;
/// Operators that nest to the left (`+`, attribute, call). CPython gives up between 20,000 and
/// 100,000, by the size of its native stack.
const LEFT_MAX: usize = 25_000;

/// What a lambda counts for: it is a scope of its own in each pass of the compiler.
const LAMBDA_WEIGHT: usize = 12;
/// What an open bracket (which may be a comprehension), block or f-string costs in stack.
const BLOCK_WEIGHT: usize = 12;

#[derive(Debug, PartialEq)]
pub enum Nesting {
    /// Upper bound of the depth of the tree.
    Depth(usize),
    /// Brackets or f-strings.
    Refused {
        message: &'static str,
        line: u32,
        column: i64,
    },
    TooManyIndents {
        line: u32,
    },
    /// MemoryError in CPython.
    ParserStack,
    /// RecursionError in CPython.
    CompilerStack,
}

/// What one open bracket, replacement field or statement has accumulated.
#[derive(Clone, Copy, Default)]
struct Level {
    left: usize,
    right: usize,
    /// Lambdas whose colon is still to come: what separates their parameters does not end them.
    lambdas: usize,
}

#[derive(Default)]
struct Measure {
    /// The innermost level.
    here: Level,
    /// The levels around it, and their sum.
    around: Vec<Level>,
    sum: Level,
    indents: usize,
    strings: usize,
    deepest: usize,
}

pub fn measure(source: &str) -> Nesting {
    match first_excess(source) {
        Ok(depth) => Nesting::Depth(depth),
        Err(Excess::Parser) => Nesting::ParserStack,
        Err(Excess::Compiler) => Nesting::CompilerStack,
        Err(excess) => locate(source, excess),
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Excess {
    Brackets,
    Strings,
    Indents,
    Parser,
    Compiler,
}

fn first_excess(source: &str) -> Result<usize, Excess> {
    let mut lexer = lex(source, Mode::Module);
    let mut measure = Measure::default();
    let mut after_operand = false;
    loop {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            return Ok(measure.deepest);
        }
        measure.add(kind, after_operand)?;
        // An operator after an operand is a binary one.
        after_operand = ends_operand(kind);
    }
}

impl Measure {
    fn add(&mut self, kind: TokenKind, after_operand: bool) -> Result<(), Excess> {
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => self.open()?,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => self.close(),
            TokenKind::FStringStart | TokenKind::TStringStart => {
                self.strings += 1;
                if self.strings >= INTERPOLATED_STRINGS_MAX {
                    return Err(Excess::Strings);
                }
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                self.strings = self.strings.saturating_sub(1);
            }
            TokenKind::Indent => {
                self.indents += 1;
                if self.indents >= INDENTS_MAX {
                    return Err(Excess::Indents);
                }
            }
            TokenKind::Dedent => self.indents = self.indents.saturating_sub(1),
            TokenKind::Plus | TokenKind::Minus if after_operand => self.here.left += 1,
            TokenKind::Lambda => {
                self.here.right += LAMBDA_WEIGHT;
                self.here.lambdas += 1;
            }
            TokenKind::Colon if self.here.lambdas > 0 => {
                self.here.lambdas -= 1;
                return Ok(());
            }
            TokenKind::Comma | TokenKind::Equal if self.here.lambdas > 0 => return Ok(()),
            _ if separates(kind) => self.here = Level::default(),
            _ if nests_right(kind) => self.here.right += 1,
            _ if nests_left(kind) => self.here.left += 1,
            _ => return Ok(()),
        }
        self.check()
    }

    fn open(&mut self) -> Result<(), Excess> {
        if self.around.len() >= BRACKETS_MAX {
            return Err(Excess::Brackets);
        }
        self.here.left += 1;
        self.sum.left += self.here.left;
        self.sum.right += self.here.right;
        self.around.push(self.here);
        self.here = Level::default();
        Ok(())
    }

    fn close(&mut self) {
        if let Some(outer) = self.around.pop() {
            self.sum.left -= outer.left;
            self.sum.right -= outer.right;
            self.here = outer;
        }
    }

    fn check(&mut self) -> Result<(), Excess> {
        let left = self.sum.left + self.here.left;
        let right = self.sum.right + self.here.right;
        if right > RIGHT_MAX {
            return Err(Excess::Parser);
        }
        if left > LEFT_MAX {
            return Err(Excess::Compiler);
        }
        let blocks = self.around.len() + self.indents + self.strings;
        let depth = left + right + BLOCK_WEIGHT * blocks;
        self.deepest = self.deepest.max(depth);
        Ok(())
    }
}

/// The lexer does not tell positions, so the shortest prefix with the same excess is sought.
fn locate(source: &str, excess: Excess) -> Nesting {
    let exceeds = |end: usize| {
        source
            .get(..end)
            .is_some_and(|prefix| first_excess(prefix) == Err(excess))
    };
    let ends: Vec<usize> = source
        .char_indices()
        .map(|(at, _)| at)
        .skip(1)
        .chain([source.len()])
        .collect();
    let first = ends.partition_point(|end| !exceeds(*end));
    let end = ends.get(first).copied().unwrap_or(source.len());
    let before = source.get(..end).unwrap_or(source);
    let newlines = before.bytes().filter(|byte| *byte == b'\n').count();
    let line = u32::try_from(newlines + 1).unwrap_or(u32::MAX);
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count());
    let message = match excess {
        Excess::Strings => "too many nested f-strings",
        Excess::Indents => return Nesting::TooManyIndents { line },
        _ => "too many nested parentheses",
    };
    Nesting::Refused {
        message,
        line,
        column: i64::try_from(column).unwrap_or(i64::MAX),
    }
}

/// What stands behind such a token does not nest in what stands before it.
fn separates(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Comma
            | TokenKind::Newline
            | TokenKind::Semi
            | TokenKind::Equal
            | TokenKind::Def
            | TokenKind::Class
            | TokenKind::Return
            | TokenKind::Import
            | TokenKind::While
    )
}

fn nests_right(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Not
            | TokenKind::Tilde
            | TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::DoubleStar
            | TokenKind::Else
            | TokenKind::Await
            | TokenKind::Yield
    )
}

fn nests_left(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Dot
            | TokenKind::Star
            | TokenKind::Slash
            | TokenKind::DoubleSlash
            | TokenKind::Percent
            | TokenKind::At
            | TokenKind::Amper
            | TokenKind::Vbar
            | TokenKind::CircumFlex
            | TokenKind::LeftShift
            | TokenKind::RightShift
    )
}
