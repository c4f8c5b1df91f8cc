//! `type`: attribute access on classes, calling a class, and the attributes and methods that classes have.
//! Not here: `type.__new__` (`class_new.rs`), isinstance (`class_check.rs`).

use crate::args::Args;
use crate::error::{R, Raised, attribute_error, type_error, value_error};
use crate::object::{Gc, KINDS, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, raw_method, method, Flavor};
use crate::objects::builtin_types::qualname_of;
use crate::objects::class::{self, Class, flags};
use crate::objects::class_new;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, names, type_name, types};

static METHODS: [NativeFunction; 7] = [
    method("mro", "($self, /)", mro_method, "Return a type's method resolution order."),
    method("__subclasses__", "($self, /)", subclasses, "Return a list of immediate subclasses."),
    PREPARE,
    method("__instancecheck__", "($self, instance, /)", |a| crate::objects::class_check::real_is_instance(a[1], a[0]).map(Value::bool), "Check if an object is an instance."),
    method("__subclasscheck__", "($self, subclass, /)", |a| crate::objects::class_check::real_is_subclass(a[1], a[0]).map(Value::bool), "Check if a class is a subclass."),
    method("__dir__", "($self, /)", dir, "Specialized __dir__ implementation for types."),
    method("__sizeof__", "($self, /)", |_| Ok(Value::int(size_of::<Class>() as i64)), "Return memory consumption of the type object."),
];
const PREPARE: NativeFunction = {
    let mut function = raw_method("__prepare__", |_| Ok(Dict::new().value()), "Create the namespace for the class statement");
    function.flavor = Flavor::ClassMethod;
    function
};
static ATTRIBUTES: [NativeAttribute; 11] = [
    getset("__name__", |v| Ok(this(v)?.name_field.get()), Some(set_name), ""),
    getset("__qualname__", |v| Ok(this(v)?.qualname.get()), Some(set_qualname), ""),
    getset("__bases__", |v| Ok(this(v)?.bases.get().value()), Some(set_bases), ""),
    getset("__mro__", |v| Ok(this(v)?.mro.get().value()), None, ""),
    getset("__module__", |v| module_of(this(v)?), Some(set_module), ""),
    getset("__abstractmethods__", get_abstract, Some(set_abstract), ""),
    getset("__dict__", |v| Ok(crate::objects::mappingproxy::new(this(v)?.dict.get().value()).value()), None, ""),
    getset("__doc__", get_doc, Some(set_doc), ""),
    getset("__text_signature__", |_| Ok(NONE), None, ""),
    getset("__annotations__", get_annotations, Some(set_annotations), ""),
    getset("__annotate__", get_annotate, Some(set_annotate), ""),
];
static MEMBERS: [NativeAttribute; 7] = [
    getset("__type_params__", get_type_params, Some(set_type_params), ""),
    member("__base__", |v| Ok(crate::ops::or_none(this(v)?.base.get())), None, ""),
    member("__basicsize__", |v| Ok(Value::int(basic_size(this(v)?) as i64)), None, ""),
    member("__itemsize__", |v| Ok(Value::int(item_size(this(v)?))), None, ""),
    member("__dictoffset__", |v| Ok(Value::int(if this(v)?.has_flag(flags::HAS_DICT) { -1 } else { 0 })), None, ""),
    member("__weakrefoffset__", |v| Ok(Value::int(if this(v)?.has_flag(flags::HAS_WEAKREF) { -32 } else { 0 })), None, ""),
    member("__flags__", |v| Ok(Value::int(cpython_flags(this(v)?))), None, ""),
];

pub fn init() {
    let class = types().type_;
    class.doc.set("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type");
    let slots = &class.slots;
    slots.getattr.set(Some(getattribute));
    slots.setattr.set(Some(setattr));
    slots.call.set(Some(|value, args| call(value.cast(), args)));
    slots.repr.set(Some(repr));
    slots.new.set(Some(class_new::type_new));
    slots.init.set(Some(type_init));
    slots.binary[crate::slots::BinaryOp::Or as usize].set(Some(crate::objects::union::or));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
    class.add_attributes(&MEMBERS);
}

fn this(value: Value) -> R<Gc<Class>> {
    value.downcast::<Class>().ok_or_else(|| type_error("a class is expected"))
}

// -- access ----------------------------------------------------------------------------

/// `type.__getattribute__`, with None for "no such attribute".
pub fn get_opt(value: Value, name: Gc<Str>) -> R<Option<Value>> {
    let class = value.cast::<Class>();
    let metaclass = class_of(value);
    let from_meta = metaclass.lookup(name);
    let mut meta_get = None;
    if let Some(found) = from_meta {
        let slots = &class_of(found).slots;
        meta_get = slots.descr_get.get();
        if let Some(get) = meta_get
            && slots.descr_set.get().is_some()
        {
            return get(found, Some(value), Some(metaclass.value())).map(Some);
        }
    }
    if let Some(found) = class.lookup(name) {
        if found.is::<Function>() {
            return Ok(Some(found));
        }
        return match class_of(found).slots.descr_get.get() {
            Some(get) => get(found, None, Some(value)).map(Some),
            None => Ok(Some(found)),
        };
    }
    match (from_meta, meta_get) {
        (Some(found), Some(get)) => get(found, Some(value), Some(metaclass.value())).map(Some),
        (found, _) => Ok(found),
    }
}
pub fn getattribute(value: Value, name: Gc<Str>) -> R {
    get_opt(value, name)?.ok_or_else(|| crate::ops::no_attribute(value, name))
}

pub fn setattr(value: Value, name: Gc<Str>, to: Option<Value>) -> R<()> {
    let class = value.cast::<Class>();
    if !class.has_flag(flags::HEAP) {
        return Err(type_error(format!("cannot set '{}' attribute of immutable type '{}'", name.to_string_lossy(), class.name())));
    }
    if let Some(found) = class_of(value).lookup(name)
        && let Some(set) = class_of(found).slots.descr_set.get()
    {
        set(found, value, to)?;
        class.modified();
        return Ok(());
    }
    let name = str::intern_str(name);
    match to {
        Some(to) => class.dict.get().set_str(name, to),
        None => {
            if class.dict.get().remove_str(name).is_none() {
                return Err(crate::ops::no_attribute(value, name));
            }
        }
    }
    class.modified();
    if name.len() > 4 && name.char_at(0) == '_' as u32 {
        crate::slotdefs::attribute_changed(&class, &name.to_string_lossy());
    }
    Ok(())
}

/// `Class(*args)`.
pub fn call(class: Gc<Class>, args: Args<'_>) -> R {
    if class == types().type_ {
        if args.all().len() == 1 && args.names().is_none() {
            return Ok(class_of(args.all()[0]).value());
        }
        if args.pos().len() != 3 {
            return Err(type_error("type() takes 1 or 3 arguments"));
        }
    }
    let Some(new) = class.slots.new.get() else {
        return Err(type_error(format!("cannot create '{}' instances", class.name())));
    };
    let object = new(class, args)?;
    let own = class_of(object);
    if own != class && !own.is_subclass(class) {
        return Ok(object);
    }
    if let Some(init) = own.slots.init.get() {
        init(object, args)?;
    }
    Ok(object)
}
fn type_init(_: Value, args: Args<'_>) -> R<()> {
    let given = args.pos().len();
    if args.names().is_some() && given == 1 {
        return Err(type_error("type.__init__() takes no keyword arguments"));
    }
    if given != 1 && given != 3 {
        return Err(type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

fn repr(value: Value) -> R {
    let class = value.cast::<Class>();
    let module = module_of(class)?;
    let text = match module.downcast::<Str>().map(|module| module.to_string_lossy()) {
        Some(module) if module != "builtins" => format!("<class '{module}.{}'>", qualname_of(class)),
        _ => format!("<class '{}'>", class.name()),
    };
    Ok(str::new(&text).value())
}

fn dir(args: &[Value]) -> R {
    let dict = Dict::new();
    crate::objects::object::merge_class_dict(dict, this(args[0])?)?;
    crate::builtins::keys_list(dict).map(Gc::value)
}
fn mro_method(args: &[Value]) -> R {
    Ok(List::from_slice(class_new::default_mro(this(args[0])?)?.items())?.value())
}
fn subclasses(args: &[Value]) -> R {
    Ok(this(args[0])?.living_subclasses()?.value())
}

// -- attributes ------------------------------------------------------------------------

/// Classes written in Python alone can be changed.
fn changeable(value: Value, name: &str, to: Option<Value>) -> R<(Gc<Class>, Value)> {
    let class = this(value)?;
    if !class.has_flag(flags::HEAP) {
        return Err(type_error(format!("cannot set '{name}' attribute of immutable type '{}'", class.name())));
    }
    match to {
        Some(to) => Ok((class, to)),
        None => Err(type_error(format!("cannot delete '{name}' attribute of immutable type '{}'", class.name()))),
    }
}
fn set_name(value: Value, to: Option<Value>) -> R<()> {
    let (class, to) = changeable(value, "__name__", to)?;
    let Some(name) = to.downcast::<Str>() else {
        return Err(type_error(format!("can only assign string to {}.__name__, not '{}'", class.name(), type_name(to))));
    };
    if name.iter().any(|c| c == 0) {
        return Err(value_error("type name must not contain null characters"));
    }
    class.name_field.set(class, to);
    Ok(())
}
fn set_qualname(value: Value, to: Option<Value>) -> R<()> {
    let (class, to) = changeable(value, "__qualname__", to)?;
    if !to.is::<Str>() {
        return Err(type_error(format!("can only assign string to {}.__qualname__, not '{}'", class.name(), type_name(to))));
    }
    class.qualname.set(class, to);
    Ok(())
}
pub fn module_of(class: Gc<Class>) -> R {
    if class.has_flag(flags::HEAP) {
        return class.dict.get().get_str(names().__module__).ok_or_else(|| attribute_error("__module__"));
    }
    Ok(class.module_name.get())
}
fn set_module(value: Value, to: Option<Value>) -> R<()> {
    let (class, to) = changeable(value, "__module__", to)?;
    class.dict.get().set_str(names().__module__, to);
    class.dict.get().remove_str(intern("__firstlineno__"));
    Ok(())
}
fn get_abstract(value: Value) -> R {
    // `type` itself has none: the attribute would otherwise be found on it as the descriptor.
    let class = this(value)?;
    let found = if class == types().type_ { None } else { class.dict.get().get_str(names().__abstractmethods__) };
    found.ok_or_else(|| Raised::with_args(types().attribute_error, &[names().__abstractmethods__.value()]))
}
fn set_abstract(value: Value, to: Option<Value>) -> R<()> {
    let class = this(value)?;
    let is_abstract = match to {
        Some(to) => {
            let truth = crate::ops::truth(to)?;
            class.dict.get().set_str(names().__abstractmethods__, to);
            truth
        }
        None => {
            if class.dict.get().remove_str(names().__abstractmethods__).is_none() {
                return Err(Raised::with_args(types().attribute_error, &[names().__abstractmethods__.value()]));
            }
            false
        }
    };
    class.flags.set(class.flags.get() & !flags::ABSTRACT | if is_abstract { flags::ABSTRACT } else { 0 });
    Ok(())
}
fn get_doc(value: Value) -> R {
    let class = this(value)?;
    let Some(found) = class.dict.get().get_str(names().__doc__) else { return Ok(NONE) };
    match class_of(found).slots.descr_get.get() {
        Some(get) if class != types().type_ || !found.is::<crate::objects::builtin::GetSet>() => get(found, None, Some(value)),
        Some(_) => Ok(str::new(class.doc.get()).value()),
        None => Ok(found),
    }
}
fn set_doc(value: Value, to: Option<Value>) -> R<()> {
    let (class, to) = changeable(value, "__doc__", to)?;
    class.dict.get().set_str(names().__doc__, to);
    Ok(())
}
fn get_type_params(value: Value) -> R {
    let class = this(value)?;
    let found = if class == types().type_ { None } else { class.dict.get().get_str(names().__type_params__) };
    Ok(found.unwrap_or_else(|| Tuple::empty().value()))
}
fn set_type_params(value: Value, to: Option<Value>) -> R<()> {
    let (class, to) = changeable(value, "__type_params__", to)?;
    class.dict.get().set_str(names().__type_params__, to);
    Ok(())
}

fn bound(found: Value, class: Gc<Class>) -> R {
    match class_of(found).slots.descr_get.get() {
        Some(get) => get(found, None, Some(class.value())),
        None => Ok(found),
    }
}
fn no_annotations(class: Gc<Class>, name: &str) -> Raised {
    crate::ops::no_attribute(class.value(), intern(name))
}
fn get_annotations(value: Value) -> R {
    let class = this(value)?;
    if !class.has_flag(flags::HEAP) {
        return Err(no_annotations(class, "__annotations__"));
    }
    let dict = class.dict.get();
    let cache = intern("__annotations_cache__");
    if let Some(found) = dict.get_str(names().__annotations__).or_else(|| dict.get_str(cache)) {
        return bound(found, class);
    }
    let annotate = crate::ops::getattr(value, names().__annotate__)?;
    let annotations = if crate::ops::is_callable(annotate) {
        let made = crate::ops::call_positional(annotate, &[Value::small_int(1)])?;
        if !made.is::<Dict>() {
            return Err(type_error(format!("__annotate__() must return a dict, not {}", type_name(made))));
        }
        made
    } else {
        Dict::new().value()
    };
    dict.set_str(cache, annotations);
    class.modified();
    Ok(annotations)
}
fn set_annotations(value: Value, to: Option<Value>) -> R<()> {
    let class = this(value)?;
    if !class.has_flag(flags::HEAP) {
        return Err(type_error(format!("cannot set '__annotations__' attribute of immutable type '{}'", class.name())));
    }
    let dict = class.dict.get();
    let cache = intern("__annotations_cache__");
    let old = dict.get_str(names().__annotations__).is_some();
    match to {
        Some(to) => dict.set_str(if old { names().__annotations__ } else { cache }, to),
        None => {
            let had = dict.remove_str(if old { names().__annotations__ } else { cache }).is_some();
            if !had && dict.get_text("__annotate_func__").is_none_or(|f| f.is_none()) {
                return Err(Raised::with_args(types().attribute_error, &[names().__annotations__.value()]));
            }
        }
    }
    dict.remove_str(intern("__annotate_func__"));
    dict.remove_str(names().__annotate__);
    class.modified();
    Ok(())
}
fn get_annotate(value: Value) -> R {
    let class = this(value)?;
    if !class.has_flag(flags::HEAP) {
        return Err(no_annotations(class, "__annotate__"));
    }
    let dict = class.dict.get();
    let own = intern("__annotate_func__");
    if let Some(found) = dict.get_str(own).or_else(|| dict.get_str(names().__annotate__)) {
        return bound(found, class);
    }
    dict.set_str(own, NONE);
    class.modified();
    Ok(NONE)
}
fn set_annotate(value: Value, to: Option<Value>) -> R<()> {
    let class = this(value)?;
    let Some(to) = to else { return Err(type_error("cannot delete __annotate__ attribute")) };
    if !class.has_flag(flags::HEAP) {
        return Err(type_error(format!("cannot set '__annotate__' attribute of immutable type '{}'", class.name())));
    }
    if !to.is_none() && !crate::ops::is_callable(to) {
        return Err(type_error("__annotate__ must be callable or None"));
    }
    class.dict.get().set_str(intern("__annotate_func__"), to);
    if !to.is_none() {
        class.dict.get().remove_str(intern("__annotations_cache__"));
    }
    Ok(())
}

fn set_bases(value: Value, to: Option<Value>) -> R<()> {
    let (class, to) = changeable(value, "__bases__", to)?;
    let Some(bases) = to.downcast::<Tuple>() else {
        return Err(type_error(format!("can only assign tuple to {}.__bases__, not {}", class.name(), type_name(to))));
    };
    if bases.len() == 0 {
        return Err(type_error(format!("can only assign non-empty tuple to {}.__bases__, not ()", class.name())));
    }
    for &base in bases.items() {
        let Some(base) = base.downcast::<Class>() else {
            return Err(type_error(format!("{}.__bases__ must be tuple of classes, not '{}'", class.name(), type_name(base))));
        };
        if base.is_subclass(class) {
            return Err(type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = class_new::best_base(bases)?;
    let Some(old_base) = class.base_class() else { return Ok(()) };
    let differs = old_base.kind.get() != new_base.kind.get()
        || class_new::solid_native(old_base) != class_new::solid_native(new_base)
        || old_base.member_slots.get() != new_base.member_slots.get()
        || (new_base.has_flag(flags::HAS_DICT) && !class.has_flag(flags::HAS_DICT));
    if differs {
        return Err(type_error(format!("__bases__ assignment: '{}' object layout differs from '{}'", new_base.name(), old_base.name())));
    }
    let old_bases = class.bases.get();
    class.bases.set(class, bases);
    class.base.set(class, new_base.value());
    if let Err(raised) = recompute_mros(class) {
        class.bases.set(class, old_bases);
        class.base.set(class, old_base.value());
        recompute_mros(class)?;
        return Err(raised);
    }
    for base in old_bases.items().iter().filter_map(|base| base.downcast::<Class>()) {
        base.subclasses.borrow_mut().retain(|subclass| *subclass != class);
    }
    for base in bases.items().iter().filter_map(|base| base.downcast::<Class>()) {
        base.subclasses.borrow_mut().push(class);
    }
    let before = class::descriptor_slots(&class);
    update_slots_below(class);
    class.modified();
    if class::descriptor_slots(&class) != before {
        class::descriptors_changed();
    }
    Ok(())
}
fn recompute_mros(class: Gc<Class>) -> R<()> {
    class_new::compute_mro(class)?;
    let subclasses = class.living_subclasses()?;
    (0..subclasses.len()).filter_map(|i| subclasses.get(i)?.downcast::<Class>()).try_for_each(recompute_mros)
}
fn update_slots_below(class: Gc<Class>) {
    crate::slotdefs::update_all(&class);
    class.each_subclass(update_slots_below);
}

// -- figures ---------------------------------------------------------------------------

/// What CPython answers for the layouts that programs look at; else our own size.
pub fn basic_size(class: Gc<Class>) -> usize {
    let native = match class.kind.get() {
        Kind::Instance => 16,
        Kind::Int => 24,
        Kind::Tuple => 24,
        Kind::List => 40,
        kind => KINDS[kind as usize].size,
    };
    native + 8 * class.member_slots.get() as usize
}
fn item_size(class: Gc<Class>) -> i64 {
    match class.kind.get() {
        Kind::Int => 4,
        Kind::Tuple => 8,
        Kind::Bytes => 1,
        Kind::Class => 40,
        _ => 0,
    }
}
fn cpython_flags(class: Gc<Class>) -> i64 {
    let has = |flag: u32, bit: u32| if class.has_flag(flag) { 1i64 << bit } else { 0 };
    let kind_bit = match class.kind.get() {
        Kind::Int => 1i64 << 24,
        Kind::List => 1 << 25,
        Kind::Tuple => 1 << 26,
        Kind::Bytes => 1 << 27,
        Kind::Str => 1 << 28,
        Kind::Dict => 1 << 29,
        Kind::Exception => 1 << 30,
        Kind::Class => 1 << 31,
        _ => 0,
    };
    let collected = !matches!(class.kind.get(), Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes | Kind::ByteArray) as i64;
    let is_heap = class.has_flag(flags::HEAP);
    let values = is_heap && class.has_flag(flags::HAS_DICT);
    let weak = if is_heap { has(flags::HAS_WEAKREF, 3) } else { 0 };
    let immutable = if is_heap { 0 } else { 1 << 8 | 1 << 1 };
    has(flags::HEAP, 9) | has(flags::BASETYPE, 10) | 1 << 12 | collected << 14 | has(flags::SEQUENCE, 5) | has(flags::MAPPING, 6)
        | has(flags::MATCH_SELF, 22) | has(flags::ABSTRACT, 20) | has(flags::DISALLOW_INSTANTIATION, 7) | kind_bit | immutable | weak
        | if values { 1 << 4 | 1 << 2 } else { 0 }
}
