//! functools.partial, and the Placeholder that leaves a position open.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::method::Method;
use crate::objects::module::Module;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::support::{CLASS_GETITEM, ReprGuard, Text, of, qualified_name, store, tuple};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, keep};
use core::cell::{Cell, OnceCell};

struct Partial {
    function: Cell<Value>,
    /// A tuple.
    args: Cell<Value>,
    /// A dict.
    keywords: Cell<Value>,
    /// Placeholders among `args`.
    open: Cell<usize>,
}
traced!(Partial: function, args, keywords);

/// The type of the one Placeholder.
struct PlaceholderObject;
traced!(PlaceholderObject:);

thread_local! { static PLACEHOLDER: OnceCell<Value> = const { OnceCell::new() }; }

fn placeholder() -> Value {
    PLACEHOLDER.with(|own| own.get().copied()).unwrap_or_default()
}

fn count_open(args: &[Value]) -> usize {
    args.iter().filter(|&&arg| arg == placeholder()).count()
}

fn partial_new(class: Gc<Class>, args: Args<'_>) -> R {
    let Some((&function, given)) = args.pos().split_first() else {
        return Err(type_error("type 'partial' takes at least one argument"));
    };
    if !ops::is_callable(function) {
        return Err(type_error("the first argument must be callable"));
    }
    if given.last() == Some(&placeholder()) {
        return Err(type_error("trailing Placeholders are not allowed"));
    }
    if args.kw().any(|(_, value)| value == placeholder()) {
        return Err(type_error("Placeholder cannot be passed as a keyword argument"));
    }
    // A partial of a partial is one, unless the inner one carries attributes of its own.
    let inner = native::downcast::<Partial>(function).filter(|_| !has_attributes(function));
    let (function, merged, keywords) = match inner {
        Some(inner) => (
            inner.function.get(),
            merge_args(inner.args.get().cast::<Tuple>().items(), given)?,
            inner.keywords.get().cast::<Dict>().copied()?,
        ),
        None => (function, Tuple::try_from_slice(given)?, Dict::new()),
    };
    for (name, value) in args.kw() {
        keywords.set(name.value(), value)?;
    }
    let object = Partial {
        function: Cell::new(function),
        args: Cell::new(merged.value()),
        keywords: Cell::new(keywords.value()),
        open: Cell::new(count_open(merged.items())),
    };
    Ok(Native::new(class, object).value())
}

fn has_attributes(object: Value) -> bool {
    instance::has_dict(object) && instance::dict(object).len() != 0
}

/// `given` fill the placeholders of `args` in order; the others follow.
fn merge_args(args: &[Value], given: &[Value]) -> R<Gc<Tuple>> {
    let merged = List::new();
    let mut rest = given.iter().copied();
    for &arg in args {
        merged.push(if arg == placeholder() { rest.next().unwrap_or(arg) } else { arg })?;
    }
    for arg in rest {
        merged.push(arg)?;
    }
    Tuple::try_from_slice(merged.items())
}

fn call(value: Value, args: Args<'_>) -> R {
    let partial = of::<Partial>(value)?;
    let own = partial.args.get().cast::<Tuple>().items();
    let given = args.pos();
    if given.len() < partial.open.get() {
        return Err(type_error(format!(
            "missing positional arguments in 'partial' call; expected at least {}, got {}",
            partial.open.get(),
            given.len()
        )));
    }
    let keywords = partial.keywords.get().cast::<Dict>();
    // The usual call: a few arguments, all in one buffer on the stack.
    if keywords.len() == 0 && partial.open.get() == 0 && own.len() + args.all().len() <= 8 {
        let mut buffer = [NONE; 8];
        let total = own.len() + args.all().len();
        buffer[..own.len()].copy_from_slice(own);
        buffer[own.len()..total].copy_from_slice(args.all());
        return ops::call(partial.function.get(), Args::new(&buffer[..total], args.names()));
    }
    let values = List::from_slice(merge_args(own, given)?.items())?;
    let merged = keywords.copied()?;
    for (name, value) in args.kw() {
        merged.set(name.value(), value)?;
    }
    let (names, mut at) = (List::new(), 0);
    while let Some((next, name, value)) = merged.next_entry(at) {
        at = next;
        if !name.is::<crate::objects::str::Str>() {
            return Err(type_error("keywords must be strings"));
        }
        names.push(name)?;
        values.push(value)?;
    }
    let names = Tuple::try_from_slice(names.items())?;
    ops::call(partial.function.get(), Args::new(values.items(), Some(names)))
}

fn repr(value: Value) -> R {
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new("...").value());
    }
    let partial = of::<Partial>(value)?;
    let mut text = Text::new();
    text.push_str(crate::objects::str::new(&qualified_name(value)))?;
    text.push_ascii("(")?;
    text.push_repr(partial.function.get())?;
    for &arg in partial.args.get().cast::<Tuple>().items() {
        text.push_ascii(", ")?;
        text.push_repr(arg)?;
    }
    let (keywords, mut at) = (partial.keywords.get().cast::<Dict>(), 0);
    while let Some((next, name, value)) = keywords.next_entry(at) {
        at = next;
        text.push_ascii(", ")?;
        text.push_str(ops::str(name)?)?;
        text.push_ascii("=")?;
        text.push_repr(value)?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

fn descr_get(value: Value, instance: Option<Value>, _owner: Option<Value>) -> R {
    match instance {
        Some(instance) if instance != NONE => Ok(Method::new(value, instance).value()),
        _ => Ok(value),
    }
}

fn reduce(args: &[Value]) -> R {
    let partial = of::<Partial>(args[0])?;
    let dict = if has_attributes(args[0]) { instance::dict(args[0]).value() } else { NONE };
    let function = partial.function.get();
    let state = tuple(&[function, partial.args.get(), partial.keywords.get(), dict]);
    Ok(tuple(&[class_of(args[0]).value(), tuple(&[function]), state]))
}

fn setstate(args: &[Value]) -> R {
    let invalid = || type_error("invalid partial state");
    let state = args[1].downcast::<Tuple>().ok_or_else(invalid)?;
    let &[function, own, keywords, dict] = state.items() else { return Err(invalid()) };
    let own = own.downcast::<Tuple>().filter(|_| ops::is_callable(function)).ok_or_else(invalid)?;
    let keywords = match keywords {
        NONE => Dict::new(),
        keywords => keywords.downcast::<Dict>().ok_or_else(invalid)?.copied()?,
    };
    if own.items().last() == Some(&placeholder()) {
        return Err(type_error("trailing Placeholders are not allowed"));
    }
    let partial = of::<Partial>(args[0])?;
    store(args[0], &partial.function, function);
    store(args[0], &partial.args, Tuple::try_from_slice(own.items())?.value());
    store(args[0], &partial.keywords, keywords.value());
    partial.open.set(count_open(own.items()));
    if instance::has_dict(args[0]) {
        let dict = dict.downcast::<Dict>().unwrap_or_else(Dict::new);
        instance::set_dict(args[0], dict);
    }
    Ok(NONE)
}

static METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", reduce, ""),
    method("__setstate__", "($self, object, /)", setstate, ""),
];
static ATTRIBUTES: [NativeAttribute; 3] = [
    member(
        "func",
        |value| Ok(of::<Partial>(value)?.function.get()),
        None,
        "function object to use in future partial calls",
    ),
    member(
        "args",
        |value| Ok(of::<Partial>(value)?.args.get()),
        None,
        "tuple of arguments to future partial calls",
    ),
    member(
        "keywords",
        |value| Ok(of::<Partial>(value)?.keywords.get()),
        None,
        "dictionary of keyword arguments to future partial calls",
    ),
];
/// `__dict__` of native classes whose instances have one.
pub(super) static DICT: [NativeAttribute; 1] = [getset("__dict__", get_dict, Some(set_dict), "")];

fn get_dict(value: Value) -> R {
    Ok(instance::dict(value).value())
}
fn set_dict(value: Value, to: Option<Value>) -> R<()> {
    match to.and_then(|to| to.downcast::<Dict>()) {
        Some(dict) => {
            instance::set_dict(value, dict);
            Ok(())
        }
        None => Err(type_error("__dict__ must be set to a dictionary")),
    }
}

// -- Placeholder ---------------------------------------------------------------------------

fn placeholder_new(_class: Gc<Class>, args: Args<'_>) -> R {
    if !args.all().is_empty() {
        return Err(type_error("PlaceholderType takes no arguments"));
    }
    Ok(placeholder())
}

fn placeholder_repr(_value: Value) -> R {
    Ok(crate::objects::str::new("Placeholder").value())
}

fn placeholder_reduce(_args: &[Value]) -> R {
    Ok(crate::objects::str::new("Placeholder").value())
}

static PLACEHOLDER_METHODS: [NativeFunction; 1] =
    [method("__reduce__", "($self, /)", placeholder_reduce, "")];

pub fn init(module: Gc<Module>) {
    let class = native_class::new("functools", "_PlaceholderType", 0, |class| {
        class.doc.set("The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.");
        class.slots.new.set(Some(placeholder_new));
        class.slots.repr.set(Some(placeholder_repr));
        class.add_methods(&PLACEHOLDER_METHODS);
    });
    let object = Native::new(class, PlaceholderObject).value();
    keep(object);
    PLACEHOLDER.with(|own| {
        let _ = own.set(object);
    });
    let dict = module.dict.get();
    dict.set_str(intern("_PlaceholderType"), class.value());
    dict.set_str(intern("Placeholder"), object);
    let flags = flags::BASETYPE | flags::HAS_DICT | flags::HAS_WEAKREF;
    let class = native_class::new("functools", "partial", flags, |class| {
        class.doc.set(
            "Create a new function with partial application of the given arguments\nand keywords.",
        );
        class.slots.new.set(Some(partial_new));
        class.slots.call.set(Some(call));
        class.slots.repr.set(Some(repr));
        class.slots.descr_get.set(Some(descr_get));
        class.add_methods(&METHODS);
        class.add_methods(&CLASS_GETITEM);
        class.add_attributes(&ATTRIBUTES);
        class.add_attributes(&DICT);
    });
    dict.set_str(intern("partial"), class.value());
}
