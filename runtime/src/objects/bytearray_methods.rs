//! bytearray: constructor, slots, and the methods that change it. Not here: those that bytes has
//! too (`bytes_methods.rs`).

use crate::args::Args;
use crate::error::{R, index_error, memory_error, overflow_error, type_error, value_error};
use crate::heap;
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes_methods::{buffer_method, release_buffer_method};
use crate::objects::bytes_slots::{self, byte, push_escaped};
use crate::objects::int;
use crate::objects::str::{self, Str};
use crate::objects::str_methods::size_argument;
use crate::objects::subscript::{self, Span, Subscript};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, names, type_name, types};

const RANGE: &str = "byte must be in range(0, 256)";

pub fn init() {
    let slots = &types().bytearray.slots;
    slots.new.set(Some(|class, _| Ok(heap::alloc_instance(class, ByteArray::empty()).value())));
    slots.init.set(Some(initialise));
    slots.repr.set(Some(repr));
    slots.hash.set(Some(ops::unhashable));
    slots.compare.set(Some(compare));
    slots.len.set(Some(|value| Ok(this(&[value]).len())));
    slots.getitem.set(Some(getitem));
    slots.item.set(Some(|value, index| getitem(value, Value::int(index as i64))));
    slots.setitem.set(Some(setitem));
    slots.contains.set(Some(bytes_slots::contains));
    slots.concat.set(Some(concat));
    slots.inplace_concat.set(Some(inplace_concat));
    slots.repeat.set(Some(repeat));
    slots.inplace_repeat.set(Some(inplace_repeat));
    slots.iter.set(Some(|value| Ok(bytes_slots::iter(value))));
    slots.binary[BinaryOp::Remainder as usize].set(Some(remainder));
    types().bytearray.add_methods(&METHODS);
}

static METHODS: [NativeFunction; 15] = [
    method(
        "__buffer__",
        "($self, flags, /)",
        buffer_method,
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__release_buffer__",
        "($self, buffer, /)",
        release_buffer_method,
        "Release the buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__alloc__",
        "($self, /)",
        |args| Ok(Value::int(this(args).capacity.get() as i64)),
        "Return the number of bytes actually allocated.",
    ),
    method(
        "__reduce__",
        "($self, /)",
        |args| reduce(args, 2),
        "Return state information for pickling.",
    ),
    method(
        "__reduce_ex__",
        "($self, proto=0, /)",
        reduce_ex,
        "Return state information for pickling.",
    ),
    method(
        "__sizeof__",
        "($self, /)",
        |args| Ok(Value::int(this(args).capacity.get() as i64 + 56)),
        "Return the size in memory, in bytes.",
    ),
    method(
        "append",
        "($self, item, /)",
        append,
        "Append a single item to the end of the bytearray.",
    ),
    method(
        "clear",
        "($self, /)",
        |args| this(args).resize(0).map(|()| NONE),
        "Remove all items from the bytearray.",
    ),
    method(
        "copy",
        "($self, /)",
        |args| ByteArray::new(this(args).as_slice()).map(Gc::value),
        "Return a copy.",
    ),
    method(
        "extend",
        "($self, iterable_of_ints, /)",
        extend,
        "Append all the items from the iterator or sequence.",
    ),
    method(
        "insert",
        "($self, index, item, /)",
        insert,
        "Insert a single item into the bytearray before the given index.",
    ),
    method("pop", "($self, index=-1, /)", pop, "Remove and return a single item."),
    method("remove", "($self, value, /)", remove, "Remove the first occurrence of a value."),
    method("resize", "($self, size, /)", resize, "Resize the internal buffer."),
    method(
        "reverse",
        "($self, /)",
        |args| {
            this(args).as_mut_slice().reverse();
            Ok(NONE)
        },
        "Reverse the order of the values in place.",
    ),
];

fn this(args: &[Value]) -> Gc<ByteArray> {
    args[0].cast()
}

fn initialise(value: Value, args: Args<'_>) -> R<()> {
    let [source, encoding, errors] = bytes_slots::bind(args, "bytearray")?;
    let array = value.cast::<ByteArray>();
    array.resize(0)?;
    if let Some(encoded) = bytes_slots::from_text(source, encoding, errors, "bytearray")? {
        return array.extend(encoded.as_slice());
    }
    if source.is_null() {
        return Ok(());
    }
    if let Some(count) = bytes_slots::count(source)? {
        array.resize(count)?;
        array.as_mut_slice().fill(0);
        return Ok(());
    }
    if let Some(view) = buffer::as_bytes(source)? {
        return array.extend(view.as_slice());
    }
    array.extend(&bytes_slots::from_iterable(source, "bytearray", RANGE)?)
}

fn repr(value: Value) -> R {
    let array = value.cast::<ByteArray>();
    let has = |quote| array.as_slice().contains(&quote);
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    let name = class_of(value).name();
    let mut out = Vec::new();
    out.try_reserve(array.len() + name.len() + 8).map_err(|_| memory_error())?;
    out.extend_from_slice(b"(b");
    out.push(quote);
    // Single quotes are escaped even between double ones.
    push_escaped(&mut out, array.as_slice(), b"'");
    out.extend_from_slice(&[quote, b')']);
    let mut builder = str::StrBuilder::new();
    builder.push_str(&name);
    builder.push_latin1(&out);
    builder.finish_value()
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    if left.is::<Str>() || right.is::<Str>() {
        return Ok(NOT_IMPLEMENTED);
    }
    let (Some(a), Some(b)) = (buffer::as_bytes(left)?, buffer::as_bytes(right)?) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let (a, b) = (a.as_slice(), b.as_slice());
    Ok(Value::bool(match op {
        CompareOp::Eq => a == b,
        CompareOp::Ne => a != b,
        _ => op.of(a.cmp(b)),
    }))
}

fn resolve(array: Gc<ByteArray>, key: Value) -> R<Subscript> {
    let what = || format!("bytearray indices must be integers or slices, not {}", type_name(key));
    subscript::resolve(key, || array.len(), what, "bytearray index out of range")
}

fn getitem(value: Value, key: Value) -> R {
    let array = value.cast::<ByteArray>();
    match resolve(array, key)? {
        Subscript::Index(index) => Ok(Value::int(array.as_slice()[index] as i64)),
        Subscript::Slice(span) => {
            let taken: Vec<u8> = span.indices().map(|i| array.as_slice()[i]).collect();
            ByteArray::new(&taken).map(Gc::value)
        }
    }
}

fn setitem(value: Value, key: Value, to: Option<Value>) -> R<()> {
    let array = value.cast::<ByteArray>();
    if let Some(to) = to
        && (int::is_any_int(key) || class_of(key).slots.index.get().is_some())
    {
        let Some(index) = ops::index_isize(key)? else { return resolve(array, key).map(drop) };
        // Before the bounds are checked: `__index__` of the value may change the length.
        let to = byte(to, RANGE)?;
        if let Subscript::Index(index) = resolve(array, Value::int(index as i64))? {
            array.as_mut_slice()[index] = to;
        }
        return Ok(());
    }
    match (resolve(array, key)?, to) {
        (Subscript::Index(_), Some(_)) => Ok(()),
        (Subscript::Index(index), None) => array.splice(index, index + 1, b""),
        (Subscript::Slice(span), None) => delete_span(array, span),
        (Subscript::Slice(_), Some(to)) => {
            let new = assigned(to)?;
            let Subscript::Slice(span) = resolve(array, key)? else { return Ok(()) };
            assign_span(array, span, &new)
        }
    }
}

/// The bytes that are assigned to a slice.
fn assigned(value: Value) -> R<Vec<u8>> {
    if let Some(view) = buffer::as_bytes(value)? {
        return Ok(view.as_slice().to_vec());
    }
    let slots = &class_of(value).slots;
    let is_iterable =
        slots.iter.get().is_some() || slots.item.get().is_some() || slots.getitem.get().is_some();
    if value.is::<Str>() || int::is_any_int(value) || !is_iterable {
        return Err(type_error(
            "can assign only bytes, buffers, or iterables of ints in range(0, 256)",
        ));
    }
    bytes_slots::from_iterable(value, "bytearray", RANGE)
}

fn assign_span(array: Gc<ByteArray>, span: Span, new: &[u8]) -> R<()> {
    if span.step == 1 {
        return array.splice(span.start, span.start + span.len, new);
    }
    if new.is_empty() {
        return delete_span(array, span);
    }
    if new.len() != span.len {
        return Err(value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            new.len(),
            span.len
        )));
    }
    let to = array.as_mut_slice();
    span.indices().zip(new).for_each(|(i, &b)| to[i] = b);
    Ok(())
}

fn delete_span(array: Gc<ByteArray>, span: Span) -> R<()> {
    if span.len == 0 {
        return Ok(());
    }
    if span.step == 1 {
        return array.splice(span.start, span.start + span.len, b"");
    }
    array.check_resizable()?;
    let mut removed: Vec<usize> = span.indices().collect();
    removed.sort_unstable();
    let bytes = array.as_mut_slice();
    let (mut to, mut next) = (0, 0);
    for from in 0..bytes.len() {
        if removed.get(next) == Some(&from) {
            next += 1;
        } else {
            bytes[to] = bytes[from];
            to += 1;
        }
    }
    array.resize(to)
}

fn concat(left: Value, right: Value) -> R {
    let Some(view) = buffer::as_bytes(right)? else { return Err(cannot_concat(left, right)) };
    let result = ByteArray::new(left.cast::<ByteArray>().as_slice())?;
    result.extend(view.as_slice())?;
    Ok(result.value())
}
fn cannot_concat(left: Value, right: Value) -> crate::error::Raised {
    type_error(format!("can't concat {} to {}", type_name(right), type_name(left)))
}
fn inplace_concat(left: Value, right: Value) -> R {
    if left == right {
        let copy = left.cast::<ByteArray>().as_slice().to_vec();
        left.cast::<ByteArray>().extend(&copy)?;
        return Ok(left);
    }
    let Some(view) = buffer::as_bytes(right)? else { return Err(cannot_concat(left, right)) };
    left.cast::<ByteArray>().extend(view.as_slice())?;
    Ok(left)
}

fn repeated_len(array: Gc<ByteArray>, count: isize) -> R<usize> {
    let len =
        array.len().checked_mul(count.max(0) as usize).filter(|&len| len <= isize::MAX as usize);
    len.ok_or_else(memory_error)
}
fn repeat(value: Value, count: isize) -> R {
    let array = value.cast::<ByteArray>();
    let len = repeated_len(array, count)?;
    let result = ByteArray::new(b"")?;
    result.resize(len)?;
    fill_repeated(result, array.as_slice());
    Ok(result.value())
}
fn inplace_repeat(value: Value, count: isize) -> R {
    let array = value.cast::<ByteArray>();
    let len = repeated_len(array, count)?;
    let unit = array.as_slice().to_vec();
    array.resize(len)?;
    fill_repeated(array, &unit);
    Ok(value)
}
fn fill_repeated(array: Gc<ByteArray>, unit: &[u8]) {
    if !unit.is_empty() {
        array.as_mut_slice().chunks_exact_mut(unit.len()).for_each(|to| to.copy_from_slice(unit));
    }
}

fn remainder(left: Value, right: Value) -> R {
    let Some(format) = left.downcast::<ByteArray>() else { return Ok(NOT_IMPLEMENTED) };
    let result = crate::format::percent::format_bytes(format.as_slice(), right)?;
    ByteArray::new(result.as_slice()).map(Gc::value)
}

// -- methods ------------------------------------------------------------------------------

fn reduce_ex(args: &[Value]) -> R {
    let protocol = size_argument(args[1], 0)?;
    reduce(args, protocol)
}
/// Up to protocol 2 as text in Latin-1, which those protocols can carry.
fn reduce(args: &[Value], protocol: isize) -> R {
    let array = this(args);
    let state = match ops::getattr_opt(args[0], names().__dict__)? {
        Some(dict) if ops::truth(dict)? => dict,
        _ => NONE,
    };
    let made = if array.len() == 0 {
        Tuple::empty()
    } else if protocol < 3 {
        let text = str::from_latin1(array.as_slice()).value();
        Tuple::from_slice(&[text, str::new("latin-1").value()])
    } else {
        Tuple::from_slice(&[crate::objects::bytes::try_new(array.as_slice())?.value()])
    };
    Ok(Tuple::from_slice(&[class_of(args[0]).value(), made.value(), state]).value())
}

fn append(args: &[Value]) -> R {
    let item = byte(args[1], RANGE)?;
    this(args).extend(&[item])?;
    Ok(NONE)
}

fn extend(args: &[Value]) -> R {
    if args[0] == args[1] {
        return inplace_concat(args[0], args[1]).map(|_| NONE);
    }
    if let Some(view) = buffer::as_bytes(args[1])? {
        this(args).extend(view.as_slice())?;
        return Ok(NONE);
    }
    if args[1].is::<Str>() {
        return Err(type_error("expected iterable of integers; got: 'str'"));
    }
    let slots = &class_of(args[1]).slots;
    if slots.iter.get().is_none() && slots.item.get().is_none() && slots.getitem.get().is_none() {
        return Err(type_error(format!("can't extend bytearray with {}", type_name(args[1]))));
    }
    let more = bytes_slots::from_iterable(args[1], "bytearray", RANGE)?;
    this(args).extend(&more)?;
    Ok(NONE)
}

fn insert(args: &[Value]) -> R {
    let index = size_argument(args[1], 0)?;
    let item = byte(args[2], RANGE)?;
    let array = this(args);
    let len = array.len() as isize;
    let at = if index < 0 { (index + len).max(0) } else { index.min(len) } as usize;
    array.splice(at, at, &[item])?;
    Ok(NONE)
}

fn pop(args: &[Value]) -> R {
    let index = size_argument(args[1], -1)?;
    let array = this(args);
    if array.len() == 0 {
        return Err(index_error("pop from empty bytearray"));
    }
    let at = if index < 0 { index + array.len() as isize } else { index };
    if at < 0 || at as usize >= array.len() {
        return Err(index_error("pop index out of range"));
    }
    let item = array.as_slice()[at as usize];
    array.splice(at as usize, at as usize + 1, b"")?;
    Ok(Value::int(item as i64))
}

fn remove(args: &[Value]) -> R {
    let item = byte(args[1], RANGE)?;
    let array = this(args);
    let Some(at) = memchr::memchr(item, array.as_slice()) else {
        return Err(value_error("value not found in bytearray"));
    };
    array.splice(at, at + 1, b"")?;
    Ok(NONE)
}

fn resize(args: &[Value]) -> R {
    let Some(size) = ops::index_isize(args[1])? else {
        return Err(overflow_error(format!(
            "cannot fit '{}' into an index-sized integer",
            type_name(args[1])
        )));
    };
    if size < 0 {
        return Err(value_error(format!("Can only resize to positive sizes, got {size}")));
    }
    let array = this(args);
    let old = array.len();
    array.resize(size as usize)?;
    if size as usize > old {
        array.as_mut_slice()[old..].fill(0);
    }
    Ok(NONE)
}
