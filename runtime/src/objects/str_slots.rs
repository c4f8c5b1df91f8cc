//! str: constructor, slots, iterator. Not here: methods.

use crate::args::{Args, Signature};
use crate::error::{R, type_error};
use crate::heap;
use crate::object::{Field, Gc};
use crate::objects::builtin::{NativeFunction, method, new_header};
use crate::objects::class::Class;
use crate::objects::str::{self, Chars, Str, StrBuilder, StrIter};
use crate::objects::str_search;
use crate::objects::subscript::{self, Subscript};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::unicode;
use crate::value::{NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{type_name, types, vm};
use core::cell::Cell;

pub fn init() {
    let slots = &types().str_.slots;
    slots.new.set(Some(new));
    slots.repr.set(Some(|value| repr(value.cast()).map(Gc::value)));
    slots.str.set(Some(|value| Ok(str::exact(value.cast()).value())));
    slots.hash.set(Some(|value| Ok(value.cast::<Str>().hash())));
    slots.compare.set(Some(compare));
    slots.len.set(Some(|value| Ok(value.cast::<Str>().len())));
    slots.getitem.set(Some(getitem));
    slots.item.set(Some(|value, index| getitem(value, Value::int(index as i64))));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat_slot));
    slots.repeat.set(Some(|value, count| str::repeat(value.cast(), count).map(Gc::value)));
    slots.iter.set(Some(|value| Ok(iter(value.cast()).value())));
    slots.binary[BinaryOp::Remainder as usize].set(Some(remainder));
    crate::objects::str_methods::init();
    let slots = &types().str_iterator.slots;
    slots.iter.set(Some(Ok));
    slots.next.set(Some(|value| Ok(next(value.cast()))));
    types().str_iterator.add_methods(&ITER_METHODS);
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    if args.names().is_none() && args.pos().len() == 1 && class == types().str_ {
        return ops::str(args.pos()[0]).map(|text| text.value());
    }
    let mut bound = [NULL; 3];
    thread_local!(static SIGNATURE: Signature = Signature::parse("(object=, encoding=, errors=)"));
    SIGNATURE.with(|signature| signature.bind("str", args, &mut bound))?;
    let [object, encoding, errors] = bound;
    let text = if object.is_null() {
        str::empty()
    } else if encoding.is_null() && errors.is_null() {
        ops::str(object)?
    } else {
        crate::codecs::str_from_encoded(object, encoding, errors)?
    };
    str::new_of_class(class, text).map(Gc::value)
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (left.downcast::<Str>(), right.downcast::<Str>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match op {
        CompareOp::Eq => a.equals(&b),
        CompareOp::Ne => !a.equals(&b),
        _ => op.of(a.compare(&b)),
    }))
}

pub fn getitem(value: Value, key: Value) -> R {
    let text = value.cast::<Str>();
    let what = || format!("string indices must be integers, not '{}'", type_name(key));
    match subscript::resolve(key, || text.len(), what, "string index out of range")? {
        Subscript::Index(index) => Ok(str::char_at(text, index).value()),
        Subscript::Slice(span) if span.step == 1 => {
            Ok(str::substring(text, span.start, span.len).value())
        }
        Subscript::Slice(span) => match text.chars() {
            Chars::Narrow(bytes) if span.len > 1 => str::fill_narrow(span.len, |to| {
                to.iter_mut().zip(span.indices()).for_each(|(to, i)| *to = bytes[i])
            })
            .map(Gc::value),
            Chars::Narrow(_) if span.len == 0 => Ok(str::empty().value()),
            Chars::Narrow(bytes) => {
                Ok(str::from_latin1(&bytes[span.start..span.start + 1]).value())
            }
            Chars::Wide(words) => {
                let mut builder = StrBuilder::new();
                span.indices().for_each(|i| builder.push(words[i]));
                builder.finish_value()
            }
        },
    }
}

fn contains(value: Value, item: Value) -> R<bool> {
    let Some(part) = item.downcast::<Str>() else {
        return Err(type_error(format!(
            "'in <string>' requires string as left operand, not {}",
            type_name(item)
        )));
    };
    Ok(str_search::contains(value.cast(), part))
}

fn concat_slot(left: Value, right: Value) -> R {
    match right.downcast::<Str>() {
        Some(right) => str::concat(left.cast(), right).map(Gc::value),
        None => Err(type_error(format!(
            "can only concatenate str (not \"{}\") to str",
            type_name(right)
        ))),
    }
}

fn remainder(left: Value, right: Value) -> R {
    match left.downcast::<Str>() {
        Some(format) => crate::format::percent::format_str(format, right).map(Gc::value),
        None => Ok(NOT_IMPLEMENTED),
    }
}

// -- repr ------------------------------------------------------------------------

/// Text in quotes with escapes, as CPython chooses them.
pub fn repr(text: Gc<Str>) -> R<Gc<Str>> {
    let quote = quote_for(text.iter());
    let mut builder = StrBuilder::with_capacity(text.len() + 2);
    builder.push(quote);
    if let Chars::Narrow(bytes) = text.chars()
        && bytes.iter().all(|&b| (0x20..0x7F).contains(&b) && b != b'\\' && b as u32 != quote)
    {
        builder.push_latin1(bytes);
    } else {
        text.iter().for_each(|c| push_repr_char(&mut builder, c, quote));
    }
    builder.push(quote);
    builder.finish()
}

/// Single quotes, unless the text has some and no double ones.
pub fn quote_for(mut chars: impl Iterator<Item = u32> + Clone) -> u32 {
    if chars.clone().any(|c| c == '\'' as u32) && !chars.any(|c| c == '"' as u32) {
        '"' as u32
    } else {
        '\'' as u32
    }
}

fn push_repr_char(builder: &mut StrBuilder, c: u32, quote: u32) {
    match c {
        0x5C => builder.push_latin1(b"\\\\"),
        0x0A => builder.push_latin1(b"\\n"),
        0x0D => builder.push_latin1(b"\\r"),
        0x09 => builder.push_latin1(b"\\t"),
        _ if c == quote => builder.push_latin1(&[b'\\', c as u8]),
        _ if unicode::is_printable(c) => builder.push(c),
        _ => push_escape(builder, c),
    }
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub fn push_escape(builder: &mut StrBuilder, c: u32) {
    let (letter, digits) = if c < 0x100 {
        (b'x', 2)
    } else if c < 0x10000 {
        (b'u', 4)
    } else {
        (b'U', 8)
    };
    builder.push_latin1(&[b'\\', letter]);
    for i in (0..digits).rev() {
        builder.push_latin1(&[b"0123456789abcdef"[(c >> (4 * i) & 15) as usize]]);
    }
}

/// `ascii(value)`: the repr with everything else than ASCII escaped.
pub fn ascii(value: Value) -> R<Gc<Str>> {
    escape_non_ascii(ops::repr(value)?)
}

/// Everything else than ASCII as an escape.
pub fn escape_non_ascii(text: Gc<Str>) -> R<Gc<Str>> {
    if text.is_ascii() {
        return Ok(text);
    }
    let mut builder = StrBuilder::new();
    text.iter().for_each(|c| if c < 0x80 { builder.push(c) } else { push_escape(&mut builder, c) });
    builder.finish()
}

// -- iteration ---------------------------------------------------------------------

pub fn iter(text: Gc<Str>) -> Gc<StrIter> {
    let object =
        StrIter { header: new_header(), str: Field::new(text.value()), index: Cell::new(0) };
    heap::alloc(types().str_iterator.root_shape.get(), object)
}

/// None: exhausted.
#[inline]
pub fn next(iterator: Gc<StrIter>) -> Option<Value> {
    let text = iterator.str.get().option()?.cast::<Str>();
    let index = iterator.index.get();
    if index < text.len() {
        iterator.index.set(index + 1);
        return Some(str::char_at(text, index).value());
    }
    iterator.str.init(NULL);
    None
}

static ITER_METHODS: [NativeFunction; 3] = [
    method(
        "__length_hint__",
        "($self, /)",
        iter_length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", iter_reduce, "Return state information for pickling."),
    method(
        "__setstate__",
        "($self, state, /)",
        iter_setstate,
        "Set state information for unpickling.",
    ),
];

fn iter_length_hint(args: &[Value]) -> R {
    let iterator = args[0].cast::<StrIter>();
    let left = iterator
        .str
        .get()
        .option()
        .map_or(0, |text| text.cast::<Str>().len() - iterator.index.get());
    Ok(Value::int(left as i64))
}

fn iter_reduce(args: &[Value]) -> R {
    let iterator = args[0].cast::<StrIter>();
    let iter = builtin("iter");
    Ok(match iterator.str.get().option() {
        Some(text) => {
            let index = Value::int(iterator.index.get() as i64);
            Tuple::from_slice(&[iter, Tuple::from_slice(&[text]).value(), index]).value()
        }
        None => {
            Tuple::from_slice(&[iter, Tuple::from_slice(&[str::empty().value()]).value()]).value()
        }
    })
}

fn iter_setstate(args: &[Value]) -> R {
    let iterator = args[0].cast::<StrIter>();
    let index = subscript::slice_index(args[1])?;
    if let Some(text) = iterator.str.get().option() {
        iterator.index.set((index.max(0) as usize).min(text.cast::<Str>().len()));
    }
    Ok(crate::value::NONE)
}

/// What pickling refers to: a built-in function by its name.
pub fn builtin(name: &str) -> Value {
    vm().builtins.get().and_then(|builtins| builtins.get_text(name)).unwrap_or(crate::value::NONE)
}
