//! `object`: generic attribute access, creation, comparison, and the methods that every object has.

use crate::args::Args;
use crate::error::{R, attribute_error, type_error};
use crate::object::{Gc, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, getset, method};
use crate::objects::class::{self, Class, flags};
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::instance::{self, Instance};
use crate::objects::list::List;
use crate::objects::method::Method;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, intern, names, type_name, types};

static METHODS: [NativeFunction; 8] = [
    method("__reduce_ex__", "($self, protocol, /)", reduce_ex, "Helper for pickle."),
    method("__reduce__", "($self, /)", reduce, "Helper for pickle."),
    method("__getstate__", "($self, /)", getstate, "Helper for pickle."),
    class_method("__subclasshook__", "($type, object, /)", |_| Ok(NOT_IMPLEMENTED), "Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached)."),
    class_method("__init_subclass__", "($type)", |_| Ok(NONE), "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses."),
    method("__format__", "($self, format_spec, /)", format, "Default object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise."),
    method("__sizeof__", "($self, /)", sizeof, "Size of object in memory, in bytes."),
    method("__dir__", "($self, /)", dir, "Default dir() implementation."),
];
static ATTRIBUTES: [NativeAttribute; 1] = [getset("__class__", |v| Ok(class_of(v).value()), Some(set_class), "the object's class")];

pub fn init() {
    let class = types().object;
    class.doc.set("The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n");
    let slots = &class.slots;
    slots.getattr.set(Some(getattribute));
    slots.setattr.set(Some(setattr));
    slots.repr.set(Some(repr));
    // The result is checked by `str()`, whose message names `__str__`.
    slots.str.set(Some(|value| match crate::vm::class_of(value).slots.repr.get() {
        Some(repr) => {
            crate::vm::check_native_stack(" while getting the repr of an object")?;
            repr(value)
        }
        None => Ok(crate::ops::repr(value)?.value()),
    }));
    slots.hash.set(Some(|value| Ok(crate::ops::hash_of_address(value))));
    slots.compare.set(Some(compare));
    slots.new.set(Some(new));
    slots.init.set(Some(init_object));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
    init_singletons();
}

/// NoneType, NotImplementedType and ellipsis.
fn init_singletons() {
    fn only(class: Gc<Class>, args: Args<'_>, value: Value) -> R {
        if args.all().is_empty() {
            return Ok(value);
        }
        let name = if value == crate::value::ELLIPSIS { "EllipsisType".to_string() } else { class.name() };
        Err(type_error(format!("{name} takes no arguments")))
    }
    let t = types();
    t.none_type.slots.new.set(Some(|class, args| only(class, args, NONE)));
    t.none_type.slots.repr.set(Some(|_| Ok(intern("None").value())));
    t.none_type.slots.bool.set(Some(|_| Ok(false)));
    t.none_type.slots.hash.set(Some(|_| Ok(0xfca_86420)));
    t.none_type.slots.compare.set(Some(compare));
    t.none_type.doc.set("The type of the None singleton.");
    t.not_implemented_type.slots.new.set(Some(|class, args| only(class, args, NOT_IMPLEMENTED)));
    t.not_implemented_type.slots.repr.set(Some(|_| Ok(intern("NotImplemented").value())));
    t.not_implemented_type.slots.bool.set(Some(|_| Err(type_error("NotImplemented should not be used in a boolean context"))));
    t.not_implemented_type.add_methods(&NOT_IMPLEMENTED_METHODS);
    t.ellipsis_type.slots.new.set(Some(|class, args| only(class, args, crate::value::ELLIPSIS)));
    t.ellipsis_type.slots.repr.set(Some(|_| Ok(intern("Ellipsis").value())));
    t.ellipsis_type.add_methods(&ELLIPSIS_METHODS);
}
static NOT_IMPLEMENTED_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", |_| Ok(intern("NotImplemented").value()), "")];
static ELLIPSIS_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", |_| Ok(intern("Ellipsis").value()), "")];

// -- attributes ------------------------------------------------------------------------

/// `object.__getattribute__`, with None for "no such attribute".
pub fn get_opt(value: Value, name: Gc<Str>) -> R<Option<Value>> {
    let class = class_of(value);
    let Some(found) = class.lookup(name) else { return Ok(own(value, name)) };
    if found.is::<Function>() {
        return Ok(Some(own(value, name).unwrap_or_else(|| Method::new(found, value).value())));
    }
    let slots = &class_of(found).slots;
    match slots.descr_get.get() {
        None => Ok(Some(own(value, name).unwrap_or(found))),
        Some(get) => {
            if slots.descr_set.get().is_none()
                && let Some(own) = own(value, name)
            {
                return Ok(Some(own));
            }
            // A descriptor's AttributeError is one of the attribute: `__getattr__` may still answer.
            get(found, Some(value), Some(class.value())).map(Some)
        }
    }
}
#[inline(always)]
fn own(value: Value, name: Gc<Str>) -> Option<Value> {
    if value.is_object() { instance::get(value, name) } else { None }
}
pub fn getattribute(value: Value, name: Gc<Str>) -> R {
    get_opt(value, name)?.ok_or_else(|| crate::ops::no_attribute(value, name))
}

/// For a call `value.name(...)`: a function with the object to pass first, or a bound thing with NULL. Allocates no bound method.
pub fn load_method(value: Value, name: Gc<Str>) -> R<(Value, Value)> {
    let class = class_of(value);
    if !class.has_flag(flags::GENERIC_GETATTR) {
        return Ok((crate::ops::getattr(value, name)?, NULL));
    }
    if let Some(found) = class.lookup(name)
        && found.is_object()
    {
        let is_method = match found.header().kind() {
            Kind::Function => true,
            Kind::MethodDescriptor => class_of(found) != types().classmethod_descriptor,
            _ => false,
        };
        if is_method {
            return Ok(match own(value, name) {
                Some(own) => (own, NULL),
                None => (found, value),
            });
        }
    }
    Ok((getattribute(value, name)?, NULL))
}

pub fn setattr(value: Value, name: Gc<Str>, to: Option<Value>) -> R<()> {
    let class = class_of(value);
    let found = class.lookup(name);
    if let Some(found) = found
        && let Some(set) = class_of(found).slots.descr_set.get()
    {
        return set(found, value, to);
    }
    if !instance::has_dict(value) {
        return Err(no_dict(value, name, found.is_some()));
    }
    match to {
        Some(to) => {
            instance::set(value, name, to);
            Ok(())
        }
        None => match instance::delete(value, name) {
            Some(_) => Ok(()),
            None => Err(crate::ops::no_attribute(value, name)),
        },
    }
}
#[cold]
fn no_dict(value: Value, name: Gc<Str>, found: bool) -> crate::error::Raised {
    let (class, text) = (type_name(value), name.to_string_lossy());
    if found {
        return attribute_error(format!("'{class}' object attribute '{text}' is read-only"));
    }
    let message = format!("'{class}' object has no attribute '{text}' and no __dict__ for setting new attributes");
    crate::objects::exception::attribute_error_for(attribute_error(message), value, name)
}

fn set_class(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to else { return Err(type_error("can't delete __class__ attribute")) };
    let Some(new) = to.downcast::<Class>() else {
        return Err(type_error(format!("__class__ must be set to a class, not '{}' object", type_name(to))));
    };
    let old = class_of(value);
    let modules = old.is_subclass(types().module) && new.is_subclass(types().module);
    if !modules && !(new.has_flag(flags::HEAP) && old.has_flag(flags::HEAP)) {
        return Err(type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    if !same_layout(old, new) {
        return Err(type_error(format!("__class__ assignment: '{}' object layout differs from '{}'", new.name(), old.name())));
    }
    instance::set_class(value, new);
    if let Some(class) = value.downcast::<Class>() {
        class.modified();
    }
    if class::descriptor_slots(&old) != class::descriptor_slots(&new) {
        class::descriptors_changed();
    }
    if new.finalizable.get() && !old.finalizable.get() {
        crate::heap::register_finalizer(value);
    }
    Ok(())
}
/// Objects of the one can be turned into objects of the other.
pub fn same_layout(a: Gc<Class>, b: Gc<Class>) -> bool {
    let has_dict = |class: Gc<Class>| class.has_flag(flags::HAS_DICT);
    a.kind.get() == b.kind.get()
        && a.attrs_word.get() == b.attrs_word.get()
        && a.member_slots.get() == b.member_slots.get()
        && has_dict(a) == has_dict(b)
        && a.has_flag(flags::HAS_WEAKREF) == b.has_flag(flags::HAS_WEAKREF)
        && crate::objects::class_new::solid_native(a) == crate::objects::class_new::solid_native(b)
        && crate::objects::class_new::member_names(a) == crate::objects::class_new::member_names(b)
        && same_layer(a, b)
}
/// The classes that last added to the layouts are one, or have one base.
fn same_layer(a: Gc<Class>, b: Gc<Class>) -> bool {
    let (a, b) = (last_layer(a), last_layer(b));
    a == b || a.base.get() == b.base.get()
}
fn last_layer(class: Gc<Class>) -> Gc<Class> {
    let layout = |class: Gc<Class>| {
        (class.kind.get(), class.member_slots.get(), class.flags.get() & (flags::HAS_DICT | flags::HAS_WEAKREF | flags::SOLID))
    };
    let mut at = class;
    while let Some(base) = at.base_class().filter(|base| layout(*base) == layout(at)) {
        at = base;
    }
    at
}

// -- creation --------------------------------------------------------------------------

fn is_slot<T>(slot: Option<T>, address: fn(T) -> usize, of: usize) -> bool {
    slot.map(address) == Some(of)
}

pub fn new(class: Gc<Class>, args: Args<'_>) -> R {
    if !args.all().is_empty() {
        let overridden_new = !is_slot(class.slots.new.get(), |f| f as usize, new as *const () as usize);
        if overridden_new {
            return Err(type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if is_slot(class.slots.init.get(), |f| f as usize, init_object as *const () as usize) {
            return Err(type_error(format!("{}() takes no arguments", class.name())));
        }
    }
    if class.has_flag(flags::ABSTRACT) {
        return Err(abstract_error(class)?);
    }
    if class.kind.get() != Kind::Instance {
        return Err(type_error(format!("cannot create '{}' instances", class.name())));
    }
    Ok(Instance::new(class).value())
}
#[cold]
fn abstract_error(class: Gc<Class>) -> R<crate::error::Raised> {
    let methods = crate::ops::getattr(class.value(), names().__abstractmethods__)?;
    let sorted = crate::builtins::sorted_list(methods)?;
    let mut texts = Vec::new();
    for &name in sorted.items() {
        texts.push(format!("'{}'", crate::ops::str_string(name)?));
    }
    let plural = if texts.len() == 1 { "" } else { "s" };
    Ok(type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} {}",
        class.name(),
        texts.join(", ")
    )))
}

pub fn init_object(value: Value, args: Args<'_>) -> R<()> {
    if args.all().is_empty() {
        return Ok(());
    }
    let class = class_of(value);
    if !is_slot(class.slots.init.get(), |f| f as usize, init_object as *const () as usize) {
        return Err(type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
    }
    if is_slot(class.slots.new.get(), |f| f as usize, new as *const () as usize) {
        return Err(type_error(format!("{}.__init__() takes exactly one argument (the instance to initialize)", class.name())));
    }
    Ok(())
}

// -- text, comparison ------------------------------------------------------------------

pub fn repr(value: Value) -> R {
    let class = class_of(value);
    Ok(str::new(&format!("<{} object at {:#x}>", qualified_name(class)?, value.0)).value())
}
/// `module.qualname`, without the module of builtins.
pub fn qualified_name(class: Gc<Class>) -> R<String> {
    let module = crate::objects::class_attr::module_of(class)?;
    match module.downcast::<Str>().map(|module| module.to_string_lossy()) {
        Some(module) if module != "builtins" => Ok(format!("{module}.{}", crate::objects::builtin_types::qualname_of(class))),
        _ => Ok(class.name()),
    }
}

fn compare(a: Value, b: Value, op: CompareOp) -> R {
    match op {
        CompareOp::Eq if a == b => Ok(Value::bool(true)),
        CompareOp::Ne => {
            // The inverse of `==`, where that is implemented.
            let Some(slot) = class_of(a).slots.compare.get() else { return Ok(NOT_IMPLEMENTED) };
            let equal = slot(a, b, CompareOp::Eq)?;
            if equal == NOT_IMPLEMENTED { Ok(equal) } else { Ok(Value::bool(!crate::ops::truth(equal)?)) }
        }
        _ => Ok(NOT_IMPLEMENTED),
    }
}

fn format(args: &[Value]) -> R {
    let Some(spec) = args[1].downcast::<Str>() else {
        return Err(type_error(format!("__format__() argument must be str, not {}", type_name(args[1]))));
    };
    if spec.len() != 0 {
        return Err(type_error(format!("unsupported format string passed to {}.__format__", type_name(args[0]))));
    }
    Ok(crate::ops::str(args[0])?.value())
}

fn sizeof(args: &[Value]) -> R {
    let class = class_of(args[0]);
    Ok(Value::int(crate::objects::class_attr::basic_size(class) as i64))
}

/// A new dict of names: those of the object, of its class, of the bases.
fn dir(args: &[Value]) -> R {
    let dict = Dict::new();
    if let Some(own) = crate::ops::getattr_opt(args[0], names().__dict__)?
        && let Some(own) = own.downcast::<Dict>()
    {
        let mut at = 0;
        while let Some((next, key, value)) = own.next_entry(at) {
            dict.set(key, value)?;
            at = next;
        }
    }
    if let Some(class) = crate::ops::getattr_opt(args[0], names().__class__)?
        && let Some(class) = class.downcast::<Class>()
    {
        merge_class_dict(dict, class)?;
    }
    crate::builtins::keys_list(dict).map(Gc::value)
}
/// Adds the names of a class and, after them, of its bases.
pub fn merge_class_dict(into: Gc<Dict>, class: Gc<Class>) -> R<()> {
    for class in class.mro_classes() {
        let own = class.dict.get();
        let mut at = 0;
        while let Some((next, key, value)) = own.next_entry(at) {
            into.set(key, value)?;
            at = next;
        }
    }
    Ok(())
}

// -- pickling --------------------------------------------------------------------------

pub fn copyreg(name: &str) -> R {
    let module = crate::import::import_module("copyreg")?;
    crate::ops::getattr(module, intern(name))
}

fn reduce_ex(args: &[Value]) -> R {
    let value = args[0];
    let protocol = crate::ops::index_isize(args[1])?.unwrap_or(isize::MAX);
    let own = crate::ops::getattr(value, names().__reduce__)?;
    let overridden = class_of(value).lookup(names().__reduce__) != types().object.lookup(names().__reduce__);
    if overridden {
        return crate::ops::call_positional(own, &[]);
    }
    common_reduce(value, protocol)
}
fn reduce(args: &[Value]) -> R {
    common_reduce(args[0], 0)
}
fn common_reduce(value: Value, protocol: isize) -> R {
    if protocol >= 2 {
        return reduce_newobj(value);
    }
    crate::ops::call_positional(copyreg("_reduce_ex")?, &[value, Value::int(protocol as i64)])
}

/// `__getnewargs_ex__` or `__getnewargs__`: positional arguments (NULL when neither exists) and keywords.
fn new_arguments(value: Value) -> R<(Value, Value)> {
    if let Some(answer) = crate::ops::call_special(value, names().__getnewargs_ex__, &[])? {
        let Some(pair) = answer.downcast::<Tuple>() else {
            return Err(type_error(format!("__getnewargs_ex__ should return a tuple, not '{}'", type_name(answer))));
        };
        if pair.len() != 2 {
            return Err(crate::error::value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {}", pair.len())));
        }
        if !pair.at(0).is::<Tuple>() {
            return Err(type_error(format!("first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'", type_name(pair.at(0)))));
        }
        if !pair.at(1).is::<Dict>() {
            return Err(type_error(format!("second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'", type_name(pair.at(1)))));
        }
        return Ok((pair.at(0), pair.at(1)));
    }
    match crate::ops::call_special(value, names().__getnewargs__, &[])? {
        Some(args) if args.is::<Tuple>() => Ok((args, NULL)),
        Some(args) => Err(type_error(format!("__getnewargs__ should return a tuple, not '{}'", type_name(args)))),
        None => Ok((NULL, NULL)),
    }
}

fn reduce_newobj(value: Value) -> R {
    let class = class_of(value);
    if class.slots.new.get().is_none() {
        return Err(type_error(format!("cannot pickle '{}' object", class.name())));
    }
    let (args, keywords) = new_arguments(value)?;
    let (is_list, is_dict) = (value.is::<List>(), value.is::<Dict>());
    let with_keywords = keywords.downcast::<Dict>().is_some_and(|dict| dict.len() != 0);
    let (function, newargs) = if with_keywords {
        (copyreg("__newobj_ex__")?, Tuple::from_slice(&[class.value(), args, keywords]))
    } else {
        let rest = args.downcast::<Tuple>().map_or(&[][..], |args| args.items());
        let all = core::iter::once(class.value()).chain(rest.iter().copied());
        (copyreg("__newobj__")?, Tuple::from_iter_exact(rest.len() + 1, all))
    };
    let state = state_of(value, args.is_null() && !is_list && !is_dict)?;
    let listitems = if is_list { crate::ops::iter(value)? } else { NONE };
    let dictitems = if is_dict { crate::ops::iter(crate::ops::call_method(value, names().items, &[])?)? } else { NONE };
    Ok(Tuple::from_slice(&[function, newargs.value(), state, listitems, dictitems]).value())
}

/// `value.__getstate__()`; `required`: the state is all there is, so that a native layout without `__getnewargs__` cannot be copied.
fn state_of(value: Value, required: bool) -> R {
    let own = class_of(value).lookup(names().__getstate__);
    if own == types().object.lookup(names().__getstate__) {
        return default_state(value, required);
    }
    crate::ops::call_method(value, names().__getstate__, &[])
}
fn getstate(args: &[Value]) -> R {
    default_state(args[0], false)
}
fn default_state(value: Value, required: bool) -> R {
    let class = class_of(value);
    if required && !matches!(class.kind.get(), Kind::Instance | Kind::Exception) {
        return Err(type_error(format!("cannot pickle '{}' object", class.name())));
    }
    // The attributes as they are, so that copying an object does not slow it down, unless its class has a `__dict__` of its own.
    let plain = class.lookup(names().__dict__).is_none_or(|found| found.is::<crate::objects::builtin::GetSet>());
    let dict = match plain {
        true if value.is_object() => instance::snapshot(value).map(Gc::value),
        true => None,
        false => crate::ops::getattr_opt(value, names().__dict__)?,
    };
    let state = match dict {
        Some(dict) if plain && dict.downcast::<Dict>().is_some_and(|dict| dict.len() == 0) => NONE,
        Some(dict) => dict,
        None => NONE,
    };
    let slot_names = crate::ops::call_positional(copyreg("_slotnames")?, &[class.value()])?;
    let slots = Dict::new();
    if !slot_names.is_none() {
        let list = crate::ops::collect(slot_names)?;
        for i in 0..list.len() {
            let Some(name) = list.get(i).and_then(|name| name.downcast::<Str>()) else { continue };
            if let Some(found) = crate::ops::getattr_opt(value, name)? {
                slots.set_str(name, found);
            }
        }
    }
    Ok(match slots.len() {
        0 => state,
        _ => Tuple::from_slice(&[state, slots.value()]).value(),
    })
}
