//! module.

use crate::args::Signature;
use crate::error::{R, Raised, attribute_error, type_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method, new_header};
use crate::objects::dict::Dict;
use crate::objects::str::{self, Str};
use crate::value::{NONE, NULL, Value};
use crate::vm::{intern, names, type_name, types};

#[repr(C)]
pub struct Module {
    pub header: Header,
    pub dict: Field<Gc<crate::objects::dict::Dict>>,
}

impl HeapObject for Module {
    const KIND: Kind = Kind::Module;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.object(self.dict.get());
    }
}

impl Module {
    /// With `__name__`, `__doc__`, `__package__`, `__loader__` and `__spec__` (the last three None).
    pub fn new(name: Gc<Str>) -> Gc<Module> {
        let module = heap::alloc(types().module.root_shape.get(), Module { header: new_header(), dict: Field::new(Dict::new()) });
        fill(module, name, NONE);
        module
    }
    pub fn get(&self, name: Gc<Str>) -> Option<Value> {
        self.dict.get().get_str(name)
    }
    pub fn set(&self, name: &str, value: Value) {
        self.dict.get().set_str(intern(name), value);
    }
    pub fn name(&self) -> Option<Gc<Str>> {
        self.get(names().__name__)?.downcast::<Str>()
    }
}
fn fill(module: Gc<Module>, name: Gc<Str>, doc: Value) {
    let n = names();
    let dict = module.dict.get();
    dict.set_str(n.__name__, name.value());
    dict.set_str(n.__doc__, doc);
    for name in [n.__package__, n.__loader__, n.__spec__] {
        dict.set_str(name, NONE);
    }
}

static METHODS: [NativeFunction; 1] = [method("__dir__", "($self, /)", dir, "")];
static ATTRIBUTES: [NativeAttribute; 3] = [
    getset("__dict__", |v| Ok(this(v)?.dict.get().value()), None, ""),
    getset("__annotations__", get_annotations, Some(set_annotations), ""),
    getset("__annotate__", get_annotate, Some(set_annotate), ""),
];

pub fn init() {
    let class = types().module;
    class.doc.set("Create a module object.\n\nThe name must be a string; the optional docstring can have any type.");
    class.slots.new.set(Some(|class, _| {
        let module = Module { header: new_header(), dict: Field::new(Dict::new()) };
        Ok(heap::alloc_instance(class, module).value())
    }));
    class.slots.init.set(Some(|value, args| {
        thread_local! { static SIGNATURE: Signature = Signature::parse("(name, doc=None)"); }
        let mut slots = [NULL; 2];
        SIGNATURE.with(|signature| signature.bind("module", args, &mut slots))?;
        let Some(name) = slots[0].downcast::<Str>() else {
            return Err(type_error(format!("module() argument 'name' must be str, not {}", type_name(slots[0]))));
        };
        fill(this(value)?, name, crate::ops::or_none(slots[1]));
        Ok(())
    }));
    class.slots.getattr.set(Some(getattribute));
    class.slots.repr.set(Some(repr));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn this(value: Value) -> R<Gc<Module>> {
    value.downcast::<Module>().ok_or_else(|| type_error(format!("a module is expected, not '{}'", type_name(value))))
}

/// Attributes of the module, then `__getattr__` of its namespace; None when neither has it.
pub fn get_opt(value: Value, name: Gc<Str>) -> R<Option<Value>> {
    if let Some(found) = crate::objects::object::get_opt(value, name)? {
        return Ok(Some(found));
    }
    let Some(hook) = this(value)?.get(names().__getattr__) else { return Ok(None) };
    crate::ops::call_positional(hook, &[name.value()]).map(Some)
}
fn getattribute(value: Value, name: Gc<Str>) -> R {
    match get_opt(value, name)? {
        Some(found) => Ok(found),
        None => Err(no_attribute(this(value)?, name)),
    }
}
#[cold]
fn no_attribute(module: Gc<Module>, name: Gc<Str>) -> Raised {
    let attribute = name.to_string_lossy();
    let message = match module.name() {
        None => format!("module has no attribute '{attribute}'"),
        Some(own) => {
            let own = own.to_string_lossy();
            if is_initializing(module) {
                format!(
                    "partially initialized module '{own}' has no attribute '{attribute}' (most likely due to a circular import)"
                )
            } else {
                format!("module '{own}' has no attribute '{attribute}'")
            }
        }
    };
    crate::objects::exception::attribute_error_for(attribute_error(message), module.value(), name)
}
/// True while the module's code runs for the first time.
pub fn is_initializing(module: Gc<Module>) -> bool {
    let Some(spec) = module.get(names().__spec__).filter(|spec| !spec.is_none()) else { return false };
    let found = crate::ops::getattr_opt(spec, intern("_initializing"));
    matches!(found, Ok(Some(value)) if value == crate::value::TRUE)
}

/// As `importlib._bootstrap._module_repr`: by the spec where there is one, else by `__file__` and `__loader__`.
fn repr(value: Value) -> R {
    let module = this(value)?;
    let own = |name: Gc<Str>| module.get(name).filter(|found| !found.is_none());
    if let Some(spec) = own(names().__spec__) {
        return repr_from_spec(spec);
    }
    let name = match module.get(names().__name__) {
        Some(name) => crate::ops::repr_string(name)?,
        None => "'?'".to_string(),
    };
    let file = match module.get(names().__file__) {
        Some(file) => Some(file),
        None => crate::ops::getattr_opt(value, names().__file__)?,
    };
    let text = match (file, own(names().__loader__)) {
        (Some(file), _) => format!("<module {name} from {}>", crate::ops::repr_string(file)?),
        (None, Some(loader)) => format!("<module {name} ({})>", crate::ops::repr_string(loader)?),
        (None, None) => format!("<module {name}>"),
    };
    Ok(str::new(&text).value())
}
fn repr_from_spec(spec: Value) -> R {
    let attribute = |name: &str| crate::ops::getattr_opt(spec, intern(name));
    let name = match attribute("name")? {
        Some(name) if !name.is_none() => crate::ops::repr_string(name)?,
        _ => "'?'".to_string(),
    };
    let origin = attribute("origin")?.filter(|origin| !origin.is_none());
    let has_location = match attribute("has_location")? {
        Some(found) => crate::ops::truth(found)?,
        None => false,
    };
    let text = match origin {
        None => match attribute("loader")?.filter(|loader| !loader.is_none()) {
            None => format!("<module {name}>"),
            Some(loader) => format!("<module {name} ({})>", crate::ops::repr_string(loader)?),
        },
        Some(origin) if has_location => format!("<module {name} from {}>", crate::ops::repr_string(origin)?),
        Some(origin) => format!("<module {name} ({})>", crate::ops::str_string(origin)?),
    };
    Ok(str::new(&text).value())
}

fn dir(args: &[Value]) -> R {
    let dict = crate::ops::getattr(args[0], names().__dict__)?;
    let Some(dict) = dict.downcast::<Dict>() else {
        return Err(type_error("<module>.__dict__ is not a dictionary"));
    };
    match dict.get_str(names().__dir__) {
        Some(function) => crate::ops::call_positional(function, &[]),
        None => crate::builtins::keys_list(dict).map(Gc::value),
    }
}

fn get_annotations(value: Value) -> R {
    let dict = this(value)?.dict.get();
    if let Some(own) = dict.get_str(names().__annotations__) {
        return Ok(own);
    }
    let annotate = dict.get_str(names().__annotate__).unwrap_or(NONE);
    let made = if crate::ops::is_callable(annotate) {
        let made = crate::ops::call_positional(annotate, &[Value::small_int(1)])?;
        if !made.is::<Dict>() {
            return Err(type_error(format!("__annotate__() must return a dict, not {}", type_name(made))));
        }
        made
    } else {
        Dict::new().value()
    };
    if !is_initializing(this(value)?) {
        dict.set_str(names().__annotations__, made);
    }
    Ok(made)
}
fn set_annotations(value: Value, to: Option<Value>) -> R<()> {
    let dict = this(value)?.dict.get();
    match to {
        Some(to) => dict.set_str(names().__annotations__, to),
        None => {
            if dict.remove_str(names().__annotations__).is_none() {
                return Err(Raised::with_args(types().attribute_error, &[names().__annotations__.value()]));
            }
        }
    }
    dict.remove_str(names().__annotate__);
    Ok(())
}
fn get_annotate(value: Value) -> R {
    let dict = this(value)?.dict.get();
    Ok(dict.get_str(names().__annotate__).unwrap_or_else(|| {
        dict.set_str(names().__annotate__, NONE);
        NONE
    }))
}
fn set_annotate(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to else { return Err(type_error("cannot delete __annotate__ attribute")) };
    if !to.is_none() && !crate::ops::is_callable(to) {
        return Err(type_error("__annotate__ must be callable or None"));
    }
    let dict = this(value)?.dict.get();
    dict.set_str(names().__annotate__, to);
    if !to.is_none() {
        dict.remove_str(names().__annotations__);
    }
    Ok(())
}
