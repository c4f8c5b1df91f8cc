//! Classes: the struct, method resolution, attribute lookup, modification. Not here: `type.__new__` (`class_new.rs`), descriptors and
//! `type.__getattribute__` (`class_attr.rs`).

use crate::error::R;
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::shape::ShapeId;
use crate::slots::Slots;
use crate::value::{NULL, Value};
use crate::vm::vm;
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Class {
    pub header: Header,
    /// Given out by a counter; 0 = not given since the last change. Caches that depend on the class hold it.
    pub version: Cell<u32>,
    pub flags: Cell<u32>,
    /// Shape of a fresh instance.
    pub root_shape: Cell<ShapeId>,
    /// Shape of an instance whose attributes are in its dict.
    pub dict_shape: Cell<ShapeId>,
    /// Native layout of instances.
    pub kind: Cell<Kind>,
    /// Instances run `__del__`.
    pub finalizable: Cell<bool>,
    /// Words from the start of an instance to its dict word (attribute slots follow it).
    pub attrs_word: Cell<u16>,
    /// Slots of `__slots__` members, which come first.
    pub member_slots: Cell<u16>,
    /// Slots an instance has in all (0 and no dict word: instances have no attributes of their own).
    pub slot_capacity: Cell<u16>,
    pub name_field: Field<Value>,
    pub qualname: Field<Value>,
    pub dict: Field<Gc<Dict>>,
    pub bases: Field<Gc<Tuple>>,
    pub mro: Field<Gc<Tuple>>,
    /// The base whose native layout this class has (`__base__`); NULL for `object`.
    pub base: Field<Value>,
    pub doc: Cell<&'static str>,
    pub slots: Slots,
    /// Direct subclasses. They are not kept alive by that.
    pub subclasses: RefCell<Vec<Gc<Class>>>,
    /// Classes whose own `mro()` has put this class into their MRO. They are not kept alive by that.
    pub strangers: RefCell<Vec<Gc<Class>>>,
    /// Inline-cache sites that lean on this class.
    pub watchers: super::class_watch::Watchers,
    /// Cached for the specializer: `__init__` looked up at `version`.
    pub module_name: Field<Value>,
}

pub mod flags {
    /// Made by a class statement: attributes can be set.
    pub const HEAP: u32 = 1;
    /// May be subclassed.
    pub const BASETYPE: u32 = 2;
    /// Instances have a `__dict__`.
    pub const HAS_DICT: u32 = 4;
    /// Instances can be weakly referenced.
    pub const HAS_WEAKREF: u32 = 8;
    pub const ABSTRACT: u32 = 16;
    /// For patterns: Py_TPFLAGS_SEQUENCE, Py_TPFLAGS_MAPPING, _Py_TPFLAGS_MATCH_SELF.
    pub const SEQUENCE: u32 = 32;
    pub const MAPPING: u32 = 64;
    pub const MATCH_SELF: u32 = 128;
    pub const DISALLOW_INSTANTIATION: u32 = 256;
    /// `__getattribute__` and `__getattr__` are not overridden: attribute lookup is the generic one.
    pub const GENERIC_GETATTR: u32 = 512;
    /// A native class with fields of its own on the kind of its base: not to be combined with another such.
    pub const SOLID: u32 = 1024;
    /// `__setattr__` and `__delattr__` are not overridden.
    pub const GENERIC_SETATTR: u32 = 2048;
}

impl HeapObject for Class {
    const KIND: Kind = Kind::Class;
    fn trace(&self, m: &mut Marker) {
        for value in [self.name_field.get(), self.qualname.get(), self.base.get(), self.module_name.get()] {
            m.value(value);
        }
        m.object(self.dict.get());
        m.object(self.bases.get());
        m.object(self.mro.get());
        // Not those below: a class lives by its instances and by who refers to it.
    }
}

/// Classes of a list that does not keep them alive.
pub fn class_list(classes: &RefCell<Vec<Gc<Class>>>) -> R<Gc<crate::objects::list::List>> {
    // Room first: a collection does not see what is in a Vec alone.
    let list = crate::objects::list::List::new();
    let len = classes.borrow().len();
    list.reserve(len)?;
    for class in classes.borrow().iter() {
        list.push(class.value())?;
    }
    Ok(list)
}

/// For the collector, after marking and before freeing: classes that died are no longer below others.
pub fn forget_dead() {
    let dead = vm().shapes.forget_dead();
    if dead.is_empty() {
        return;
    }
    let mut above = std::collections::HashSet::new();
    for class in dead {
        // They have not been freed yet.
        let bases = class.bases.get();
        let order = class.mro.get();
        for class in bases.items().iter().chain(order.items()).filter_map(|class| class.downcast::<Class>()) {
            if heap::is_marked(class.value()) && above.insert(class.address()) {
                class.subclasses.borrow_mut().retain(|class| heap::is_marked(class.value()));
                class.strangers.borrow_mut().retain(|class| heap::is_marked(class.value()));
            }
        }
    }
    crate::modules::_abc::forget_dead();
}

impl Class {
    /// As messages call the class: native classes of modules go by their module too (`collections.deque`).
    pub fn name(&self) -> String {
        let name = self.bare_name();
        let module = if self.has_flag(flags::HEAP) { None } else { self.module_name.get().downcast::<Str>() };
        match module {
            Some(module) if !module.eq_str("builtins") => format!("{}.{name}", module.to_string_lossy()),
            _ => name,
        }
    }
    /// `__name__`.
    pub fn bare_name(&self) -> String {
        self.name_field.get().downcast::<Str>().map_or_else(String::new, |name| name.to_string_lossy())
    }
    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    pub fn set_flag(&self, flag: u32) {
        self.flags.set(self.flags.get() | flag);
    }
    /// Words after the native struct: the dict word and the attribute slots.
    #[inline(always)]
    pub fn attribute_words(&self) -> usize {
        if self.attrs_word.get() == 0 { 0 } else { 1 + self.slot_capacity.get() as usize }
    }
    pub fn base_class(&self) -> Option<Gc<Class>> {
        self.base.get().downcast::<Class>()
    }
    pub fn mro_classes(&self) -> impl Iterator<Item = Gc<Class>> + use<> {
        let mro = self.mro.get();
        (0..mro.len()).filter_map(move |i| mro.at(i).downcast::<Class>())
    }
    /// By the real MRO, as `PyType_IsSubtype`.
    pub fn is_subclass(&self, of: Gc<Class>) -> bool {
        core::ptr::eq(self, of.as_ptr()) || self.mro_classes().any(|class| class == of)
    }
    /// The attribute `name` (interned) along the MRO, unbound. Cached per class version.
    #[inline]
    pub fn lookup(&self, name: Gc<Str>) -> Option<Value> {
        lookup_cached(self, name)
    }
    pub fn lookup_uncached(&self, name: Gc<Str>) -> Option<Value> {
        self.mro_classes().find_map(|class| class.dict.get().get_str(name))
    }
    /// The current version, given out now when a change has taken it away.
    #[inline]
    pub fn current_version(&self) -> u32 {
        if self.version.get() == 0 {
            let next = vm().next_class_version.get() + 1;
            vm().next_class_version.set(next);
            self.version.set(next);
        }
        self.version.get()
    }
    /// To be called after any change of the class's dict, bases or MRO: caches of it and of its subclasses become invalid.
    pub fn modified(&self) {
        self.invalidate(self);
        let mut pending = self.dependents();
        let mut seen = std::collections::HashSet::new();
        while let Some(class) = pending.pop() {
            if seen.insert(class.address()) {
                class.invalidate(self);
                pending.extend(class.dependents());
            }
        }
    }
    /// `changed`: this class, or one that it looks attributes up in.
    fn invalidate(&self, changed: &Class) {
        self.version.set(0);
        for (code, offset) in self.watchers.take() {
            code.reset_site(offset, changed);
        }
    }
    /// Classes that look attributes up here: subclasses, and those whose own `mro()` has named this class.
    fn dependents(&self) -> Vec<Gc<Class>> {
        self.subclasses.borrow().iter().chain(self.strangers.borrow().iter()).copied().collect()
    }
    /// The direct subclasses, kept alive while something is done with each.
    pub fn living_subclasses(&self) -> R<Gc<crate::objects::list::List>> {
        class_list(&self.subclasses)
    }
    /// Calls `visit` with each direct subclass, the last one first, and perhaps more than once: some may die meanwhile.
    pub fn each_subclass(&self, mut visit: impl FnMut(Gc<Class>)) {
        let mut rest = self.subclasses.borrow().len();
        while rest > 0 {
            let class = self.subclasses.borrow()[rest - 1];
            visit(class);
            rest = (rest - 1).min(self.subclasses.borrow().len());
        }
    }
    /// This class stands in the MRO of `class` without being a base.
    pub fn add_stranger(&self, class: Gc<Class>) {
        let mut strangers = self.strangers.borrow_mut();
        if !strangers.contains(&class) {
            strangers.push(class);
        }
    }
    pub fn watch(&self, code: Gc<crate::objects::code::Code>, offset: u32) {
        self.watchers.add(self.handle(), code, offset);
    }
    /// Adds to the class dict while the class is being built natively.
    pub fn define(&self, name: &str, value: Value) {
        self.dict.get().set_str(crate::vm::intern(name), value);
    }
}

#[derive(Clone, Copy)]
struct CacheEntry {
    version: u32,
    name: usize,
    value: Value,
}
const CACHE_SIZE: usize = 4096;
thread_local! {
    // Values here are kept alive by the class; an entry of another version is dead.
    static CACHE: [Cell<CacheEntry>; CACHE_SIZE] =
        const { [const { Cell::new(CacheEntry { version: 0, name: 0, value: NULL }) }; CACHE_SIZE] };
}

/// MCACHE of CPython: direct-mapped on (version, name).
#[inline]
fn lookup_cached(class: &Class, name: Gc<Str>) -> Option<Value> {
    if !name.is_interned() {
        return class.lookup_uncached(name);
    }
    let version = class.current_version();
    let index = (name.address() >> 4 ^ version as usize) % CACHE_SIZE;
    let entry = CACHE.with(|cache| cache[index].get());
    if entry.version == version && entry.name == name.address() {
        return entry.value.option();
    }
    fill_cache(class, name, version, index)
}
#[cold]
#[inline(never)]
fn fill_cache(class: &Class, name: Gc<Str>, version: u32, index: usize) -> Option<Value> {
    let found = class.lookup_uncached(name);
    CACHE.with(|cache| cache[index].set(CacheEntry { version, name: name.address(), value: Value::or_null(found) }));
    found
}

/// Objects that stand in class dicts have become descriptors, or ceased to be: sites lean on what they were, whichever the class.
pub fn descriptors_changed() {
    crate::vm::types().object.modified();
}
/// What `descriptors_changed` is about.
pub fn descriptor_slots(class: &Class) -> (Option<usize>, Option<usize>) {
    (class.slots.descr_get.get().map(|f| f as usize), class.slots.descr_set.get().map(|f| f as usize))
}

/// True when `value` is an instance of `class` by its real class.
pub fn is_instance(value: Value, class: Gc<Class>) -> bool {
    crate::vm::class_of(value).is_subclass(class)
}

/// C3 linearisation (Dylan, as in CPython). Errors name the bases as CPython does.
pub fn c3(class: Gc<Class>, bases: &[Gc<Class>]) -> R<Vec<Gc<Class>>> {
    let mut sequences: Vec<Vec<Gc<Class>>> = bases.iter().map(|base| base.mro_classes().collect()).collect();
    sequences.push(bases.to_vec());
    let mut order = vec![class];
    loop {
        sequences.retain(|sequence| !sequence.is_empty());
        if sequences.is_empty() {
            return Ok(order);
        }
        let head = sequences
            .iter()
            .map(|sequence| sequence[0])
            .find(|head| !sequences.iter().any(|sequence| sequence[1..].contains(head)));
        let Some(head) = head else {
            let mut names: Vec<String> = Vec::new();
            for sequence in &sequences {
                let name = sequence[0].bare_name();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            return Err(crate::error::type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        order.push(head);
        for sequence in &mut sequences {
            if sequence.first() == Some(&head) {
                sequence.remove(0);
            }
        }
    }
}

/// The class `type`, for `isinstance(x, type)`.
pub fn is_class(value: Value) -> bool {
    value.is::<Class>()
}

/// `class[key]`: `__class_getitem__`; `type[key]` is a generic alias.
pub fn class_getitem(class: Gc<Class>, key: Value) -> R {
    let t = crate::vm::types();
    if class == t.type_ {
        return crate::objects::generic_alias::new(class.value(), key);
    }
    match crate::ops::getattr_opt(class.value(), crate::vm::names().__class_getitem__)? {
        Some(method) => crate::ops::call_positional(method, &[key]),
        None => Err(crate::error::type_error(format!("type '{}' is not subscriptable", class.name()))),
    }
}
