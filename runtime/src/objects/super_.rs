//! super.

use crate::args::Args;
use crate::error::{R, runtime_error, type_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeAttribute, member, new_header};
use crate::objects::cell::CellObject;
use crate::objects::class::Class;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NULL, Value};
use crate::vm::{class_of, names, thread, type_name, types};

#[repr(C)]
pub struct Super {
    pub header: Header,
    /// __thisclass__, __self__, __self_class__; NULL while uninitialised.
    pub this_class: Field<Value>,
    pub this: Field<Value>,
    pub this_type: Field<Value>,
}

impl HeapObject for Super {
    const KIND: Kind = Kind::Super;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        for v in [self.this_class.get(), self.this.get(), self.this_type.get()] {
            m.value(v);
        }
    }
}

static ATTRIBUTES: [NativeAttribute; 3] = [
    member("__thisclass__", |v| Ok(crate::ops::or_none(v.cast::<Super>().this_class.get())), None, "the class invoking super()"),
    member("__self__", |v| Ok(crate::ops::or_none(v.cast::<Super>().this.get())), None, "the instance invoking super(); may be None"),
    member("__self_class__", |v| Ok(crate::ops::or_none(v.cast::<Super>().this_type.get())), None, "the type of the instance invoking super(); may be None"),
];

pub fn init() {
    let class = types().super_;
    class.doc.set("super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n");
    class.slots.new.set(Some(|class, _| Ok(alloc(class, NULL, NULL, NULL))));
    class.slots.init.set(Some(init_super));
    class.slots.getattr.set(Some(getattribute));
    class.slots.repr.set(Some(repr));
    class.slots.descr_get.set(Some(descr_get));
    class.add_attributes(&ATTRIBUTES);
}

fn alloc(class: Gc<Class>, this_class: Value, this: Value, this_type: Value) -> Value {
    let object = Super {
        header: new_header(),
        this_class: Field::new(this_class),
        this: Field::new(this),
        this_type: Field::new(this_type),
    };
    heap::alloc_instance(class, object).value()
}

/// The class whose MRO is searched for `super(class, object)`.
pub fn check(class: Gc<Class>, object: Value) -> R<Gc<Class>> {
    if let Some(as_class) = object.downcast::<Class>()
        && as_class.is_subclass(class)
    {
        return Ok(as_class);
    }
    let own = class_of(object);
    if own.is_subclass(class) {
        return Ok(own);
    }
    if let Some(claimed) = crate::ops::getattr_opt(object, names().__class__)?.and_then(|claimed| claimed.downcast::<Class>())
        && claimed != own
        && claimed.is_subclass(class)
    {
        return Ok(claimed);
    }
    let (what, name) = match object.downcast::<Class>() {
        Some(as_class) => ("type", as_class.name()),
        None => ("instance of", own.name()),
    };
    Err(type_error(format!(
        "super(type, obj): obj ({what} {name}) is not an instance or subtype of type ({}).",
        class.name()
    )))
}

fn init_super(value: Value, args: Args<'_>) -> R<()> {
    let args = args.no_keywords("super")?;
    if args.len() > 2 {
        return Err(type_error(format!("super() expected at most 2 arguments, got {}", args.len())));
    }
    let (class, object) = match args {
        [] => implicit()?,
        [class, rest @ ..] => {
            let Some(class) = class.downcast::<Class>() else {
                return Err(type_error(format!("super() argument 1 must be a type, not {}", type_name(*class))));
            };
            (class, rest.first().copied().unwrap_or(NULL))
        }
    };
    let object = if object.is_none() { NULL } else { object };
    let this_type = if object.is_null() { NULL } else { check(class, object)?.value() };
    let this = value.cast::<Super>();
    this.this_class.set(this, class.value());
    this.this.set(this, object);
    this.this_type.set(this, this_type);
    Ok(())
}

/// `super()`: the `__class__` cell and the first argument of the running function.
fn implicit() -> R<(Gc<Class>, Value)> {
    let frame = thread().frame.get();
    if frame.is_null() {
        return Err(runtime_error("super(): no current frame"));
    }
    // SAFETY: the thread's frame is live while control is outside of the handlers.
    let frame = unsafe { &*frame };
    let code = frame.code;
    if code.argcount.get() == 0 {
        return Err(runtime_error("super(): no arguments"));
    }
    let mut first = frame.local(0);
    // An argument that an inner function uses lives in a cell.
    let is_cell = code.slot_kinds().first().is_some_and(|kind| kind & 0x40 != 0);
    if is_cell && let Some(cell) = first.downcast::<CellObject>() {
        first = cell.value.get();
    }
    if first.is_null() {
        return Err(runtime_error("super(): arg[0] deleted"));
    }
    let Some(all) = code.localsplus_names.get().downcast::<Tuple>() else {
        return Err(runtime_error("super(): __class__ cell not found"));
    };
    let class_name = names().__class__;
    let Some(index) = all.items().iter().rposition(|&name| name == class_name.value()) else {
        return Err(runtime_error("super(): __class__ cell not found"));
    };
    let Some(cell) = frame.local(index).downcast::<CellObject>() else {
        return Err(runtime_error("super(): bad __class__ cell"));
    };
    match cell.value.get().option() {
        None => Err(runtime_error("super(): empty __class__ cell")),
        Some(class) => match class.downcast::<Class>() {
            Some(class) => Ok((class, first)),
            None => Err(runtime_error(format!("super(): __class__ is not a type ({})", type_name(class)))),
        },
    }
}

/// `name` after `class` in the MRO of `start`, bound to `object` (unbound when that is `start` itself).
pub fn lookup(class: Gc<Class>, object: Value, start: Gc<Class>, name: Gc<Str>) -> R<Option<Value>> {
    match lookup_unbound(class, start, name) {
        None => Ok(None),
        Some(found) => match class_of(found).slots.descr_get.get() {
            Some(get) => {
                let instance = if object == start.value() { None } else { Some(object) };
                get(found, instance, Some(start.value())).map(Some)
            }
            None => Ok(Some(found)),
        },
    }
}
/// `name` after `class` in the MRO of `start`.
pub fn lookup_unbound(class: Gc<Class>, start: Gc<Class>, name: Gc<Str>) -> Option<Value> {
    let mut after = start.mro_classes().skip_while(|at| *at != class).skip(1);
    after.find_map(|at| at.dict.get().get_str(name))
}

fn getattribute(value: Value, name: Gc<Str>) -> R {
    let this = value.cast::<Super>();
    if let (Some(class), Some(start)) = (this.this_class.get().downcast::<Class>(), this.this_type.get().downcast::<Class>())
        && name != names().__class__
        && let Some(found) = lookup(class, this.this.get(), start, name)?
    {
        return Ok(found);
    }
    crate::objects::object::getattribute(value, name)
}

/// `super(class, object).name` for LOAD_SUPER_ATTR, without the super object. As `object::load_method`: (callable, object or NULL).
pub fn load(class: Value, object: Value, name: Gc<Str>, as_method: bool) -> R<(Value, Value)> {
    let Some(class) = class.downcast::<Class>() else {
        return Err(type_error(format!("super() argument 1 must be a type, not {}", type_name(class))));
    };
    let start = check(class, object)?;
    if name != names().__class__ {
        if as_method
            && object != start.value()
            && let Some(found) = lookup_unbound(class, start, name)
            && found.is::<crate::objects::function::Function>()
        {
            return Ok((found, object));
        }
        if let Some(found) = lookup(class, object, start, name)? {
            return Ok((found, NULL));
        }
    }
    let whole = alloc(types().super_, class.value(), object, start.value());
    Ok((crate::objects::object::getattribute(whole, name)?, NULL))
}

fn repr(value: Value) -> R {
    let this = value.cast::<Super>();
    let class = this.this_class.get().downcast::<Class>().map_or_else(|| "NULL".to_string(), |class| class.name());
    let text = match this.this_type.get().downcast::<Class>() {
        Some(of) => format!("<super: <class '{class}'>, <{} object>>", of.name()),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    Ok(str::new(&text).value())
}

fn descr_get(value: Value, instance: Option<Value>, _: Option<Value>) -> R {
    let this = value.cast::<Super>();
    let Some(instance) = instance.filter(|instance| !instance.is_none()) else { return Ok(value) };
    if !this.this.get().is_null() {
        return Ok(value);
    }
    if class_of(value) != types().super_ {
        return crate::ops::call_positional(class_of(value).value(), &[this.this_class.get(), instance]);
    }
    let Some(class) = this.this_class.get().downcast::<Class>() else { return Ok(value) };
    let start = check(class, instance)?;
    Ok(alloc(types().super_, class.value(), instance, start.value()))
}
