//! `zlib`: checksums, compression, decompression. Preset dictionaries are not supported.

mod deflate;
mod inflate;

use self::deflate::Deflater;
use self::inflate::{Container, Inflater};
use crate::args::Args;
use crate::error::{R, Raised, eof_error, not_implemented_error, type_error, value_error};
use crate::heap::Marker;
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeAttribute, NativeFunction, function, member, method};
use crate::objects::bytes;
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::native::{Native, NativeObject};
use crate::objects::native_class;
use crate::objects::support::{Params, of, ssize, tuple};
use crate::ops;
use crate::value::Value;
use crate::vm::{intern, keep, names, types};
use core::cell::{Cell, OnceCell, RefCell};
use miniz_oxide::deflate::core::TDEFLFlush;

static FUNCTIONS: [NativeFunction; 6] = [
    function("adler32", "($module, data, value=1, /)", |a| checksum(a, 1, adler32), "Compute an Adler-32 checksum of data."),
    function("crc32", "($module, data, value=0, /)", |a| checksum(a, 0, crc32), "Compute a CRC-32 checksum of data."),
    function(
        "compress",
        "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
        compress,
        "Returns a bytes object containing compressed data.",
    ),
    function(
        "decompress",
        "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
        decompress,
        "Returns a bytes object containing the uncompressed data.",
    ),
    function(
        "compressobj",
        "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)",
        compressobj,
        "Return a compressor object.",
    ),
    function("decompressobj", "($module, /, wbits=MAX_WBITS, zdict=b'')", decompressobj, "Return a decompressor object."),
];

const NUMBERS: [(&str, i64); 20] = [
    ("DEFLATED", 8),
    ("DEF_BUF_SIZE", 16384),
    ("DEF_MEM_LEVEL", 8),
    ("MAX_WBITS", 15),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_BEST_SPEED", 1),
    ("Z_BLOCK", 5),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_FILTERED", 1),
    ("Z_FINISH", 4),
    ("Z_FIXED", 4),
    ("Z_FULL_FLUSH", 3),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_NO_COMPRESSION", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_RLE", 3),
    ("Z_SYNC_FLUSH", 2),
    ("Z_TREES", 6),
];
/// The zlib whose behaviour this is.
const VERSION: &str = "1.3.1";

struct Classes {
    error: Gc<Class>,
    compress: Gc<Class>,
    decompress: Gc<Class>,
    decompressor: Gc<Class>,
}
thread_local! { static CLASSES: OnceCell<Classes> = const { OnceCell::new() }; }

fn with<T>(use_them: impl FnOnce(&Classes) -> T) -> R<T> {
    CLASSES.with(|own| own.get().map(use_them)).ok_or_else(|| type_error("zlib is not initialised"))
}

pub fn init(module: Gc<Module>) -> R<()> {
    if CLASSES.with(|own| own.get().is_none()) {
        let classes = make_classes()?;
        CLASSES.with(|own| {
            let _ = own.set(classes);
        });
    }
    add_functions(module, &FUNCTIONS);
    for (name, number) in NUMBERS {
        add(module, name, Value::int(number));
    }
    add(module, "ZLIB_VERSION", intern(VERSION).value());
    add(module, "ZLIB_RUNTIME_VERSION", intern(VERSION).value());
    with(|classes| {
        add(module, "error", classes.error.value());
        add(module, "_ZlibDecompressor", classes.decompressor.value());
    })
}

fn make_classes() -> R<Classes> {
    let namespace = Dict::new();
    namespace.set_str(names().__module__, intern("zlib").value());
    let args = [intern("error").value(), tuple(&[types().exception.value()]), namespace.value()];
    let error = ops::call_positional(types().type_.value(), &args)?;
    keep(error);
    Ok(Classes {
        error: error.downcast::<Class>().ok_or_else(|| type_error("a class is expected"))?,
        compress: native_class::new("zlib", "Compress", flags::DISALLOW_INSTANTIATION, |class| class.add_methods(&COMPRESS_METHODS)),
        decompress: native_class::new("zlib", "Decompress", flags::DISALLOW_INSTANTIATION, |class| {
            class.add_methods(&DECOMPRESS_METHODS);
            class.add_attributes(&DECOMPRESS_ATTRIBUTES);
        }),
        decompressor: native_class::new("zlib", "_ZlibDecompressor", 0, |class| {
            class.doc.set("Create a decompressor object for decompressing data incrementally.");
            class.slots.new.set(Some(new_decompressor));
            class.add_methods(&DECOMPRESSOR_METHODS);
            class.add_attributes(&DECOMPRESSOR_ATTRIBUTES);
        }),
    })
}

#[cold]
fn error(message: &str) -> Raised {
    match with(|classes| classes.error) {
        Ok(class) => Raised::new(class, message),
        Err(raised) => raised,
    }
}
fn data_error(message: &str) -> Raised {
    error(&format!("Error -3 while decompressing data: {message}"))
}

// -- checksums -----------------------------------------------------------------------------

pub fn adler32(start: u32, data: &[u8]) -> u32 {
    const MODULUS: u32 = 65521;
    /// The sums stay below 2^32 for as long.
    const CHUNK: usize = 5552;
    let (mut a, mut b) = ((start & 0xFFFF) % MODULUS, (start >> 16) % MODULUS);
    for chunk in data.chunks(CHUNK) {
        for &byte in chunk {
            a += byte as u32;
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}
fn crc32(start: u32, data: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(start);
    hasher.update(data);
    hasher.finalize()
}
fn checksum(args: &[Value], default: u32, compute: fn(u32, &[u8]) -> u32) -> R {
    // Any int, of which the low bits count.
    let start = match args[1].option() {
        Some(start) => low_bits(ops::index(start)?),
        None => default,
    };
    let view = buffer::view(args[0])?;
    Ok(Value::int(compute(start, view.as_slice()) as i64))
}
fn low_bits(number: Value) -> u32 {
    match int::to_i64(number) {
        Some(i) => i as u32,
        None => int::modulo(number, Value::int(1 << 32)).ok().and_then(int::to_i64).unwrap_or(0) as u32,
    }
}

// -- at once -------------------------------------------------------------------------------

fn small(value: Value, default: i32) -> R<i32> {
    value.option().map_or(Ok(default), int::index_to_i32)
}
/// The container that a compressor's `wbits` asks for.
fn output_container(bits: i32) -> Option<(Container, u32)> {
    match bits {
        9..=15 => Some((Container::Zlib, bits as u32)),
        -15..=-9 => Some((Container::Raw, -bits as u32)),
        25..=31 => Some((Container::Gzip, bits as u32 - 16)),
        _ => None,
    }
}
fn compress(args: &[Value]) -> R {
    let level = small(args[1], -1)?;
    let container = output_container(small(args[2], 15)?);
    let view = buffer::view(args[0])?;
    let (Some((container, window)), -1..=9) = (container, level) else { return Err(error("Bad compression level")) };
    let mut out = Vec::new();
    let mut deflater = Deflater::new(level, 0, container, window);
    deflater.feed(view.as_slice(), TDEFLFlush::Finish, &mut out).map_err(error)?;
    Ok(bytes::try_new(&out)?.value())
}
fn decompress(args: &[Value]) -> R {
    let bits = small(args[1], 15)?;
    let size = args[2].option().map_or(Ok(16384), ssize)?;
    let view = buffer::view(args[0])?;
    if size < 0 {
        return Err(value_error("bufsize must be non-negative"));
    }
    let Some((container, window)) = Container::of_bits(bits as i64) else {
        return Err(error("Error -2 while preparing to decompress data: inconsistent stream state"));
    };
    let mut inflater = Inflater::new(container, window);
    inflater.feed(view.as_slice(), None).map_err(data_error)?;
    let out = inflater.take(None);
    if !inflater.is_done() {
        return Err(error("Error -5 while decompressing data: incomplete or truncated stream"));
    }
    Ok(bytes::try_new(&out)?.value())
}

// -- Compress ------------------------------------------------------------------------------

struct Compress(RefCell<Option<Deflater>>);
impl NativeObject for Compress {
    fn trace(&self, _: &mut Marker) {}
}

static COMPRESS_METHODS: [NativeFunction; 5] = [
    method("compress", "($self, data, /)", compress_more, "Returns a bytes object containing compressed data."),
    method("flush", "($self, mode=zlib.Z_FINISH, /)", flush_compress, "Return a bytes object containing any remaining compressed data."),
    method("copy", "($self, /)", no_copy, "Return a copy of the compression object."),
    method("__copy__", "($self, /)", no_copy, ""),
    method("__deepcopy__", "($self, memo, /)", no_copy, ""),
];

fn no_copy(_: &[Value]) -> R {
    Err(not_implemented_error("copies of compression objects are not supported"))
}
fn compressobj(args: &[Value]) -> R {
    let level = small(args[0], -1)?;
    let method = small(args[1], 8)?;
    let container = output_container(small(args[2], 15)?);
    let memory = small(args[3], 8)?;
    let strategy = small(args[4], 0)?;
    if !args[5].is_null() {
        return Err(not_implemented_error("preset dictionaries are not supported"));
    }
    match container {
        Some((container, window))
            if (-1..=9).contains(&level) && method == 8 && (1..=9).contains(&memory) && (0..=4).contains(&strategy) =>
        {
            let deflater = Deflater::new(level, strategy, container, window);
            Ok(Native::new(with(|classes| classes.compress)?, Compress(RefCell::new(Some(deflater)))).value())
        }
        _ => Err(value_error("Invalid initialization option")),
    }
}
fn compress_more(args: &[Value]) -> R {
    let view = buffer::view(args[1])?;
    let mut out = Vec::new();
    match &mut *of::<Compress>(args[0])?.0.borrow_mut() {
        Some(deflater) => deflater.feed(view.as_slice(), TDEFLFlush::None, &mut out).map_err(error)?,
        None => return Err(error("Error -2 while compressing data: inconsistent stream state")),
    }
    Ok(bytes::try_new(&out)?.value())
}
fn flush_compress(args: &[Value]) -> R {
    let flush = match small(args[1], 4)? {
        0 => return Ok(bytes::new(b"").value()),
        1 | 2 | 5 => TDEFLFlush::Sync,
        3 => TDEFLFlush::Full,
        4 => TDEFLFlush::Finish,
        _ => return Err(error("Error -2 while flushing: inconsistent stream state")),
    };
    let mut out = Vec::new();
    let mut state = of::<Compress>(args[0])?.0.borrow_mut();
    match &mut *state {
        Some(deflater) => deflater.feed(b"", flush, &mut out).map_err(error)?,
        None => return Err(error("Error -2 while flushing: inconsistent stream state")),
    }
    if flush == TDEFLFlush::Finish {
        *state = None;
    }
    Ok(bytes::try_new(&out)?.value())
}

// -- Decompress ----------------------------------------------------------------------------

struct Decompress {
    /// None after `flush()` at the end of the stream.
    inflater: RefCell<Option<Inflater>>,
    unused: RefCell<Vec<u8>>,
    tail: RefCell<Vec<u8>>,
    is_at_end: Cell<bool>,
}
impl NativeObject for Decompress {
    fn trace(&self, _: &mut Marker) {}
}

static DECOMPRESS_METHODS: [NativeFunction; 5] = [
    method("decompress", "($self, data, /, max_length=0)", decompress_more, "Return a bytes object containing the decompressed version of the data."),
    method("flush", "($self, length=zlib.DEF_BUF_SIZE, /)", flush_decompress, "Return a bytes object containing any remaining decompressed data."),
    method("copy", "($self, /)", copy_decompress, "Return a copy of the decompression object."),
    method("__copy__", "($self, /)", copy_decompress, ""),
    method("__deepcopy__", "($self, memo, /)", copy_decompress, ""),
];
static DECOMPRESS_ATTRIBUTES: [NativeAttribute; 3] = [
    member("unused_data", |v| Ok(bytes::try_new(&of::<Decompress>(v)?.unused.borrow())?.value()), None, ""),
    member("unconsumed_tail", |v| Ok(bytes::try_new(&of::<Decompress>(v)?.tail.borrow())?.value()), None, ""),
    member("eof", |v| Ok(Value::bool(of::<Decompress>(v)?.is_at_end.get())), None, ""),
];

/// None stands for no dictionary, which an empty one is too.
fn no_dictionary(value: Value) -> R<()> {
    match value.option() {
        None => Ok(()),
        Some(value) => match buffer::as_bytes(value)? {
            None => Err(type_error("zdict argument must support the buffer protocol")),
            Some(view) if view.as_slice().is_empty() => Ok(()),
            Some(_) => Err(not_implemented_error("preset dictionaries are not supported")),
        },
    }
}
fn decompressobj(args: &[Value]) -> R {
    let bits = small(args[0], 15)?;
    no_dictionary(args[1])?;
    let Some((container, window)) = Container::of_bits(bits as i64) else { return Err(value_error("Invalid initialization option")) };
    let object = Decompress {
        inflater: RefCell::new(Some(Inflater::new(container, window))),
        unused: RefCell::default(),
        tail: RefCell::default(),
        is_at_end: Cell::new(false),
    };
    Ok(Native::new(with(|classes| classes.decompress)?, object).value())
}
impl Decompress {
    fn feed(&self, input: &[u8], limit: Option<usize>) -> R<Vec<u8>> {
        let mut state = self.inflater.borrow_mut();
        let Some(inflater) = &mut *state else {
            return Err(error("Error -2 while decompressing data: inconsistent stream state"));
        };
        let used = inflater.feed(input, limit).map_err(data_error)?;
        let out = inflater.take(limit);
        let rest = &input[used..];
        if inflater.is_done() {
            self.is_at_end.set(true);
            self.unused.borrow_mut().extend_from_slice(rest);
            self.tail.borrow_mut().clear();
        } else {
            *self.tail.borrow_mut() = rest.to_vec();
        }
        Ok(out)
    }
}
fn decompress_more(args: &[Value]) -> R {
    let limit = args[2].option().map_or(Ok(0), ssize)?;
    let limit = usize::try_from(limit).map_err(|_| value_error("max_length must be non-negative"))?;
    let view = buffer::view(args[1])?;
    let out = of::<Decompress>(args[0])?.feed(view.as_slice(), (limit != 0).then_some(limit))?;
    Ok(bytes::try_new(&out)?.value())
}
fn flush_decompress(args: &[Value]) -> R {
    if args[1].option().map_or(Ok(16384), ssize)? <= 0 {
        return Err(value_error("length must be greater than zero"));
    }
    let object = of::<Decompress>(args[0])?;
    if object.inflater.borrow().is_none() {
        return Ok(bytes::new(b"").value());
    }
    let tail = object.tail.borrow().clone();
    let out = object.feed(&tail, None)?;
    if object.is_at_end.get() {
        *object.inflater.borrow_mut() = None;
    }
    Ok(bytes::try_new(&out)?.value())
}
fn copy_decompress(args: &[Value]) -> R {
    let object = of::<Decompress>(args[0])?;
    if object.inflater.borrow().is_none() {
        return Err(value_error("Inconsistent stream state"));
    }
    let copy = Decompress {
        inflater: object.inflater.clone(),
        unused: object.unused.clone(),
        tail: object.tail.clone(),
        is_at_end: object.is_at_end.clone(),
    };
    Ok(Native::new(with(|classes| classes.decompress)?, copy).value())
}

// -- _ZlibDecompressor -----------------------------------------------------------------------

struct Decompressor {
    inflater: RefCell<Inflater>,
    /// Input that a limit has left over; at the end, what follows the stream.
    rest: RefCell<Vec<u8>>,
    needs_input: Cell<bool>,
}
impl NativeObject for Decompressor {
    fn trace(&self, _: &mut Marker) {}
}

static DECOMPRESSOR_METHODS: [NativeFunction; 1] = [method(
    "decompress",
    "($self, /, data, max_length=-1)",
    decompress_step,
    "Decompress *data*, returning uncompressed data as bytes.",
)];
static DECOMPRESSOR_ATTRIBUTES: [NativeAttribute; 3] = [
    member("eof", |v| Ok(Value::bool(of::<Decompressor>(v)?.inflater.borrow().is_done())), None, "True if the end-of-stream marker has been reached."),
    member(
        "unused_data",
        |v| {
            let object = of::<Decompressor>(v)?;
            let is_done = object.inflater.borrow().is_done();
            let rest = object.rest.borrow();
            Ok(bytes::try_new(if is_done { &rest } else { b"" })?.value())
        },
        None,
        "Data found after the end of the compressed stream.",
    ),
    member(
        "needs_input",
        |v| Ok(Value::bool(of::<Decompressor>(v)?.needs_input.get())),
        None,
        "True if more input is needed before more decompressed data can be produced.",
    ),
];
static DECOMPRESSOR_PARAMS: Params = Params::new("_ZlibDecompressor", "(wbits=MAX_WBITS, zdict=b'')");

fn new_decompressor(class: Gc<Class>, args: Args<'_>) -> R {
    let [bits, dictionary] = DECOMPRESSOR_PARAMS.bind(args)?;
    let bits = small(bits, 15)?;
    no_dictionary(dictionary)?;
    let Some((container, window)) = Container::of_bits(bits as i64) else { return Err(value_error("Invalid initialization option")) };
    let object = Decompressor {
        inflater: RefCell::new(Inflater::new(container, window)),
        rest: RefCell::default(),
        needs_input: Cell::new(true),
    };
    Ok(Native::new(class, object).value())
}
fn decompress_step(args: &[Value]) -> R {
    let object = of::<Decompressor>(args[0])?;
    let view = buffer::view(args[1])?;
    let limit = args[2].option().map_or(Ok(-1), ssize)?;
    if object.inflater.borrow().is_done() {
        return Err(eof_error("End of stream already reached"));
    }
    let limit = usize::try_from(limit).ok();
    let mut input = object.rest.take();
    input.extend_from_slice(view.as_slice());
    let mut inflater = object.inflater.borrow_mut();
    let used = inflater.feed(&input, limit).map_err(data_error)?;
    let out = inflater.take(limit);
    input.drain(..used);
    object.needs_input.set(!inflater.is_done() && input.is_empty() && inflater.ready.is_empty());
    *object.rest.borrow_mut() = input;
    Ok(bytes::try_new(&out)?.value())
}
