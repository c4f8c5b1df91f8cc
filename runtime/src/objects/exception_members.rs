//! OSError, SyntaxError and the Unicode errors: constructors, members, `str`.

use crate::args::Args;
use crate::error::{R, attribute_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member as member_attribute, method};
use crate::objects::class::{Class, flags};
use crate::objects::exception::{self, Exception, member, set_member};
use crate::objects::exception_types::{args_of, base_str, init_args, member_at, reduce_with, this};
use crate::objects::instance;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NULL, Value};
use crate::vm::{class_of, type_name, types};

pub fn init() {
    let t = types();
    t.os_error.set_flag(flags::SOLID);
    t.os_error.slots.new.set(Some(os_error_new));
    t.os_error.slots.init.set(Some(os_error_init));
    t.os_error.slots.str.set(Some(os_error_str));
    t.os_error.add_attributes(&OS_ERROR);
    t.os_error.add_methods(&OS_ERROR_METHODS);

    t.syntax_error.set_flag(flags::SOLID);
    t.syntax_error.slots.init.set(Some(syntax_error_init));
    t.syntax_error.slots.str.set(Some(syntax_error_str));
    t.syntax_error.add_attributes(&SYNTAX_ERROR);

    for (class, init, text) in [
        (t.unicode_encode_error, unicode_encode_init as crate::slots::InitFn, unicode_encode_str as crate::slots::UnaryFn),
        (t.unicode_decode_error, unicode_decode_init, unicode_decode_str),
        (t.unicode_translate_error, unicode_translate_init, unicode_translate_str),
    ] {
        class.set_flag(flags::SOLID);
        class.slots.init.set(Some(init));
        class.slots.str.set(Some(text));
        if class != t.unicode_translate_error {
            class.add_attributes(&UNICODE_ENCODING);
        }
        class.add_attributes(&UNICODE);
    }
}

// -- OSError ---------------------------------------------------------------------------

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

static OS_ERROR: [NativeAttribute; 5] = [
    member_at!("errno", 0, "POSIX exception code"),
    member_at!("strerror", 1, "exception strerror"),
    member_at!("filename", 2, "exception filename"),
    member_at!("filename2", 3, "second exception filename"),
    getset("characters_written", get_written, Some(set_written), ""),
];
static OS_ERROR_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", os_error_reduce, "")];

/// The subclass for an errno.
pub fn class_of_errno(errno: i64) -> Option<Gc<Class>> {
    let t = types();
    Some(match errno as i32 {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => t.blocking_io_error,
        libc::EPIPE | libc::ESHUTDOWN => t.broken_pipe_error,
        libc::ECHILD => t.child_process_error,
        libc::ECONNABORTED => t.connection_aborted_error,
        libc::ECONNREFUSED => t.connection_refused_error,
        libc::ECONNRESET => t.connection_reset_error,
        libc::EEXIST => t.file_exists_error,
        libc::ENOENT => t.file_not_found_error,
        libc::EISDIR => t.is_a_directory_error,
        libc::ENOTDIR => t.not_a_directory_error,
        libc::EINTR => t.interrupted_error,
        libc::EACCES | libc::EPERM => t.permission_error,
        libc::ESRCH => t.process_lookup_error,
        libc::ETIMEDOUT => t.timeout_error,
        _ => return None,
    })
}

/// OSError of the errno, its message by strerror, and a file name where there is one.
#[cold]
pub fn from_errno(errno: i32, filename: Option<Value>) -> crate::error::Raised {
    let message = std::io::Error::from_raw_os_error(errno).to_string();
    // Rust adds " (os error N)".
    let message = message.rsplit_once(" (os error").map_or(&*message, |(text, _)| text);
    let class = class_of_errno(errno as i64).unwrap_or(types().os_error);
    let errno = Value::int(errno as i64);
    let message = str::new(message).value();
    match filename {
        Some(filename) => crate::error::Raised::with_args(class, &[errno, message, filename]),
        None => crate::error::Raised::with_args(class, &[errno, message]),
    }
}

/// True when `__init__` (and not `__new__`) takes the arguments: a subclass has overridden it, and not `__new__`.
fn uses_init(class: Gc<Class>) -> bool {
    let is = |slot: Option<usize>, of: usize| slot == Some(of);
    !is(class.slots.init.get().map(|f| f as usize), os_error_init as *const () as usize)
        && is(class.slots.new.get().map(|f| f as usize), os_error_new as *const () as usize)
}
fn os_error_new(class: Gc<Class>, args: Args<'_>) -> R {
    if uses_init(class) {
        return Ok(exception::alloc(class, Tuple::empty()).value());
    }
    if args.names().is_some() {
        return Err(type_error(format!("{}() takes no keyword arguments", class.name())));
    }
    let pos = args.pos();
    let class = match pos {
        [errno, _, ..] if class == types().os_error && pos.len() <= 5 => {
            crate::objects::int::to_i64(*errno).and_then(class_of_errno).unwrap_or(class)
        }
        _ => class,
    };
    let exception = exception::alloc(class, Tuple::from_slice(pos));
    fill_os_error(exception, pos);
    Ok(exception.value())
}
fn os_error_init(value: Value, args: Args<'_>) -> R<()> {
    if !uses_init(class_of(value)) {
        return Ok(());
    }
    if args.names().is_some() {
        return Err(type_error(format!("{}() takes no keyword arguments", type_name(value))));
    }
    let exception = this(value)?;
    exception.args.set(exception, Tuple::from_slice(args.pos()).value());
    fill_os_error(exception, args.pos());
    Ok(())
}
/// `(errno, strerror[, filename[, winerror[, filename2]]])`; other numbers of arguments are only kept.
pub fn fill_os_error(exception: Gc<Exception>, args: &[Value]) {
    if !(2..=5).contains(&args.len()) {
        return;
    }
    set_member(exception, ERRNO, args[0]);
    set_member(exception, STRERROR, args[1]);
    let Some(&filename) = args.get(2) else { return };
    if filename.is_none() {
        return;
    }
    let is_blocking = class_of(exception.value()) == types().blocking_io_error;
    if is_blocking && crate::objects::int::is_any_int(filename) {
        set_member(exception, WRITTEN, filename);
        return;
    }
    set_member(exception, FILENAME, filename);
    if let Some(&second) = args.get(4)
        && !second.is_none()
    {
        set_member(exception, FILENAME2, second);
    }
    exception.args.set(exception, Tuple::from_slice(&args[..2]).value());
}
fn os_error_str(value: Value) -> R {
    let exception = this(value)?;
    let text = |index: usize| -> R<String> { crate::ops::str_string(crate::ops::or_none(member(exception, index))) };
    let [errno, strerror, filename, filename2] = [ERRNO, STRERROR, FILENAME, FILENAME2].map(|i| member(exception, i));
    if let Some(filename) = filename.option() {
        let head = format!("[Errno {}] {}: {}", text(ERRNO)?, text(STRERROR)?, crate::ops::repr_string(filename)?);
        let text = match filename2.option() {
            Some(second) => format!("{head} -> {}", crate::ops::repr_string(second)?),
            None => head,
        };
        return Ok(str::new(&text).value());
    }
    if !errno.is_null() && !strerror.is_null() {
        return Ok(str::new(&format!("[Errno {}] {}", text(ERRNO)?, text(STRERROR)?)).value());
    }
    base_str(value)
}
fn os_error_reduce(args: &[Value]) -> R {
    let exception = this(args[0])?;
    let own = args_of(exception);
    let [filename, filename2] = [FILENAME, FILENAME2].map(|i| member(exception, i));
    let args_tuple = match (own, filename.option(), filename2.option()) {
        ([errno, strerror], Some(filename), None) => Tuple::from_slice(&[*errno, *strerror, filename]).value(),
        ([errno, strerror], Some(filename), Some(second)) => {
            Tuple::from_slice(&[*errno, *strerror, filename, crate::value::NONE, second]).value()
        }
        _ => exception.args.get(),
    };
    reduce_with(args[0], args_tuple, instance::snapshot(args[0]))
}
/// A number for BlockingIOError; any other OSError may have been given one as its third argument.
fn get_written(value: Value) -> R {
    let exception = this(value)?;
    match member(exception, WRITTEN).option() {
        Some(written) => Ok(written),
        None => Err(attribute_error("characters_written")),
    }
}
fn set_written(value: Value, to: Option<Value>) -> R<()> {
    let exception = this(value)?;
    match to {
        Some(to) => {
            let number = crate::ops::index(to)?;
            set_member(exception, WRITTEN, number);
        }
        None if member(exception, WRITTEN).is_null() => return Err(attribute_error("characters_written")),
        None => set_member(exception, WRITTEN, NULL),
    }
    Ok(())
}

// -- SyntaxError -----------------------------------------------------------------------

static SYNTAX_ERROR: [NativeAttribute; 9] = [
    member_at!("msg", 0, "exception msg"),
    member_at!("filename", 1, "exception filename"),
    member_at!("lineno", 2, "exception lineno"),
    member_at!("offset", 3, "exception offset"),
    member_at!("text", 4, "exception text"),
    member_at!("end_lineno", 5, "exception end lineno"),
    member_at!("end_offset", 6, "exception end offset"),
    member_at!("print_file_and_line", 7, "exception print_file_and_line"),
    member_at!("_metadata", 8, "exception private metadata"),
];

fn syntax_error_init(value: Value, args: Args<'_>) -> R<()> {
    init_args(value, args)?;
    let exception = this(value)?;
    let pos = args.pos();
    if let Some(&message) = pos.first() {
        set_member(exception, 0, message);
    }
    let [_, info] = pos else { return Ok(()) };
    let info = crate::ops::collect(*info)?;
    let items = info.items();
    if items.len() < 4 {
        return Err(type_error(format!("function takes at least 4 arguments ({} given)", items.len())));
    }
    if items.len() > 7 {
        return Err(type_error(format!("function takes at most 7 arguments ({} given)", items.len())));
    }
    const PLACES: [usize; 7] = [1, 2, 3, 4, 5, 6, 8];
    for (&place, &item) in PLACES.iter().zip(items) {
        set_member(exception, place, item);
    }
    if items.len() == 5 {
        return Err(type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}
fn syntax_error_str(value: Value) -> R {
    let exception = this(value)?;
    let message = crate::ops::str_string(crate::ops::or_none(member(exception, 0)))?;
    let filename = member(exception, 1).downcast::<Str>().map(|name| {
        let name = name.to_string_lossy();
        name.rsplit('/').next().unwrap_or(&name).to_string()
    });
    let line = Some(member(exception, 2)).filter(|&line| class_of(line) == types().int).and_then(crate::objects::int::to_i64);
    let text = match (filename, line) {
        (Some(name), Some(line)) => format!("{message} ({name}, line {line})"),
        (Some(name), None) => format!("{message} ({name})"),
        (None, Some(line)) => format!("{message} (line {line})"),
        (None, None) => message,
    };
    Ok(str::new(&text).value())
}

// -- Unicode errors --------------------------------------------------------------------

/// Places of the members; UnicodeTranslateError has no encoding.
const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

static UNICODE_ENCODING: [NativeAttribute; 1] = [member_at!("encoding", 0, "exception encoding")];
static UNICODE: [NativeAttribute; 4] = [
    member_at!("object", 1, "exception object"),
    member_attribute("start", |v| Ok(crate::ops::or_none(member(this(v)?, START))), Some(|v, to| set_number(v, START, to)), "exception start"),
    member_attribute("end", |v| Ok(crate::ops::or_none(member(this(v)?, END))), Some(|v, to| set_number(v, END, to)), "exception end"),
    member_at!("reason", 4, "exception reason"),
];
fn set_number(value: Value, place: usize, to: Option<Value>) -> R<()> {
    match to {
        Some(to) if crate::objects::int::is_any_int(to) => {
            set_member(this(value)?, place, to);
            Ok(())
        }
        Some(_) => Err(type_error("an integer is required")),
        None => Err(type_error("can't delete numeric/char attribute")),
    }
}

/// Checks and stores `(encoding, object, start, end, reason)`, of which `encoding` may be left out.
fn unicode_init(value: Value, args: Args<'_>, with_encoding: bool) -> R<Gc<Exception>> {
    init_args(value, args)?;
    let exception = this(value)?;
    let (pos, expected) = (args.pos(), 4 + with_encoding as usize);
    if pos.len() != expected {
        return Err(type_error(format!("function takes exactly {expected} arguments ({} given)", pos.len())));
    }
    let first = 1 - with_encoding as usize;
    for (i, &arg) in pos.iter().enumerate() {
        let place = i + first;
        let stored = match place {
            ENCODING | REASON if !arg.is::<Str>() => {
                return Err(type_error(format!("argument {} must be str, not {}", i + 1, type_name(arg))));
            }
            START | END => Value::int(crate::ops::index_isize(arg)?.ok_or_else(|| {
                crate::error::overflow_error("Python int too large to convert to C ssize_t")
            })? as i64),
            _ => arg,
        };
        set_member(exception, place, stored);
    }
    Ok(exception)
}
fn str_object(exception: Gc<Exception>, position: usize) -> R<()> {
    let object = member(exception, OBJECT);
    if object.is::<Str>() {
        return Ok(());
    }
    Err(type_error(format!("argument {position} must be str, not {}", type_name(object))))
}
fn unicode_encode_init(value: Value, args: Args<'_>) -> R<()> {
    str_object(unicode_init(value, args, true)?, 2)
}
fn unicode_translate_init(value: Value, args: Args<'_>) -> R<()> {
    str_object(unicode_init(value, args, false)?, 1)
}
fn unicode_decode_init(value: Value, args: Args<'_>) -> R<()> {
    let exception = unicode_init(value, args, true)?;
    let object = member(exception, OBJECT);
    if object.is::<crate::objects::bytes::Bytes>() {
        return Ok(());
    }
    let is_buffer = object.is::<crate::objects::bytearray::ByteArray>() || object.is::<crate::objects::memoryview::MemoryView>();
    if !is_buffer {
        return Err(type_error(format!("a bytes-like object is required, not '{}'", type_name(object))));
    }
    set_member(exception, OBJECT, crate::ops::call_positional(types().bytes.value(), &[object])?);
    Ok(())
}

struct UnicodeParts {
    encoding: String,
    start: i64,
    end: i64,
    reason: String,
}
fn unicode_parts(exception: Gc<Exception>) -> R<UnicodeParts> {
    let text = |place: usize| crate::ops::str_string(crate::ops::or_none(member(exception, place)));
    let number = |place: usize| crate::objects::int::to_i64(member(exception, place)).unwrap_or(0);
    let encoding = if member(exception, ENCODING).is_null() { String::new() } else { text(ENCODING)? };
    Ok(UnicodeParts { encoding, start: number(START), end: number(END), reason: text(REASON)? })
}
/// The one character or byte that the error is about.
fn single<T>(parts: &UnicodeParts, at: impl Fn(usize) -> Option<T>) -> Option<T> {
    if parts.start < 0 || parts.end != parts.start + 1 { None } else { at(parts.start as usize) }
}
fn escape(code: u32) -> String {
    match code {
        0..0x100 => format!("\\x{code:02x}"),
        0x100..0x10000 => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}
fn unicode_text(
    value: Value,
    head: impl Fn(&UnicodeParts) -> String,
    one: &str,
    many: &str,
    unit: impl Fn(Gc<Exception>, usize) -> Option<String>,
) -> R {
    let exception = this(value)?;
    if member(exception, OBJECT).is_null() {
        return Ok(crate::vm::names().empty.value());
    }
    let parts = unicode_parts(exception)?;
    let (start, end, reason) = (parts.start, parts.end, &parts.reason);
    let head = head(&parts);
    let text = match single(&parts, |i| unit(exception, i)) {
        Some(unit) => format!("{head} {one} {unit} in position {start}: {reason}"),
        None => format!("{head} {many} in position {start}-{}: {reason}", end.wrapping_sub(1)),
    };
    Ok(str::new(&text).value())
}
fn character(exception: Gc<Exception>, at: usize) -> Option<String> {
    let object = member(exception, OBJECT).downcast::<Str>()?;
    (at < object.len()).then(|| format!("'{}'", escape(object.char_at(at))))
}
fn unicode_encode_str(value: Value) -> R {
    unicode_text(value, |p| format!("'{}' codec can't encode", p.encoding), "character", "characters", character)
}
fn unicode_translate_str(value: Value) -> R {
    unicode_text(value, |_| "can't translate".to_string(), "character", "characters", character)
}
fn unicode_decode_str(value: Value) -> R {
    unicode_text(value, |p| format!("'{}' codec can't decode", p.encoding), "byte", "bytes", |exception, at| {
        let object = member(exception, OBJECT).downcast::<crate::objects::bytes::Bytes>()?;
        object.as_slice().get(at).map(|byte| format!("0x{byte:02x}"))
    })
}
