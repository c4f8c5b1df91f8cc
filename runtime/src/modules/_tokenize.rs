//! `_tokenize`: the tokens of Python source for `tokenize`, comments and line breaks included. Not here: the front end's own tokens,
//! from which programs are compiled.

use crate::args::Args;
use crate::error::{R, Raised, type_error};
use crate::modules::add;
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::module::Module;
use crate::objects::native::{Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::support::{Params, itself, of, tuple};
use crate::ops;
use crate::value::Value;
use crate::vm::{intern, types};
use core::cell::{OnceCell, RefCell};
use std::collections::VecDeque;

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn init(module: Gc<Module>) -> R<()> {
    let class = CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_tokenize", "TokenizerIter", 0, |class| {
                class.slots.new.set(Some(new));
                class.slots.iter.set(Some(itself));
                class.slots.next.set(Some(next));
            })
        })
    });
    add(module, "TokenizerIter", class.value());
    Ok(())
}

// The numbers of `token`.
const ENDMARKER: u8 = 0;
const NAME: u8 = 1;
const NUMBER: u8 = 2;
const STRING: u8 = 3;
const NEWLINE: u8 = 4;
const INDENT: u8 = 5;
const DEDENT: u8 = 6;
const OP: u8 = 55;
const FSTRING_START: u8 = 59;
const TSTRING_START: u8 = 62;
const COMMENT: u8 = 65;
const NL: u8 = 66;

/// Operators of more than one character, longest first.
const OPERATORS: [&str; 24] = [
    "**=", "//=", "<<=", ">>=", "...", "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "==", ">=", ">>",
    "@=", "^=", "|=",
];

struct TokenizerIter(RefCell<Tokenizer>);
impl NativeObject for TokenizerIter {
    fn trace(&self, _: &mut crate::heap::Marker) {}
}

static PARAMS: Params = Params::new("tokenizeriter", "(readline, /, *, encoding=None, extra_tokens=False)");

/// Reads all lines.
fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let [readline, encoding, _] = PARAMS.bind(args)?;
    let mut source: Vec<u32> = Vec::new();
    loop {
        let line = match ops::call_positional(readline, &[]) {
            Ok(line) => line,
            Err(raised) if raised.is(types().stop_iteration) => break,
            Err(raised) => return Err(raised),
        };
        let text = match (line.downcast::<Str>(), crate::objects::support::not_none(encoding)) {
            (Some(text), None) => text,
            (None, Some(encoding)) => {
                let text = ops::call_positional(types().str_.value(), &[line, encoding])?;
                text.downcast::<Str>().ok_or_else(|| type_error("readline() returned a non-string object"))?
            }
            (None, None) => return Err(type_error("readline() returned a non-string object")),
            (Some(_), Some(_)) => return Err(type_error("readline() returned a non-bytes object")),
        };
        if text.len() == 0 {
            break;
        }
        source.extend(text.iter());
    }
    Ok(Native::new(class, TokenizerIter(RefCell::new(Tokenizer::new(source)))).value())
}

fn next(value: Value) -> R<Option<Value>> {
    let iterator = of::<TokenizerIter>(value)?;
    let token = iterator.0.borrow_mut().next();
    match token {
        Ok(token) => Ok(token.map(|token| iterator.0.borrow().shown(token))),
        Err(fault) => {
            let tokenizer = iterator.0.borrow();
            Err(tokenizer.raised(&fault))
        }
    }
}

#[derive(Clone, Copy)]
struct Token {
    kind: u8,
    start: usize,
    end: usize,
}

enum FaultKind {
    Syntax,
    Indentation,
    Tab,
}
struct Fault {
    kind: FaultKind,
    message: String,
    line: usize,
    /// From 1.
    offset: usize,
}

/// An f-string or t-string that is open.
struct Template {
    quote: u32,
    is_triple: bool,
    is_raw: bool,
    start: usize,
    /// Of its start; the middle and the end are the next two.
    kind: u8,
    fields: Vec<Field>,
}
/// A replacement field that is open.
struct Field {
    /// Brackets open inside of it.
    depth: usize,
    /// After its colon.
    is_spec: bool,
}

struct Tokenizer {
    chars: Vec<u32>,
    lines: Vec<usize>,
    at: usize,
    /// Columns with tabs of eight and of one.
    indents: Vec<(usize, usize)>,
    brackets: usize,
    templates: Vec<Template>,
    is_at_line_start: bool,
    is_done: bool,
    ready: VecDeque<Token>,
    /// What is raised after the tokens that are ready.
    fault: Option<Fault>,
}

const fn code(c: char) -> u32 {
    c as u32
}
fn is_name_start(c: u32) -> bool {
    c >= 128 || char::from_u32(c).is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
}
fn is_digit(c: u32) -> bool {
    (code('0')..=code('9')).contains(&c)
}
fn is_newline(c: u32) -> bool {
    c == code('\n') || c == code('\r')
}

impl Tokenizer {
    fn new(chars: Vec<u32>) -> Tokenizer {
        let mut lines = vec![0];
        lines.extend(chars.iter().enumerate().filter(|(_, c)| **c == code('\n')).map(|(i, _)| i + 1));
        if lines.last() == Some(&chars.len()) {
            lines.pop();
        }
        Tokenizer {
            chars,
            lines,
            at: 0,
            indents: vec![(0, 0)],
            brackets: 0,
            templates: Vec::new(),
            is_at_line_start: true,
            is_done: false,
            ready: VecDeque::new(),
            fault: None,
        }
    }

    // -- places ----------------------------------------------------------------------------

    fn peek(&self, ahead: usize) -> Option<u32> {
        self.chars.get(self.at + ahead).copied()
    }
    fn is(&self, ahead: usize, c: char) -> bool {
        self.peek(ahead) == Some(code(c))
    }
    /// The number of the line, from 0.
    fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|&start| start <= at).saturating_sub(1)
    }
    /// Line and column; the line after the last one at the end.
    fn place(&self, at: usize, is_after_end: bool) -> (usize, usize) {
        if is_after_end {
            return (self.lines.len() + 1, 0);
        }
        let line = self.line_of(at);
        (line + 1, at - self.lines.get(line).copied().unwrap_or(0))
    }
    fn fault(&self, message: impl Into<String>, at: usize) -> Fault {
        let (line, column) = self.place(at, false);
        Fault { kind: FaultKind::Syntax, message: message.into(), line, offset: column + 1 }
    }
    fn text(&self, start: usize, end: usize) -> Value {
        str::from_code_points(&self.chars[start..end]).value()
    }
    fn shown(&self, token: Token) -> Value {
        let Token { kind, start, end } = token;
        let is_after_end = start >= self.chars.len() && (kind == ENDMARKER || kind == DEDENT);
        let (first, column) = self.place(start, is_after_end);
        let breaks = kind == NEWLINE || kind == NL;
        // A line break ends on its own line.
        let (last, end_column) = match (breaks, is_after_end) {
            (true, _) => (first, column + (end - start).max(1)),
            (_, true) => (first, column),
            _ => self.place(end, false),
        };
        let last_line = if breaks { first } else { last };
        let line = if is_after_end || self.lines.is_empty() {
            str::empty().value()
        } else {
            let stop = self.lines.get(last_line).copied().unwrap_or(self.chars.len());
            self.text(self.lines[first - 1], stop)
        };
        let pair = |line: usize, column: usize| tuple(&[Value::int(line as i64), Value::int(column as i64)]);
        tuple(&[Value::int(kind as i64), self.text(start, end), pair(first, column), pair(last, end_column), line])
    }
    fn raised(&self, fault: &Fault) -> Raised {
        let start = self.lines.get(fault.line - 1).copied().unwrap_or(self.chars.len());
        let stop = self.lines.get(fault.line).copied().unwrap_or(self.chars.len());
        let (line, offset) = (Value::int(fault.line as i64), Value::int(fault.offset as i64));
        let place = tuple(&[intern("<string>").value(), line, offset, self.text(start, stop), line, offset]);
        let class = match fault.kind {
            FaultKind::Syntax => types().syntax_error,
            FaultKind::Indentation => types().indentation_error,
            FaultKind::Tab => types().tab_error,
        };
        match ops::call_positional(class.value(), &[str::new(&fault.message).value(), place]) {
            Ok(exception) => match exception.downcast() {
                Some(exception) => Raised(exception),
                None => type_error("an exception is expected"),
            },
            Err(raised) => raised,
        }
    }

    // -- tokens ----------------------------------------------------------------------------

    fn next(&mut self) -> Result<Option<Token>, Fault> {
        while self.ready.is_empty() && !self.is_done {
            if let Err(fault) = self.advance() {
                self.fault = Some(fault);
                self.is_done = true;
            }
        }
        match (self.ready.pop_front(), self.fault.take()) {
            (Some(token), fault) => {
                self.fault = fault;
                Ok(Some(token))
            }
            (None, Some(fault)) => Err(fault),
            (None, None) => Ok(None),
        }
    }
    fn push(&mut self, kind: u8, start: usize, end: usize) {
        self.ready.push_back(Token { kind, start, end });
    }
    /// A token from here on.
    fn take(&mut self, kind: u8, len: usize) {
        self.push(kind, self.at, self.at + len);
        self.at += len;
    }

    /// Makes at least one token, or gets further.
    fn advance(&mut self) -> Result<(), Fault> {
        match self.templates.last() {
            Some(template) if template.fields.last().is_none_or(|field| field.is_spec) => return self.literal(),
            _ => {}
        }
        if self.is_at_line_start {
            self.is_at_line_start = false;
            if self.brackets == 0 && self.templates.is_empty() && !self.indentation()? {
                return Ok(());
            }
        }
        while matches!(self.peek(0), Some(0x20 | 0x09 | 0x0C)) {
            self.at += 1;
        }
        let Some(c) = self.peek(0) else { return self.finish() };
        if c == code('#') {
            self.comment();
            Ok(())
        } else if is_newline(c) {
            let is_inside = self.brackets != 0 || !self.templates.is_empty();
            self.line_break(if is_inside { NL } else { NEWLINE });
            Ok(())
        } else if c == code('\\') && self.peek(1).is_some_and(is_newline) {
            self.continue_line()
        } else if is_name_start(c) {
            self.name()
        } else if is_digit(c) || (c == code('.') && self.peek(1).is_some_and(is_digit)) {
            let len = self.number_len();
            self.take(NUMBER, len);
            Ok(())
        } else if c == code('"') || c == code('\'') {
            self.string(0)
        } else {
            self.operator();
            Ok(())
        }
    }
    fn comment(&mut self) {
        let len = self.chars[self.at..].iter().take_while(|c| !is_newline(**c)).count();
        self.take(COMMENT, len);
        // One that ends the file ends its line.
        if self.peek(0).is_none() && self.is_blank_before() {
            self.push(NL, self.at, self.at);
            self.is_at_line_start = true;
        }
    }
    /// Nothing but a comment stands on this last line.
    fn is_blank_before(&self) -> bool {
        let start = self.lines.last().copied().unwrap_or(0);
        let first = self.chars[start..].iter().find(|c| !matches!(**c, 0x20 | 0x09 | 0x0C));
        first == Some(&code('#'))
    }
    fn line_break(&mut self, kind: u8) {
        let len = if self.is(0, '\r') && self.is(1, '\n') { 2 } else { 1 };
        self.take(kind, len);
        self.is_at_line_start = true;
    }
    fn continue_line(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += if self.is(1, '\r') && self.is(2, '\n') { 3 } else { 2 };
        if self.peek(0).is_none() {
            return Err(self.fault("unexpected EOF in multi-line statement", start + 1));
        }
        Ok(())
    }
    fn finish(&mut self) -> Result<(), Fault> {
        if let Some(template) = self.templates.last()
            && self.brackets == 0
        {
            return Err(self.fault("unterminated f-string literal", template.start));
        }
        if self.brackets != 0 {
            let (line, column) = self.place(self.chars.len().saturating_sub(1), false);
            let ends_line = self.chars.last() == Some(&code('\n'));
            let offset = if ends_line { 0 } else { column + 2 };
            let message = "unexpected EOF in multi-line statement".to_string();
            return Err(Fault { kind: FaultKind::Syntax, message, line, offset });
        }
        let len = self.chars.len();
        if len != 0 && !self.chars.last().is_some_and(|c| is_newline(*c)) && !self.is_blank_before() {
            self.push(NEWLINE, len, len);
        }
        for _ in 1..self.indents.len() {
            self.push(DEDENT, len, len);
        }
        self.push(ENDMARKER, len, len);
        self.is_done = true;
        Ok(())
    }

    /// The start of a logical line. False when the line is blank, or the end of the file is reached.
    fn indentation(&mut self) -> Result<bool, Fault> {
        let start = self.at;
        let (mut column, mut single) = (0, 0);
        loop {
            match self.peek(0) {
                Some(0x20) => (column, single) = (column + 1, single + 1),
                Some(0x09) => (column, single) = ((column / 8 + 1) * 8, single + 1),
                Some(0x0C) => (column, single) = (0, 0),
                _ => break,
            }
            self.at += 1;
        }
        match self.peek(0) {
            None => {
                self.at = self.chars.len();
                return self.finish().map(|()| false);
            }
            Some(c) if c == code('#') => {
                self.comment();
                if self.peek(0).is_some() {
                    self.line_break(NL);
                }
                return Ok(false);
            }
            Some(c) if is_newline(c) => {
                self.line_break(NL);
                return Ok(false);
            }
            _ => {}
        }
        let line = self.line_of(start) + 1;
        let offset = self.chars[start..].iter().take_while(|c| !is_newline(**c)).count() + 1;
        let fault = |kind: FaultKind, message: &str| Fault { kind, message: message.to_string(), line, offset };
        let mixed = || fault(FaultKind::Tab, "inconsistent use of tabs and spaces in indentation");
        let top = self.indents.last().copied().unwrap_or((0, 0));
        if column == top.0 {
            return if single == top.1 { Ok(true) } else { Err(mixed()) };
        }
        if column > top.0 {
            if single <= top.1 {
                return Err(mixed());
            }
            self.indents.push((column, single));
            self.push(INDENT, start, self.at);
            return Ok(true);
        }
        while self.indents.len() > 1 && self.indents.last().is_some_and(|top| column < top.0) {
            self.indents.pop();
            self.ready.push_back(Token { kind: DEDENT, start: self.at, end: self.at });
        }
        match self.indents.last() {
            Some(top) if top.0 != column => {
                self.ready.clear();
                Err(fault(FaultKind::Indentation, "unindent does not match any outer indentation level"))
            }
            Some(top) if top.1 != single => {
                self.ready.clear();
                Err(mixed())
            }
            _ => Ok(true),
        }
    }

    fn name(&mut self) -> Result<(), Fault> {
        let len = self.chars[self.at..].iter().take_while(|c| is_name_start(**c) || is_digit(**c)).count();
        let follows_quote = matches!(self.peek(len), Some(0x22 | 0x27));
        if len <= 2 && follows_quote {
            let prefix: String = self.chars[self.at..self.at + len]
                .iter()
                .filter_map(|c| char::from_u32(*c))
                .map(|c| c.to_ascii_lowercase())
                .collect();
            match prefix.as_str() {
                "r" | "u" | "b" | "br" | "rb" => return self.string(len),
                "f" | "fr" | "rf" => {
                    self.open_template(len, FSTRING_START, prefix.contains('r'));
                    return Ok(());
                }
                "t" | "tr" | "rt" => {
                    self.open_template(len, TSTRING_START, prefix.contains('r'));
                    return Ok(());
                }
                _ => {}
            }
        }
        self.take(NAME, len);
        Ok(())
    }

    fn number_len(&self) -> usize {
        let digits = |mut at: usize, is_one: &dyn Fn(u32) -> bool| {
            while self.peek(at).is_some_and(is_one) || (self.is(at, '_') && self.peek(at + 1).is_some_and(is_one)) {
                at += 1;
            }
            at
        };
        let radix = self.peek(1).and_then(char::from_u32).map(|c| c.to_ascii_lowercase());
        if self.is(0, '0')
            && let Some(radix @ ('x' | 'o' | 'b')) = radix
        {
            let base = match radix {
                'x' => 16,
                'o' => 8,
                _ => 2,
            };
            let is_one = |c: u32| char::from_u32(c).is_some_and(|c| c.is_digit(base));
            let end = digits(2, &is_one);
            return if end > 2 { end } else { 1 };
        }
        let mut end = digits(0, &is_digit);
        if self.is(end, '.') {
            end = digits(end + 1, &is_digit);
        }
        if self.is(end, 'e') || self.is(end, 'E') {
            let sign = (self.is(end + 1, '+') || self.is(end + 1, '-')) as usize;
            if self.peek(end + 1 + sign).is_some_and(is_digit) {
                end = digits(end + 1 + sign, &is_digit);
            }
        }
        if self.is(end, 'j') || self.is(end, 'J') { end + 1 } else { end }
    }

    /// A string literal whose quotes start after the prefix.
    fn string(&mut self, prefix: usize) -> Result<(), Fault> {
        let start = self.at;
        let quote = self.peek(prefix);
        let is_triple = self.peek(prefix + 1) == quote && self.peek(prefix + 2) == quote;
        let mut len = prefix + if is_triple { 3 } else { 1 };
        let last_line = |this: &Tokenizer, at: usize| this.line_of(at.min(this.chars.len().saturating_sub(1))) + 1;
        loop {
            let c = self.peek(len);
            if c.is_none() || (!is_triple && c.is_some_and(is_newline)) {
                let (what, line) = (if is_triple { "triple-quoted string" } else { "string" }, last_line(self, start + len));
                return Err(self.fault(format!("unterminated {what} literal (detected at line {line})"), start));
            }
            if c == quote && (!is_triple || (self.peek(len + 1) == quote && self.peek(len + 2) == quote)) {
                self.take(STRING, len + if is_triple { 3 } else { 1 });
                return Ok(());
            }
            len += 1;
            if c == Some(code('\\')) {
                let is_pair = self.is(len, '\r') && self.is(len + 1, '\n');
                len += if is_pair { 2 } else { 1 };
            }
        }
    }

    fn operator(&mut self) {
        let c = self.peek(0).and_then(char::from_u32).unwrap_or(' ');
        let depth = self.brackets;
        let field = self.templates.last_mut().and_then(|template| template.fields.last_mut());
        if let Some(field) = field
            && field.depth == depth
        {
            if c == ':' {
                field.is_spec = true;
                return self.take(OP, 1);
            }
            if c == '}' {
                self.brackets = self.brackets.saturating_sub(1);
                if let Some(template) = self.templates.last_mut() {
                    template.fields.pop();
                }
                return self.take(OP, 1);
            }
        }
        match c {
            '(' | '[' | '{' => self.brackets += 1,
            ')' | ']' | '}' => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        let found = OPERATORS.iter().find(|op| op.chars().enumerate().all(|(i, c)| self.is(i, c)));
        self.take(OP, found.map_or(1, |op| op.len()));
    }

    // -- f-strings and t-strings -----------------------------------------------------------

    fn open_template(&mut self, prefix: usize, kind: u8, is_raw: bool) {
        let quote = self.peek(prefix).unwrap_or(0);
        let is_triple = self.peek(prefix + 1) == Some(quote) && self.peek(prefix + 2) == Some(quote);
        let start = self.at;
        self.take(kind, prefix + if is_triple { 3 } else { 1 });
        self.templates.push(Template { quote, is_triple, is_raw, start, kind, fields: Vec::new() });
    }

    /// The literal text that comes next, and what ends it.
    fn literal(&mut self) -> Result<(), Fault> {
        let Some(template) = self.templates.last() else { return Ok(()) };
        let (quote, is_triple, is_raw, start, kind) =
            (template.quote, template.is_triple, template.is_raw, template.start, template.kind);
        let is_spec = !template.fields.is_empty();
        let letter = if kind == FSTRING_START { 'f' } else { 't' };
        let mut len = 0;
        loop {
            let c = self.peek(len);
            let Some(c) = c.filter(|c| is_triple || !is_newline(*c)) else {
                if c.is_some() && is_spec {
                    let message = format!("{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings");
                    return Err(self.fault(message, self.at + len));
                }
                let line = self.line_of((self.at + len).min(self.chars.len().saturating_sub(1))) + 1;
                let what = if is_triple { "triple-quoted " } else { "" };
                return Err(self.fault(format!("unterminated {what}{letter}-string literal (detected at line {line})"), start));
            };
            let ends = c == quote && (!is_triple || (self.peek(len + 1) == Some(quote) && self.peek(len + 2) == Some(quote)));
            if ends {
                if is_spec {
                    return Err(self.fault(format!("{letter}-string: expecting '}}'"), self.at + len));
                }
                if len != 0 {
                    self.take(kind + 1, len);
                }
                self.take(kind + 2, if is_triple { 3 } else { 1 });
                self.templates.pop();
                return Ok(());
            }
            if c == code('{') || c == code('}') {
                if self.peek(len + 1) == Some(c) && !is_spec {
                    // Doubled: one of them belongs to the text.
                    self.take(kind + 1, len + 1);
                    self.at += 1;
                    return Ok(());
                }
                if c == code('{') {
                    if len != 0 {
                        self.take(kind + 1, len);
                    }
                    self.take(OP, 1);
                    self.brackets += 1;
                    let depth = self.brackets;
                    if let Some(template) = self.templates.last_mut() {
                        template.fields.push(Field { depth, is_spec: false });
                    }
                    return Ok(());
                }
                self.take(kind + 1, len);
                if !is_spec {
                    return Err(self.fault(format!("{letter}-string: single '}}' is not allowed"), self.at));
                }
                self.take(OP, 1);
                self.brackets = self.brackets.saturating_sub(1);
                if let Some(template) = self.templates.last_mut() {
                    template.fields.pop();
                }
                return Ok(());
            }
            len += 1;
            if c != code('\\') || matches!(self.peek(len), Some(0x7B | 0x7D) | None) {
                continue;
            }
            if !is_raw && self.is(len, 'N') && self.is(len + 1, '{') {
                // A character by name, which ends the token.
                let name = self.chars[self.at + len..].iter().position(|c| *c == code('}') || is_newline(*c));
                if let Some(name) = name
                    && self.is(len + name, '}')
                {
                    self.take(kind + 1, len + name + 1);
                    return Ok(());
                }
            }
            len += 1;
        }
    }
}
