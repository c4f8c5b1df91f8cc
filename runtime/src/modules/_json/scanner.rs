//! `_json.Scanner`: JSON text to Python values.

use super::{decode_error, text, text_of};
use crate::args::Args;
use crate::error::{R, stop_iteration, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, member};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::str::{self, Chars, Str};
use crate::objects::support::{Params, of, ssize, tuple};
use crate::ops;
use crate::pending;
use crate::traced;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::{check_native_stack, intern, types};
use core::cell::{Cell, OnceCell};

struct Scanner {
    strict: bool,
    object_hook: Cell<Value>,
    object_pairs_hook: Cell<Value>,
    parse_float: Cell<Value>,
    parse_int: Cell<Value>,
    parse_constant: Cell<Value>,
}
traced!(Scanner: object_hook, object_pairs_hook, parse_float, parse_int, parse_constant);

fn this(value: Value) -> R<&'static Scanner> {
    of::<Scanner>(value)
}
static ATTRIBUTES: [NativeAttribute; 6] = [
    member("strict", |v| Ok(Value::bool(this(v)?.strict)), None, "strict"),
    member("object_hook", |v| Ok(this(v)?.object_hook.get()), None, "object_hook"),
    member("object_pairs_hook", |v| Ok(this(v)?.object_pairs_hook.get()), None, ""),
    member("parse_float", |v| Ok(this(v)?.parse_float.get()), None, "parse_float"),
    member("parse_int", |v| Ok(this(v)?.parse_int.get()), None, "parse_int"),
    member("parse_constant", |v| Ok(this(v)?.parse_constant.get()), None, "parse_constant"),
];
static NEW: Params = Params::new("make_scanner", "(context)");
static CALL: Params = Params::new("scan_once", "(string, idx)");

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_json", "Scanner", 0, |class| {
                class.doc.set("JSON scanner object");
                class.slots.new.set(Some(new));
                class.slots.call.set(Some(call));
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let [context] = NEW.bind(args)?;
    let get = |name: &str| ops::getattr(context, intern(name)).map(Cell::new);
    let scanner = Scanner {
        strict: ops::truth(ops::getattr(context, intern("strict"))?)?,
        object_hook: get("object_hook")?,
        object_pairs_hook: get("object_pairs_hook")?,
        parse_float: get("parse_float")?,
        parse_int: get("parse_int")?,
        parse_constant: get("parse_constant")?,
    };
    Ok(Native::new(class, scanner).value())
}

fn call(value: Value, args: Args<'_>) -> R {
    let [source, index] = CALL.bind(args)?;
    let index = ssize(index)?;
    let source = text_of(source)?;
    let index = usize::try_from(index).map_err(|_| value_error("idx cannot be negative"))?;
    let scan = Scan { scanner: this(value)?, source, keys: Dict::new() };
    let (found, end) = scan.value(index)?;
    Ok(tuple(&[found, int::from_usize(end)]))
}

struct Scan {
    scanner: &'static Scanner,
    source: Gc<Str>,
    /// Keys seen so far: equal ones are one object.
    keys: Gc<Dict>,
}

impl Scan {
    fn char(&self, at: usize) -> Option<u32> {
        if at < self.source.len() { Some(self.source.char_at(at)) } else { None }
    }
    fn is(&self, at: usize, c: char) -> bool {
        self.char(at) == Some(c as u32)
    }
    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.char(at), Some(0x20 | 0x09 | 0x0A | 0x0D)) {
            at += 1;
        }
        at
    }
    fn starts_with(&self, at: usize, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.is(at + i, c))
    }

    /// The value that starts at `at`, and the place after it. StopIteration when there is none.
    fn value(&self, at: usize) -> R<(Value, usize)> {
        let Some(c) = self.char(at) else { return Err(stop_iteration(int::from_usize(at))) };
        pending::check()?;
        match char::from_u32(c) {
            Some('"') => text::scan(self.source, at + 1, self.scanner.strict).map(|(text, end)| (text.value(), end)),
            Some('{') => {
                check_native_stack(" while decoding a JSON object from a unicode string")?;
                self.object(at + 1)
            }
            Some('[') => {
                check_native_stack(" while decoding a JSON array from a unicode string")?;
                self.array(at + 1)
            }
            Some('n') if self.starts_with(at, "null") => Ok((NONE, at + 4)),
            Some('t') if self.starts_with(at, "true") => Ok((TRUE, at + 4)),
            Some('f') if self.starts_with(at, "false") => Ok((FALSE, at + 5)),
            Some('N') if self.starts_with(at, "NaN") => self.constant("NaN", at),
            Some('I') if self.starts_with(at, "Infinity") => self.constant("Infinity", at),
            Some('-') if self.starts_with(at, "-Infinity") => self.constant("-Infinity", at),
            _ => self.number(at),
        }
    }
    fn constant(&self, name: &str, at: usize) -> R<(Value, usize)> {
        let value = ops::call_positional(self.scanner.parse_constant.get(), &[intern(name).value()])?;
        Ok((value, at + name.len()))
    }

    fn object(&self, start: usize) -> R<(Value, usize)> {
        let pairs_hook = self.scanner.object_pairs_hook.get();
        let (dict, pairs) = (Dict::new(), List::new());
        let mut at = self.skip_space(start);
        if !self.is(at, '}') {
            loop {
                if !self.is(at, '"') {
                    return Err(decode_error("Expecting property name enclosed in double quotes", self.source, at));
                }
                let (key, end) = text::scan(self.source, at + 1, self.scanner.strict)?;
                let key = match self.keys.get_str(key).and_then(|known| known.downcast::<Str>()) {
                    Some(known) => known,
                    None => {
                        self.keys.set_str(key, key.value());
                        key
                    }
                };
                at = self.skip_space(end);
                if !self.is(at, ':') {
                    return Err(decode_error("Expecting ':' delimiter", self.source, at));
                }
                let (value, end) = self.value(self.skip_space(at + 1))?;
                if pairs_hook.is_none() {
                    dict.set(key.value(), value)?;
                } else {
                    pairs.push(tuple(&[key.value(), value]))?;
                }
                at = self.skip_space(end);
                if self.is(at, '}') {
                    break;
                }
                at = self.after_comma(at, '}', "Illegal trailing comma before end of object")?;
            }
        }
        let hook = self.scanner.object_hook.get();
        let value = if !pairs_hook.is_none() {
            ops::call_positional(pairs_hook, &[pairs.value()])?
        } else if !hook.is_none() {
            ops::call_positional(hook, &[dict.value()])?
        } else {
            dict.value()
        };
        Ok((value, at + 1))
    }
    fn array(&self, start: usize) -> R<(Value, usize)> {
        let items = List::new();
        let mut at = self.skip_space(start);
        if !self.is(at, ']') {
            loop {
                let (value, end) = self.value(at)?;
                items.push(value)?;
                at = self.skip_space(end);
                if self.is(at, ']') {
                    break;
                }
                at = self.after_comma(at, ']', "Illegal trailing comma before end of array")?;
            }
        }
        Ok((items.value(), at + 1))
    }
    /// Where the next item starts.
    fn after_comma(&self, at: usize, close: char, trailing: &str) -> R<usize> {
        if !self.is(at, ',') {
            return Err(decode_error("Expecting ',' delimiter", self.source, at));
        }
        let next = self.skip_space(at + 1);
        if self.is(next, close) { Err(decode_error(trailing, self.source, at)) } else { Ok(next) }
    }

    fn number(&self, start: usize) -> R<(Value, usize)> {
        let is_digit = |at: usize| self.char(at).is_some_and(|c| (0x30..0x3A).contains(&c));
        let after_digits = |mut at: usize| {
            while is_digit(at) {
                at += 1;
            }
            at
        };
        let digits = start + self.is(start, '-') as usize;
        if !is_digit(digits) {
            return Err(stop_iteration(int::from_usize(start)));
        }
        let mut at = if self.is(digits, '0') { digits + 1 } else { after_digits(digits) };
        let mut is_float = false;
        if self.is(at, '.') && is_digit(at + 1) {
            is_float = true;
            at = after_digits(at + 1);
        }
        if self.is(at, 'e') || self.is(at, 'E') {
            let exponent = at + 1 + (self.is(at + 1, '-') || self.is(at + 1, '+')) as usize;
            if is_digit(exponent) {
                is_float = true;
                at = after_digits(exponent);
            }
        }
        let text = str::substring(self.source, start, at - start);
        let parse = if is_float { self.scanner.parse_float.get() } else { self.scanner.parse_int.get() };
        let plain = match (text.get_ref().chars(), is_float) {
            (Chars::Narrow(bytes), true) if parse == types().float.value() => {
                core::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).map(Value::float)
            }
            (Chars::Narrow(bytes), false) if parse == types().int.value() && bytes.len() < 19 => {
                core::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).map(Value::int)
            }
            _ => None,
        };
        match plain {
            Some(number) => Ok((number, at)),
            None => Ok((ops::call_positional(parse, &[text.value()])?, at)),
        }
    }
}
