//! method, staticmethod, classmethod as Python sees them. Not here: their structs (`method.rs`).

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap;
use crate::object::{Field, Gc, HeapObject};
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, getset, member, method, new_header};
use crate::objects::class::Class;
use crate::objects::function::Function;
use crate::objects::instance;
use crate::objects::method::{ClassMethod, Method, StaticMethod};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, intern, names, type_name, types, vm};

static METHOD_ATTRIBUTES: [NativeAttribute; 3] = [
    getset("__doc__", |v| crate::ops::getattr(this::<Method>(v)?.function.get(), names().__doc__), None, ""),
    member("__func__", |v| Ok(this::<Method>(v)?.function.get()), None, "the function (or other callable) implementing a method"),
    member("__self__", |v| Ok(this::<Method>(v)?.this.get()), None, "the instance to which a method is bound"),
];
static METHOD_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", method_reduce, "")];

fn this<T: HeapObject>(value: Value) -> R<Gc<T>> {
    value.downcast::<T>().ok_or_else(|| type_error(format!("unexpected object of type '{}'", type_name(value))))
}

pub fn init() {
    let class = types().method;
    class.doc.set("Create a bound instance method object.");
    let slots = &class.slots;
    slots.new.set(Some(method_new));
    slots.call.set(Some(method_call));
    slots.repr.set(Some(method_repr));
    slots.getattr.set(Some(method_getattr));
    slots.descr_get.set(Some(|value, _, _| Ok(value)));
    slots.hash.set(Some(|value| {
        let this = value.cast::<Method>();
        Ok(crate::ops::hash_of_address(this.this.get()) ^ crate::ops::hash(this.function.get())?)
    }));
    slots.compare.set(Some(method_compare));
    class.add_attributes(&METHOD_ATTRIBUTES);
    class.add_methods(&METHOD_METHODS);
    init_wrappers();
}

fn method_new(_: Gc<Class>, args: Args<'_>) -> R {
    let args = args.no_keywords("method")?;
    if args.len() != 2 {
        return Err(type_error(format!("method expected 2 arguments, got {}", args.len())));
    }
    if !crate::ops::is_callable(args[0]) {
        return Err(type_error("first argument must be callable"));
    }
    if args[1].is_none() {
        return Err(type_error("instance must not be None"));
    }
    Ok(Method::new(args[0], args[1]).value())
}
fn method_call(value: Value, args: Args<'_>) -> R {
    let this = value.cast::<Method>();
    let function = this.function.get();
    args.with_first(this.this.get(), |args| crate::ops::call(function, args))
}
/// Attributes of the method itself, then those of its function.
fn method_getattr(value: Value, name: Gc<Str>) -> R {
    if types().method.lookup(name).is_some() {
        return crate::objects::object::getattribute(value, name);
    }
    crate::ops::getattr(value.cast::<Method>().function.get(), name)
}
fn method_compare(a: Value, b: Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<Method>(), b.downcast::<Method>()) else { return Ok(NOT_IMPLEMENTED) };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let equal = x.this.get() == y.this.get() && crate::ops::equal(x.function.get(), y.function.get())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}
fn method_repr(value: Value) -> R {
    let this = value.cast::<Method>();
    let function = this.function.get();
    let name = match crate::ops::getattr_opt(function, names().__qualname__)? {
        Some(name) => Some(name),
        None => crate::ops::getattr_opt(function, names().__name__)?,
    };
    let name = name.and_then(|name| name.downcast::<Str>()).map_or_else(|| "?".to_string(), |name| name.to_string_lossy());
    Ok(str::new(&format!("<bound method {name} of {}>", crate::ops::repr_string(this.this.get())?)).value())
}
fn method_reduce(args: &[Value]) -> R {
    let this = this::<Method>(args[0])?;
    let name = crate::ops::getattr(this.function.get(), names().__name__)?;
    let getattr = vm().builtins.get().and_then(|builtins| builtins.get_text("getattr")).unwrap_or(NONE);
    Ok(Tuple::from_slice(&[getattr, Tuple::from_slice(&[this.this.get(), name]).value()]).value())
}

// -- staticmethod, classmethod ---------------------------------------------------------

/// The wrapped function of either.
pub fn wrapped(value: Value) -> Option<&'static Field<Value>> {
    if let Some(this) = value.downcast::<StaticMethod>() {
        return Some(&this.get_ref().function);
    }
    value.downcast::<ClassMethod>().map(|this| &this.get_ref().function)
}
fn function_of(value: Value) -> R {
    match wrapped(value).and_then(|field| field.get().option()) {
        Some(function) => Ok(function),
        None => Err(crate::error::runtime_error("uninitialized staticmethod object")),
    }
}

static WRAPPER_ATTRIBUTES: [NativeAttribute; 5] = [
    member("__func__", |v| Ok(crate::ops::or_none(function_of(v)?)), None, ""),
    member("__wrapped__", |v| Ok(crate::ops::or_none(function_of(v)?)), None, ""),
    getset("__isabstractmethod__", |v| is_abstract(function_of(v)?).map(Value::bool), None, ""),
    getset("__annotations__", |v| cached_attribute(v, names().__annotations__), Some(|v, to| set_cached(v, names().__annotations__, to)), ""),
    getset("__annotate__", |v| cached_attribute(v, names().__annotate__), Some(|v, to| set_cached(v, names().__annotate__, to)), ""),
];
static WRAPPER_METHODS: [NativeFunction; 1] =
    [class_method("__class_getitem__", "($cls, item, /)", |a| crate::objects::generic_alias::new(a[0], a[1]), "See PEP 585")];

fn init_wrappers() {
    let (static_, class_) = (types().staticmethod, types().classmethod);
    static_.doc.set("Convert a function to be a static method.");
    class_.doc.set("Convert a function to be a class method.");
    static_.slots.new.set(Some(|class, args| {
        let object = StaticMethod { header: new_header(), function: Field::new(one_argument("staticmethod", args)?), dict: Field::default() };
        Ok(copy_names(heap::alloc_instance(class, object).value()))
    }));
    class_.slots.new.set(Some(|class, args| {
        let object = ClassMethod { header: new_header(), function: Field::new(one_argument("classmethod", args)?), dict: Field::default() };
        Ok(copy_names(heap::alloc_instance(class, object).value()))
    }));
    static_.slots.descr_get.set(Some(|value, _, _| function_of(value)));
    static_.slots.call.set(Some(|value, args| crate::ops::call(function_of(value)?, args)));
    class_.slots.descr_get.set(Some(|value, instance, owner| {
        let function = function_of(value)?;
        let owner = match (owner, instance) {
            (Some(owner), _) => owner,
            (None, Some(instance)) => class_of(instance).value(),
            (None, None) => return Err(type_error("__get__(None, None) is invalid")),
        };
        Ok(Method::new(function, owner).value())
    }));
    for (class, name) in [(static_, "staticmethod"), (class_, "classmethod")] {
        class.slots.init.set(Some(wrapper_init));
        class.slots.repr.set(Some(match name {
            "staticmethod" => |v| Ok(str::new(&format!("<staticmethod({})>", crate::ops::repr_string(function_of(v)?)?)).value()),
            _ => |v| Ok(str::new(&format!("<classmethod({})>", crate::ops::repr_string(function_of(v)?)?)).value()),
        }));
        class.add_attributes(&WRAPPER_ATTRIBUTES);
        class.add_methods(&WRAPPER_METHODS);
        class.set_flag(crate::objects::class::flags::HAS_DICT);
        crate::objects::class_new::add_dict_attribute(class);
    }
}
/// The function may be given later, by `__init__` of a subclass: then it is NULL until then.
fn one_argument(name: &str, args: Args<'_>) -> R {
    let _ = name;
    Ok(args.pos().first().copied().unwrap_or(NULL))
}
fn wrapper_init(value: Value, args: Args<'_>) -> R<()> {
    let name = if value.is::<StaticMethod>() { "staticmethod" } else { "classmethod" };
    let args = args.no_keywords(name)?;
    if args.len() != 1 {
        return Err(type_error(format!("{name} expected 1 argument, got {}", args.len())));
    }
    if let Some(field) = wrapped(value)
        && field.get() != args[0]
    {
        field.init(args[0]);
        heap::write_barrier(value);
        copy_names(value);
    }
    Ok(())
}
/// As functools.wraps: the names and the docstring of the function become attributes.
fn copy_names(value: Value) -> Value {
    let Some(function) = wrapped(value).and_then(|field| field.get().option()) else { return value };
    let n = names();
    if let Some(function) = function.downcast::<Function>() {
        let module = crate::ops::or_none(function.module.get());
        let fields = [
            (n.__module__, module),
            (n.__name__, function.name.get()),
            (n.__qualname__, function.qualname.get()),
            (n.__doc__, Function::doc(function)),
        ];
        for (name, found) in fields {
            instance::set(value, name, crate::ops::or_none(found));
        }
        return value;
    }
    for name in [n.__module__, n.__name__, n.__qualname__, n.__doc__] {
        // An attribute that cannot be had is left out.
        if let Ok(Some(found)) = crate::ops::getattr_opt(function, name) {
            instance::set(value, name, found);
        }
    }
    value
}
fn cached_attribute(value: Value, name: Gc<Str>) -> R {
    if let Some(own) = instance::get(value, name) {
        return Ok(own);
    }
    let found = crate::ops::getattr(function_of(value)?, name)?;
    instance::set(value, name, found);
    Ok(found)
}
fn set_cached(value: Value, name: Gc<Str>, to: Option<Value>) -> R<()> {
    match to {
        Some(to) => instance::set(value, name, to),
        None => {
            if instance::delete(value, name).is_none() {
                return Err(crate::ops::no_attribute(value, name));
            }
        }
    }
    Ok(())
}
pub fn is_abstract(function: Value) -> R<bool> {
    if function.is_null() {
        return Ok(false);
    }
    match crate::ops::getattr_opt(function, intern("__isabstractmethod__"))? {
        Some(found) => crate::ops::truth(found),
        None => Ok(false),
    }
}
