//! collections.defaultdict: a dict with one more word in each instance, for the factory.

use crate::args::Args;
use crate::error::{R, key_error, type_error};
use crate::heap;
use crate::object::{Gc, KINDS, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::dict_merge::{merge_argument, update_from_args};
use crate::objects::instance;
use crate::objects::module::Module;
use crate::objects::native_class;
use crate::objects::support::{ReprGuard, Text, bare_name, tuple};
use crate::ops;
use crate::slots::BinaryOp;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, intern, names, types};
use core::cell::OnceCell;

/// Where the instances of defaultdict and its subclasses keep the factory: the first word after the
/// dict word.
const FACTORY_WORD: u16 = (size_of::<Dict>() / 8) as u16 + 1;

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

fn is_defaultdict(value: Value) -> bool {
    CLASS.with(|own| own.get().is_some_and(|&class| class_of(value).is_subclass(class)))
}

/// NULL before `__init__`.
fn factory(value: Value) -> Value {
    instance::member(value, FACTORY_WORD)
}

fn new(class: Gc<Class>, _args: Args<'_>) -> R {
    Ok(heap::alloc_instance(class, Dict::empty()).value())
}

fn init_instance(value: Value, args: Args<'_>) -> R<()> {
    let (factory, rest) = match args.pos().first() {
        Some(&factory) => (factory, Args::new(&args.all()[1..], args.names())),
        None => (NONE, args),
    };
    if factory != NONE && !ops::is_callable(factory) {
        return Err(type_error("first argument must be callable or None"));
    }
    instance::set_member(value, FACTORY_WORD, factory);
    update_from_args(value.cast(), rest, "dict")
}

fn missing(args: &[Value]) -> R {
    let (value, key) = (args[0], args[1]);
    let factory = factory(value);
    if factory.is_null() || factory == NONE {
        return Err(key_error(key));
    }
    let made = ops::call_positional(factory, &[])?;
    ops::setitem(value, key, made)?;
    Ok(made)
}

/// As the class's own constructor makes it from the factory and the items.
fn copy_of(value: Value, items: Value) -> R {
    ops::call_positional(class_of(value).value(), &[ops::or_none(factory(value)), items])
}

fn copy(args: &[Value]) -> R {
    copy_of(args[0], args[0])
}

fn reduce(args: &[Value]) -> R {
    let factory = factory(args[0]);
    let arguments =
        if factory.is_null() || factory == NONE { tuple(&[]) } else { tuple(&[factory]) };
    let items = ops::iter(ops::call_method(args[0], names().items, &[])?)?;
    Ok(tuple(&[class_of(args[0]).value(), arguments, NONE, NONE, items]))
}

fn repr(value: Value) -> R {
    let mut text = Text::new();
    text.push_str(crate::objects::str::new(&bare_name(value)))?;
    text.push_ascii("(")?;
    match factory(value) {
        NULL | NONE => text.push_ascii("None")?,
        factory => {
            // A factory that is a method of the dict itself would print it again.
            let guard = ReprGuard::enter(value);
            if guard.is_some() { text.push_repr(factory)? } else { text.push_ascii("...")? }
        }
    }
    text.push_ascii(", ")?;
    if let Some(of_dict) = types().dict.slots.repr.get()
        && let Some(dict) = of_dict(value)?.downcast()
    {
        text.push_str(dict)?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

fn or(left: Value, right: Value) -> R {
    let own = if is_defaultdict(left) { left } else { right };
    if !left.is::<Dict>() || !right.is::<Dict>() {
        return Ok(NOT_IMPLEMENTED);
    }
    let joined = copy_of(own, left)?;
    match joined.downcast::<Dict>() {
        Some(dict) => merge_argument(dict, right)?,
        None => return Err(type_error("the copy of a defaultdict is no dict")),
    }
    Ok(joined)
}

fn set_factory(value: Value, to: Option<Value>) -> R<()> {
    instance::set_member(value, FACTORY_WORD, to.unwrap_or(NONE));
    Ok(())
}

static METHODS: [NativeFunction; 4] = [
    method(
        "__missing__",
        "($self, key, /)",
        missing,
        "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n",
    ),
    method("copy", "($self, /)", copy, "D.copy() -> a shallow copy of D."),
    method("__copy__", "($self, /)", copy, "D.copy() -> a shallow copy of D."),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
];
static ATTRIBUTES: [NativeAttribute; 1] = [member(
    "default_factory",
    |value| Ok(ops::or_none(factory(value))),
    Some(set_factory),
    "Factory for default value called by __missing__().",
)];

pub fn init(module: Gc<Module>) {
    let fill = |class: Gc<Class>| {
        class.doc.set(
            "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.\n",
        );
        native_class::add_members(class, 1);
        class.slots.new.set(Some(new));
        class.slots.init.set(Some(init_instance));
        class.slots.repr.set(Some(repr));
        class.slots.binary[BinaryOp::Or as usize].set(Some(or));
        class.add_methods(&METHODS);
        class.add_attributes(&ATTRIBUTES);
    };
    const _: () = assert!(KINDS[Kind::Dict as usize].size == size_of::<Dict>());
    let class = native_class::with_base(
        "collections",
        "defaultdict",
        types().dict,
        Kind::Dict,
        flags::BASETYPE | flags::MAPPING,
        fill,
    );
    CLASS.with(|own| {
        let _ = own.set(class);
    });
    module.dict.get().set_str(intern("defaultdict"), class.value());
}
