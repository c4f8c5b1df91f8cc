//! `_json.Encoder`: Python values to JSON text.

use super::text;
use crate::args::Args;
use crate::error::{R, Raised, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{Builtin, NativeAttribute, member};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::str::{self, Str, StrBuilder};
use crate::objects::support::{Params, is_exact_dict, of, qualified_name, tuple};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::{check_native_stack, class_of, intern, type_name, types};
use core::cell::{Cell, OnceCell};

struct Encoder {
    markers: Cell<Value>,
    default: Cell<Value>,
    encoder: Cell<Value>,
    indent: Cell<Value>,
    key_separator: Cell<Value>,
    item_separator: Cell<Value>,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
    /// The encoder is our own, for ASCII or for all characters.
    own: Option<bool>,
}
traced!(Encoder: markers, default, encoder, indent, key_separator, item_separator);

fn this(value: Value) -> R<&'static Encoder> {
    of::<Encoder>(value)
}
static ATTRIBUTES: [NativeAttribute; 8] = [
    member("markers", |v| Ok(this(v)?.markers.get()), None, "markers"),
    member("default", |v| Ok(this(v)?.default.get()), None, "default"),
    member("encoder", |v| Ok(this(v)?.encoder.get()), None, "encoder"),
    member("indent", |v| Ok(this(v)?.indent.get()), None, "indent"),
    member("key_separator", |v| Ok(this(v)?.key_separator.get()), None, "key_separator"),
    member("item_separator", |v| Ok(this(v)?.item_separator.get()), None, "item_separator"),
    member("sort_keys", |v| Ok(Value::bool(this(v)?.sort_keys)), None, "sort_keys"),
    member("skipkeys", |v| Ok(Value::bool(this(v)?.skip_keys)), None, "skipkeys"),
];
static NEW: Params =
    Params::new("make_encoder", "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)");
static CALL: Params = Params::new("_iterencode", "(obj, _current_indent_level)");

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_json", "Encoder", 0, |class| {
                class.doc.set("Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)");
                class.slots.new.set(Some(new));
                class.slots.call.set(Some(call));
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let [markers, default, encoder, indent, key_separator, item_separator, sort_keys, skip_keys, allow_nan] = NEW.bind(args)?;
    if !markers.is_none() && !markers.is::<Dict>() {
        return Err(type_error(format!("make_encoder() argument 1 must be dict or None, not {}", type_name(markers))));
    }
    for (number, value) in [(5, key_separator), (6, item_separator)] {
        if !value.is::<Str>() {
            return Err(type_error(format!("make_encoder() argument {number} must be str, not {}", type_name(value))));
        }
    }
    let own = encoder.downcast::<Builtin>().and_then(|builtin| match builtin.function.name {
        "encode_basestring_ascii" if core::ptr::eq(builtin.function, &super::FUNCTIONS[0]) => Some(true),
        "encode_basestring" if core::ptr::eq(builtin.function, &super::FUNCTIONS[1]) => Some(false),
        _ => None,
    });
    let object = Encoder {
        markers: Cell::new(markers),
        default: Cell::new(default),
        encoder: Cell::new(encoder),
        indent: Cell::new(indent),
        key_separator: Cell::new(key_separator),
        item_separator: Cell::new(item_separator),
        sort_keys: ops::truth(sort_keys)?,
        skip_keys: ops::truth(skip_keys)?,
        allow_nan: ops::truth(allow_nan)?,
        own,
    };
    Ok(Native::new(class, object).value())
}

fn call(value: Value, args: Args<'_>) -> R {
    let [object, level] = CALL.bind(args)?;
    let level = usize::try_from(int::index_to_isize(level)?).unwrap_or(0);
    let mut writer = Writer { encoder: this(value)?, out: StrBuilder::new() };
    writer.value(object, level)?;
    Ok(tuple(&[writer.out.finish_value()?]))
}

struct Writer {
    encoder: &'static Encoder,
    out: StrBuilder,
}

/// A note on what was written when the exception came.
#[cold]
fn noted(raised: Raised, note: R<String>) -> Raised {
    let add = || ops::call_method(raised.value(), intern("add_note"), &[str::new(&note?).value()]);
    match add() {
        Ok(_) => raised,
        Err(other) => other,
    }
}

impl Writer {
    fn value(&mut self, value: Value, level: usize) -> R<()> {
        if let Some(text) = value.downcast::<Str>() {
            return self.string(text);
        }
        match value {
            NONE => self.out.push_str("null"),
            TRUE => self.out.push_str("true"),
            FALSE => self.out.push_str("false"),
            _ if value.is_int() => self.out.push_int(value.unbox_int()),
            _ if int::is_any_int(value) => self.int(value)?,
            _ if value.is_float() || class_of(value).is_subclass(types().float) => self.float(value)?,
            _ => {
                check_native_stack(" while encoding a JSON object")?;
                if value.is::<List>() || value.is::<Tuple>() {
                    return self.list(value, level);
                }
                match value.downcast::<Dict>() {
                    Some(dict) => self.dict(dict, level)?,
                    None => self.other(value, level)?,
                }
            }
        }
        Ok(())
    }
    fn string(&mut self, value: Gc<Str>) -> R<()> {
        match self.encoder.own {
            Some(is_ascii) => text::write(value, is_ascii, &mut self.out),
            None => {
                let text = ops::call_positional(self.encoder.encoder.get(), &[value.value()])?;
                match text.downcast::<Str>() {
                    Some(text) => self.out.push_gc(text),
                    None => return Err(type_error(format!("encoder() must return a string, not {}", type_name(text)))),
                }
            }
        }
        Ok(())
    }
    /// As `int.__repr__`, whatever a subclass says.
    fn int(&mut self, value: Value) -> R<()> {
        match types().int.slots.repr.get() {
            Some(repr) => self.out.push_str_of(repr(value)?),
            None => Err(type_error("int has no repr")),
        }
    }
    fn float(&mut self, value: Value) -> R<()> {
        let number = int_or_float(value)?;
        if number.is_finite() {
            return match types().float.slots.repr.get() {
                Some(repr) => self.out.push_str_of(repr(value)?),
                None => Err(type_error("float has no repr")),
            };
        }
        if !self.encoder.allow_nan {
            return Err(value_error(format!("Out of range float values are not JSON compliant: {}", ops::repr_string(value)?)));
        }
        self.out.push_str(if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        });
        Ok(())
    }

    /// Remembers that a container is being written; None when nobody wants to know.
    fn enter(&self, value: Value) -> R<Option<Value>> {
        let Some(markers) = self.encoder.markers.get().downcast::<Dict>() else { return Ok(None) };
        let ident = int::from_u64(value.0);
        if markers.get(ident)?.is_some() {
            return Err(value_error("Circular reference detected"));
        }
        markers.set(ident, value)?;
        Ok(Some(ident))
    }
    fn leave(&self, ident: Option<Value>) -> R<()> {
        if let (Some(ident), Some(markers)) = (ident, self.encoder.markers.get().downcast::<Dict>()) {
            markers.remove(ident)?;
        }
        Ok(())
    }
    /// A line break and indentation, where there is to be some.
    fn new_line(&mut self, level: usize) {
        if let Some(indent) = self.encoder.indent.get().downcast::<Str>() {
            self.out.push_char('\n');
            for _ in 0..level {
                self.out.push_gc(indent);
            }
        }
    }
    fn separate(&mut self, is_first: bool, level: usize) {
        if !is_first {
            self.separator(self.encoder.item_separator.get());
        }
        self.new_line(level);
    }
    fn separator(&mut self, separator: Value) {
        if let Some(separator) = separator.downcast::<Str>() {
            self.out.push_gc(separator);
        }
    }

    fn list(&mut self, value: Value, level: usize) -> R<()> {
        let item = |i: usize| match value.downcast::<List>() {
            Some(list) => list.get(i),
            None => value.downcast::<Tuple>().and_then(|tuple| tuple.items().get(i).copied()),
        };
        if item(0).is_none() {
            self.out.push_str("[]");
            return Ok(());
        }
        let ident = self.enter(value)?;
        self.out.push_char('[');
        let mut i = 0;
        while let Some(one) = item(i) {
            self.separate(i == 0, level + 1);
            if let Err(raised) = self.value(one, level + 1) {
                return Err(noted(raised, Ok(format!("when serializing {} item {i}", qualified_name(value)))));
            }
            i += 1;
        }
        self.leave(ident)?;
        self.new_line(level);
        self.out.push_char(']');
        Ok(())
    }

    fn dict(&mut self, dict: Gc<Dict>, level: usize) -> R<()> {
        if dict.len() == 0 {
            self.out.push_str("{}");
            return Ok(());
        }
        let ident = self.enter(dict.value())?;
        self.out.push_char('{');
        let mut is_first = true;
        if self.encoder.sort_keys || !is_exact_dict(dict.value()) {
            let items = ops::collect(ops::call_method(dict.value(), intern("items"), &[])?)?;
            if self.encoder.sort_keys {
                ops::call_method(items.value(), intern("sort"), &[])?;
            }
            for i in 0..items.len() {
                let pair = items.get(i).and_then(|pair| pair.downcast::<Tuple>()).filter(|pair| pair.len() == 2);
                let Some(pair) = pair else { return Err(value_error("items must return 2-tuples")) };
                self.item(dict, pair.at(0), pair.at(1), &mut is_first, level + 1)?;
            }
        } else {
            let mut at = 0;
            while let Some((next, key, value)) = dict.next_entry(at) {
                self.item(dict, key, value, &mut is_first, level + 1)?;
                at = next;
            }
        }
        self.leave(ident)?;
        if !is_first {
            self.new_line(level);
        }
        self.out.push_char('}');
        Ok(())
    }
    fn item(&mut self, dict: Gc<Dict>, key: Value, value: Value, is_first: &mut bool, level: usize) -> R<()> {
        let name = match key.downcast::<Str>() {
            Some(name) => Some(name),
            None => self.key(key)?,
        };
        let Some(name) = name else { return Ok(()) };
        self.separate(*is_first, level);
        *is_first = false;
        self.string(name)?;
        self.separator(self.encoder.key_separator.get());
        self.value(value, level).map_err(|raised| {
            let shown = ops::repr_string(key).map(|key| format!("when serializing {} item {key}", qualified_name(dict.value())));
            noted(raised, shown)
        })
    }
    /// A key that is no str, as one; None when it is to be skipped.
    fn key(&mut self, key: Value) -> R<Option<Gc<Str>>> {
        let is_number = int::is_any_int(key) || key.is_float() || class_of(key).is_subclass(types().float);
        if !is_number && !key.is_none() && !key.is_bool() {
            if self.encoder.skip_keys {
                return Ok(None);
            }
            return Err(type_error(format!("keys must be str, int, float, bool or None, not {}", type_name(key))));
        }
        let mut writer = Writer { encoder: self.encoder, out: StrBuilder::new() };
        writer.value(key, 0)?;
        writer.out.finish().map(Some)
    }

    /// What `default` makes of the value.
    fn other(&mut self, value: Value, level: usize) -> R<()> {
        let ident = self.enter(value)?;
        let replaced = ops::call_positional(self.encoder.default.get(), &[value])?;
        if let Err(raised) = self.value(replaced, level) {
            return Err(noted(raised, Ok(format!("when serializing {} object", qualified_name(value)))));
        }
        self.leave(ident)
    }
}

fn int_or_float(value: Value) -> R<f64> {
    if value.is_float() {
        return Ok(value.unbox_float());
    }
    match types().float.slots.float.get() {
        Some(convert) => Ok(convert(value)?.unbox_float()),
        None => Err(type_error("a float is expected")),
    }
}
