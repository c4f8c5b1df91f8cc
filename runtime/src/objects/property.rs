//! property.

use crate::args::{Args, Signature};
use crate::error::{R, attribute_error, type_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method, new_header, raw_method};
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, names, type_name, types};
use core::cell::Cell;

#[repr(C)]
pub struct Property {
    pub header: Header,
    pub get: Field<Value>,
    pub set: Field<Value>,
    pub delete: Field<Value>,
    pub doc: Field<Value>,
    pub name: Field<Value>,
    /// The docstring came from the getter.
    pub getter_doc: Cell<bool>,
}

impl HeapObject for Property {
    const KIND: Kind = Kind::Property;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        for v in [self.get.get(), self.set.get(), self.delete.get(), self.doc.get(), self.name.get()] {
            m.value(v);
        }
    }
}

static METHODS: [NativeFunction; 4] = [
    method("getter", "($self, object, /)", |a| copy_with(a[0], Some(a[1]), None, None), "Descriptor to obtain a copy of the property with a different getter."),
    method("setter", "($self, object, /)", |a| copy_with(a[0], None, Some(a[1]), None), "Descriptor to obtain a copy of the property with a different setter."),
    method("deleter", "($self, object, /)", |a| copy_with(a[0], None, None, Some(a[1])), "Descriptor to obtain a copy of the property with a different deleter."),
    raw_method("__set_name__", set_name, "Method to set name of a property."),
];
static ATTRIBUTES: [NativeAttribute; 6] = [
    member("fget", |v| Ok(crate::ops::or_none(this(v)?.get.get())), None, ""),
    member("fset", |v| Ok(crate::ops::or_none(this(v)?.set.get())), None, ""),
    member("fdel", |v| Ok(crate::ops::or_none(this(v)?.delete.get())), None, ""),
    member("__doc__", |v| Ok(crate::ops::or_none(this(v)?.doc.get())), Some(set_doc), ""),
    getset("__name__", get_name, Some(put_name), ""),
    getset("__isabstractmethod__", is_abstract, None, ""),
];

pub fn init() {
    let class = types().property;
    class.doc.set("Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am the 'x' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n        del self._x");
    class.slots.new.set(Some(|class, _| {
        let object = Property {
            header: new_header(),
            get: Field::default(),
            set: Field::default(),
            delete: Field::default(),
            doc: Field::default(),
            name: Field::default(),
            getter_doc: Cell::new(false),
        };
        Ok(heap::alloc_instance(class, object).value())
    }));
    class.slots.init.set(Some(init_property));
    class.slots.descr_get.set(Some(descr_get));
    class.slots.descr_set.set(Some(descr_set));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn this(value: Value) -> R<Gc<Property>> {
    value.downcast::<Property>().ok_or_else(|| type_error(format!("a property is expected, not '{}'", type_name(value))))
}
/// NULL for None.
fn optional(value: Value) -> Value {
    if value.is_none() { NULL } else { value }
}

fn init_property(value: Value, args: Args<'_>) -> R<()> {
    let this = this(value)?;
    thread_local! { static SIGNATURE: Signature = Signature::parse("(fget=None, fset=None, fdel=None, doc=None)"); }
    let mut slots = [NULL; 4];
    SIGNATURE.with(|signature| signature.bind("property", args, &mut slots))?;
    if !this.get.get().is_null() {
        // Sites hold the getter of a property.
        crate::objects::class::descriptors_changed();
    }
    this.get.set(this, optional(slots[0]));
    this.set.set(this, optional(slots[1]));
    this.delete.set(this, optional(slots[2]));
    this.doc.set(this, slots[3]);
    this.name.set(this, NULL);
    this.getter_doc.set(false);
    let mut doc = optional(slots[3]);
    if doc.is_null()
        && let Some(getter) = this.get.get().option()
        && let Some(found) = crate::ops::getattr_opt(getter, names().__doc__)?
        && !found.is_none()
    {
        this.getter_doc.set(true);
        doc = found;
    }
    if class_of(value) == types().property {
        this.doc.set(this, doc);
        return Ok(());
    }
    // A subclass has a `__doc__` of its own: the docstring must hide it.
    this.doc.set(this, doc);
    match crate::ops::setattr(value, names().__doc__, crate::ops::or_none(doc)) {
        Err(raised) if !(raised.is(types().attribute_error) && (this.getter_doc.get() || doc.is_null())) => Err(raised),
        _ => Ok(()),
    }
}
fn set_doc(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.doc.set(this, to.unwrap_or(NONE));
    Ok(())
}

/// A copy with one function replaced, of the class that this one has.
fn copy_with(value: Value, get: Option<Value>, set: Option<Value>, delete: Option<Value>) -> R {
    let old = this(value)?;
    let pick = |new: Option<Value>, old: Value| new.filter(|new| !new.is_none()).unwrap_or(crate::ops::or_none(old));
    let getter = pick(get, old.get.get());
    let doc = if old.getter_doc.get() && !getter.is_none() { NONE } else { crate::ops::or_none(old.doc.get()) };
    let args = [getter, pick(set, old.set.get()), pick(delete, old.delete.get()), doc];
    let new = crate::ops::call_positional(class_of(value).value(), &args)?;
    if let Some(new) = new.downcast::<Property>() {
        new.name.set(new, old.name.get());
    }
    Ok(new)
}
fn set_name(args: Args<'_>) -> R {
    let given = args.pos();
    if given.len() != 3 {
        return Err(type_error(format!("__set_name__() takes 2 positional arguments but {} were given", given.len() - 1)));
    }
    let this = this(given[0])?;
    this.name.set(this, given[2]);
    Ok(NONE)
}
fn name_of(this: Gc<Property>) -> R<Option<Value>> {
    if let Some(name) = this.name.get().option() {
        return Ok(Some(name));
    }
    match this.get.get().option() {
        Some(getter) => crate::ops::getattr_opt(getter, names().__name__),
        None => Ok(None),
    }
}
fn get_name(value: Value) -> R {
    name_of(this(value)?)?.ok_or_else(|| attribute_error("'property' object has no attribute '__name__'"))
}
fn put_name(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.name.set(this, Value::or_null(to));
    Ok(())
}
fn is_abstract(value: Value) -> R {
    let this = this(value)?;
    for function in [this.get.get(), this.set.get(), this.delete.get()] {
        if crate::objects::method_types::is_abstract(function)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

#[cold]
fn missing(this: Gc<Property>, instance: Value, what: &str) -> R {
    let class = class_of(instance);
    let qualname = crate::objects::builtin_types::qualname_of(class);
    let name = match name_of(this)? {
        Some(name) => format!(" {}", crate::ops::repr_string(name)?),
        None => String::new(),
    };
    Err(attribute_error(format!("property{name} of '{qualname}' object has no {what}")))
}
fn descr_get(value: Value, instance: Option<Value>, _: Option<Value>) -> R {
    let Some(instance) = instance else { return Ok(value) };
    let this = value.cast::<Property>();
    match this.get.get().option() {
        Some(getter) => crate::ops::call_positional(getter, &[instance]),
        None => missing(this, instance, "getter"),
    }
}
fn descr_set(value: Value, instance: Value, to: Option<Value>) -> R<()> {
    let this = value.cast::<Property>();
    match (to, this.set.get().option(), this.delete.get().option()) {
        (Some(to), Some(setter), _) => crate::ops::call_positional(setter, &[instance, to])?,
        (Some(_), None, _) => missing(this, instance, "setter")?,
        (None, _, Some(deleter)) => crate::ops::call_positional(deleter, &[instance])?,
        (None, _, None) => missing(this, instance, "deleter")?,
    };
    Ok(())
}
