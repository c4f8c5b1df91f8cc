//! A Python program as a tree of statements, so that it can be cut down. Not here: what is in it (`generate.rs`), who cuts (`minimize.rs`).

use std::ops::Range;

#[derive(Clone, PartialEq)]
pub enum Stmt {
    Line(String),
    /// `if`, `elif`, `else`: each with its statements.
    Block(Vec<Clause>),
}

#[derive(Clone, PartialEq)]
pub struct Clause {
    pub head: String,
    pub body: Vec<Stmt>,
}

pub type Program = Vec<Stmt>;

pub fn line(text: impl Into<String>) -> Stmt {
    Stmt::Line(text.into())
}

pub fn block(head: impl Into<String>, body: Vec<Stmt>) -> Stmt {
    Stmt::Block(vec![clause(head, body)])
}

pub fn clause(head: impl Into<String>, body: Vec<Stmt>) -> Clause {
    Clause { head: head.into(), body }
}

pub fn text(program: &[Stmt]) -> String {
    let mut out = String::new();
    write(program, 0, &mut out);
    out
}

fn write(stmts: &[Stmt], level: usize, out: &mut String) {
    let indent = "    ".repeat(level);
    for stmt in stmts {
        match stmt {
            Stmt::Line(text) => *out += &format!("{indent}{text}\n"),
            Stmt::Block(clauses) => {
                for clause in clauses {
                    *out += &format!("{indent}{}\n", clause.head);
                    write(&clause.body, level + 1, out);
                    if clause.body.is_empty() {
                        *out += &format!("{indent}    pass\n");
                    }
                }
            }
        }
    }
}

/// Statements, those within others included.
pub fn count(stmts: &[Stmt]) -> usize {
    let within = |stmt: &Stmt| match stmt {
        Stmt::Line(_) => 0,
        Stmt::Block(clauses) => clauses.iter().map(|clause| count(&clause.body)).sum(),
    };
    stmts.iter().map(|stmt| 1 + within(stmt)).sum()
}

/// The program without the statements of these numbers, and what is in them. Numbers go from top to bottom.
pub fn without(program: &[Stmt], range: &Range<usize>) -> Program {
    let mut number = 0;
    edited(program, &mut number, &mut |at, stmt| match range.contains(&at) {
        true => Some(Vec::new()),
        false => Some(vec![stmt.clone()]),
    })
}

/// What may be tried in the place of one statement: its parts.
pub fn simpler(program: &[Stmt], number: usize) -> Vec<Program> {
    let mut found = Vec::new();
    let mut at = 0;
    edited(program, &mut at, &mut |at, stmt| {
        if at == number {
            found = alternatives(stmt);
        }
        None
    });
    let with = |other: Vec<Stmt>| {
        let mut count = 0;
        let mut other = Some(other);
        edited(program, &mut count, &mut |at, _| if at == number { other.take() } else { None })
    };
    found.into_iter().map(with).collect()
}

/// Goes through all statements; those for which there is something else are replaced by that.
fn edited(stmts: &[Stmt], number: &mut usize, edit: &mut impl FnMut(usize, &Stmt) -> Option<Vec<Stmt>>) -> Program {
    let mut out = Vec::new();
    for stmt in stmts {
        let own = *number;
        *number += 1;
        let same = [stmt.clone()];
        match edit(own, stmt) {
            Some(other) if other != same => {
                *number = own + count(&same);
                out.extend(other);
            }
            _ => out.push(match stmt {
                Stmt::Line(_) => stmt.clone(),
                Stmt::Block(clauses) => {
                    let within = |one: &Clause| clause(one.head.clone(), edited(&one.body, number, edit));
                    Stmt::Block(clauses.iter().map(within).collect())
                }
            }),
        }
    }
    out
}

fn alternatives(stmt: &Stmt) -> Vec<Vec<Stmt>> {
    match stmt {
        Stmt::Line(text) => shorter(text).into_iter().map(|text| vec![line(text)]).collect(),
        Stmt::Block(clauses) => {
            // A body alone; fewer clauses; a simpler head.
            let mut all: Vec<Vec<Stmt>> = clauses.iter().map(|clause| clause.body.clone()).collect();
            let with = |clauses: Vec<Clause>| vec![Stmt::Block(clauses)];
            for at in 0..clauses.len() {
                if clauses.len() > 1 && at > 0 {
                    all.push(with([&clauses[..at], &clauses[at + 1..]].concat()));
                }
                for head in shorter(&clauses[at].head) {
                    let mut clauses = clauses.clone();
                    clauses[at].head = head;
                    all.push(with(clauses));
                }
            }
            all
        }
    }
}

/// Texts in which a parenthesis is one of its operands, or a number.
fn shorter(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    for open in (0..bytes.len()).filter(|&at| bytes[at] == b'(') {
        let Some(close) = closing(bytes, open) else { continue };
        let called = open > 0 && (bytes[open - 1].is_ascii_alphanumeric() || matches!(bytes[open - 1], b'_' | b')' | b']'));
        if called {
            continue;
        }
        let inner = &text[open + 1..close];
        let operands = operands(inner);
        let parts = operands.iter().filter(|part| part.len() < inner.len()).copied();
        for part in parts.chain(["1", "0"]) {
            if inner != part && inner.len() > 1 {
                all.push(format!("{}({part}){}", &text[..open], &text[close + 1..]));
            }
        }
        if !inner.contains([' ', ',']) {
            all.push(format!("{}{inner}{}", &text[..open], &text[close + 1..]));
        }
    }
    // `x = anything`.
    if let Some((name, value)) = text.split_once(" = ")
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && value.len() > 2
    {
        all.extend(["1", "0.5", "''"].map(|simple| format!("{name} = {simple}")));
    }
    all
}

fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// What stands between spaces, outside of all brackets.
fn operands(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut all) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ' ' if depth == 0 => {
                all.push(text[from..at].trim_end_matches(','));
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(&text[from..]);
    let is_operand = |part: &&str| part.starts_with(|c: char| c.is_alphanumeric() || c == '(' || c == '_') && !KEYWORDS.contains(part);
    all.into_iter().filter(is_operand).collect()
}

const KEYWORDS: [&str; 8] = ["if", "else", "for", "in", "is", "not", "and", "or"];

/// A program of which each statement stands on lines of its own.
pub fn parse(text: &str) -> Program {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .map(|line| (line.len() - line.trim_start().len(), line.trim_start()))
        .collect();
    parse_level(&lines)
}

fn parse_level(lines: &[(usize, &str)]) -> Program {
    let mut out: Program = Vec::new();
    let Some(&(level, _)) = lines.first() else { return out };
    let mut at = 0;
    while at < lines.len() {
        let head = lines[at].1;
        let from = at + 1;
        at = from + lines[from..].iter().take_while(|(indent, _)| *indent > level).count();
        if at == from {
            out.push(line(head));
            continue;
        }
        let made = clause(head, parse_level(&lines[from..at]));
        let follows = ["elif ", "else:", "except", "finally:"].iter().any(|word| head.starts_with(word));
        match out.last_mut() {
            Some(Stmt::Block(clauses)) if follows => clauses.push(made),
            _ => out.push(Stmt::Block(vec![made])),
        }
    }
    out
}
