//! The Python side of native functions and descriptors: builtin_function_or_method, method_descriptor, wrapper_descriptor,
//! classmethod_descriptor, method-wrapper, getset_descriptor, member_descriptor. Not here: their structs (`builtin.rs`).

use crate::args::Args;
use crate::error::{R, attribute_error, type_error};
use crate::heap::Marker;
use crate::object::{Gc, HeapObject};
use crate::objects::builtin::{
    Access, Builtin, Flavor, GetSet, MethodDescriptor, NativeAttribute, NativeFunction, getset, member, method,
};
use crate::objects::class::Class;
use crate::objects::instance;
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, intern, type_name, types, vm};

/// A slot wrapper bound to its object: `(1).__add__`.
pub struct MethodWrapper {
    pub descriptor: Gc<MethodDescriptor>,
    pub this: Value,
}

impl NativeObject for MethodWrapper {
    fn trace(&self, m: &mut Marker) {
        m.object(self.descriptor);
        m.value(self.this);
    }
}

fn wrapper_of(value: Value) -> R<&'static MethodWrapper> {
    downcast::<MethodWrapper>(value).ok_or_else(|| type_error("method-wrapper expected"))
}
/// The object as its native struct. Native slots and tables only ever see objects of their class.
fn this<T: HeapObject>(value: Value) -> R<Gc<T>> {
    value.downcast::<T>().ok_or_else(|| type_error(format!("unexpected object of type '{}'", type_name(value))))
}
fn text(text: &str) -> R {
    Ok(str::new(text).value())
}

pub fn init() {
    init_builtin();
    init_method_descriptors();
    init_method_wrapper();
    init_getset();
}

// -- builtin_function_or_method ----------------------------------------------------

static BUILTIN_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", builtin_reduce, "")];
static BUILTIN_ATTRIBUTES: [NativeAttribute; 5] = [
    getset("__doc__", |v| doc_of(this::<Builtin>(v)?.function), None, ""),
    getset("__name__", |v| text(this::<Builtin>(v)?.function.name), None, ""),
    getset("__qualname__", builtin_qualname, None, ""),
    getset("__self__", builtin_self, None, ""),
    getset("__text_signature__", builtin_signature, None, ""),
];
static BUILTIN_MEMBERS: [NativeAttribute; 1] = [member("__module__", builtin_module, Some(builtin_set_module), "")];

fn init_builtin() {
    let class = types().builtin;
    class.slots.call.set(Some(|value, args| value.cast::<Builtin>().call(args)));
    class.slots.repr.set(Some(builtin_repr));
    class.slots.hash.set(Some(|value| {
        let this = value.cast::<Builtin>();
        Ok(hash_of_pair(this.this.get(), this.function))
    }));
    class.slots.compare.set(Some(|a, b, op| {
        let (Some(x), Some(y)) = (a.downcast::<Builtin>(), b.downcast::<Builtin>()) else { return Ok(NOT_IMPLEMENTED) };
        Ok(equality(core::ptr::eq(x.function, y.function) && x.this.get() == y.this.get(), op))
    }));
    class.add_methods(&BUILTIN_METHODS);
    class.add_attributes(&BUILTIN_ATTRIBUTES);
    class.add_attributes(&BUILTIN_MEMBERS);
}

fn equality(equal: bool, op: CompareOp) -> Value {
    match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => NOT_IMPLEMENTED,
    }
}
fn hash_of_pair(value: Value, function: &'static NativeFunction) -> i64 {
    crate::ops::hash_of_address(value) ^ crate::ops::hash_of_address(Value(function as *const _ as u64)).rotate_left(1)
}
fn builtin_set_module(value: Value, to: Option<Value>) -> R<()> {
    let this = this::<Builtin>(value)?;
    this.module.set(this, to.unwrap_or(NONE));
    Ok(())
}
fn builtin_module(value: Value) -> R {
    Ok(crate::ops::or_none(this::<Builtin>(value)?.module.get()))
}
/// `__self__`: the module of a module's function, the class of a static one.
fn builtin_self(value: Value) -> R {
    let builtin = this::<Builtin>(value)?;
    if let Some(own) = builtin.this.get().option() {
        return Ok(if own.is::<Class>() && builtin.function.flavor == Flavor::StaticMethod && !builtin.is_bound { NONE } else { own });
    }
    let Some(name) = builtin.module.get().downcast::<Str>() else { return Ok(NONE) };
    Ok(vm().modules.get().and_then(|modules| modules.get_str(name)).unwrap_or(NONE))
}
fn builtin_qualname(value: Value) -> R {
    let builtin = this::<Builtin>(value)?;
    let owner = builtin.this.get();
    let name = builtin.function.name;
    if owner.is_null() || owner.is::<crate::objects::module::Module>() {
        return text(name);
    }
    let class = owner.downcast::<Class>().unwrap_or_else(|| class_of(owner));
    text(&format!("{}.{name}", qualname_of(class)))
}
pub fn qualname_of(class: Gc<Class>) -> String {
    class.qualname.get().downcast::<Str>().map_or_else(|| class.bare_name(), |name| name.to_string_lossy())
}
fn builtin_signature(value: Value) -> R {
    let builtin = this::<Builtin>(value)?;
    let Some(signature) = builtin.function.signature else { return Ok(NONE) };
    // A module's function shows its module as bound.
    let bare = builtin.this.get().is_null() || builtin.this.get().is::<crate::objects::module::Module>();
    if !bare || signature.contains("$module") {
        return text(signature);
    }
    match signature {
        "()" => text("($module, /)"),
        _ if signature.contains(", /") => text(&signature.replacen('(', "($module, ", 1)),
        _ => text(&signature.replacen('(', "($module, /, ", 1)),
    }
}
fn builtin_repr(value: Value) -> R {
    let builtin = this::<Builtin>(value)?;
    let (name, owner) = (builtin.function.name, builtin.this.get());
    if owner.is_null() || owner.is::<crate::objects::module::Module>() {
        return text(&format!("<built-in function {name}>"));
    }
    text(&format!("<built-in method {name} of {} object at {:#x}>", type_name(owner), owner.0))
}
fn builtin_reduce(args: &[Value]) -> R {
    let builtin = this::<Builtin>(args[0])?;
    let owner = builtin.this.get();
    if owner.is_null() || owner.is::<crate::objects::module::Module>() {
        return text(builtin.function.name);
    }
    reduce_by_getattr(owner, builtin.function.name)
}
fn reduce_by_getattr(owner: Value, name: &str) -> R {
    let getattr = vm().builtins.get().and_then(|builtins| builtins.get_text("getattr")).unwrap_or(NONE);
    let args = Tuple::from_slice(&[owner, str::new(name).value()]);
    Ok(Tuple::from_slice(&[getattr, args.value()]).value())
}
fn doc_of(function: &'static NativeFunction) -> R {
    if function.doc.is_empty() { Ok(NONE) } else { text(function.doc) }
}
fn signature_of(function: &'static NativeFunction) -> R {
    function.signature.map_or(Ok(NONE), text)
}

// -- method_descriptor, wrapper_descriptor, classmethod_descriptor -------------------

static METHOD_ATTRIBUTES: [NativeAttribute; 4] = [
    getset("__doc__", |v| doc_of(this::<MethodDescriptor>(v)?.function), None, ""),
    getset("__qualname__", method_qualname, None, ""),
    getset("__text_signature__", |v| signature_of(this::<MethodDescriptor>(v)?.function), None, ""),
    member("__name__", |v| text(this::<MethodDescriptor>(v)?.function.name), None, ""),
];
static METHOD_MEMBERS: [NativeAttribute; 1] = [member("__objclass__", |v| Ok(this::<MethodDescriptor>(v)?.owner.value()), None, "")];
static METHOD_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", method_reduce, "")];

fn init_method_descriptors() {
    for class in [types().method_descriptor, types().wrapper_descriptor, types().classmethod_descriptor] {
        class.slots.call.set(Some(|value, args| value.cast::<MethodDescriptor>().call(args)));
        class.slots.repr.set(Some(method_repr));
        class.slots.descr_get.set(Some(method_get));
        class.add_attributes(&METHOD_ATTRIBUTES);
        class.add_attributes(&METHOD_MEMBERS);
        class.add_methods(&METHOD_METHODS);
    }
}
fn method_qualname(value: Value) -> R {
    let descriptor = this::<MethodDescriptor>(value)?;
    text(&format!("{}.{}", qualname_of(descriptor.owner), descriptor.function.name))
}
fn method_repr(value: Value) -> R {
    let descriptor = this::<MethodDescriptor>(value)?;
    let what = if descriptor.function.flavor == Flavor::Wrapper { "slot wrapper" } else { "method" };
    text(&format!("<{what} '{}' of '{}' objects>", descriptor.function.name, descriptor.owner.name()))
}
fn method_reduce(args: &[Value]) -> R {
    let descriptor = this::<MethodDescriptor>(args[0])?;
    reduce_by_getattr(descriptor.owner.value(), descriptor.function.name)
}
pub fn method_get(value: Value, instance: Option<Value>, owner: Option<Value>) -> R {
    let descriptor = value.cast::<MethodDescriptor>();
    match (descriptor.function.flavor, instance) {
        (Flavor::ClassMethod, _) => {
            let class = match (owner, instance) {
                (Some(owner), _) => owner,
                (None, Some(instance)) => class_of(instance).value(),
                (None, None) => {
                    return Err(type_error(format!(
                        "descriptor '{}' for type '{}' needs either an object or a type",
                        descriptor.function.name,
                        descriptor.owner.name()
                    )));
                }
            };
            let class = descriptor.check_class(class)?;
            Ok(Builtin::new(descriptor.function, class.value(), true, NONE).value())
        }
        (_, None) => Ok(value),
        (Flavor::Wrapper, Some(instance)) => {
            descriptor.check(instance)?;
            Ok(Native::new(types().method_wrapper, MethodWrapper { descriptor, this: instance }).value())
        }
        (_, Some(instance)) => {
            descriptor.check(instance)?;
            Ok(Builtin::new(descriptor.function, instance, true, NONE).value())
        }
    }
}

// -- method-wrapper ------------------------------------------------------------------

static WRAPPER_ATTRIBUTES: [NativeAttribute; 6] = [
    getset("__objclass__", |v| Ok(wrapper_of(v)?.descriptor.owner.value()), None, ""),
    getset("__name__", |v| text(wrapper_of(v)?.descriptor.function.name), None, ""),
    getset("__qualname__", |v| method_qualname(wrapper_of(v)?.descriptor.value()), None, ""),
    getset("__doc__", |v| doc_of(wrapper_of(v)?.descriptor.function), None, ""),
    getset("__text_signature__", |v| signature_of(wrapper_of(v)?.descriptor.function), None, ""),
    member("__self__", |v| Ok(wrapper_of(v)?.this), None, ""),
];
static WRAPPER_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", wrapper_reduce, "")];

fn init_method_wrapper() {
    let class = types().method_wrapper;
    class.slots.call.set(Some(wrapper_call));
    class.slots.repr.set(Some(|value| {
        let w = wrapper_of(value)?;
        let name = w.descriptor.function.name;
        text(&format!("<method-wrapper '{name}' of {} object at {:#x}>", type_name(w.this), w.this.0))
    }));
    class.slots.hash.set(Some(|value| {
        let w = wrapper_of(value)?;
        Ok(hash_of_pair(w.this, w.descriptor.function))
    }));
    class.slots.compare.set(Some(|a, b, op| {
        let (Some(x), Some(y)) = (downcast::<MethodWrapper>(a), downcast::<MethodWrapper>(b)) else { return Ok(NOT_IMPLEMENTED) };
        Ok(equality(x.descriptor == y.descriptor && x.this == y.this, op))
    }));
    class.add_attributes(&WRAPPER_ATTRIBUTES);
    class.add_methods(&WRAPPER_METHODS);
}
fn wrapper_call(value: Value, args: Args<'_>) -> R {
    let w = wrapper_of(value)?;
    w.descriptor.function.call(Some(w.descriptor.owner), Some(w.this), args)
}
fn wrapper_reduce(args: &[Value]) -> R {
    let w = wrapper_of(args[0])?;
    reduce_by_getattr(w.this, w.descriptor.function.name)
}

// -- getset_descriptor, member_descriptor ---------------------------------------------

static GETSET_ATTRIBUTES: [NativeAttribute; 4] = [
    getset("__doc__", getset_doc, None, ""),
    getset("__qualname__", getset_qualname, None, ""),
    member("__name__", |v| Ok(this::<GetSet>(v)?.name.get()), None, ""),
    member("__objclass__", |v| Ok(this::<GetSet>(v)?.owner.value()), None, ""),
];
static MEMBER_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", getset_reduce, "")];

fn init_getset() {
    for class in [types().getset_descriptor, types().member_descriptor] {
        class.slots.repr.set(Some(getset_repr));
        class.slots.descr_get.set(Some(getset_get));
        class.slots.descr_set.set(Some(getset_set));
        class.add_attributes(&GETSET_ATTRIBUTES);
    }
    types().member_descriptor.add_methods(&MEMBER_METHODS);
}
fn name_of(descriptor: Gc<GetSet>) -> String {
    descriptor.name.get().downcast::<Str>().map_or_else(String::new, |name| name.to_string_lossy())
}
fn getset_doc(value: Value) -> R {
    match this::<GetSet>(value)?.access {
        Access::Native(attribute) if !attribute.doc.is_empty() => text(attribute.doc),
        _ => Ok(NONE),
    }
}
fn getset_qualname(value: Value) -> R {
    let descriptor = this::<GetSet>(value)?;
    text(&format!("{}.{}", qualname_of(descriptor.owner), name_of(descriptor)))
}
fn getset_repr(value: Value) -> R {
    let descriptor = this::<GetSet>(value)?;
    let what = if class_of(value) == types().member_descriptor { "member" } else { "attribute" };
    text(&format!("<{what} '{}' of '{}' objects>", name_of(descriptor), descriptor.owner.name()))
}
fn getset_reduce(args: &[Value]) -> R {
    let descriptor = this::<GetSet>(args[0])?;
    reduce_by_getattr(descriptor.owner.value(), &name_of(descriptor))
}
fn check(descriptor: Gc<GetSet>, instance: Value) -> R<()> {
    if class_of(instance).is_subclass(descriptor.owner) {
        return Ok(());
    }
    Err(type_error(format!(
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        name_of(descriptor),
        descriptor.owner.name(),
        type_name(instance)
    )))
}
pub fn getset_get(value: Value, instance: Option<Value>, _owner: Option<Value>) -> R {
    let descriptor = value.cast::<GetSet>();
    let Some(instance) = instance else { return Ok(value) };
    check(descriptor, instance)?;
    match descriptor.access {
        Access::Native(attribute) => (attribute.get)(instance),
        Access::Slot(word) => match instance::member(instance, word).option() {
            Some(value) => Ok(value),
            None => Err(crate::ops::no_attribute(instance, intern(&name_of(descriptor)))),
        },
    }
}
pub fn getset_set(value: Value, instance: Value, to: Option<Value>) -> R<()> {
    let descriptor = value.cast::<GetSet>();
    check(descriptor, instance)?;
    match descriptor.access {
        Access::Native(attribute) => match attribute.set {
            Some(set) => set(instance, to),
            None if attribute.is_member => Err(attribute_error("readonly attribute")),
            None => Err(attribute_error(format!(
                "attribute '{}' of '{}' objects is not writable",
                name_of(descriptor),
                descriptor.owner.name()
            ))),
        },
        Access::Slot(word) => {
            if to.is_none() && instance::member(instance, word).is_null() {
                return Err(attribute_error(name_of(descriptor)));
            }
            instance::set_member(instance, word, Value::or_null(to));
            Ok(())
        }
    }
}
