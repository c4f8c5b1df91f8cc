//! weakref: the object is not traced; the collector clears it when the referent dies.

use crate::args::Args;
use crate::error::{R, Raised, type_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, member, new_header};
use crate::objects::class::{Class, flags};
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::slots::CompareOp;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, names, type_name, types};
use core::cell::{Cell, RefCell};
use std::collections::HashMap;

#[repr(C)]
pub struct WeakRef {
    pub header: Header,
    /// NULL when dead. Not traced.
    pub referent: Cell<Value>,
    pub callback: Field<Value>,
    /// Of the referent, kept for after its death; 0 = not asked for.
    pub hash: Cell<i64>,
}

impl HeapObject for WeakRef {
    const KIND: Kind = Kind::WeakRef;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.callback.get());
    }
}


thread_local! {
    /// Address of a referent -> its weak references, oldest first. Nothing here keeps an object alive: `sweep` takes the dead out.
    static TABLE: RefCell<HashMap<u64, Vec<Gc<WeakRef>>>> = RefCell::default();
}

/// For the collector, after marking and before freeing: clears the references to dead objects and forgets dead references. `dead` gets
/// those that have a callback, in the order in which CPython calls them (the newest first).
pub fn sweep(is_live: impl Fn(Value) -> bool, dead: &mut Vec<Gc<WeakRef>>) {
    // At the end of the thread the table may be gone before the heap.
    let _ = TABLE.try_with(|table| {
        table.borrow_mut().retain(|&address, references| {
            references.retain(|reference| is_live(reference.value()));
            if is_live(Value(address)) {
                return !references.is_empty();
            }
            for reference in references.iter().rev() {
                reference.referent.set(NULL);
                if !reference.callback.get().is_null() {
                    dead.push(*reference);
                }
            }
            false
        });
    });
}
/// Runs the callback of a reference whose object is gone; what it raises goes to `sys.unraisablehook`.
pub fn call_back(reference: Gc<WeakRef>) -> R<()> {
    let callback = reference.callback.get();
    reference.callback.set(reference, NULL);
    if !callback.is_null() {
        crate::ops::call_positional(callback, &[reference.value()])?;
    }
    Ok(())
}

/// All weak references and proxies to the object.
pub fn references(value: Value) -> Vec<Gc<WeakRef>> {
    TABLE.with_borrow(|table| table.get(&value.0).cloned().unwrap_or_default())
}

fn may_be_referred_to(value: Value) -> bool {
    value.is_object() && class_of(value).has_flag(flags::HAS_WEAKREF)
}
/// A weak reference or proxy of this class; one without callback is shared.
fn make(class: Gc<Class>, value: Value, callback: Value) -> R<Gc<WeakRef>> {
    if !may_be_referred_to(value) {
        return Err(type_error(format!("cannot create weak reference to '{}' object", type_name(value))));
    }
    let t = types();
    let is_own = [t.weakref, t.weakproxy, t.weakcallableproxy].contains(&class);
    if callback.is_null() && is_own {
        let shared = references(value).into_iter().find(|one| one.callback.get().is_null() && class_of(one.value()) == class);
        if let Some(shared) = shared {
            return Ok(shared);
        }
    }
    let object = WeakRef {
        header: new_header(),
        referent: Cell::new(value),
        callback: Field::new(callback),
        hash: Cell::new(0),
    };
    let reference = heap::alloc_instance(class, object);
    TABLE.with_borrow_mut(|table| table.try_reserve(1)).map_err(|_| crate::error::memory_error())?;
    TABLE.with_borrow_mut(|table| table.entry(value.0).or_default().push(reference));
    Ok(reference)
}
/// `weakref.ref(value)`.
pub fn new(value: Value) -> R<Gc<WeakRef>> {
    make(types().weakref, value, NULL)
}
/// `weakref.proxy(value, callback)`.
pub fn proxy(value: Value, callback: Value) -> R<Gc<WeakRef>> {
    let class = if crate::ops::is_callable(value) { types().weakcallableproxy } else { types().weakproxy };
    make(class, value, if callback.is_none() { NULL } else { callback })
}

/// `__weakref__`: the first weak reference to the object, or None.
pub fn first_ref(value: Value) -> R {
    Ok(references(value).first().map_or(NONE, |reference| reference.value()))
}
/// `weakref.getweakrefs(value)`.
pub fn all(value: Value) -> R {
    let list = List::new();
    // The table keeps nothing alive: no allocation between the look into it and the list.
    list.reserve_exact(references(value).len())?;
    for reference in references(value) {
        list.push(reference.value())?;
    }
    Ok(list.value())
}

// -- weakref.ref -------------------------------------------------------------------------

static METHODS: [NativeFunction; 1] =
    [class_method("__class_getitem__", "($cls, item, /)", |a| crate::objects::generic_alias::new(a[0], a[1]), "See PEP 585")];
static ATTRIBUTES: [NativeAttribute; 1] = [member("__callback__", |v| Ok(crate::ops::or_none(this(v)?.callback.get())), None, "")];

pub fn init() {
    let class = types().weakref;
    let slots = &class.slots;
    slots.new.set(Some(|class, args| {
        let pos = args.pos();
        if args.names().is_some() && class == types().weakref {
            return Err(type_error("ref() takes no keyword arguments"));
        }
        match *pos {
            [] => Err(type_error("__new__ expected at least 1 argument, got 0")),
            [value] => Ok(make(class, value, NULL)?.value()),
            [value, callback] => Ok(make(class, value, if callback.is_none() { NULL } else { callback })?.value()),
            _ => Err(type_error(format!("__new__ expected at most 2 arguments, got {}", pos.len()))),
        }
    }));
    slots.init.set(Some(|_, args| {
        let given = args.no_keywords("ref")?.len();
        if (1..=2).contains(&given) { Ok(()) } else { Err(type_error(format!("__init__ expected at least 1 argument, got {given}"))) }
    }));
    slots.call.set(Some(|value, args| {
        if !args.all().is_empty() {
            return Err(type_error(format!("weakref expected 0 arguments, got {}", args.all().len())));
        }
        Ok(crate::ops::or_none(this(value)?.referent.get()))
    }));
    slots.repr.set(Some(|value| repr(value, "weakref")));
    slots.hash.set(Some(hash));
    slots.compare.set(Some(compare));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
    crate::objects::weakproxy::init();
    let t = types();
    let referable = [
        t.type_, t.module, t.function, t.builtin, t.method, t.set, t.frozenset, t.generator, t.coroutine, t.async_generator, t.code,
        t.memoryview,
    ];
    for class in referable {
        class.set_flag(flags::HAS_WEAKREF);
    }
}
pub fn this(value: Value) -> R<Gc<WeakRef>> {
    value.downcast::<WeakRef>().ok_or_else(|| type_error(format!("a weak reference is expected, not '{}'", type_name(value))))
}
pub fn repr(value: Value, what: &str) -> R {
    let Some(referent) = this(value)?.referent.get().option() else {
        return Ok(str::new(&format!("<{what} at {:#x}; dead>", value.0)).value());
    };
    let class = type_name(referent);
    let name = match crate::ops::getattr_opt(referent, names().__name__) {
        Ok(Some(name)) if what == "weakref" && !referent.is::<crate::objects::module::Module>() => name.downcast::<Str>(),
        _ => None,
    };
    let name = name.map_or_else(String::new, |name| format!(" ({})", name.to_string_lossy()));
    Ok(str::new(&format!("<{what} at {:#x}; to '{class}' at {:#x}{name}>", value.0, referent.0)).value())
}
/// Of the referent, kept for after its death.
fn hash(value: Value) -> R<i64> {
    let this = this(value)?;
    if this.hash.get() != 0 {
        return Ok(this.hash.get());
    }
    let Some(referent) = this.referent.get().option() else { return Err(type_error("weak object has gone away")) };
    let hash = crate::ops::hash(referent)?;
    this.hash.set(hash);
    Ok(hash)
}
fn compare(a: Value, b: Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let (Some(x), Some(y)) = (a.downcast::<WeakRef>(), b.downcast::<WeakRef>()) else { return Ok(NOT_IMPLEMENTED) };
    match (x.referent.get().option(), y.referent.get().option()) {
        (Some(x), Some(y)) => crate::ops::compare(x, y, op),
        _ => Ok(Value::bool((a == b) == (op == CompareOp::Eq))),
    }
}

/// The object behind a proxy.
pub fn referent(proxy: Value) -> R {
    match proxy.downcast::<WeakRef>() {
        Some(reference) => reference
            .referent
            .get()
            .option()
            .ok_or_else(|| Raised::new(types().reference_error, "weakly-referenced object no longer exists")),
        None => Ok(proxy),
    }
}
/// For `weakref.proxy(value[, callback])` called with arguments as they come.
pub fn proxy_of(args: Args<'_>) -> R {
    let args = crate::objects::support::positional(args, "proxy", 1, 2)?;
    Ok(proxy(args[0], args.get(1).copied().unwrap_or(NONE))?.value())
}
