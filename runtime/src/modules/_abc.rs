//! `_abc`: what `abc.ABCMeta` does natively. Registries and caches hold their classes strongly.

use crate::error::{R, runtime_error, type_error};
use crate::heap::{self, Marker};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::class::{Class, class_list, flags};
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::native_class;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{FALSE, NONE, NOT_IMPLEMENTED, TRUE, Value};
use crate::vm::{class_of, intern, names, type_name, types};
use core::cell::{Cell, OnceCell, RefCell};

thread_local! {
    static DATA_CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() };
    /// Grows with each registration: negative caches of an older number are void.
    static COUNTER: Cell<i64> = const { Cell::new(0) };
    /// All that live.
    static ALL: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Classes in these lists are not kept alive by that.
#[derive(Default)]
struct Data {
    registry: RefCell<Vec<Gc<Class>>>,
    cache: RefCell<Vec<Gc<Class>>>,
    negative: RefCell<Vec<Gc<Class>>>,
    negative_version: Cell<i64>,
}
impl NativeObject for Data {
    fn trace(&self, _: &mut Marker) {}
}

/// For the collector, when classes have died: after marking and before freeing.
pub fn forget_dead() {
    let lives = |value: &Value| heap::is_marked(*value);
    // At the end of the thread the list may be gone before the heap.
    let _ = ALL.try_with(|all| {
        all.borrow_mut().retain(lives);
        for data in all.borrow().iter().filter_map(|data| downcast::<Data>(*data)) {
            for list in [&data.registry, &data.cache, &data.negative] {
                list.borrow_mut().retain(|class| lives(&class.value()));
            }
        }
    });
}

static FUNCTIONS: [NativeFunction; 8] = [
    function("get_cache_token", "($module, /)", |_| Ok(Value::int(COUNTER.get())), "The current ABC cache token."),
    function("_abc_init", "($module, self, /)", abc_init, ""),
    function("_abc_register", "($module, self, subclass, /)", register, ""),
    function("_abc_instancecheck", "($module, self, instance, /)", instance_check, ""),
    function("_abc_subclasscheck", "($module, self, subclass, /)", |a| subclass_check(a[0], a[1]).map(Value::bool), ""),
    function("_get_dump", "($module, self, /)", dump, ""),
    function("_reset_registry", "($module, self, /)", |a| { data_of(a[0])?.registry.borrow_mut().clear(); Ok(NONE) }, ""),
    function("_reset_caches", "($module, self, /)", |a| {
        let data = data_of(a[0])?;
        data.cache.borrow_mut().clear();
        data.negative.borrow_mut().clear();
        Ok(NONE)
    }, ""),
];

pub fn init(module: Gc<Module>) -> R<()> {
    super::add_functions(module, &FUNCTIONS);
    Ok(())
}

fn data_value(class: Value) -> R {
    ops::getattr(class, intern("_abc_impl"))
}
fn data_of(class: Value) -> R<&'static Data> {
    downcast::<Data>(data_value(class)?).ok_or_else(|| type_error("_abc_impl is set to a wrong type"))
}
fn remember(list: &RefCell<Vec<Gc<Class>>>, subclass: Gc<Class>) {
    let mut list = list.borrow_mut();
    if !list.contains(&subclass) {
        list.push(subclass);
    }
}

/// True when `value.__isabstractmethod__` is.
fn is_abstract(value: Value) -> R<bool> {
    crate::objects::method_types::is_abstract(value)
}
fn abc_init(args: &[Value]) -> R {
    let Some(class) = args[0].downcast::<Class>() else { return Err(type_error("_abc_init() needs a class")) };
    let abstracts = List::new();
    let items = List::new();
    for entry in class.dict.get().entries() {
        if entry.key != crate::value::MISSING {
            items.push(entry.key)?;
            items.push(entry.value)?;
        }
    }
    for i in 0..items.len() / 2 {
        let (Some(name), Some(value)) = (items.get(2 * i), items.get(2 * i + 1)) else { break };
        if is_abstract(value)? {
            abstracts.push(name)?;
        }
    }
    for &base in class.bases.get().items() {
        let Some(inherited) = ops::getattr_opt(base, names().__abstractmethods__)? else { continue };
        let inherited = ops::collect(inherited)?;
        for i in 0..inherited.len() {
            let Some(name) = inherited.get(i).and_then(|name| name.downcast::<Str>()) else { continue };
            if let Some(value) = ops::getattr_opt(class.value(), name)?
                && is_abstract(value)?
            {
                abstracts.push(name.value())?;
            }
        }
    }
    let frozen = ops::call_positional(types().frozenset.value(), &[abstracts.value()])?;
    ops::setattr(class.value(), names().__abstractmethods__, frozen)?;
    let data_class = DATA_CLASS.with(|cell| {
        *cell.get_or_init(|| native_class::new("_abc", "_abc_data", flags::DISALLOW_INSTANTIATION, |_| {}))
    });
    let data = Data { negative_version: Cell::new(COUNTER.get()), ..Data::default() };
    let data = Native::new(data_class, data).value();
    ALL.with_borrow_mut(|all| all.push(data));
    ops::setattr(class.value(), intern("_abc_impl"), data)?;
    take_pattern_flags(class);
    Ok(NONE)
}

const SEQUENCE_BIT: i64 = 1 << 5;
const MAPPING_BIT: i64 = 1 << 6;
/// `__abc_tpflags__` of `collections.abc.Sequence` and `Mapping`: for `match`.
fn take_pattern_flags(class: Gc<Class>) {
    let Some(bits) = class.dict.get().remove_str(intern("__abc_tpflags__")) else { return };
    class.modified();
    let bits = crate::objects::int::to_i64(bits).unwrap_or(0);
    class.flags.set(class.flags.get() & !(flags::SEQUENCE | flags::MAPPING) | pattern_flags(bits));
}
fn pattern_flags(bits: i64) -> u32 {
    (if bits & SEQUENCE_BIT != 0 { flags::SEQUENCE } else { 0 }) | (if bits & MAPPING_BIT != 0 { flags::MAPPING } else { 0 })
}
fn spread_pattern_flags(class: Gc<Class>, bits: u32) {
    let both = flags::SEQUENCE | flags::MAPPING;
    if class.flags.get() & both == bits || !class.has_flag(flags::HEAP) {
        return;
    }
    class.flags.set(class.flags.get() & !both | bits);
    // This allocates nothing.
    for subclass in class.subclasses.borrow().iter() {
        spread_pattern_flags(*subclass, bits);
    }
}

fn register(args: &[Value]) -> R {
    let (class, subclass) = (args[0], args[1]);
    let Some(registered) = subclass.downcast::<Class>() else { return Err(type_error("Can only register classes")) };
    if ops::is_subclass(subclass, class)? {
        return Ok(subclass);
    }
    if ops::is_subclass(class, subclass)? {
        return Err(runtime_error("Refusing to create an inheritance cycle"));
    }
    remember(&data_of(class)?.registry, registered);
    COUNTER.set(COUNTER.get() + 1);
    if let Some(class) = class.downcast::<Class>() {
        let bits = class.flags.get() & (flags::SEQUENCE | flags::MAPPING);
        if bits != 0 {
            spread_pattern_flags(registered, bits);
        }
    }
    Ok(subclass)
}

fn instance_check(args: &[Value]) -> R {
    let (class, instance) = (args[0], args[1]);
    let subclass = ops::getattr(instance, names().__class__)?;
    let data = data_of(class)?;
    if let Some(known) = subclass.downcast::<Class>()
        && data.cache.borrow().contains(&known)
    {
        return Ok(TRUE);
    }
    let own = class_of(instance).value();
    let check = |subclass: Value| ops::call_method(class, names().__subclasscheck__, &[subclass]);
    if own == subclass {
        if let Some(known) = subclass.downcast::<Class>()
            && data.negative_version.get() == COUNTER.get()
            && data.negative.borrow().contains(&known)
        {
            return Ok(FALSE);
        }
        return check(subclass);
    }
    let result = check(subclass)?;
    if ops::truth(result)? { Ok(result) } else { check(own) }
}

fn subclass_check(class: Value, subclass: Value) -> R<bool> {
    let Some(candidate) = subclass.downcast::<Class>() else { return Err(type_error("issubclass() arg 1 must be a class")) };
    crate::vm::check_native_stack(" in __subclasscheck__")?;
    let data = data_of(class)?;
    if data.cache.borrow().contains(&candidate) {
        return Ok(true);
    }
    if data.negative_version.get() < COUNTER.get() {
        data.negative.borrow_mut().clear();
        data.negative_version.set(COUNTER.get());
    } else if data.negative.borrow().contains(&candidate) {
        return Ok(false);
    }
    let hook = ops::call_method(class, names().__subclasshook__, &[subclass])?;
    let decided = match hook {
        TRUE => true,
        FALSE => {
            remember(&data.negative, candidate);
            return Ok(false);
        }
        NOT_IMPLEMENTED => derives(class, subclass, candidate, data)?,
        other => {
            return Err(crate::error::assertion_error(format!(
                "__subclasshook__ must return either False, True, or NotImplemented, not {}",
                type_name(other)
            )));
        }
    };
    remember(if decided { &data.cache } else { &data.negative }, candidate);
    Ok(decided)
}
/// By the MRO, by what was registered, by the subclasses.
fn derives(class: Value, subclass: Value, candidate: Gc<Class>, data: &Data) -> R<bool> {
    if candidate.mro.get().items().contains(&class) {
        return Ok(true);
    }
    let registered = class_list(&data.registry)?;
    for i in 0..registered.len() {
        if let Some(one) = registered.get(i)
            && ops::is_subclass(subclass, one)?
        {
            return Ok(true);
        }
    }
    let subclasses = ops::collect(ops::call_method(class, intern("__subclasses__"), &[])?)?;
    for i in 0..subclasses.len() {
        if let Some(one) = subclasses.get(i)
            && ops::is_subclass(subclass, one)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `(registry, cache, negative cache, version)`, the first three as sets of weak references.
fn dump(args: &[Value]) -> R {
    let data = data_of(args[0])?;
    let as_set = |list: &RefCell<Vec<Gc<Class>>>| -> R {
        let references = List::new();
        let classes = class_list(list)?;
        for i in 0..classes.len() {
            references.push(classes.get(i).map_or(Ok(NONE), |class| crate::objects::weakref::new(class).map(Gc::value))?)?;
        }
        ops::call_positional(types().set.value(), &[references.value()])
    };
    let parts = [as_set(&data.registry)?, as_set(&data.cache)?, as_set(&data.negative)?, Value::int(data.negative_version.get())];
    Ok(Tuple::from_slice(&parts).value())
}
