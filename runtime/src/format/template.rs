//! `str.format` and `str.format_map`: parsing of templates and lookup of fields.
//! `modules/_string.rs` shows the parser to Python.

use super::digits;
use crate::args::Args;
use crate::error::{R, index_error, key_error, value_error};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::str::{self, Chars, Str, StrBuilder};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::Value;

/// Characters `start..end` of a template.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    fn is_empty(self) -> bool {
        self.start >= self.end
    }
    pub fn of(self, text: Gc<Str>) -> Gc<Str> {
        str::substring(text, self.start, self.end.saturating_sub(self.start))
    }
}

/// A stretch of literal text and the replacement field after it.
pub struct Piece {
    pub literal: Span,
    pub field: Option<FieldText>,
}

pub struct FieldText {
    pub name: Span,
    /// 0 when there is none.
    pub conversion: u32,
    pub spec: Span,
    pub spec_has_fields: bool,
}

/// Reads a template from `at` on.
pub struct Parser {
    pub text: Gc<Str>,
    pub at: usize,
    pub end: usize,
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;

impl Parser {
    pub fn new(text: Gc<Str>) -> Parser {
        Parser { text, at: 0, end: text.len() }
    }
    fn peek(&self) -> Option<u32> {
        if self.at < self.end { Some(self.text.char_at(self.at)) } else { None }
    }
    fn take(&mut self) -> Option<u32> {
        let c = self.peek();
        self.at += c.is_some() as usize;
        c
    }

    /// Behind the next brace, which is the answer, or to the end.
    fn skip_literal(&mut self) -> Option<u32> {
        let rest = self.at..self.end;
        let found = match self.text.chars() {
            Chars::Narrow(bytes) => memchr::memchr2(b'{', b'}', &bytes[rest]),
            Chars::Wide(words) => words[rest].iter().position(|&c| c == OPEN || c == CLOSE),
        };
        self.at = found.map_or(self.end, |len| self.at + len);
        self.take()
    }

    pub fn next(&mut self) -> R<Option<Piece>> {
        let start = self.at;
        let found = self.skip_literal();
        if self.at == start {
            return Ok(None);
        }
        let Some(brace) = found else {
            return Ok(Some(Piece { literal: Span { start, end: self.at }, field: None }));
        };
        if self.peek() == Some(brace) {
            // A doubled brace stands for itself.
            let literal = Span { start, end: self.at };
            self.at += 1;
            return Ok(Some(Piece { literal, field: None }));
        }
        if brace == CLOSE {
            return Err(value_error("Single '}' encountered in format string"));
        }
        if self.peek().is_none() {
            return Err(value_error("Single '{' encountered in format string"));
        }
        let literal = Span { start, end: self.at - 1 };
        Ok(Some(Piece { literal, field: Some(self.field()?) }))
    }

    fn field(&mut self) -> R<FieldText> {
        let start = self.at;
        let mut last = 0;
        while let Some(c) = self.take() {
            last = c;
            match char::from_u32(c) {
                Some('{') => return Err(value_error("unexpected '{' in field name")),
                Some('[') => {
                    while self.peek().is_some_and(|c| c != ']' as u32) {
                        self.at += 1;
                    }
                }
                Some('}' | ':' | '!') => break,
                _ => {}
            }
        }
        let name = Span { start, end: self.at.saturating_sub(1).max(start) };
        let no_spec = Span { start: self.at, end: self.at };
        let mut field = FieldText { name, conversion: 0, spec: no_spec, spec_has_fields: false };
        match char::from_u32(last) {
            Some('}') => return Ok(field),
            Some('!') => {
                let Some(conversion) = self.take() else {
                    return Err(value_error(
                        "end of string while looking for conversion specifier",
                    ));
                };
                field.conversion = conversion;
                match self.take() {
                    Some(CLOSE) => return Ok(field),
                    Some(c) if c != ':' as u32 => {
                        return Err(value_error("expected ':' after conversion specifier"));
                    }
                    _ => {}
                }
            }
            Some(':') => {}
            _ => return Err(value_error("expected '}' before end of string")),
        }
        self.spec(&mut field)?;
        Ok(field)
    }

    fn spec(&mut self, field: &mut FieldText) -> R<()> {
        let start = self.at;
        let mut depth = 1;
        while let Some(c) = self.take() {
            if c == OPEN {
                field.spec_has_fields = true;
                depth += 1;
            } else if c == CLOSE {
                depth -= 1;
                if depth == 0 {
                    field.spec = Span { start, end: self.at - 1 };
                    return Ok(());
                }
            }
        }
        Err(value_error("unmatched '{' in format spec"))
    }
}

// -- field names -----------------------------------------------------------------------

/// The first part of a field name.
pub enum First {
    Empty,
    Index(usize),
    Name(Gc<Str>),
}

/// What follows it.
pub enum Access {
    Attribute(Gc<Str>),
    Item(Value),
}

/// Reads the parts of a field name.
pub struct FieldName {
    pub text: Gc<Str>,
    pub at: usize,
    pub end: usize,
}

impl FieldName {
    pub fn new(text: Gc<Str>, span: Span) -> FieldName {
        FieldName { text, at: span.start, end: span.end }
    }
    fn until(&mut self, ends: &[char]) -> Span {
        let start = self.at;
        while self.at < self.end
            && !ends.iter().any(|&end| end as u32 == self.text.char_at(self.at))
        {
            self.at += 1;
        }
        Span { start, end: self.at }
    }
    pub fn first(&mut self) -> R<First> {
        let span = self.until(&['.', '[']);
        if span.is_empty() {
            return Ok(First::Empty);
        }
        Ok(match integer(self.text, span)? {
            Some(index) => First::Index(index),
            None => First::Name(span.of(self.text)),
        })
    }
    pub fn next(&mut self) -> R<Option<Access>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let c = self.text.char_at(self.at);
        self.at += 1;
        if c == '.' as u32 {
            let span = self.until(&['.', '[']);
            return if span.is_empty() {
                Err(empty())
            } else {
                Ok(Some(Access::Attribute(span.of(self.text))))
            };
        }
        if c != '[' as u32 {
            return Err(value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
        let span = self.until(&[']']);
        if self.at >= self.end {
            return Err(value_error("Missing ']' in format string"));
        }
        self.at += 1;
        if span.is_empty() {
            return Err(empty());
        }
        Ok(Some(Access::Item(match integer(self.text, span)? {
            Some(index) => Value::int(index as i64),
            None => span.of(self.text).value(),
        })))
    }
}

fn empty() -> crate::error::Raised {
    value_error("Empty attribute in format string")
}

fn integer(text: Gc<Str>, span: Span) -> R<Option<usize>> {
    let chars: Vec<u32> = (span.start..span.end).map(|i| text.char_at(i)).collect();
    let mut at = 0;
    let number = digits(&chars, &mut at)?;
    Ok(number.filter(|_| at == chars.len()))
}

// -- formatting -----------------------------------------------------------------------

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

/// What fields refer to.
enum Source {
    Args(Gc<Tuple>, Option<Gc<Dict>>),
    Mapping(Value),
}

struct Formatter {
    source: Source,
    numbering: Numbering,
}

pub fn format(template: Gc<Str>, args: Args<'_>) -> R<Gc<Str>> {
    let mut keywords = None;
    for (name, value) in args.kw() {
        keywords.get_or_insert_with(Dict::new).set_str(name, value);
    }
    let source = Source::Args(Tuple::from_slice(args.pos()), keywords);
    Formatter { source, numbering: Numbering::Unknown }.run(template, 2)
}

pub fn format_map(template: Gc<Str>, mapping: Value) -> R<Gc<Str>> {
    Formatter { source: Source::Mapping(mapping), numbering: Numbering::Unknown }.run(template, 2)
}

impl Formatter {
    /// `depth`: templates nest once, in specs.
    fn run(&mut self, template: Gc<Str>, depth: usize) -> R<Gc<Str>> {
        if depth == 0 {
            return Err(value_error("Max string recursion exceeded"));
        }
        let mut parser = Parser::new(template);
        let mut builder = StrBuilder::with_capacity(template.len());
        while let Some(piece) = parser.next()? {
            builder.push_slice(template, piece.literal.start, piece.literal.end);
            let Some(field) = piece.field else { continue };
            let value = self.lookup(template, field.name)?;
            let is_plain = field.conversion == 0 && field.spec.is_empty();
            if is_plain && (str::is_exact(value) || value.is_int() || value.is_float()) {
                builder.push_str_of(value)?;
                continue;
            }
            let text = self.field(template, &field, value, depth)?;
            builder.try_reserve(text.len())?;
            builder.push_gc(text);
        }
        builder.finish()
    }

    fn field(
        &mut self,
        template: Gc<Str>,
        field: &FieldText,
        mut value: Value,
        depth: usize,
    ) -> R<Gc<Str>> {
        match field.conversion {
            0 => {}
            c if c == 'r' as u32 => value = ops::repr(value)?.value(),
            c if c == 's' as u32 => value = ops::str(value)?.value(),
            c if c == 'a' as u32 => value = crate::objects::str_slots::ascii(value)?.value(),
            c if c > 32 && c < 127 => {
                return Err(value_error(format!(
                    "Unknown conversion specifier {}",
                    c as u8 as char
                )));
            }
            c => return Err(value_error(format!("Unknown conversion specifier \\x{c:x}"))),
        }
        let spec = field.spec.of(template);
        let spec = if field.spec_has_fields { self.run(spec, depth - 1)? } else { spec };
        ops::format(value, spec)
    }

    fn lookup(&mut self, template: Gc<Str>, name: Span) -> R {
        let mut parts = FieldName::new(template, name);
        let mut value = match parts.first()? {
            First::Name(name) => self.keyword(name)?,
            First::Index(index) => {
                if matches!(self.numbering, Numbering::Automatic(_)) {
                    return Err(value_error(
                        "cannot switch from automatic field numbering \
                         to manual field specification",
                    ));
                }
                self.numbering = Numbering::Manual;
                self.positional(index)?
            }
            First::Empty => {
                let index = match self.numbering {
                    Numbering::Automatic(next) => next,
                    Numbering::Unknown => 0,
                    Numbering::Manual => {
                        return Err(value_error(
                            "cannot switch from manual field specification \
                             to automatic field numbering",
                        ));
                    }
                };
                self.numbering = Numbering::Automatic(index + 1);
                self.positional(index)?
            }
        };
        while let Some(access) = parts.next()? {
            value = match access {
                Access::Attribute(name) => ops::getattr(value, str::intern_str(name))?,
                Access::Item(key) => ops::getitem(value, key)?,
            };
        }
        Ok(value)
    }

    fn keyword(&self, name: Gc<Str>) -> R {
        match &self.source {
            Source::Args(_, keywords) => keywords
                .and_then(|keywords| keywords.get_str(name))
                .ok_or_else(|| key_error(name.value())),
            Source::Mapping(mapping) => ops::getitem(*mapping, name.value()),
        }
    }
    fn positional(&self, index: usize) -> R {
        match &self.source {
            Source::Args(args, _) => args.items().get(index).copied().ok_or_else(|| {
                index_error(format!(
                    "Replacement index {index} out of range for positional args tuple"
                ))
            }),
            Source::Mapping(_) => Err(value_error("Format string contains positional fields")),
        }
    }
}
