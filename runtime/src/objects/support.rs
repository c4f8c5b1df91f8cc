//! What the container types share: arity checks, index conversion, hashing of keys, text building,
//! the guard against endless `repr`. Not here: anything that only one type does.

use crate::args::{Args, Signature};
use crate::error::{R, Raised, index_error, memory_error, overflow_error, type_error};
use crate::heap;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, class_method};
use crate::objects::class::Class;
use crate::objects::int::{self, IntObject};
use crate::objects::native::{self, NativeObject};
use crate::objects::str::{self, Chars, Str};
use crate::ops;
use crate::slots::{NewFn, NextFn};
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, names, type_name, types, vm};
use core::cell::RefCell;
use std::sync::OnceLock;

// -- arguments -------------------------------------------------------------------

/// Positional arguments of a callable that takes no keywords, `min..=max` of them, with CPython's
/// messages.
pub fn positional<'a>(args: Args<'a>, name: &str, min: usize, max: usize) -> R<&'a [Value]> {
    let values = args.no_keywords(name)?;
    check_count(values.len(), name, min, max)?;
    Ok(values)
}

pub fn check_count(given: usize, name: &str, min: usize, max: usize) -> R<()> {
    if (min..=max).contains(&given) {
        return Ok(());
    }
    let (bound, wanted) = match (min == max, given < min) {
        (true, _) => ("", min),
        (false, true) => ("at least ", min),
        (false, false) => ("at most ", max),
    };
    let plural = if wanted == 1 { "" } else { "s" };
    Err(type_error(format!("{name} expected {bound}{wanted} argument{plural}, got {given}")))
}

/// Keywords are refused unless a subclass has its own `__new__` (which may have taken them).
pub fn refuse_keywords(object: Value, args: Args<'_>, name: &str, new: NewFn) -> R<()> {
    let own_new =
        class_of(object).slots.new.get().is_some_and(|slot| slot as usize == new as usize);
    if own_new && args.names().is_some() {
        return Err(type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

/// `(self, ...)` of a raw method, split.
pub fn split_self<'a>(args: Args<'a>, name: &str) -> R<(Value, Args<'a>)> {
    match args.pos().first() {
        Some(&this) => Ok((this, Args::new(&args.all()[1..], args.names()))),
        None => Err(type_error(format!("unbound method {name}() needs an argument"))),
    }
}

/// The parameters of a native class's constructor, bound as a native function's are.
pub struct Params {
    name: &'static str,
    text: &'static str,
    parsed: OnceLock<Signature>,
}

impl Params {
    pub const fn new(name: &'static str, text: &'static str) -> Params {
        Params { name, text, parsed: OnceLock::new() }
    }
    /// One value for each parameter; NULL where an optional one is not given. N is the number of
    /// parameters.
    pub fn bind<const N: usize>(&'static self, args: Args<'_>) -> R<[Value; N]> {
        let mut slots = [NULL; N];
        let signature = self.parsed.get_or_init(|| Signature::parse(self.text));
        signature.bind(self.name, args, &mut slots)?;
        Ok(slots)
    }
}

// -- ints ----------------------------------------------------------------------------

/// An index into a sequence: any object with `__index__`; IndexError when it does not fit.
pub fn index(value: Value) -> R<isize> {
    if value.is_int() {
        return Ok(value.unbox_int() as isize);
    }
    ops::index_isize(value)?.ok_or_else(|| {
        index_error(format!("cannot fit '{}' into an index-sized integer", type_name(value)))
    })
}

/// As a C function with a `Py_ssize_t` parameter converts its argument.
pub fn ssize(value: Value) -> R<isize> {
    ops::index_isize(value)?
        .ok_or_else(|| overflow_error("Python int too large to convert to C ssize_t"))
}

/// Any int, clipped to an isize (as slice bounds are).
pub fn clipped(value: Value) -> R<isize> {
    let number = ops::index(value)?;
    Ok(int::to_i64(number)
        .map_or_else(|| if is_negative(number) { isize::MIN } else { isize::MAX }, |i| i as isize))
}

pub fn is_negative(number: Value) -> bool {
    match number.downcast::<IntObject>() {
        Some(object) => object.big.sign() == dashu_int::Sign::Negative,
        None => int::to_i64(number).is_some_and(|i| i < 0),
    }
}

/// The number of an int, a bool or a subclass.
pub fn big(number: Value) -> dashu_int::IBig {
    match number.downcast::<IntObject>() {
        Some(object) => object.big.clone(),
        None => int::to_i64(number).unwrap_or(0).into(),
    }
}

/// As `PyNumber_Index`: an exact int.
pub fn exact_index(value: Value) -> R {
    if value.is_int() {
        return Ok(value);
    }
    let number = ops::index(value)?;
    match int::to_i64(number) {
        Some(i) => Ok(Value::int(i)),
        None if class_of(number) == types().int => Ok(number),
        None => Ok(int::from_big(big(number))),
    }
}

pub fn int_from_i128(i: i128) -> Value {
    i64::try_from(i).map_or_else(|_| int::from_big(i.into()), Value::int)
}

pub fn len_value(len: usize) -> Value {
    Value::int(i64::try_from(len).unwrap_or(i64::MAX))
}

/// Start and stop of `index(value, start, stop)`, resolved against `len`.
pub fn search_bounds(start: Value, stop: Value, len: usize) -> R<(usize, usize)> {
    let resolve = |value: Value, default: isize| -> R<isize> {
        if value.is_null() {
            return Ok(default);
        }
        if class_of(value).slots.index.get().is_none() && !int::is_any_int(value) {
            return Err(type_error("slice indices must be integers or have an __index__ method"));
        }
        clipped(value)
    };
    let (start, stop) = (resolve(start, 0)?, resolve(stop, isize::MAX)?);
    let place =
        |i: isize| if i < 0 { i.saturating_add(len as isize).max(0) as usize } else { i as usize };
    Ok((place(start), place(stop)))
}

// -- kinds of values -----------------------------------------------------------------

#[inline(always)]
pub fn has_shape(value: Value, shape: u32) -> bool {
    value.is_object() && value.header().shape.get() == shape
}
#[inline(always)]
pub fn is_exact_str(value: Value) -> bool {
    has_shape(value, crate::defs::SHAPE_STR)
}
#[inline(always)]
pub fn is_exact_list(value: Value) -> bool {
    has_shape(value, crate::defs::SHAPE_LIST)
}
#[inline(always)]
pub fn is_exact_tuple(value: Value) -> bool {
    has_shape(value, crate::defs::SHAPE_TUPLE)
}
#[inline(always)]
pub fn is_exact_dict(value: Value) -> bool {
    has_shape(value, crate::defs::SHAPE_DICT)
}
/// As `PySequence_Check`.
pub fn is_sequence(value: Value) -> bool {
    let class = class_of(value);
    !value.is::<crate::objects::dict::Dict>()
        && (class.slots.item.get().is_some()
            || (class.slots.getitem.get().is_some() && class.lookup(names().__getitem__).is_some()))
}

/// The class's name with its module, as `%T` prints it.
pub fn qualified_name(value: Value) -> String {
    let class = class_of(value);
    let name = class
        .qualname
        .get()
        .downcast::<Str>()
        .map_or_else(|| class.bare_name(), |name| name.to_string_lossy());
    match class.module_name.get().downcast::<Str>().map(|module| module.to_string_lossy()) {
        Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{name}"),
        _ => name,
    }
}

/// The class's name alone, as most `repr`s begin.
pub fn bare_name(value: Value) -> String {
    class_of(value).bare_name()
}

/// A function of `builtins`, for `__reduce__`.
pub fn builtin(name: &str) -> R {
    let found = vm().builtins.get().and_then(|builtins| builtins.get_text(name));
    found.ok_or_else(|| {
        crate::error::attribute_error(format!("module 'builtins' has no attribute '{name}'"))
    })
}

/// What `len()` or `__length_hint__` of a Python object say before it is iterated. Native types are
/// not asked.
pub fn length_hint(value: Value) -> R<Option<usize>> {
    let class = class_of(value);
    if class.slots.len.get().is_some() {
        match ops::len(value) {
            Ok(len) => return Ok(Some(len)),
            Err(raised) if raised.is(types().type_error) => {}
            Err(raised) => return Err(raised),
        }
    }
    let hint = match ops::call_special(value, names().__length_hint__, &[]) {
        Ok(Some(hint)) => hint,
        Ok(None) => return Ok(None),
        Err(raised) if raised.is(types().type_error) => return Ok(None),
        Err(raised) => return Err(raised),
    };
    if hint == crate::value::NOT_IMPLEMENTED {
        return Ok(None);
    }
    if !int::is_any_int(hint) {
        return Err(type_error(format!(
            "__length_hint__ must be an integer, not {}",
            type_name(hint)
        )));
    }
    let hint = ssize(hint)?;
    usize::try_from(hint)
        .map(Some)
        .map_err(|_| crate::error::value_error("__length_hint__() should return >= 0"))
}

/// For how many items CPython would make room: a Python object's `__len__` or `__length_hint__`
/// runs and may raise.
#[inline]
pub fn announce_length(iterable: Value) -> R<usize> {
    let class = class_of(iterable);
    if class.has_flag(crate::objects::class::flags::HEAP) || class.slots.len.get().is_some() {
        return Ok(length_hint(iterable)?.unwrap_or(0));
    }
    Ok(0)
}

// -- hashing ---------------------------------------------------------------------------

#[inline]
pub fn hash(value: Value) -> R<i64> {
    if value.is_int() {
        let i = value.unbox_int();
        return Ok(if i == -1 { -2 } else { i });
    }
    if is_exact_str(value) {
        return Ok(value.cast::<Str>().hash());
    }
    ops::hash(value)
}
/// The hash of a dict's key; an unhashable one is named in the message.
#[inline]
pub fn hash_key(key: Value) -> R<i64> {
    if let Some(hash) = plain_hash(key) {
        return Ok(hash);
    }
    hash_other_key(key)
}
/// The hash of a small int, a str, or a class of the metaclass `type`, which takes no call.
#[inline(always)]
pub fn plain_hash(key: Value) -> Option<i64> {
    if key.is_int() {
        // -1 says "error" in CPython.
        let int = key.unbox_int();
        return Some(if int == -1 { -2 } else { int });
    }
    if is_exact_str(key) {
        return Some(key.cast::<Str>().hash());
    }
    // A class.
    has_shape(key, crate::defs::SHAPE_TYPE).then(|| crate::ops::hash_of_address(key))
}
#[inline(never)]
fn hash_other_key(key: Value) -> R<i64> {
    hash(key).map_err(|raised| unhashable(raised, key, "a dict key"))
}
#[inline]
pub fn hash_element(element: Value) -> R<i64> {
    if let Some(hash) = plain_hash(element) {
        return Ok(hash);
    }
    hash_other_element(element)
}
#[inline(never)]
fn hash_other_element(element: Value) -> R<i64> {
    hash(element).map_err(|raised| unhashable(raised, element, "a set element"))
}
#[cold]
fn unhashable(raised: Raised, value: Value, role: &str) -> Raised {
    if class_of(raised.value()) != types().type_error {
        return raised;
    }
    match ops::str_string(raised.value()) {
        Ok(why) => type_error(format!("cannot use '{}' as {role} ({why})", qualified_name(value))),
        Err(raised) => raised,
    }
}

/// CPython's tuple hash (xxHash with a lane for each item), shared by tuple and slice.
pub struct ItemsHash(u64);

impl ItemsHash {
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;
    pub fn new() -> ItemsHash {
        ItemsHash(Self::P5)
    }
    #[inline]
    pub fn add(&mut self, hash: i64) {
        self.0 = self
            .0
            .wrapping_add((hash as u64).wrapping_mul(Self::P2))
            .rotate_left(31)
            .wrapping_mul(Self::P1);
    }
    pub fn finish_tuple(mut self, len: usize) -> i64 {
        self.0 = self.0.wrapping_add(len as u64 ^ (Self::P5 ^ 3_527_539));
        self.finish()
    }
    pub fn finish(self) -> i64 {
        if self.0 == u64::MAX { 1_546_275_796 } else { self.0 as i64 }
    }
}

impl Default for ItemsHash {
    fn default() -> Self {
        ItemsHash::new()
    }
}

// -- text ------------------------------------------------------------------------------

/// A growing text; wide as soon as one character needs it.
pub enum Text {
    Narrow(Vec<u8>),
    Wide(Vec<u32>),
}

impl Text {
    pub fn new() -> Text {
        Text::Narrow(Vec::new())
    }
    /// ASCII of our own.
    pub fn push_ascii(&mut self, text: &str) -> R<()> {
        match self {
            Text::Narrow(bytes) => {
                bytes.try_reserve(text.len()).map_err(|_| memory_error())?;
                bytes.extend_from_slice(text.as_bytes());
            }
            Text::Wide(words) => {
                words.try_reserve(text.len()).map_err(|_| memory_error())?;
                words.extend(text.bytes().map(u32::from));
            }
        }
        Ok(())
    }
    pub fn push_str(&mut self, str: Gc<Str>) -> R<()> {
        if let (Text::Narrow(bytes), Chars::Wide(_)) = (&*self, str.chars()) {
            let mut words = Vec::new();
            words.try_reserve(bytes.len() + str.len()).map_err(|_| memory_error())?;
            words.extend(bytes.iter().copied().map(u32::from));
            *self = Text::Wide(words);
        }
        match (self, str.chars()) {
            (Text::Narrow(bytes), Chars::Narrow(more)) => {
                bytes.try_reserve(more.len()).map_err(|_| memory_error())?;
                bytes.extend_from_slice(more);
            }
            (Text::Wide(words), Chars::Narrow(more)) => {
                words.try_reserve(more.len()).map_err(|_| memory_error())?;
                words.extend(more.iter().copied().map(u32::from));
            }
            (Text::Wide(words), Chars::Wide(more)) => {
                words.try_reserve(more.len()).map_err(|_| memory_error())?;
                words.extend_from_slice(more);
            }
            // Widened above.
            (Text::Narrow(_), Chars::Wide(_)) => {}
        }
        Ok(())
    }
    pub fn push_repr(&mut self, value: Value) -> R<()> {
        self.push_str(ops::repr(value)?)
    }
    pub fn finish(self) -> Gc<Str> {
        match self {
            Text::Narrow(bytes) => str::from_latin1(&bytes),
            Text::Wide(words) => str::from_code_points(&words),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::new()
    }
}

thread_local! { static IN_REPR: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) }; }

/// Marks an object as being printed; `None` when it already is (the object contains itself).
pub struct ReprGuard(());

impl ReprGuard {
    pub fn enter(value: Value) -> Option<ReprGuard> {
        IN_REPR.with_borrow_mut(|active| {
            if active.contains(&(value.0 as usize)) {
                return None;
            }
            active.push(value.0 as usize);
            Some(ReprGuard(()))
        })
    }
}

impl Drop for ReprGuard {
    fn drop(&mut self) {
        IN_REPR.with_borrow_mut(|active| active.pop());
    }
}

/// `__class_getitem__` of the generic native classes.
pub static CLASS_GETITEM: [NativeFunction; 1] =
    [class_method("__class_getitem__", "($type, object, /)", class_getitem, "See PEP 585")];

fn class_getitem(args: &[Value]) -> R {
    ops::call_positional(types().generic_alias.value(), args)
}

// -- native objects -----------------------------------------------------------------------

/// The Rust struct of a native object.
#[inline]
pub fn of<T: NativeObject>(value: Value) -> R<&'static T> {
    native::downcast(value)
        .ok_or_else(|| type_error(format!("bad internal state of a '{}' object", type_name(value))))
}

/// `traced!(Struct: field, field)`: a native struct whose values all are `Cell<Value>` fields.
#[macro_export]
macro_rules! traced {
    ($name:ident: $($field:ident),* $(,)?) => {
        impl $crate::objects::native::NativeObject for $name {
            fn trace(&self, marker: &mut $crate::heap::Marker) {
                $(marker.value(self.$field.get());)*
                let _ = marker;
            }
        }
    };
}

/// Sets the slots that every iterator class has.
pub fn make_iterator(class: Gc<Class>, new: NewFn, next: NextFn, doc: &'static str) {
    class.doc.set(doc);
    class.slots.new.set(Some(new));
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
}

/// Stores a value into a native object's cell, with the write barrier.
#[inline]
pub fn store(owner: Value, cell: &core::cell::Cell<Value>, value: Value) {
    cell.set(value);
    heap::write_barrier(owner);
}

/// `(callable, args)` or longer, for `__reduce__`.
pub fn tuple(items: &[Value]) -> Value {
    crate::objects::tuple::Tuple::from_slice(items).value()
}

pub fn not_none(value: Value) -> Option<Value> {
    if value.is_null() || value == NONE { None } else { Some(value) }
}

/// `iter(x)` slot of every iterator.
pub fn itself(iterator: Value) -> R {
    Ok(iterator)
}

/// The instance's own class, for the methods that answer with one of the same.
pub fn class_value(value: Value) -> Gc<Class> {
    class_of(value)
}
