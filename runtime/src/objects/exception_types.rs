//! The exception classes: constructors, members, `str`. Not here: groups (`exception_group.rs`), OSError, SyntaxError and the Unicode
//! errors (`exception_members.rs`).

use crate::args::Args;
use crate::error::{R, Raised, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member as member_attribute, method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::exception::{self, Exception, member, set_member};
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, names, type_name, types};

pub fn this(value: Value) -> R<Gc<Exception>> {
    value.downcast::<Exception>().ok_or_else(|| type_error(format!("an exception is expected, not '{}'", type_name(value))))
}

static METHODS: [NativeFunction; 4] = [
    method("__reduce__", "($self, /)", reduce, ""),
    method("__setstate__", "($self, state, /)", setstate, ""),
    method("with_traceback", "($self, object, /)", |a| { set_traceback(a[0], Some(a[1]))?; Ok(a[0]) }, "Set self.__traceback__ to tb and return self."),
    method("add_note", "($self, object, /)", |a| { note_method(a[0], a[1])?; Ok(NONE) }, "Add a note to the exception"),
];
static ATTRIBUTES: [NativeAttribute; 5] = [
    getset("args", |v| Ok(this(v)?.args.get()), Some(set_args), ""),
    getset("__traceback__", |v| Ok(crate::ops::or_none(this(v)?.traceback.get())), Some(set_traceback), ""),
    getset("__context__", |v| Ok(crate::ops::or_none(this(v)?.context.get())), Some(set_context), ""),
    getset("__cause__", |v| Ok(crate::ops::or_none(this(v)?.cause.get())), Some(set_cause), ""),
    member_attribute("__suppress_context__", |v| Ok(Value::bool(this(v)?.suppress_context.get())), Some(set_suppress), ""),
];

pub fn init() {
    let t = types();
    let base = t.base_exception;
    base.slots.new.set(Some(new));
    base.slots.init.set(Some(init_args));
    base.slots.repr.set(Some(repr));
    base.slots.str.set(Some(base_str));
    base.add_methods(&METHODS);
    base.add_attributes(&ATTRIBUTES);
    crate::objects::class_new::add_dict_attribute(base);

    t.stop_iteration.slots.init.set(Some(|value, args| {
        init_args(value, args)?;
        let this = this(value)?;
        this.extra.set(this, args.pos().first().copied().unwrap_or(NONE));
        Ok(())
    }));
    t.stop_iteration.add_attributes(&STOP_ITERATION);
    t.system_exit.slots.init.set(Some(|value, args| {
        init_args(value, args)?;
        fill_members(this(value)?, types().system_exit, args.pos());
        Ok(())
    }));
    t.system_exit.add_attributes(&SYSTEM_EXIT);
    t.key_error.slots.str.set(Some(key_error_str));
    t.attribute_error.slots.init.set(Some(|value, args| init_named(value, args, "AttributeError", &["name", "obj"])));
    t.attribute_error.add_attributes(&ATTRIBUTE_ERROR);
    t.attribute_error.add_methods(&ATTRIBUTE_ERROR_METHODS);
    t.name_error.slots.init.set(Some(|value, args| init_named(value, args, "NameError", &["name"])));
    t.name_error.add_attributes(&NAME_ERROR);
    t.import_error.slots.init.set(Some(import_error_init));
    t.import_error.slots.str.set(Some(|value| {
        let message = member(this(value)?, 0);
        if !message.is_null() && class_of(message) == types().str_ { Ok(message) } else { base_str(value) }
    }));
    t.import_error.add_attributes(&IMPORT_ERROR);
    t.import_error.add_methods(&IMPORT_ERROR_METHODS);
    for class in [t.stop_iteration, t.system_exit, t.attribute_error, t.name_error, t.import_error] {
        class.set_flag(flags::SOLID);
    }
    crate::objects::exception_members::init();
    crate::objects::exception_group::init();
    add_docs();
}

/// Members that a native constructor would have made of `args`.
pub fn fill_members(exception: Gc<Exception>, class: Gc<Class>, args: &[Value]) {
    let t = types();
    if class.is_subclass(t.stop_iteration) {
        exception.extra.set(exception, args.first().copied().unwrap_or(NONE));
    } else if class.is_subclass(t.system_exit) {
        let code = match args {
            [] => NONE,
            [one] => *one,
            many => Tuple::from_slice(many).value(),
        };
        exception.extra.set(exception, code);
    } else if class.is_subclass(t.import_error) {
        if let [message] = args {
            set_member(exception, 0, *message);
        }
    } else if class.is_subclass(t.syntax_error) {
        if let [message, ..] = args {
            set_member(exception, 0, *message);
        }
    } else if class.is_subclass(t.os_error) {
        crate::objects::exception_members::fill_os_error(exception, args);
    } else if class.is_subclass(t.unicode_error) && args.len() == 5 {
        for (i, &arg) in args.iter().enumerate() {
            set_member(exception, i, arg);
        }
    }
}

// -- BaseException ---------------------------------------------------------------------

pub fn new(class: Gc<Class>, args: Args<'_>) -> R {
    Ok(exception::alloc(class, Tuple::from_slice(args.pos())).value())
}
pub fn init_args(value: Value, args: Args<'_>) -> R<()> {
    if args.names().is_some() {
        return Err(type_error(format!("{}() takes no keyword arguments", type_name(value))));
    }
    let this = this(value)?;
    this.args.set(this, Tuple::from_slice(args.pos()).value());
    Ok(())
}
pub fn args_of(this: Gc<Exception>) -> &'static [Value] {
    this.args.get().downcast::<Tuple>().map_or(&[], |args| args.items())
}
fn repr(value: Value) -> R {
    let this = this(value)?;
    let name = class_of(value).bare_name();
    let text = match args_of(this) {
        [one] => format!("{name}({})", crate::ops::repr_string(*one)?),
        _ => format!("{name}{}", crate::ops::repr_string(this.args.get())?),
    };
    Ok(str::new(&text).value())
}
pub fn base_str(value: Value) -> R {
    match args_of(this(value)?) {
        [] => Ok(names().empty.value()),
        [one] => Ok(crate::ops::str(*one)?.value()),
        _ => Ok(crate::ops::str(this(value)?.args.get())?.value()),
    }
}
fn key_error_str(value: Value) -> R {
    match args_of(this(value)?) {
        [one] => Ok(crate::ops::repr(*one)?.value()),
        _ => base_str(value),
    }
}
fn set_args(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to else { return Err(type_error("args may not be deleted")) };
    let this = this(value)?;
    let tuple = Tuple::from_slice(crate::ops::collect(to)?.items());
    this.args.set(this, tuple.value());
    Ok(())
}
fn set_traceback(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to else { return Err(type_error("__traceback__ may not be deleted")) };
    if !to.is_none() && !to.is::<crate::objects::traceback::Traceback>() {
        return Err(type_error("__traceback__ must be a traceback or None"));
    }
    let this = this(value)?;
    this.traceback.set(this, if to.is_none() { NULL } else { to });
    Ok(())
}
fn other_exception(to: Option<Value>, name: &str, what: &str) -> R {
    match to {
        None => Err(type_error(format!("{name} may not be deleted"))),
        Some(NONE) => Ok(NULL),
        Some(to) if to.is::<Exception>() => Ok(to),
        Some(_) => Err(type_error(format!("exception {what} must be None or derive from BaseException"))),
    }
}
fn set_context(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.context.set(this, other_exception(to, "__context__", "context")?);
    Ok(())
}
fn set_cause(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.cause.set(this, other_exception(to, "__cause__", "cause")?);
    this.suppress_context.set(true);
    Ok(())
}
fn set_suppress(value: Value, to: Option<Value>) -> R<()> {
    match to {
        Some(to) if to.is_bool() => {
            this(value)?.suppress_context.set(to == crate::value::TRUE);
            Ok(())
        }
        Some(_) => Err(type_error("attribute value type must be bool")),
        None => Err(type_error("can't delete numeric/char attribute")),
    }
}

pub fn reduce_with(value: Value, args: Value, state: Option<Gc<Dict>>) -> R {
    let class = class_of(value).value();
    Ok(match state.filter(|state| state.len() != 0) {
        Some(state) => Tuple::from_slice(&[class, args, state.value()]),
        None => Tuple::from_slice(&[class, args]),
    }
    .value())
}
fn reduce(args: &[Value]) -> R {
    reduce_with(args[0], this(args[0])?.args.get(), instance::snapshot(args[0]))
}
fn setstate(args: &[Value]) -> R {
    if args[1].is_none() {
        return Ok(NONE);
    }
    let Some(state) = args[1].downcast::<Dict>() else { return Err(type_error("state is not a dictionary")) };
    let mut at = 0;
    while let Some((next, key, value)) = state.next_entry(at) {
        let Some(name) = key.downcast::<Str>() else {
            return Err(type_error(format!("attribute name must be string, not '{}'", type_name(key))));
        };
        crate::ops::setattr(args[0], name, value)?;
        at = next;
    }
    Ok(NONE)
}

fn note_method(value: Value, note: Value) -> R<()> {
    let Some(note) = note.downcast::<Str>() else {
        return Err(type_error(format!("add_note() argument must be str, not {}", type_name(note))));
    };
    add_note(Raised(this(value)?), note)
}
/// `exception.add_note(note)`.
pub fn add_note(raised: Raised, note: Gc<Str>) -> R<()> {
    let value = raised.value();
    let notes = match crate::ops::getattr_opt(value, names().__notes__)? {
        Some(notes) => notes.downcast::<List>().ok_or_else(|| type_error("Cannot add note: __notes__ is not a list"))?,
        None => {
            let notes = List::new();
            crate::ops::setattr(value, names().__notes__, notes.value())?;
            notes
        }
    };
    notes.push(note.value())
}

// -- classes with members --------------------------------------------------------------

static STOP_ITERATION: [NativeAttribute; 1] = [member_attribute("value", get_extra, Some(set_extra), "generator return value")];
static SYSTEM_EXIT: [NativeAttribute; 1] = [member_attribute("code", get_extra, Some(set_extra), "exception code")];
fn get_extra(value: Value) -> R {
    Ok(crate::ops::or_none(this(value)?.extra.get()))
}
fn set_extra(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.extra.set(this, Value::or_null(to));
    Ok(())
}

macro_rules! member_at {
    ($name:literal, $index:literal, $doc:literal) => {
        member_attribute(
            $name,
            |v| Ok(crate::ops::or_none(member(crate::objects::exception_types::this(v)?, $index))),
            Some(|v, to| {
                set_member(crate::objects::exception_types::this(v)?, $index, Value::or_null(to));
                Ok(())
            }),
            $doc,
        )
    };
}
pub(crate) use member_at;

static ATTRIBUTE_ERROR: [NativeAttribute; 2] = [member_at!("name", 0, "attribute name"), member_at!("obj", 1, "object")];
static ATTRIBUTE_ERROR_METHODS: [NativeFunction; 2] = [
    method("__getstate__", "($self, /)", |a| Ok(attribute_error_state(a[0])?.map_or(NONE, Gc::value)), ""),
    method("__reduce__", "($self, /)", |a| {
        let state = attribute_error_state(a[0])?.map_or(NONE, Gc::value);
        Ok(Tuple::from_slice(&[class_of(a[0]).value(), this(a[0])?.args.get(), state]).value())
    }, ""),
];
static NAME_ERROR: [NativeAttribute; 1] = [member_at!("name", 0, "name")];
static IMPORT_ERROR: [NativeAttribute; 4] = [
    member_at!("msg", 0, "exception message"),
    member_at!("name", 1, "module name"),
    member_at!("path", 2, "module path"),
    member_at!("name_from", 3, "name imported from module"),
];
static IMPORT_ERROR_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", import_error_reduce, "")];

fn copied_dict(value: Value) -> R<Gc<Dict>> {
    let copy = Dict::new();
    if let Some(own) = instance::snapshot(value) {
        let mut at = 0;
        while let Some((next, key, value)) = own.next_entry(at) {
            copy.set(key, value)?;
            at = next;
        }
    }
    Ok(copy)
}
/// `obj` is left out: it may be anything.
fn attribute_error_state(value: Value) -> R<Option<Gc<Dict>>> {
    let exception = this(value)?;
    let (name, object) = (member(exception, 0), member(exception, 1));
    let state = copied_dict(value)?;
    if name.is_null() && object.is_null() {
        return Ok((state.len() != 0).then_some(state));
    }
    if !name.is_null() {
        state.set_str(names().name, name);
    }
    state.set_str(names().args, exception.args.get());
    Ok(Some(state))
}

/// Keyword arguments of the names given, as members 0, 1...; positional ones as `args`.
fn init_named(value: Value, args: Args<'_>, class: &str, keywords: &[&str]) -> R<()> {
    init_args(value, Args::positional(args.pos()))?;
    let exception = this(value)?;
    for i in 0..keywords.len() {
        set_member(exception, i, NULL);
    }
    if args.kw_len() > keywords.len() {
        let (n, plural) = (keywords.len(), if keywords.len() == 1 { "" } else { "s" });
        return Err(type_error(format!("{class}() takes at most {n} keyword argument{plural} ({} given)", args.kw_len())));
    }
    for (name, found) in args.kw() {
        match keywords.iter().position(|keyword| name.eq_str(keyword)) {
            Some(i) => set_member(exception, i, found),
            None => return Err(type_error(format!("{class}() got an unexpected keyword argument '{}'", name.to_string_lossy()))),
        }
    }
    Ok(())
}
fn import_error_init(value: Value, args: Args<'_>) -> R<()> {
    init_args(value, Args::positional(args.pos()))?;
    let exception = this(value)?;
    let keywords = ["name", "path", "name_from"];
    set_member(exception, 0, if let [message] = args.pos() { *message } else { NULL });
    for i in 1..4 {
        set_member(exception, i, NULL);
    }
    for (name, found) in args.kw() {
        match keywords.iter().position(|keyword| name.eq_str(keyword)) {
            Some(i) => set_member(exception, i + 1, found),
            None => return Err(type_error(format!("ImportError() got an unexpected keyword argument '{}'", name.to_string_lossy()))),
        }
    }
    Ok(())
}
fn import_error_reduce(args: &[Value]) -> R {
    let exception = this(args[0])?;
    let state = copied_dict(args[0])?;
    for (i, name) in ["name", "path", "name_from"].iter().enumerate() {
        if let Some(found) = member(exception, i + 1).option() {
            state.set_str(crate::vm::intern(name), found);
        }
    }
    reduce_with(args[0], exception.args.get(), Some(state))
}

fn add_docs() {
    let t = types();
    let docs: &[(Gc<Class>, &'static str)] = &[
        (t.base_exception, "Common base class for all exceptions."),
        (t.exception, "Common base class for all non-exit exceptions."),
        (t.type_error, "Inappropriate argument type."),
        (t.stop_async_iteration, "Signal the end from iterator.__anext__()."),
        (t.stop_iteration, "Signal the end from iterator.__next__()."),
        (t.generator_exit, "Request that a generator exit."),
        (t.system_exit, "Request to exit from the interpreter."),
        (t.keyboard_interrupt, "Program interrupted by user."),
        (t.base_exception_group, "A combination of multiple unrelated exceptions."),
        (t.import_error, "Import can't find module, or can't find name in module."),
        (t.module_not_found_error, "Module not found."),
        (t.os_error, "Base class for I/O related errors."),
        (t.blocking_io_error, "I/O operation would block."),
        (t.connection_error, "Connection error."),
        (t.child_process_error, "Child process error."),
        (t.broken_pipe_error, "Broken pipe."),
        (t.connection_aborted_error, "Connection aborted."),
        (t.connection_refused_error, "Connection refused."),
        (t.connection_reset_error, "Connection reset."),
        (t.file_exists_error, "File already exists."),
        (t.file_not_found_error, "File not found."),
        (t.is_a_directory_error, "Operation doesn't work on directories."),
        (t.not_a_directory_error, "Operation only works on directories."),
        (t.interrupted_error, "Interrupted by signal."),
        (t.permission_error, "Not enough permissions."),
        (t.process_lookup_error, "Process not found."),
        (t.timeout_error, "Timeout expired."),
        (t.eof_error, "Read beyond end of file."),
        (t.runtime_error, "Unspecified run-time error."),
        (t.recursion_error, "Recursion limit exceeded."),
        (t.python_finalization_error, "Operation blocked during Python finalization."),
        (t.not_implemented_error, "Method or function hasn't been implemented yet."),
        (t.name_error, "Name not found globally."),
        (t.unbound_local_error, "Local name referenced but not bound to a value."),
        (t.attribute_error, "Attribute not found."),
        (t.syntax_error, "Invalid syntax."),
        (t.indentation_error, "Improper indentation."),
        (t.tab_error, "Improper mixture of spaces and tabs."),
        (t.incomplete_input_error, "incomplete input."),
        (t.lookup_error, "Base class for lookup errors."),
        (t.index_error, "Sequence index out of range."),
        (t.key_error, "Mapping key not found."),
        (t.value_error, "Inappropriate argument value (of correct type)."),
        (t.unicode_error, "Unicode related error."),
        (t.unicode_encode_error, "Unicode encoding error."),
        (t.unicode_decode_error, "Unicode decoding error."),
        (t.unicode_translate_error, "Unicode translation error."),
        (t.assertion_error, "Assertion failed."),
        (t.arithmetic_error, "Base class for arithmetic errors."),
        (t.floating_point_error, "Floating-point operation failed."),
        (t.overflow_error, "Result too large to be represented."),
        (t.zero_division_error, "Second argument to a division or modulo operation was zero."),
        (t.system_error, "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version."),
        (t.reference_error, "Weak ref proxy used after referent went away."),
        (t.memory_error, "Out of memory."),
        (t.buffer_error, "Buffer error."),
        (t.warning, "Base class for warning categories."),
        (t.user_warning, "Base class for warnings generated by user code."),
        (t.deprecation_warning, "Base class for warnings about deprecated features."),
        (t.pending_deprecation_warning, "Base class for warnings about features which will be deprecated\nin the future."),
        (t.syntax_warning, "Base class for warnings about dubious syntax."),
        (t.runtime_warning, "Base class for warnings about dubious runtime behavior."),
        (t.future_warning, "Base class for warnings about constructs that will change semantically\nin the future."),
        (t.import_warning, "Base class for warnings about probable mistakes in module imports"),
        (t.unicode_warning, "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems."),
        (t.bytes_warning, "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str."),
        (t.resource_warning, "Base class for warnings about resource usage."),
        (t.encoding_warning, "Base class for warnings about encodings."),
    ];
    for (class, doc) in docs {
        class.doc.set(doc);
    }
}
