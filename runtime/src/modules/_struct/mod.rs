//! `_struct`: values packed into bytes by a format, and back. Not here: the format (`layout.rs`),
//! half floats and their like (`number.rs`).

mod layout;
mod number;

use crate::args::Args;
use crate::error::{R, Raised, overflow_error, runtime_error, type_error};
use crate::heap::{self, Marker};
use crate::modules::{add, add_functions};
use crate::object::{Field, Gc, Kind};
use crate::objects::buffer::{self, BytesView};
use crate::objects::builtin::{
    NativeAttribute, NativeFunction, function, getset, method, raw_function, raw_method,
};
use crate::objects::bytes::{self, Bytes};
use crate::objects::class::{Class, flags};
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, type_name, types};
use core::cell::{Cell, RefCell};
use layout::{Content, Item, Layout};
use std::collections::HashMap;
use std::rc::Rc;

thread_local! {
    // Classes of this thread's VM, which keeps them for ever.
    static ERROR: Cell<Option<Gc<Class>>> = const { Cell::new(None) };
    static ITERATOR: Cell<Option<Gc<Class>>> = const { Cell::new(None) };
    /// Layouts of formats given as arguments.
    static CACHE: RefCell<HashMap<Vec<u8>, Rc<Layout>>> = RefCell::default();
}
const MOST_CACHED: usize = 100;

pub fn init(module: Gc<Module>) -> R<()> {
    add(module, "__doc__", str::new(DOC).value());
    let base = types().exception;
    let error = native_class::with_base(
        "struct",
        "error",
        base,
        Kind::Exception,
        flags::BASETYPE | flags::HAS_DICT,
        |_| {},
    );
    ERROR.set(Some(error));
    add(module, "error", error.value());
    let class = native_class::new("_struct", "Struct", flags::BASETYPE, |class| {
        class.doc.set("Struct(fmt) --> compiled struct object");
        class.slots.new.set(Some(new));
        class.slots.init.set(Some(init_struct));
        class.slots.repr.set(Some(repr));
        class.add_methods(&METHODS);
        class.add_attributes(&ATTRIBUTES);
    });
    add(module, "Struct", class.value());
    let iterator =
        native_class::new("_struct", "unpack_iterator", flags::DISALLOW_INSTANTIATION, |class| {
            class.slots.iter.set(Some(Ok));
            class.slots.next.set(Some(iterator_next));
            class.add_methods(&ITERATOR_METHODS);
        });
    ITERATOR.set(Some(iterator));
    add_functions(module, &FUNCTIONS);
    Ok(())
}

const DOC: &str = "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct.\nThe format string (explained below) describes the layout of data\nin the C struct.\n\nThe optional first format char indicates byte order, size and alignment:\n  @: native order, size & alignment (default)\n  =: native order, std. size & alignment\n  <: little-endian, std. size & alignment\n  >: big-endian, std. size & alignment\n  !: same as >\n\nThe remaining characters indicate types of args and must match exactly;\nthese can be preceded by a decimal repeat count:\n  x: pad byte (no data); c: char; b: signed byte; B: unsigned byte;\n  ?: _Bool; h: short; H: unsigned short; i: int; I: unsigned int;\n  l: long; L: unsigned long; q: long long; Q: unsigned long long;\n  f: float; d: double; e: half-float;\n  F: float complex; D: double complex.\nSpecial cases (preceding decimal count indicates length):\n  s: byte string (array of char); p: Pascal string (with count byte).\nSpecial cases (only available in native format):\n  n: ssize_t; N: size_t;\n  P: an integer type that is wide enough to hold a pointer.\nWhitespace between formats is ignored.\n\nThe variable struct.error is an exception raised on errors.\n";

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 7] = [
    function("_clearcache", "($module, /)", clear_cache, "Clear the internal cache."),
    function("calcsize", "($module, format, /)", calcsize, "Return size in bytes of the struct described by the format string."),
    function("iter_unpack", "($module, format, buffer, /)", iter_unpack_function, "Return an iterator yielding tuples unpacked from the given bytes.\n\nThe bytes are unpacked according to the format string, like\na repeated invocation of unpack_from().\n\nRequires that the bytes length be a multiple of the format struct size."),
    raw_function("pack", pack_function, "pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.  See help(struct) for more on format strings."),
    raw_function("pack_into", pack_into_function, "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.  Note\nthat the offset is a required argument.  A negative offset counts from\nthe end of the buffer.  See help(struct) for more on format strings."),
    function("unpack", "($module, format, buffer, /)", unpack_function, "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size in bytes must be calcsize(format).\n\nSee help(struct) for more on format strings."),
    function("unpack_from", "($module, format, /, buffer, offset=0)", unpack_from_function, "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size, minus offset, must be at least calcsize(format).\nA negative offset counts from the end of the buffer.\n\nSee help(struct) for more on format strings."),
];
static METHODS: [NativeFunction; 6] = [
    raw_method(
        "pack",
        pack_method,
        "S.pack(v1, v2, ...) -> bytes\n\nReturn a bytes object containing values v1, v2, ... packed according\nto the format string S.format.  See help(struct) for more on format\nstrings.",
    ),
    raw_method(
        "pack_into",
        pack_into_method,
        "S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string S.format\nand write the packed bytes into the writable buffer buf starting at\noffset.  Note that the offset is a required argument.  See\nhelp(struct) for more on format strings.",
    ),
    method(
        "unpack",
        "($self, buffer, /)",
        |a| unpack_exactly(layout_of(a[0])?, a[1]),
        "Return a tuple containing unpacked values.\n\nUnpack according to the format string Struct.format. The buffer's size\nin bytes must be Struct.size.\n\nSee help(struct) for more on format strings.",
    ),
    method(
        "unpack_from",
        "($self, /, buffer, offset=0)",
        |a| unpack_from(layout_of(a[0])?, a[1], a[2]),
        "Return a tuple containing unpacked values.\n\nValues are unpacked according to the format string Struct.format.\n\nThe buffer's size in bytes, starting at position offset, must be\nat least Struct.size.\n\nSee help(struct) for more on format strings.",
    ),
    method(
        "iter_unpack",
        "($self, buffer, /)",
        |a| iter_unpack(layout_of(a[0])?, a[1]),
        "Return an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, like a repeated\ninvocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size.",
    ),
    method(
        "__sizeof__",
        "($self, /)",
        |a| Ok(int::from_usize(64 + 32 * layout_of(a[0])?.items.len())),
        "S.__sizeof__() -> size of S in memory, in bytes",
    ),
];

static ATTRIBUTES: [NativeAttribute; 2] = [
    getset("format", format_of, None, "struct format string"),
    getset("size", |this| Ok(int::from_usize(layout_of(this)?.size)), None, "struct size in bytes"),
];

static ITERATOR_METHODS: [NativeFunction; 1] =
    [method("__length_hint__", "($self, /)", iterator_length, "")];

/// `struct.error`.
#[cold]
pub fn struct_error(message: &str) -> Raised {
    match ERROR.get() {
        Some(class) => Raised::new(class, message),
        None => crate::error::system_error(message),
    }
}

// -- Struct ---------------------------------------------------------------------------------------

/// What `__init__` fills.
struct Struct {
    layout: RefCell<Option<Rc<Layout>>>,
    /// A str.
    format: Field<Value>,
}

impl NativeObject for Struct {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.format.get());
    }
}

fn new(class: Gc<Class>, _: Args<'_>) -> R {
    Ok(Native::new(class, Struct { layout: RefCell::default(), format: Field::new(NULL) }).value())
}

fn init_struct(this: Value, args: Args<'_>) -> R<()> {
    let mut format = args.pos().first().copied();
    if args.all().len() > 1 {
        return Err(type_error(format!(
            "Struct() takes at most 1 argument ({} given)",
            args.all().len()
        )));
    }
    for (name, value) in args.kw() {
        if !name.eq_str("format") {
            let name = name.to_string_lossy();
            return Err(type_error(format!(
                "Struct() got an unexpected keyword argument '{name}'"
            )));
        }
        format = Some(value);
    }
    let Some(format) = format else {
        return Err(type_error("Struct() missing required argument 'format' (pos 1)"));
    };
    let text = format_bytes(format)?;
    let layout = layout::parse(&text, struct_error)?;
    if let Some(object) = native::downcast::<Struct>(this) {
        object.format.init(str::from_latin1(&text).value());
        heap::write_barrier(this);
        *object.layout.borrow_mut() = Some(Rc::new(layout));
    }
    Ok(())
}

/// The letters of a format, a str or bytes.
fn format_bytes(format: Value) -> R<Vec<u8>> {
    if let Some(bytes) = format.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    let Some(text) = format.downcast::<Str>() else {
        return Err(type_error(format!(
            "Struct() argument 1 must be a str or bytes object, not {}",
            type_name(format)
        )));
    };
    match text.as_ascii() {
        Some(ascii) => Ok(ascii.as_bytes().to_vec()),
        None => {
            // Raises UnicodeEncodeError.
            let encode = ops::getattr(format, crate::vm::intern("encode"))?;
            let encoded = ops::call_positional(encode, &[str::new("ascii").value()])?;
            Ok(encoded.downcast::<Bytes>().map_or_else(Vec::new, |bytes| bytes.as_slice().to_vec()))
        }
    }
}

fn uninitialized() -> Raised {
    runtime_error("Struct object is not initialized")
}

fn layout_of(this: Value) -> R<Rc<Layout>> {
    native::downcast::<Struct>(this)
        .and_then(|object| object.layout.borrow().clone())
        .ok_or_else(uninitialized)
}

fn format_of(this: Value) -> R {
    native::downcast::<Struct>(this)
        .and_then(|object| object.format.get().option())
        .ok_or_else(uninitialized)
}

fn repr(this: Value) -> R {
    let format = ops::repr_string(format_of(this)?)?;
    Ok(str::new(&format!("{}({format})", class_of(this).bare_name())).value())
}

fn cached(format: Value) -> R<Rc<Layout>> {
    if class_of(format).slots.new.get().is_some() && native::downcast::<Struct>(format).is_some() {
        return layout_of(format);
    }
    let text = format_bytes(format)?;
    if let Some(layout) = CACHE.with(|cache| cache.borrow().get(&text).cloned()) {
        return Ok(layout);
    }
    let layout = Rc::new(layout::parse(&text, struct_error)?);
    CACHE.with(|cache| {
        let mut cache = cache.borrow_mut();
        if cache.len() >= MOST_CACHED {
            cache.clear();
        }
        cache.insert(text, layout.clone());
    });
    Ok(layout)
}

fn clear_cache(_: &[Value]) -> R {
    CACHE.with(|cache| cache.borrow_mut().clear());
    Ok(NONE)
}

fn calcsize(args: &[Value]) -> R {
    Ok(int::from_usize(cached(args[0])?.size))
}

// -- packing --------------------------------------------------------------------------------------

fn no_keywords(args: Args<'_>, name: &str) -> R<()> {
    if args.kw_len() == 0 {
        Ok(())
    } else {
        Err(type_error(format!("{name}() takes no keyword arguments")))
    }
}

fn pack_function(args: Args<'_>) -> R {
    no_keywords(args, "_struct.pack")?;
    match args.pos() {
        [] => Err(type_error("missing format argument")),
        [format, values @ ..] => pack(cached(*format)?, values),
    }
}

fn pack_method(args: Args<'_>) -> R {
    no_keywords(args, "Struct.pack")?;
    match args.pos() {
        [] => Err(uninitialized()),
        [this, values @ ..] => pack(layout_of(*this)?, values),
    }
}

fn check_count(layout: &Layout, values: &[Value], function: &str) -> R<()> {
    if values.len() == layout.values {
        return Ok(());
    }
    Err(struct_error(&format!(
        "{function} expected {} items for packing (got {})",
        layout.values,
        values.len()
    )))
}

fn pack(layout: Rc<Layout>, values: &[Value]) -> R {
    check_count(&layout, values, "pack")?;
    let mut failure = None;
    // Filled aside: packing may run Python code, which must not see the bytes change.
    let mut buffer: Vec<u8> = Vec::new();
    buffer.try_reserve_exact(layout.size).map_err(|_| crate::error::memory_error())?;
    buffer.resize(layout.size, 0);
    fill(&layout, values, &mut buffer)?;
    let packed = bytes::fill(layout.size, |target| {
        if target.len() == buffer.len() {
            target.copy_from_slice(&buffer)
        } else {
            failure = Some(())
        }
    })?;
    debug_assert!(failure.is_none());
    Ok(packed.value())
}

fn fill(layout: &Layout, values: &[Value], buffer: &mut [u8]) -> R<()> {
    let mut values = values.iter();
    for item in &layout.items {
        for i in 0..item.count {
            let Some(&value) = values.next() else { return Ok(()) };
            let start = item.offset + i * item.size;
            let Some(place) = buffer.get_mut(start..start + item.size) else { return Ok(()) };
            match pack_value(item, value, place, layout.big_endian) {
                Err(raised) if int::is_any_int(value) && raised.is(types().overflow_error) => {
                    return Err(struct_error("int too large to convert"));
                }
                other => other?,
            }
            let is_number = !matches!(
                item.content,
                Content::Bytes | Content::Pascal | Content::Char | Content::Bool
            );
            if is_number && layout.big_endian {
                reverse(item, place);
            }
        }
    }
    Ok(())
}

/// Swaps the byte order of a number, or of both parts of a complex one.
fn reverse(item: &Item, place: &mut [u8]) {
    if matches!(item.content, Content::FloatComplex | Content::DoubleComplex) {
        let (real, imag) = place.split_at_mut(item.size / 2);
        real.reverse();
        imag.reverse();
    } else {
        place.reverse();
    }
}

/// Little-endian; `place` is zeroed and as long as the item.
fn pack_value(item: &Item, value: Value, place: &mut [u8], big_endian: bool) -> R<()> {
    match item.content {
        Content::Signed | Content::Unsigned => number::pack_int(item, value, place),
        Content::Pointer => number::pack_pointer(value, place),
        Content::Bool => {
            place[0] = ops::truth(value)? as u8;
            Ok(())
        }
        Content::Half | Content::Float | Content::Double => {
            number::pack_float(item.content, value, place)
        }
        Content::FloatComplex | Content::DoubleComplex => {
            number::pack_complex(item.content, value, place, big_endian)
        }
        Content::Char => match value.downcast::<Bytes>().map(|bytes| bytes.as_slice()) {
            Some([byte]) => {
                place[0] = *byte;
                Ok(())
            }
            _ => Err(struct_error("char format requires a bytes object of length 1")),
        },
        Content::Bytes | Content::Pascal => pack_bytes(item, value, place),
    }
}

fn pack_bytes(item: &Item, value: Value, place: &mut [u8]) -> R<()> {
    use crate::objects::bytearray::ByteArray;
    if !value.is::<Bytes>() && !value.is::<ByteArray>() {
        return Err(struct_error(&format!(
            "argument for '{}' must be a bytes object",
            item.letter as char
        )));
    }
    let source = buffer::view(value)?;
    let source = source.as_slice();
    if item.content == Content::Bytes {
        let len = source.len().min(place.len());
        place[..len].copy_from_slice(&source[..len]);
    } else if let Some((length, text)) = place.split_first_mut() {
        let len = source.len().min(text.len());
        text[..len].copy_from_slice(&source[..len]);
        *length = len.min(255) as u8;
    }
    Ok(())
}

fn pack_into_function(args: Args<'_>) -> R {
    no_keywords(args, "_struct.pack_into")?;
    match args.pos() {
        [] => Err(type_error("missing format argument")),
        [format, rest @ ..] => pack_into(cached(*format)?, rest),
    }
}

fn pack_into_method(args: Args<'_>) -> R {
    no_keywords(args, "Struct.pack_into")?;
    match args.pos() {
        [] => Err(uninitialized()),
        [this, rest @ ..] => pack_into(layout_of(*this)?, rest),
    }
}

fn pack_into(layout: Rc<Layout>, args: &[Value]) -> R {
    let (target, offset, values) = match args {
        [] => return Err(struct_error("pack_into expected buffer argument")),
        [_] => return Err(struct_error("pack_into expected offset argument")),
        [target, offset, values @ ..] => (*target, *offset, values),
    };
    check_count(&layout, values, "pack_into")?;
    let read_only = || {
        type_error(format!(
            "argument must be read-write bytes-like object, not {}",
            type_name(target)
        ))
    };
    let offset_value = offset;
    let view =
        buffer::as_bytes(target)?.filter(|view| !view.is_readonly()).ok_or_else(read_only)?;
    let offset = int::index_to_isize(offset_value)?;
    let len = view.as_slice().len();
    let size = layout.size;
    let start = start_in(offset, len, size, |offset| {
        format!("no space to pack {size} bytes at offset {offset}")
    })?;
    if len < start || len - start < size {
        return Err(struct_error(&format!(
            "pack_into requires a buffer of at least {} bytes for packing {size} bytes at offset {start} (actual buffer size is {len})",
            start as u128 + size as u128
        )));
    }
    let mut filled: Vec<u8> = vec![0; size];
    fill(&layout, values, &mut filled)?;
    if let Some(place) = view.as_mut_slice().get_mut(start..start + size) {
        place.copy_from_slice(&filled);
    }
    Ok(NONE)
}

/// An offset counted from the end when it is negative.
fn start_in(
    offset: isize,
    len: usize,
    size: usize,
    too_short: impl Fn(isize) -> String,
) -> R<usize> {
    if offset >= 0 {
        return Ok(offset as usize);
    }
    let behind = offset.unsigned_abs();
    if behind < size {
        return Err(struct_error(&too_short(offset)));
    }
    len.checked_sub(behind)
        .ok_or_else(|| struct_error(&format!("offset {offset} out of range for {len}-byte buffer")))
}

// -- unpacking ------------------------------------------------------------------------------------

fn unpack(layout: &Layout, source: &[u8]) -> R {
    let result = crate::objects::list::List::new();
    result.reserve(layout.values)?;
    for item in &layout.items {
        for i in 0..item.count {
            let start = item.offset + i * item.size;
            let Some(place) = source.get(start..start + item.size) else {
                return Err(struct_error("the buffer is too short"));
            };
            result.push(unpack_value(item, place, layout.big_endian)?)?;
        }
    }
    Ok(Tuple::from_slice(result.items()).value())
}

fn unpack_value(item: &Item, place: &[u8], big_endian: bool) -> R {
    Ok(match item.content {
        Content::Char | Content::Bytes => bytes::try_new(place)?.value(),
        Content::Bool => Value::bool(place[0] != 0),
        Content::Pascal => match place.split_first() {
            Some((&length, text)) => {
                bytes::try_new(&text[..text.len().min(length as usize)])?.value()
            }
            None => bytes::new(b"").value(),
        },
        _ => {
            let mut little = [0u8; 16];
            let Some(little) = little.get_mut(..place.len()) else {
                return Err(overflow_error("item too large"));
            };
            little.copy_from_slice(place);
            if big_endian {
                reverse(item, little);
            }
            number::unpack(item.content, little)
        }
    })
}

fn unpack_function(args: &[Value]) -> R {
    unpack_exactly(cached(args[0])?, args[1])
}

fn unpack_exactly(layout: Rc<Layout>, source: Value) -> R {
    let view = buffer::view(source)?;
    let source = view.as_slice();
    if source.len() != layout.size {
        return Err(struct_error(&format!("unpack requires a buffer of {} bytes", layout.size)));
    }
    unpack(&layout, source)
}

fn unpack_from_function(args: &[Value]) -> R {
    unpack_from(cached(args[0])?, args[1], args[2])
}

fn unpack_from(layout: Rc<Layout>, source: Value, offset: Value) -> R {
    let offset = offset.option().map_or(Ok(0), int::index_to_isize)?;
    let view = buffer::view(source)?;
    let source = view.as_slice();
    let (len, size) = (source.len(), layout.size);
    let start = start_in(offset, len, size, |offset| {
        format!("not enough data to unpack {size} bytes at offset {offset}")
    })?;
    match source.get(start..).filter(|rest| rest.len() >= size) {
        Some(rest) => unpack(&layout, &rest[..size]),
        None => Err(struct_error(&format!(
            "unpack_from requires a buffer of at least {} bytes for unpacking {size} bytes at offset {start} (actual buffer size is {len})",
            start as u128 + size as u128
        ))),
    }
}

// -- iteration ------------------------------------------------------------------------------------

struct Unpacking {
    layout: Rc<Layout>,
    source: Value,
    /// Holds the source's export; None when exhausted.
    view: RefCell<Option<BytesView>>,
    at: Cell<usize>,
}

impl NativeObject for Unpacking {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.source);
        // SAFETY: the one thread of the VM is in the collector; a change that is under way allocates nothing in the heap.
        if let Some(view) = unsafe { &*self.view.as_ptr() } {
            marker.value(view.owner());
        }
    }
}

fn iter_unpack_function(args: &[Value]) -> R {
    iter_unpack(cached(args[0])?, args[1])
}

fn iter_unpack(layout: Rc<Layout>, source: Value) -> R {
    if layout.size == 0 {
        return Err(struct_error("cannot iteratively unpack with a struct of length 0"));
    }
    let view = buffer::view(source)?;
    if view.as_slice().len() % layout.size != 0 {
        return Err(struct_error(&format!(
            "iterative unpacking requires a buffer of a multiple of {} bytes",
            layout.size
        )));
    }
    let Some(class) = ITERATOR.get() else { return Err(uninitialized()) };
    let object = Unpacking { layout, source, view: RefCell::new(Some(view)), at: Cell::new(0) };
    Ok(Native::new(class, object).value())
}

fn iterator_next(this: Value) -> R<Option<Value>> {
    let Some(state) = native::downcast::<Unpacking>(this) else { return Ok(None) };
    let mut view = state.view.borrow_mut();
    let (start, size) = (state.at.get(), state.layout.size);
    let result = match view.as_ref().and_then(|view| view.as_slice().get(start..start + size)) {
        Some(place) => unpack(&state.layout, place)?,
        None => {
            *view = None;
            return Ok(None);
        }
    };
    state.at.set(start + size);
    Ok(Some(result))
}

fn iterator_length(args: &[Value]) -> R {
    let Some(state) = native::downcast::<Unpacking>(args[0]) else {
        return Ok(Value::small_int(0));
    };
    let len = state.view.borrow().as_ref().map_or(0, |view| view.as_slice().len());
    Ok(int::from_usize(len.saturating_sub(state.at.get()) / state.layout.size))
}
