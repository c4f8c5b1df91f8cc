//! The module array: the type, its construction and slots. Typecodes are in `items.rs`, methods in
//! `methods.rs`, the iterator in `iter.rs`.

mod items;
mod iter;
mod methods;

use crate::args::Args;
use crate::error::{R, Raised, buffer_error, index_error, memory_error, type_error, value_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::buffer::{self, BufferInfo};
use crate::objects::class::{Class, flags};
use crate::objects::module::Module;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::slice::{self, Indices, Slice};
use crate::objects::str::{self, Str};
use crate::objects::support::{Text, bare_name, index, of};
use crate::ops;
use crate::slots::CompareOp;
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, intern, type_name};
use core::cell::{Cell, OnceCell, RefCell};
use items::Code;

/// Items as little-endian bytes. Nothing of Python runs while they are borrowed.
pub struct Array {
    pub code: Code,
    pub bytes: RefCell<Vec<u8>>,
    /// Borrowed views of the bytes: while there are some, they stay where they are.
    pub exports: Cell<isize>,
    /// The array itself, by which its memoryviews are counted.
    pub owner: Cell<Value>,
}

impl NativeObject for Array {
    fn trace(&self, _: &mut Marker) {}
    fn buffer(&self) -> Option<BufferInfo> {
        let mut bytes = self.bytes.borrow_mut();
        Some(BufferInfo {
            data: bytes.as_mut_ptr(),
            len: bytes.len(),
            itemsize: self.code.size,
            format: self.code.format,
            is_readonly: false,
        })
    }
    fn export(&self, change: isize) {
        self.exports.set(self.exports.get() + change);
    }
}

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn exact_class() -> R<Gc<Class>> {
    CLASS.with(|own| own.get().copied()).ok_or_else(|| type_error("array is not initialised"))
}

fn make(class: Gc<Class>, code: Code, bytes: Vec<u8>) -> Value {
    crate::heap::external_bytes(bytes.capacity());
    let object =
        Array { code, bytes: RefCell::new(bytes), exports: Cell::new(0), owner: Cell::default() };
    let array = Native::new(class, object).value();
    if let Some(object) = native::downcast::<Array>(array) {
        object.owner.set(array);
    }
    array
}

fn this(value: Value) -> R<&'static Array> {
    of::<Array>(value)
}

impl Array {
    pub fn len(&self) -> usize {
        self.bytes.borrow().len() / self.code.size
    }
    /// The item at an index; None out of range.
    pub fn get(&self, at: usize) -> R<Option<Value>> {
        let bytes = self.bytes.borrow();
        let start = at.saturating_mul(self.code.size);
        match bytes.get(start..start.saturating_add(self.code.size)) {
            Some(item) => self.code.read(item).map(Some),
            None => Ok(None),
        }
    }
    /// As `get`, of an array of doubles; None: it is another, or out of range.
    #[inline(always)]
    fn double_at(&self, at: usize) -> Option<Value> {
        if self.code.letter != b'd' {
            return None;
        }
        let bytes = self.bytes.borrow();
        let item = bytes.get(at.checked_mul(8)?..)?.first_chunk()?;
        Some(Value::float(f64::from_le_bytes(*item)))
    }
    fn check_resizable(&self) -> R<()> {
        if self.exports.get() != 0 || buffer::has_views(self.owner.get()) {
            return Err(buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }
    pub fn push(&self, value: Value) -> R<()> {
        let item = self.code.write(value)?;
        self.push_bytes(&item[..self.code.size])
    }
    pub fn push_bytes(&self, more: &[u8]) -> R<()> {
        self.check_resizable()?;
        let mut bytes = self.bytes.borrow_mut();
        bytes.try_reserve(more.len()).map_err(|_| memory_error())?;
        bytes.extend_from_slice(more);
        Ok(())
    }
    fn set(&self, at: usize, value: Value) -> R<()> {
        let item = self.code.write(value)?;
        let mut bytes = self.bytes.borrow_mut();
        // Converting the value may have shortened the array.
        match bytes.get_mut(at * self.code.size..(at + 1) * self.code.size) {
            Some(place) => {
                place.copy_from_slice(&item[..self.code.size]);
                Ok(())
            }
            None => Err(index_error("array assignment index out of range")),
        }
    }
    /// Replaces `count` items from `at` by the items in `with`.
    pub fn splice(&self, at: usize, count: usize, with: &[u8]) -> R<()> {
        let (from, to) = (at * self.code.size, (at + count) * self.code.size);
        if with.len() != to - from {
            self.check_resizable()?;
        }
        let mut bytes = self.bytes.borrow_mut();
        bytes.try_reserve(with.len()).map_err(|_| memory_error())?;
        bytes.splice(from..to, with.iter().copied());
        Ok(())
    }
    /// `source` is appended: an array of the same kind, or any iterable.
    pub fn extend(&self, source: Value) -> R<()> {
        if let Some(other) = native::downcast::<Array>(source) {
            if other.code != self.code {
                return Err(type_error("can only extend with array of same kind"));
            }
            let copy = copied(&other.bytes.borrow())?;
            return self.push_bytes(&copy);
        }
        ops::for_each(source, |item| self.push(item))
    }
    fn items_at(&self, at: Indices) -> R<Vec<u8>> {
        let bytes = self.bytes.borrow();
        let size = self.code.size;
        let mut picked = Vec::new();
        picked.try_reserve_exact(at.len * size).map_err(|_| memory_error())?;
        for i in 0..at.len {
            picked.extend_from_slice(&bytes[at.at(i) * size..][..size]);
        }
        Ok(picked)
    }
    fn delete(&self, at: Indices) -> R<()> {
        if at.len == 0 {
            return Ok(());
        }
        self.check_resizable()?;
        if at.step == 1 {
            return self.splice(at.start, at.len, &[]);
        }
        let size = self.code.size;
        let mut bytes = self.bytes.borrow_mut();
        let (first, step) = if at.step > 0 {
            (at.start, at.step as usize)
        } else {
            (at.at(at.len - 1), at.step.unsigned_abs())
        };
        let (last, count) = (first + step * (at.len - 1), bytes.len() / size);
        let mut to = first;
        for from in first..count {
            if from > last || (from - first) % step != 0 {
                bytes.copy_within(from * size..(from + 1) * size, to * size);
                to += 1;
            }
        }
        bytes.truncate(to * size);
        Ok(())
    }
}

fn copied(bytes: &[u8]) -> R<Vec<u8>> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| memory_error())?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

// -- construction ----------------------------------------------------------------------------

/// A typecode argument: a str of one character.
fn typecode(value: Value, prefix: &str) -> R<u32> {
    let wrong = |what: String| -> Raised {
        type_error(format!("{prefix} must be a unicode character, not {what}"))
    };
    let Some(text) = value.downcast::<Str>() else { return Err(wrong(type_name(value))) };
    if text.len() != 1 {
        return Err(wrong(format!("a string of length {}", text.len())));
    }
    Ok(text.char_at(0))
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    if args.names().is_some() && own_init(class)? {
        return Err(type_error("array.array() takes no keyword arguments"));
    }
    let given = args.pos();
    if given.is_empty() {
        return Err(type_error("array() takes at least 1 argument (0 given)"));
    }
    if given.len() > 2 {
        return Err(type_error(format!(
            "array() takes at most 2 arguments ({} given)",
            given.len()
        )));
    }
    let letter = typecode(given[0], "array() argument 1")?;
    let shown = char::from_u32(letter).unwrap_or('\u{FFFD}');
    let code = items::find(letter);
    if let (Some(initial), Some(code)) = (given.get(1).copied(), code)
        && !code.is_text()
    {
        if initial.is::<Str>() {
            return Err(type_error(format!(
                "cannot use a str to initialize an array with typecode '{shown}'"
            )));
        }
        if native::downcast::<Array>(initial).is_some_and(|array| array.code.is_text()) {
            return Err(type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            )));
        }
    }
    let Some(code) = code else {
        return Err(value_error(
            "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)",
        ));
    };
    let array = make(class, code, Vec::new());
    if let Some(&initial) = given.get(1) {
        fill(this(array)?, initial)?;
    }
    Ok(array)
}

fn own_init(class: Gc<Class>) -> R<bool> {
    let of = |class: Gc<Class>| class.slots.init.get().map(|slot| slot as usize);
    Ok(of(class) == of(exact_class()?))
}

/// The second argument of the constructor: text, bytes (as machine values), another array, or any
/// iterable.
fn fill(array: &Array, initial: Value) -> R<()> {
    if let Some(text) = initial.downcast::<Str>() {
        return methods::push_text(array, text);
    }
    if initial.is::<crate::objects::bytes::Bytes>()
        || initial.is::<crate::objects::bytearray::ByteArray>()
    {
        return methods::push_machine_values(array, initial);
    }
    match native::downcast::<Array>(initial) {
        Some(other) if other.code == array.code => array.extend(initial),
        _ => ops::for_each(initial, |item| array.push(item)),
    }
}

// -- slots -----------------------------------------------------------------------------------

fn len(value: Value) -> R<usize> {
    Ok(this(value)?.len())
}

fn item(value: Value, at: usize) -> R {
    this(value)?.get(at)?.ok_or_else(|| index_error("array index out of range"))
}

/// A position from an index of any sign.
fn place(array: &Array, key: Value, message: &str) -> R<usize> {
    if !crate::objects::int::is_any_int(key) && class_of(key).slots.index.get().is_none() {
        return Err(type_error("array indices must be integers"));
    }
    let (at, len) = (index(key)?, array.len());
    let at = if at < 0 { at.wrapping_add_unsigned(len) } else { at };
    usize::try_from(at).ok().filter(|&at| at < len).ok_or_else(|| index_error(message))
}

fn getitem(value: Value, key: Value) -> R {
    if key.is_int()
        && let Some(array) = native::downcast::<Array>(value)
        && let Some(found) = array.double_at(key.unbox_int() as usize)
    {
        return Ok(found);
    }
    let array = this(value)?;
    if key.is_int()
        && let Some(found) = array.get(key.unbox_int() as usize)?
    {
        return Ok(found);
    }
    if let Some(slice) = key.downcast::<Slice>() {
        let at = slice::unpack(slice)?.adjust(array.len());
        return Ok(make(exact_class()?, array.code, array.items_at(at)?));
    }
    item(value, place(array, key, "array index out of range")?)
}

fn setitem(value: Value, key: Value, to: Option<Value>) -> R<()> {
    let array = this(value)?;
    let Some(slice) = key.downcast::<Slice>() else {
        let at = place(array, key, "array assignment index out of range")?;
        return match to {
            Some(to) => array.set(at, to),
            None => array.splice(at, 1, &[]),
        };
    };
    let bounds = slice::unpack(slice)?;
    let Some(to) = to else { return array.delete(bounds.adjust(array.len())) };
    let Some(source) = native::downcast::<Array>(to) else {
        return Err(type_error(format!(
            "can only assign array (not \"{}\") to array slice",
            type_name(to)
        )));
    };
    if source.code != array.code {
        return Err(type_error("bad argument type for built-in operation"));
    }
    let with = copied(&source.bytes.borrow())?;
    let at = bounds.adjust(array.len());
    if at.step == 1 {
        return array.splice(at.start, at.stop - at.start, &with);
    }
    let size = array.code.size;
    if with.len() / size != at.len {
        return Err(value_error(format!(
            "attempt to assign array of size {} to extended slice of size {}",
            with.len() / size,
            at.len
        )));
    }
    let mut bytes = array.bytes.borrow_mut();
    for i in 0..at.len {
        bytes[at.at(i) * size..][..size].copy_from_slice(&with[i * size..][..size]);
    }
    Ok(())
}

fn contains(value: Value, wanted: Value) -> R<bool> {
    Ok(methods::position(this(value)?, wanted, 0, usize::MAX)?.is_some())
}

fn concat(left: Value, right: Value) -> R {
    let array = this(left)?;
    let Some(other) = native::downcast::<Array>(right) else {
        return Err(type_error(format!(
            "can only append array (not \"{}\") to array",
            type_name(right)
        )));
    };
    if array.code != other.code {
        return Err(type_error("bad argument type for built-in operation"));
    }
    let mut joined = copied(&array.bytes.borrow())?;
    joined.try_reserve_exact(other.bytes.borrow().len()).map_err(|_| memory_error())?;
    joined.extend_from_slice(&other.bytes.borrow());
    Ok(make(exact_class()?, array.code, joined))
}

fn inplace_concat(left: Value, right: Value) -> R {
    if native::downcast::<Array>(right).is_none() {
        return Err(type_error(format!(
            "can only extend array with array (not \"{}\")",
            type_name(right)
        )));
    }
    this(left)?.extend(right)?;
    Ok(left)
}

fn repeated(array: &Array, times: isize) -> R<Vec<u8>> {
    let bytes = array.bytes.borrow();
    let total = bytes.len().checked_mul(times.max(0) as usize).ok_or_else(memory_error)?;
    let mut repeated = Vec::new();
    repeated.try_reserve_exact(total).map_err(|_| memory_error())?;
    while repeated.len() < total {
        repeated.extend_from_slice(&bytes);
    }
    Ok(repeated)
}

fn repeat(value: Value, times: isize) -> R {
    let array = this(value)?;
    Ok(make(exact_class()?, array.code, repeated(array, times)?))
}

fn inplace_repeat(value: Value, times: isize) -> R {
    let array = this(value)?;
    let repeated = repeated(array, times)?;
    if repeated.len() != array.bytes.borrow().len() {
        array.check_resizable()?;
        *array.bytes.borrow_mut() = repeated;
    }
    Ok(value)
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (native::downcast::<Array>(left), native::downcast::<Array>(right))
    else {
        return Ok(NOT_IMPLEMENTED);
    };
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut at = 0;
    while let (Some(x), Some(y)) = (a.get(at)?, b.get(at)?) {
        // Fresh numbers: a NaN is not the other one.
        if !ops::compare_bool(x, y, CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => ops::compare(x, y, op),
            };
        }
        at += 1;
    }
    Ok(Value::bool(op.of(a.len().cmp(&b.len()))))
}

fn repr(value: Value) -> R {
    let array = this(value)?;
    let mut text = Text::new();
    text.push_str(str::new(&bare_name(value)))?;
    text.push_ascii("('")?;
    text.push_str(str::from_latin1(&[array.code.letter]))?;
    text.push_ascii("'")?;
    if array.len() != 0 {
        text.push_ascii(", ")?;
        let items = if array.code.is_text() {
            methods::text(array)?.value()
        } else {
            methods::list(array)?.value()
        };
        text.push_repr(items)?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

pub fn init(module: Gc<Module>) -> R<()> {
    let class = native_class::new(
        "array",
        "array",
        flags::BASETYPE | flags::HAS_WEAKREF | flags::SEQUENCE,
        |class| {
            let slots = &class.slots;
            slots.new.set(Some(new));
            slots.repr.set(Some(repr));
            slots.hash.set(Some(ops::unhashable));
            slots.compare.set(Some(compare));
            slots.iter.set(Some(iter::new));
            slots.len.set(Some(len));
            slots.item.set(Some(item));
            slots.getitem.set(Some(getitem));
            slots.setitem.set(Some(setitem));
            slots.contains.set(Some(contains));
            slots.concat.set(Some(concat));
            slots.repeat.set(Some(repeat));
            slots.inplace_concat.set(Some(inplace_concat));
            slots.inplace_repeat.set(Some(inplace_repeat));
            methods::add_to(class);
        },
    );
    CLASS.with(|own| {
        let _ = own.set(class);
    });
    iter::init();
    let dict = module.dict.get();
    dict.set_str(intern("array"), class.value());
    dict.set_str(intern("ArrayType"), class.value());
    let letters: Vec<u8> = items::CODES.iter().map(|code| code.letter).collect();
    dict.set_str(intern("typecodes"), str::from_latin1(&letters).value());
    methods::add_functions(module);
    Ok(())
}
