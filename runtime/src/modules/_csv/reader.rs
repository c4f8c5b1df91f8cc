//! `_csv.reader`: lines of text to lists of fields.

use super::dialect::{self, Dialect};
use super::{Quoting, csv_error, field_limit};
use crate::args::Args;
use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, member};
use crate::objects::class::{Class, flags};
use crate::objects::list::List;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::support::{check_count, itself, of};
use crate::ops;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{type_name, types};
use core::cell::{Cell, OnceCell};

struct Reader {
    lines: Cell<Value>,
    dialect: Cell<Value>,
    line_number: Cell<u64>,
}
traced!(Reader: lines, dialect);

static ATTRIBUTES: [NativeAttribute; 2] = [
    member("dialect", |v| Ok(of::<Reader>(v)?.dialect.get()), None, ""),
    member("line_num", |v| Ok(Value::int(of::<Reader>(v)?.line_number.get() as i64)), None, ""),
];

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_csv", "reader", flags::DISALLOW_INSTANTIATION, |class| {
                class.doc.set("CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n");
                class.slots.iter.set(Some(itself));
                class.slots.next.set(Some(next));
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

pub fn new(args: Args<'_>) -> R {
    let given = args.pos();
    check_count(given.len(), "reader", 1, 2)?;
    let lines = ops::iter(given[0])?;
    let dialect = dialect::make(given.get(1).copied(), args)?;
    let reader = Reader { lines: Cell::new(lines), dialect: Cell::new(dialect), line_number: Cell::new(0) };
    Ok(Native::new(class(), reader).value())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    AfterEscapedNewline,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewlines,
}

struct Parser<'a> {
    dialect: &'a Dialect,
    fields: Gc<List>,
    field: Vec<u32>,
    is_quoted: bool,
    state: State,
    limit: usize,
}

fn is_newline(c: u32) -> bool {
    c == '\n' as u32 || c == '\r' as u32
}

impl Parser<'_> {
    fn push(&mut self, c: u32) -> R<()> {
        if self.field.len() >= self.limit {
            return Err(csv_error(&format!("field larger than field limit ({})", self.limit)));
        }
        self.field.push(c);
        Ok(())
    }
    fn save(&mut self) -> R<()> {
        let quoting = self.dialect.quoting;
        let mut field = NONE;
        if self.is_quoted || !self.field.is_empty() || !matches!(quoting, Quoting::NotNull | Quoting::Strings) {
            field = str::from_code_points(&self.field).value();
            if !self.is_quoted && !self.field.is_empty() && matches!(quoting, Quoting::NonNumeric | Quoting::Strings) {
                field = ops::call_positional(types().float.value(), &[field])?;
            }
        }
        self.field.clear();
        self.is_quoted = false;
        self.fields.push(field)
    }
    /// Saves the field; `c` is what ends the record (None: the end of the line).
    fn end_record(&mut self, c: Option<u32>) -> R<()> {
        self.save()?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatNewlines };
        Ok(())
    }

    /// None is the end of a line.
    fn step(&mut self, c: Option<u32>) -> R<()> {
        let dialect = self.dialect;
        let ends_line = c.is_none_or(is_newline);
        let is_quote = c.is_some() && c == dialect.quote && dialect.quoting != Quoting::Nothing;
        let is_escape = c.is_some() && c == dialect.escape;
        let is_delimiter = c == Some(dialect.delimiter);
        let character = c.unwrap_or('\n' as u32);
        if self.state == State::StartRecord {
            match c {
                None => return Ok(()),
                Some(c) if is_newline(c) => {
                    self.state = State::EatNewlines;
                    return Ok(());
                }
                Some(_) => self.state = State::StartField,
            }
        }
        match self.state {
            State::StartRecord => {}
            State::StartField => {
                if ends_line {
                    self.end_record(c)?;
                } else if is_quote {
                    self.is_quoted = true;
                    self.state = State::InQuoted;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if character == ' ' as u32 && dialect.skip_initial_space {
                } else if is_delimiter {
                    self.save()?;
                } else {
                    self.push(character)?;
                    self.state = State::InField;
                }
            }
            State::Escaped => {
                self.push(character)?;
                self.state = if c.is_some_and(is_newline) { State::AfterEscapedNewline } else { State::InField };
            }
            State::AfterEscapedNewline if c.is_none() => {}
            State::AfterEscapedNewline | State::InField => {
                if ends_line {
                    self.end_record(c)?;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if is_delimiter {
                    self.save()?;
                    self.state = State::StartField;
                } else {
                    self.push(character)?;
                    self.state = State::InField;
                }
            }
            State::InQuoted => {
                if c.is_none() {
                } else if is_escape {
                    self.state = State::EscapedInQuoted;
                } else if is_quote {
                    self.state = if dialect.double_quote { State::QuoteInQuoted } else { State::InField };
                } else {
                    self.push(character)?;
                }
            }
            State::EscapedInQuoted => {
                self.push(character)?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => {
                if is_quote {
                    self.push(character)?;
                    self.state = State::InQuoted;
                } else if is_delimiter {
                    self.save()?;
                    self.state = State::StartField;
                } else if ends_line {
                    self.end_record(c)?;
                } else if !dialect.strict {
                    self.push(character)?;
                    self.state = State::InField;
                } else {
                    let shown = |c: u32| char::from_u32(c).unwrap_or('\u{FFFD}');
                    let quote = shown(dialect.quote.unwrap_or('"' as u32));
                    return Err(csv_error(&format!("'{}' expected after '{quote}'", shown(dialect.delimiter))));
                }
            }
            State::EatNewlines => match c {
                None => self.state = State::StartRecord,
                Some(c) if is_newline(c) => {}
                Some(_) => {
                    return Err(csv_error(
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }
}

fn next(value: Value) -> R<Option<Value>> {
    let reader = of::<Reader>(value)?;
    let mut parser = Parser {
        dialect: of::<Dialect>(reader.dialect.get())?,
        fields: List::new(),
        field: Vec::new(),
        is_quoted: false,
        state: State::StartRecord,
        limit: usize::try_from(field_limit()).unwrap_or(0),
    };
    loop {
        let Some(line) = ops::next(reader.lines.get())? else {
            if parser.field.is_empty() && parser.state != State::InQuoted {
                return Ok(None);
            }
            if parser.dialect.strict {
                return Err(csv_error("unexpected end of data"));
            }
            parser.save()?;
            break;
        };
        let Some(text) = line.downcast::<Str>() else {
            return Err(csv_error(&format!(
                "iterator should return strings, not {} (the file should be opened in text mode)",
                type_name(line)
            )));
        };
        reader.line_number.set(reader.line_number.get() + 1);
        for c in text.iter() {
            parser.step(Some(c))?;
        }
        parser.step(None)?;
        if parser.state == State::StartRecord {
            break;
        }
    }
    Ok(Some(parser.fields.value()))
}
