//! Methods of array.array, and `_array_reconstructor`, which undoes its pickling.

use super::items::{self, Machine};
use super::{Array, copied, exact_class, make, this, typecode};
use crate::error::{R, eof_error, index_error, memory_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeAttribute, NativeFunction, function, getset, method};
use crate::objects::bytes::{self, Bytes};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::str::{self, Str};
use crate::objects::support::{CLASS_GETITEM, len_value, search_bounds, ssize, tuple};
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, names, type_name};

// -- shared ---------------------------------------------------------------------------------

pub fn push_text(array: &Array, text: Gc<Str>) -> R<()> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(text.len().saturating_mul(4)).map_err(|_| memory_error())?;
    for c in text.iter() {
        bytes.extend_from_slice(&c.to_le_bytes());
    }
    array.push_bytes(&bytes)
}

/// The bytes of a bytes-like object, as items.
pub fn push_machine_values(array: &Array, source: Value) -> R<()> {
    let more = buffer::with_bytes(source, |bytes| copied(bytes))?;
    if more.len() % array.code.size != 0 {
        return Err(value_error("bytes length not a multiple of item size"));
    }
    array.push_bytes(&more)
}

pub fn list(array: &Array) -> R<Gc<List>> {
    let (list, mut at) = (List::new(), 0);
    list.reserve_exact(array.len())?;
    while let Some(item) = array.get(at)? {
        list.push(item)?;
        at += 1;
    }
    Ok(list)
}

pub fn text(array: &Array) -> R<Gc<Str>> {
    let bytes = array.bytes.borrow();
    let mut words = Vec::new();
    words.try_reserve_exact(bytes.len() / 4).map_err(|_| memory_error())?;
    for word in bytes.chunks_exact(4) {
        let c = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        if c > 0x10_FFFF {
            return Err(value_error(format!(
                "character U+{c:x} is not in range [U+0000; U+10ffff]"
            )));
        }
        words.push(c);
    }
    drop(bytes);
    Ok(str::from_code_points(&words))
}

pub fn position(array: &Array, wanted: Value, start: usize, stop: usize) -> R<Option<usize>> {
    let mut at = start;
    while at < stop
        && let Some(item) = array.get(at)?
    {
        if ops::compare_bool(item, wanted, CompareOp::Eq)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

// -- methods ---------------------------------------------------------------------------------

fn append(args: &[Value]) -> R {
    this(args[0])?.push(args[1])?;
    Ok(NONE)
}
fn buffer_info(args: &[Value]) -> R {
    let array = this(args[0])?;
    let address = if array.len() == 0 { 0 } else { array.bytes.borrow().as_ptr() as usize };
    Ok(tuple(&[int::from_usize(address), len_value(array.len())]))
}
fn byteswap(args: &[Value]) -> R {
    let array = this(args[0])?;
    for item in array.bytes.borrow_mut().chunks_exact_mut(array.code.size) {
        item.reverse();
    }
    Ok(NONE)
}
fn clear(args: &[Value]) -> R {
    let array = this(args[0])?;
    array.splice(0, array.len(), &[])?;
    Ok(NONE)
}
fn copy(args: &[Value]) -> R {
    let array = this(args[0])?;
    Ok(make(exact_class()?, array.code, copied(&array.bytes.borrow())?))
}
fn count(args: &[Value]) -> R {
    let (array, mut at, mut found) = (this(args[0])?, 0, 0);
    while let Some(item) = array.get(at)? {
        found += ops::compare_bool(item, args[1], CompareOp::Eq)? as i64;
        at += 1;
    }
    Ok(Value::int(found))
}
fn extend(args: &[Value]) -> R {
    this(args[0])?.extend(args[1])?;
    Ok(NONE)
}
fn frombytes(args: &[Value]) -> R {
    push_machine_values(this(args[0])?, args[1])?;
    Ok(NONE)
}
fn fromfile(args: &[Value]) -> R {
    let array = this(args[0])?;
    let count = usize::try_from(ssize(args[2])?).map_err(|_| value_error("negative count"))?;
    let wanted = count.checked_mul(array.code.size).ok_or_else(memory_error)?;
    let read = ops::call_method(args[1], intern("read"), &[len_value(wanted)])?;
    let Some(read_bytes) = read.downcast::<Bytes>() else {
        return Err(type_error("read() didn't return bytes"));
    };
    let short = read_bytes.len() != wanted;
    push_machine_values(array, read)?;
    if short { Err(eof_error("read() didn't return enough bytes")) } else { Ok(NONE) }
}
fn tofile(args: &[Value]) -> R {
    let array = this(args[0])?;
    // In pieces of 64 KiB, as CPython writes.
    let (write, mut at) = (names().write, 0);
    loop {
        let piece = {
            let bytes = array.bytes.borrow();
            let end = bytes.len().min(at + (64 << 10));
            if at >= end {
                return Ok(NONE);
            }
            copied(&bytes[at..end])?
        };
        at += piece.len();
        ops::call_method(args[1], write, &[bytes::try_new(&piece)?.value()])?;
    }
}
fn fromlist(args: &[Value]) -> R {
    let array = this(args[0])?;
    let Some(items) = args[1].downcast::<List>() else {
        return Err(type_error("arg must be list"));
    };
    let (before, len) = (array.len(), items.len());
    for at in 0..len {
        let Some(item) = items.get(at) else { break };
        if let Err(raised) = array.push(item) {
            array.splice(before, array.len().saturating_sub(before), &[])?;
            return Err(raised);
        }
        if items.len() != len {
            array.splice(before, array.len().saturating_sub(before), &[])?;
            return Err(crate::error::runtime_error("list changed size during iteration"));
        }
    }
    Ok(NONE)
}
fn fromunicode(args: &[Value]) -> R {
    let array = this(args[0])?;
    let Some(more) = args[1].downcast::<Str>() else {
        return Err(type_error(format!(
            "fromunicode() argument must be str, not {}",
            type_name(args[1])
        )));
    };
    if !array.code.is_text() {
        return Err(value_error(
            "fromunicode() may only be called on unicode type arrays ('u' or 'w')",
        ));
    }
    push_text(array, more)?;
    Ok(NONE)
}
fn index(args: &[Value]) -> R {
    let array = this(args[0])?;
    let (start, stop) = search_bounds(args[2], args[3], array.len())?;
    match position(array, args[1], start, stop)? {
        Some(at) => Ok(len_value(at)),
        None => Err(value_error("array.index(x): x not in array")),
    }
}
fn insert(args: &[Value]) -> R {
    let array = this(args[0])?;
    let at = ssize(args[1])?;
    let item = array.code.write(args[2])?;
    let len = array.len();
    let at = if at < 0 {
        at.saturating_add_unsigned(len).max(0) as usize
    } else {
        (at as usize).min(len)
    };
    array.splice(at, 0, &item[..array.code.size])?;
    Ok(NONE)
}
fn pop(args: &[Value]) -> R {
    let array = this(args[0])?;
    let at = if args[1].is_null() { -1 } else { ssize(args[1])? };
    let len = array.len();
    if len == 0 {
        return Err(index_error("pop from empty array"));
    }
    let at = if at < 0 { at.wrapping_add_unsigned(len) } else { at };
    let at = usize::try_from(at)
        .ok()
        .filter(|&at| at < len)
        .ok_or_else(|| index_error("pop index out of range"))?;
    let item = array.get(at)?.ok_or_else(|| index_error("pop index out of range"))?;
    array.splice(at, 1, &[])?;
    Ok(item)
}
fn remove(args: &[Value]) -> R {
    let array = this(args[0])?;
    match position(array, args[1], 0, usize::MAX)? {
        Some(at) if at < array.len() => array.splice(at, 1, &[])?,
        Some(_) => {}
        None => return Err(value_error("array.remove(x): x not in array")),
    }
    Ok(NONE)
}
fn reverse(args: &[Value]) -> R {
    let array = this(args[0])?;
    let mut bytes = array.bytes.borrow_mut();
    // The bytes of each item come out backwards, and are turned again.
    bytes.reverse();
    for item in bytes.chunks_exact_mut(array.code.size) {
        item.reverse();
    }
    Ok(NONE)
}
fn tobytes(args: &[Value]) -> R {
    let copy = copied(&this(args[0])?.bytes.borrow())?;
    Ok(bytes::try_new(&copy)?.value())
}
fn tolist(args: &[Value]) -> R {
    Ok(list(this(args[0])?)?.value())
}
fn tounicode(args: &[Value]) -> R {
    let array = this(args[0])?;
    if !array.code.is_text() {
        return Err(value_error(
            "tounicode() may only be called on unicode type arrays ('u' or 'w')",
        ));
    }
    Ok(text(array)?.value())
}
fn sizeof(args: &[Value]) -> R {
    Ok(len_value(
        size_of::<Native>() + size_of::<Array>() + this(args[0])?.bytes.borrow().capacity(),
    ))
}

// -- pickling ---------------------------------------------------------------------------------

fn reduce_ex(args: &[Value]) -> R {
    let (value, array) = (args[0], this(args[0])?);
    let protocol = ops::index_isize(args[1])?.unwrap_or(isize::MAX);
    let class = class_of(value).value();
    let code = str::from_latin1(&[array.code.letter]).value();
    let dict = ops::getattr_opt(value, names().__dict__)?.unwrap_or(NONE);
    if protocol < 3 {
        return Ok(tuple(&[class, tuple(&[code, list(array)?.value()]), dict]));
    }
    let module = crate::vm::vm().modules.get().and_then(|modules| modules.get_text("array"));
    let module = module.ok_or_else(|| crate::error::import_error("No module named 'array'"))?;
    let reconstructor = ops::getattr(module, intern("_array_reconstructor"))?;
    let copy = copied(&array.bytes.borrow())?;
    let items = bytes::try_new(&copy)?.value();
    Ok(tuple(&[reconstructor, tuple(&[class, code, Value::int(array.code.machine), items]), dict]))
}

fn reconstruct(args: &[Value]) -> R {
    let Some(class) = args[0].downcast::<Class>() else {
        return Err(type_error(format!(
            "first argument must be a type object, not {}",
            type_name(args[0])
        )));
    };
    if !class.is_subclass(exact_class()?) {
        return Err(type_error(format!("{} is not a subtype of array.array", class.name())));
    }
    let letter = typecode(args[1], "_array_reconstructor(): argument 2")?;
    let code = items::find(letter)
        .ok_or_else(|| value_error("second argument must be a valid type code"))?;
    let number = int::to_i64(ops::index(args[2])?).unwrap_or(-1);
    let format = items::machine_format(number)
        .ok_or_else(|| value_error("third argument must be a valid machine format code."))?;
    let Some(data) = args[3].downcast::<Bytes>() else {
        return Err(type_error(format!(
            "fourth argument should be bytes, not {}",
            type_name(args[3])
        )));
    };
    let letter = str::from_latin1(&[code.letter]).value();
    // The class may be one written in Python, with a constructor of its own.
    if format.code.machine == code.machine && !format.is_big_endian && !format.is_utf16 {
        return ops::call_positional(class.value(), &[letter, data.value()]);
    }
    if data.len() % format.code.size != 0 {
        return Err(value_error("bytes length not a multiple of item size"));
    }
    if format.is_utf16 || format.code.is_text() {
        let text = decode(format, data.as_slice())?;
        return ops::call_positional(class.value(), &[letter, text.value()]);
    }
    // An int keeps its size and sign if there is a code for them, else the one that was pickled.
    let items = List::new();
    for item in data.as_slice().chunks_exact(format.code.size) {
        let mut item = item.to_vec();
        if format.is_big_endian {
            item.reverse();
        }
        items.push(format.code.read(&item)?)?;
    }
    let same_shape = code.size == format.code.size && code.machine & !1 == format.code.machine & !1;
    let chosen =
        if same_shape || code.is_float() == format.code.is_float() && format.code.is_float() {
            code
        } else {
            format.code
        };
    let letter =
        if chosen == code { letter } else { str::from_latin1(&[pickled_letter(format)]).value() };
    ops::call_positional(class.value(), &[letter, items.value()])
}

/// The first typecode with the pickled size and sign.
fn pickled_letter(format: Machine) -> u8 {
    let same = |code: &&items::Code| {
        code.machine & !1 == format.code.machine & !1
            && (code.machine > 1 || code.machine == format.code.machine)
    };
    items::CODES.iter().find(same).map_or(format.code.letter, |code| code.letter)
}

fn decode(format: Machine, data: &[u8]) -> R<Gc<Str>> {
    let number = |bytes: &[u8]| {
        let fold = |sum: u32, byte: &u8| sum << 8 | *byte as u32;
        if format.is_big_endian {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        }
    };
    let units: Vec<u32> = data.chunks_exact(format.code.size).map(number).collect();
    if !format.is_utf16 {
        return match units.iter().find(|&&c| c > 0x10_FFFF) {
            Some(_) => Err(value_error("character is not in range [U+0000; U+10ffff]")),
            None => Ok(str::from_code_points(&units)),
        };
    }
    let narrow = units.into_iter().map(|unit| unit as u16);
    let words: Vec<u32> = char::decode_utf16(narrow)
        .map(|c| c.map_or_else(|lone| lone.unpaired_surrogate() as u32, |c| c as u32))
        .collect();
    Ok(str::from_code_points(&words))
}

static METHODS: [NativeFunction; 22] = [
    method("append", "($self, v, /)", append, "Append new value v to the end of the array."),
    method(
        "buffer_info",
        "($self, /)",
        buffer_info,
        "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.\n\nThe length should be multiplied by the itemsize attribute to\ncalculate the buffer length in bytes.",
    ),
    method(
        "byteswap",
        "($self, /)",
        byteswap,
        "Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size,\nRuntimeError is raised.",
    ),
    method("clear", "($self, /)", clear, "Remove all items from the array."),
    method("__copy__", "($self, /)", copy, "Return a copy of the array."),
    method("__deepcopy__", "($self, unused, /)", copy, "Return a copy of the array."),
    method("count", "($self, v, /)", count, "Return number of occurrences of v in the array."),
    method("extend", "($self, bb, /)", extend, "Append items to the end of the array."),
    method(
        "frombytes",
        "($self, buffer, /)",
        frombytes,
        "Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.",
    ),
    method(
        "fromfile",
        "($self, f, n, /)",
        fromfile,
        "Read n objects from the file object f and append them to the end of the array.",
    ),
    method("fromlist", "($self, list, /)", fromlist, "Append items to array from list."),
    method(
        "fromunicode",
        "($self, ustr, /)",
        fromunicode,
        "Extends this array with data from the unicode string ustr.\n\nThe array must be a unicode type array; otherwise a ValueError is\nraised.  Use array.frombytes(ustr.encode(...)) to append Unicode\ndata to an array of some other type.",
    ),
    method(
        "index",
        "($self, v, start=0, stop=sys.maxsize, /)",
        index,
        "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.",
    ),
    method(
        "insert",
        "($self, i, v, /)",
        insert,
        "Insert a new item v into the array before position i.",
    ),
    method(
        "pop",
        "($self, i=-1, /)",
        pop,
        "Return the i-th element and delete it from the array.\n\ni defaults to -1.",
    ),
    method("remove", "($self, v, /)", remove, "Remove the first occurrence of v in the array."),
    method("reverse", "($self, /)", reverse, "Reverse the order of the items in the array."),
    method(
        "tobytes",
        "($self, /)",
        tobytes,
        "Convert the array to an array of machine values and return the bytes representation.",
    ),
    method(
        "tofile",
        "($self, f, /)",
        tofile,
        "Write all items (as machine values) to the file object f.",
    ),
    method(
        "tolist",
        "($self, /)",
        tolist,
        "Convert array to an ordinary list with the same items.",
    ),
    method(
        "tounicode",
        "($self, /)",
        tounicode,
        "Extends this array with data from the unicode string ustr.\n\nConvert the array to a unicode string.  The array must be a unicode\ntype array; otherwise a ValueError is raised.  Use\narray.tobytes().decode() to obtain a unicode string from an array of\nsome other type.",
    ),
    method("__sizeof__", "($self, /)", sizeof, "Size of the array in memory, in bytes."),
];
static PICKLING: [NativeFunction; 1] = [method(
    "__reduce_ex__",
    "($self, value, /)",
    reduce_ex,
    "Return state information for pickling.",
)];
static ATTRIBUTES: [NativeAttribute; 2] = [
    getset(
        "typecode",
        |value| Ok(str::from_latin1(&[this(value)?.code.letter]).value()),
        None,
        "the typecode character used to create the array",
    ),
    getset(
        "itemsize",
        |value| Ok(len_value(this(value)?.code.size)),
        None,
        "the size, in bytes, of one array item",
    ),
];
static FUNCTIONS: [NativeFunction; 1] = [function(
    "_array_reconstructor",
    "($module, arraytype, typecode, mformat_code, items, /)",
    reconstruct,
    "Internal. Used for pickling support.",
)];

pub fn add_to(class: Gc<Class>) {
    class.add_methods(&METHODS);
    class.add_methods(&CLASS_GETITEM);
    class.add_methods(&PICKLING);
    class.add_attributes(&ATTRIBUTES);
}

pub fn add_functions(module: Gc<Module>) {
    crate::modules::add_functions(module, &FUNCTIONS);
}
