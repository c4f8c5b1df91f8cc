//! bytes: constructor, slots, iterator; what bytes and bytearray share in these. Not here: methods
//! (`bytes_methods.rs`).

use crate::args::{Args, Signature};
use crate::error::{R, overflow_error, type_error, value_error};
use crate::heap;
use crate::object::{Field, Gc};
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, method, new_header};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::{self, Bytes, BytesIter};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::subscript::{self, Subscript};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, names, type_name, types};
use core::cell::Cell;

pub fn init() {
    let slots = &types().bytes.slots;
    slots.new.set(Some(new));
    slots.repr.set(Some(|value| repr(value.cast::<Bytes>().as_slice()).map(Gc::value)));
    slots.hash.set(Some(|value| Ok(value.cast::<Bytes>().hash())));
    slots.compare.set(Some(compare));
    slots.len.set(Some(|value| Ok(value.cast::<Bytes>().len())));
    slots.getitem.set(Some(getitem));
    slots.item.set(Some(|value, index| getitem(value, Value::int(index as i64))));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat));
    slots.repeat.set(Some(|value, count| repeat(value.cast(), count).map(Gc::value)));
    slots.iter.set(Some(|value| Ok(iter(value))));
    slots.binary[BinaryOp::Remainder as usize].set(Some(remainder));
    crate::objects::bytes_methods::init();
    for class in [types().bytes_iterator, types().bytearray_iterator] {
        class.slots.iter.set(Some(Ok));
        class.slots.next.set(Some(|value| Ok(next(value.cast()))));
        class.add_methods(&ITER_METHODS);
    }
}

// -- construction ----------------------------------------------------------------------

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    if args.names().is_none()
        && args.pos().len() == 1
        && class == types().bytes
        && bytes::is_exact(args.pos()[0])
    {
        return Ok(args.pos()[0]);
    }
    let [source, encoding, errors] = bind(args, "bytes")?;
    let own = if encoding.is_null() && errors.is_null() && source.is::<Str>() { dunder_bytes(source)? } else { None };
    if let Some(made) = own {
        return if class == types().bytes { Ok(made.value()) } else { bytes::new_of_class(class, made).map(Gc::value) };
    }
    let made = match from_text(source, encoding, errors, "bytes")? {
        Some(encoded) => encoded,
        None if source.is_null() => bytes::new(b""),
        None => from_object(source)?,
    };
    if class == types().bytes { Ok(made.value()) } else { bytes::new_of_class(class, made).map(Gc::value) }
}

/// The arguments of `bytes()` and `bytearray()`.
pub fn bind(args: Args<'_>, function: &str) -> R<[Value; 3]> {
    let mut bound = [NULL; 3];
    thread_local!(static SIGNATURE: Signature = Signature::parse("(source=, encoding=, errors=)"));
    SIGNATURE.with(|signature| signature.bind(function, args, &mut bound))?;
    Ok(bound)
}

/// The cases of `bytes(source, encoding, errors)` that concern text; None: `source` is something
/// else.
pub fn from_text(
    source: Value,
    encoding: Value,
    errors: Value,
    function: &str,
) -> R<Option<Gc<Bytes>>> {
    let (encoding_name, handler) = crate::codecs::names(encoding, errors, function)?;
    if let (Some(text), false) = (source.downcast::<Str>(), source.is_null()) {
        if encoding.is_null() {
            return Err(type_error("string argument without an encoding"));
        }
        return crate::codecs::encode(text, &encoding_name, handler).map(Some);
    }
    if !encoding.is_null() {
        return Err(type_error("encoding without a string argument"));
    }
    if !errors.is_null() {
        return Err(type_error("errors without a string argument"));
    }
    Ok(None)
}

fn from_object(source: Value) -> R<Gc<Bytes>> {
    if let Some(result) = dunder_bytes(source)? {
        return Ok(result);
    }
    if let Some(count) = count(source)? {
        return bytes::fill(count, |_| {});
    }
    if let Some(view) = buffer::as_bytes(source)? {
        return bytes::try_new(view.as_slice());
    }
    bytes::try_new(&from_iterable(source, "bytes", "bytes must be in range(0, 256)")?)
}

/// What `__bytes__` answers; None when the class has none.
pub fn dunder_bytes(value: Value) -> R<Option<Gc<Bytes>>> {
    if !value.is_object() || bytes::is_exact(value) {
        return Ok(None);
    }
    match ops::call_special(value, names().__bytes__, &[])? {
        None => Ok(None),
        Some(result) => match result.downcast::<Bytes>() {
            Some(result) => Ok(Some(result)),
            None => Err(type_error(format!(
                "__bytes__ returned non-bytes (type {})",
                type_name(result)
            ))),
        },
    }
}

/// A number of zeros; None when the source is no int.
pub fn count(source: Value) -> R<Option<usize>> {
    if !int::is_any_int(source) && class_of(source).slots.index.get().is_none() {
        return Ok(None);
    }
    let count = match ops::index_isize(source) {
        Err(raised) if raised.is(types().type_error) && !int::is_any_int(source) => {
            return Ok(None);
        }
        other => other?,
    };
    let Some(count) = count else {
        return Err(overflow_error(format!(
            "cannot fit '{}' into an index-sized integer",
            type_name(source)
        )));
    };
    if count < 0 { Err(value_error("negative count")) } else { Ok(Some(count as usize)) }
}

/// The bytes of an iterable of ints.
pub fn from_iterable(source: Value, type_wanted: &str, range: &str) -> R<Vec<u8>> {
    let slots = &class_of(source).slots;
    if source.is::<Str>()
        || (slots.iter.get().is_none()
            && slots.item.get().is_none()
            && slots.getitem.get().is_none())
    {
        return Err(type_error(format!(
            "cannot convert '{}' object to {type_wanted}",
            type_name(source)
        )));
    }
    let mut out = Vec::new();
    if let Some(list) = source.downcast::<List>() {
        let mut i = 0;
        while let Some(&item) = list.items().get(i) {
            out.push(byte(item, range)?);
            i += 1;
        }
        return Ok(out);
    }
    ops::for_each(source, |item| {
        out.push(byte(item, range)?);
        Ok(())
    })?;
    Ok(out)
}

/// An int in `range(256)`; `range` is the message for others.
pub fn byte(value: Value, range: &str) -> R<u8> {
    if value.is_int() {
        return u8::try_from(value.unbox_int()).map_err(|_| value_error(range));
    }
    let number = ops::index(value)?;
    int::to_i64(number).and_then(|i| u8::try_from(i).ok()).ok_or_else(|| value_error(range))
}

// -- slots --------------------------------------------------------------------------------

/// `b'..'`.
pub fn repr(bytes: &[u8]) -> R<Gc<Str>> {
    let has = |quote| bytes.contains(&quote);
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    let mut out = Vec::new();
    out.try_reserve(bytes.len() + 3).map_err(|_| crate::error::memory_error())?;
    out.extend_from_slice(&[b'b', quote]);
    push_escaped(&mut out, bytes, &[quote]);
    out.push(quote);
    str::fill_narrow(out.len(), |to| to.copy_from_slice(&out))
}

/// Backslashes and `quotes` with a backslash, everything else than printable ASCII as an escape.
pub fn push_escaped(out: &mut Vec<u8>, bytes: &[u8], quotes: &[u8]) {
    for &b in bytes {
        match b {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            _ if quotes.contains(&b) => out.extend_from_slice(&[b'\\', b]),
            0x20..=0x7E => out.push(b),
            _ => {
                let digit = |i: u8| b"0123456789abcdef"[i as usize];
                out.extend_from_slice(&[b'\\', b'x', digit(b >> 4), digit(b & 15)]);
            }
        }
    }
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (left.downcast::<Bytes>(), right.downcast::<Bytes>()) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let (a, b) = (a.as_slice(), b.as_slice());
    Ok(Value::bool(match op {
        CompareOp::Eq => a == b,
        CompareOp::Ne => a != b,
        _ => op.of(a.cmp(b)),
    }))
}

fn getitem(value: Value, key: Value) -> R {
    let this = value.cast::<Bytes>();
    let what = || format!("byte indices must be integers or slices, not {}", type_name(key));
    match subscript::resolve(key, || this.len(), what, "index out of range")? {
        Subscript::Index(index) => Ok(Value::int(this.as_slice()[index] as i64)),
        Subscript::Slice(span) if span.step == 1 => {
            if span.len == this.len() && bytes::is_exact(value) {
                return Ok(value);
            }
            bytes::try_new(&this.as_slice()[span.start..span.start + span.len]).map(Gc::value)
        }
        Subscript::Slice(span) => {
            let from = this.as_slice();
            bytes::fill(span.len, |to| {
                to.iter_mut().zip(span.indices()).for_each(|(to, i)| *to = from[i])
            })
            .map(Gc::value)
        }
    }
}

/// `item in value` for bytes and bytearray.
pub fn contains(value: Value, item: Value) -> R<bool> {
    if int::is_any_int(item) || class_of(item).slots.index.get().is_some() {
        let byte = byte(item, "byte must be in range(0, 256)")?;
        return buffer::with_bytes(value, |bytes| Ok(memchr::memchr(byte, bytes).is_some()));
    }
    let part = buffer::view(item)?;
    buffer::with_bytes(value, |bytes| Ok(memchr::memmem::find(bytes, part.as_slice()).is_some()))
}

fn concat(left: Value, right: Value) -> R {
    let Some(view) = buffer::as_bytes(right)? else {
        return Err(type_error(format!(
            "can't concat {} to {}",
            type_name(right),
            type_name(left)
        )));
    };
    let (a, b) = (left.cast::<Bytes>().as_slice(), view.as_slice());
    if a.is_empty() && bytes::is_exact(right) {
        return Ok(right);
    }
    if b.is_empty() && bytes::is_exact(left) {
        return Ok(left);
    }
    bytes::fill(a.len() + b.len(), |to| {
        to[..a.len()].copy_from_slice(a);
        to[a.len()..].copy_from_slice(b);
    })
    .map(Gc::value)
}

fn repeat(this: Gc<Bytes>, count: isize) -> R<Gc<Bytes>> {
    let from = this.as_slice();
    if count == 1 && bytes::is_exact(this.value()) {
        return Ok(this);
    }
    let Some(len) =
        from.len().checked_mul(count.max(0) as usize).filter(|&len| len <= isize::MAX as usize)
    else {
        return Err(overflow_error("repeated bytes are too long"));
    };
    if len == 0 {
        return Ok(bytes::new(b""));
    }
    bytes::fill(len, |to| to.chunks_exact_mut(from.len()).for_each(|to| to.copy_from_slice(from)))
}

fn remainder(left: Value, right: Value) -> R {
    match left.downcast::<Bytes>() {
        Some(format) => {
            crate::format::percent::format_bytes(format.as_slice(), right).map(Gc::value)
        }
        None => Ok(NOT_IMPLEMENTED),
    }
}

// -- iteration ------------------------------------------------------------------------------

/// Over a bytes or bytearray.
pub fn iter(value: Value) -> Value {
    let class =
        if value.is::<Bytes>() { types().bytes_iterator } else { types().bytearray_iterator };
    let object = BytesIter { header: new_header(), bytes: Field::new(value), index: Cell::new(0) };
    heap::alloc(class.root_shape.get(), object).value()
}

/// What the iterator runs over now: a bytearray may change meanwhile.
fn with_current<T>(value: Value, use_bytes: impl FnOnce(&[u8]) -> T) -> T {
    match value.downcast::<Bytes>() {
        Some(bytes) => use_bytes(bytes.as_slice()),
        None => use_bytes(value.cast::<ByteArray>().as_slice()),
    }
}

/// None: exhausted.
#[inline]
pub fn next(iterator: Gc<BytesIter>) -> Option<Value> {
    let index = iterator.index.get();
    match with_current(iterator.bytes.get().option()?, |bytes| bytes.get(index).copied()) {
        Some(byte) => {
            iterator.index.set(index + 1);
            Some(Value::int(byte as i64))
        }
        None => {
            iterator.bytes.init(NULL);
            None
        }
    }
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
    let iterator = args[0].cast::<BytesIter>();
    let left =
        iterator.bytes.get().option().map_or(0, |bytes| {
            with_current(bytes, <[u8]>::len).saturating_sub(iterator.index.get())
        });
    Ok(Value::int(left as i64))
}

fn iter_reduce(args: &[Value]) -> R {
    let iterator = args[0].cast::<BytesIter>();
    let function = crate::objects::str_slots::builtin("iter");
    Ok(match iterator.bytes.get().option() {
        Some(bytes) => {
            let index = Value::int(iterator.index.get() as i64);
            Tuple::from_slice(&[function, Tuple::from_slice(&[bytes]).value(), index]).value()
        }
        None => {
            Tuple::from_slice(&[function, Tuple::from_slice(&[Tuple::empty().value()]).value()])
                .value()
        }
    })
}

fn iter_setstate(args: &[Value]) -> R {
    let iterator = args[0].cast::<BytesIter>();
    let index = subscript::slice_index(args[1])?;
    if let Some(bytes) = iterator.bytes.get().option() {
        iterator.index.set((index.max(0) as usize).min(with_current(bytes, <[u8]>::len)));
    }
    Ok(crate::value::NONE)
}
