//! The abstract syntax of a program, as CPython 3.14's `ast` tells it: node names, field order and
//! positions. Plain data in postfix order, so that neither reading nor dropping it recurses.
//!
//! Here: the data, and what the writers of statements, expressions, strings and patterns share.
//! Not here: the classes of the nodes and the names of their fields (the reader knows them).

mod expressions;
mod patterns;
mod statements;
mod strings;

use ruff_python_ast::{Mod, ModExpression, ModModule};
use ruff_source_file::{SourceFile, SourceFileBuilder};
use ruff_text_size::{TextRange, TextSize};

use crate::Mode;

/// Lines count from one, columns in bytes of UTF-8 from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub lineno: u32,
    pub col_offset: u32,
    pub end_lineno: u32,
    pub end_col_offset: u32,
}

/// One step of a machine with a stack: values are pushed, lists and nodes take theirs from it.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    /// As written, with its prefix.
    BigInt(String),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    /// WTF-8.
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    Identifier(String),
    /// Of so many values.
    List(u32),
    /// Its fields are values on the stack, all of them and in order.
    Node {
        kind: &'static str,
        position: Option<Position>,
    },
}

/// The steps that build the tree of `syntax`.
pub fn steps(syntax: &Mod, source: &str, mode: Mode) -> Vec<Step> {
    let mut writer = Writer::new(source);
    match syntax {
        Mod::Module(ModModule { body, .. }) => {
            writer.statements(body);
            if mode == Mode::Single {
                writer.bare("Interactive");
            } else {
                writer.push(Step::List(0));
                writer.bare("Module");
            }
        }
        Mod::Expression(ModExpression { body, .. }) => {
            writer.expression(body);
            writer.bare("Expression");
        }
    }
    writer.steps
}

pub(crate) use strings::Piece;

pub(crate) struct Writer<'a> {
    source: &'a str,
    /// The same, for the functions of the compiler crate.
    file: SourceFile,
    /// Where each line begins.
    lines: Vec<TextSize>,
    steps: Vec<Step>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let newlines = source.match_indices('\n');
        let starts = newlines.filter_map(|(at, _)| TextSize::try_from(at + 1).ok());
        Self {
            source,
            file: SourceFileBuilder::new("", source).finish(),
            lines: core::iter::once(TextSize::new(0)).chain(starts).collect(),
            steps: Vec::new(),
        }
    }

    fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    fn node(&mut self, kind: &'static str, range: TextRange) {
        let (lineno, col_offset) = self.place(range.start());
        let (end_lineno, end_col_offset) = self.place(range.end());
        let position = Position {
            lineno,
            col_offset,
            end_lineno,
            end_col_offset,
        };
        self.push(Step::Node {
            kind,
            position: Some(position),
        });
    }

    /// A node without a position.
    fn bare(&mut self, kind: &'static str) {
        self.push(Step::Node {
            kind,
            position: None,
        });
    }

    fn place(&self, at: TextSize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.wrapping_sub(1)).copied();
        let column = at - start.unwrap_or_default();
        (u32::try_from(line).unwrap_or(u32::MAX), column.to_u32())
    }

    fn text(&self, range: TextRange) -> &'a str {
        self.source
            .get(range.start().to_usize()..range.end().to_usize())
            .unwrap_or_default()
    }

    fn rest(&self, from: TextSize) -> &'a str {
        self.source.get(from.to_usize()..).unwrap_or_default()
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        for item in items {
            write(self, item);
        }
        self.push(Step::List(u32::try_from(items.len()).unwrap_or(u32::MAX)));
    }

    fn option<T>(&mut self, item: Option<&T>, write: impl FnOnce(&mut Self, &T)) {
        match item {
            Some(item) => write(self, item),
            None => self.push(Step::None),
        }
    }

    fn identifier(&mut self, name: &str) {
        self.push(Step::Identifier(name.to_owned()));
    }

    fn int(&mut self, number: i64) {
        self.push(Step::Int(number));
    }
}
