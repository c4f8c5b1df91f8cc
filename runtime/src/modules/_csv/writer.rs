//! `_csv.writer`: rows of values to lines of text.

use super::dialect::{self, Dialect};
use super::{Quoting, csv_error};
use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::support::{check_count, of};
use crate::ops;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, type_name, types};
use core::cell::{Cell, OnceCell};

struct Writer {
    write: Cell<Value>,
    dialect: Cell<Value>,
}
traced!(Writer: write, dialect);

static METHODS: [NativeFunction; 2] = [
    method("writerow", "($self, row, /)", |a| write_row(a[0], a[1]), "Construct and write a CSV record from an iterable of fields."),
    method("writerows", "($self, rows, /)", write_rows, "Construct and write a series of iterables to a csv file."),
];
static ATTRIBUTES: [NativeAttribute; 1] = [member("dialect", |v| Ok(of::<Writer>(v)?.dialect.get()), None, "")];

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_csv", "writer", flags::DISALLOW_INSTANTIATION, |class| {
                class.doc.set("CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n");
                class.add_methods(&METHODS);
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

pub fn new(args: Args<'_>) -> R {
    let given = args.pos();
    check_count(given.len(), "writer", 1, 2)?;
    let dialect = dialect::make(given.get(1).copied(), args)?;
    let write = ops::getattr_opt(given[0], intern("write"))?.filter(|write| ops::is_callable(*write));
    let write = write.ok_or_else(|| type_error("argument 1 must have a \"write\" method"))?;
    Ok(Native::new(class(), Writer { write: Cell::new(write), dialect: Cell::new(dialect) }).value())
}

/// `PyNumber_Check`.
fn is_number(value: Value) -> bool {
    let slots = &class_of(value).slots;
    slots.index.get().is_some() || slots.int.get().is_some() || slots.float.get().is_some() || class_of(value).is_subclass(types().complex)
}

struct Record<'a> {
    dialect: &'a Dialect,
    terminator: Gc<Str>,
    text: Vec<u32>,
    fields: usize,
}

impl Record<'_> {
    /// None is the text of the value None, which is empty.
    fn append(&mut self, field: Option<Gc<Str>>, is_quoted: bool) -> R<()> {
        let dialect = self.dialect;
        let mut is_quoted = is_quoted;
        let is_empty = field.is_none_or(|field| field.len() == 0);
        if is_empty && dialect.delimiter == ' ' as u32 && dialect.skip_initial_space {
            let null_unquoted = field.is_none() && matches!(dialect.quoting, Quoting::Strings | Quoting::NotNull);
            if dialect.quoting == Quoting::Nothing || null_unquoted {
                return Err(csv_error("empty field must be quoted if delimiter is a space and skipinitialspace is true"));
            }
            is_quoted = true;
        }
        let mut escaped = Vec::new();
        if let Some(field) = field {
            for c in field.iter() {
                self.append_char(c, &mut escaped, &mut is_quoted)?;
            }
        }
        if self.fields > 0 {
            self.text.push(dialect.delimiter);
        }
        let quote = if is_quoted { dialect.quote } else { None };
        self.text.extend(quote);
        self.text.append(&mut escaped);
        self.text.extend(quote);
        self.fields += 1;
        Ok(())
    }
    fn append_char(&self, c: u32, out: &mut Vec<u32>, is_quoted: &mut bool) -> R<()> {
        let dialect = self.dialect;
        let is_quote = Some(c) == dialect.quote;
        let is_special = c == dialect.delimiter
            || Some(c) == dialect.escape
            || is_quote
            || c == '\n' as u32
            || c == '\r' as u32
            || self.terminator.iter().any(|own| own == c);
        if is_special {
            let needs_escape = if dialect.quoting == Quoting::Nothing {
                true
            } else if is_quote {
                if dialect.double_quote {
                    out.push(c);
                }
                !dialect.double_quote
            } else {
                Some(c) == dialect.escape
            };
            if needs_escape {
                out.push(dialect.escape.ok_or_else(|| csv_error("need to escape, but no escapechar set"))?);
            } else {
                *is_quoted = true;
            }
        }
        out.push(c);
        Ok(())
    }
}

fn rows_of(value: Value) -> R {
    ops::iter(value).map_err(|raised| match raised.is(types().type_error) {
        true => csv_error(&format!("iterable expected, not {}", type_name(value))),
        false => raised,
    })
}

fn write_row(value: Value, row: Value) -> R {
    let writer = of::<Writer>(value)?;
    let dialect = of::<Dialect>(writer.dialect.get())?;
    let mut record = Record { dialect, terminator: dialect.terminator(), text: Vec::new(), fields: 0 };
    let mut last_is_none = false;
    let fields = rows_of(row)?;
    while let Some(field) = ops::next(fields)? {
        let is_quoted = match dialect.quoting {
            Quoting::NonNumeric => !is_number(field),
            Quoting::All => true,
            Quoting::Strings => field.is::<Str>(),
            Quoting::NotNull => !field.is_none(),
            Quoting::Minimal | Quoting::Nothing => false,
        };
        last_is_none = field.is_none();
        let text = if last_is_none { None } else { Some(ops::str(field)?) };
        record.append(text, is_quoted)?;
    }
    if record.fields > 0 && record.text.is_empty() {
        let null_unquoted = last_is_none && matches!(dialect.quoting, Quoting::Strings | Quoting::NotNull);
        if dialect.quoting == Quoting::Nothing || null_unquoted {
            return Err(csv_error("single empty field record must be quoted"));
        }
        record.fields -= 1;
        record.append(None, true)?;
    }
    record.text.extend(record.terminator.iter());
    ops::call_positional(writer.write.get(), &[str::from_code_points(&record.text).value()])
}

fn write_rows(args: &[Value]) -> R {
    let rows = ops::iter(args[1])?;
    while let Some(row) = ops::next(rows)? {
        write_row(args[0], row)?;
    }
    Ok(NONE)
}
