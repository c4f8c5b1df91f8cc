//! function as Python sees it: attributes, constructor, binding. Not here: the struct (`function.rs`), calls (`interp`).

use crate::args::{Args, Signature};
use crate::error::{R, type_error, value_error};
use crate::heap;
use crate::object::{Gc, HeapObject};
use crate::objects::builtin::{NativeAttribute, getset, member};
use crate::objects::cell::CellObject;
use crate::objects::class::Class;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::instance;
use crate::objects::method::Method;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, NULL, Value};
use crate::vm::{type_name, types};

static ATTRIBUTES: [NativeAttribute; 9] = [
    getset("__code__", |v| Ok(this(v)?.code.get().value()), Some(set_code), ""),
    getset("__defaults__", |v| Ok(crate::ops::or_none(this(v)?.defaults.get())), Some(set_defaults), ""),
    getset("__kwdefaults__", |v| Ok(crate::ops::or_none(this(v)?.kwdefaults.get())), Some(set_kwdefaults), ""),
    getset("__annotations__", get_annotations, Some(set_annotations), "Dict of annotations in a function object."),
    getset("__annotate__", |v| Ok(crate::ops::or_none(this(v)?.annotate.get())), Some(set_annotate), "Get the code object for a function."),
    getset("__dict__", |v| Ok(instance::dict(v).value()), Some(set_dict), ""),
    getset("__name__", |v| Ok(this(v)?.name.get()), Some(set_name), ""),
    getset("__qualname__", |v| Ok(this(v)?.qualname.get()), Some(set_qualname), ""),
    getset("__type_params__", get_type_params, Some(set_type_params), "Get the declared type parameters for a function."),
];
static MEMBERS: [NativeAttribute; 5] = [
    member("__closure__", |v| Ok(crate::ops::or_none(this(v)?.closure.get())), None, ""),
    member("__doc__", |v| Ok(Function::doc(this(v)?)), Some(set_doc), ""),
    member("__globals__", |v| Ok(this(v)?.globals.get().value()), None, ""),
    member("__module__", |v| Ok(crate::ops::or_none(this(v)?.module.get())), Some(set_module), ""),
    member("__builtins__", |v| Ok(this(v)?.builtins.get().value()), None, ""),
];

pub fn init() {
    let class = types().function;
    class.set_flag(crate::objects::class::flags::HAS_DICT);
    class.doc.set("Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables\n  kwdefaults\n    a dictionary that specifies the default keyword argument values");
    class.slots.new.set(Some(new));
    class.slots.call.set(Some(|value, args| (crate::hooks::hooks().call_function)(value.cast(), args)));
    class.slots.repr.set(Some(|value| {
        let name = crate::ops::str_string(this(value)?.qualname.get())?;
        Ok(str::new(&format!("<function {name} at {:#x}>", value.0)).value())
    }));
    class.slots.descr_get.set(Some(|value, instance, owner| match instance {
        None => Ok(value),
        Some(instance) if instance.is_none() && owner.is_none() => Ok(value),
        Some(instance) => Ok(Method::new(value, instance).value()),
    }));
    class.add_attributes(&ATTRIBUTES);
    class.add_attributes(&MEMBERS);
}

fn this(value: Value) -> R<Gc<Function>> {
    value.downcast::<Function>().ok_or_else(|| type_error(format!("a function is expected, not '{}'", type_name(value))))
}

/// Variables that a code object takes from its closure.
pub fn free_count(code: Gc<Code>) -> usize {
    const FREE: u8 = 0x80;
    code.slot_kinds().iter().filter(|kind| *kind & FREE != 0).count()
}

fn new(_: Gc<Class>, args: Args<'_>) -> R {
    thread_local! { static SIGNATURE: Signature = Signature::parse("(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)"); }
    let mut slots = [NULL; 6];
    SIGNATURE.with(|signature| signature.bind("function", args, &mut slots))?;
    let [code, globals, name, defaults, closure, kwdefaults] = slots.map(crate::ops::or_none);
    let wrong = |what: &str, kind: &str, value: Value| type_error(format!("function() argument '{what}' must be {kind}, not {}", type_name(value)));
    let code = code.downcast::<Code>().ok_or_else(|| wrong("code", "code", code))?;
    let globals = globals.downcast::<Dict>().ok_or_else(|| wrong("globals", "dict", globals))?;
    let free = free_count(code);
    if !name.is_none() && !name.is::<Str>() {
        return Err(type_error("arg 3 (name) must be None or string"));
    }
    if !defaults.is_none() && !defaults.is::<Tuple>() {
        return Err(type_error("arg 4 (defaults) must be None or tuple"));
    }
    let cells = match closure.downcast::<Tuple>() {
        Some(cells) => cells.items(),
        None if closure.is_none() && free == 0 => &[],
        None if closure.is_none() => return Err(type_error("arg 5 (closure) must be tuple")),
        None => return Err(type_error("arg 5 (closure) must be None or tuple")),
    };
    if !kwdefaults.is_none() && !kwdefaults.is::<Dict>() {
        return Err(type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    if cells.len() != free {
        return Err(value_error(format!(
            "{} requires closure of length {free}, not {}",
            crate::ops::str_string(code.name.get())?,
            cells.len()
        )));
    }
    if let Some(&wrong) = cells.iter().find(|cell| !cell.is::<CellObject>()) {
        return Err(type_error(format!("arg 5 (closure) expected cell, found {}", type_name(wrong))));
    }
    let function = Function::new(code, globals);
    function.has_changed();
    let null = |value: Value| if value.is_none() { NULL } else { value };
    if !name.is_none() {
        function.name.set(function, name);
        function.qualname.set(function, name);
    }
    function.defaults.set(function, null(defaults));
    function.closure.set(function, if cells.is_empty() { NULL } else { closure });
    function.kwdefaults.set(function, null(kwdefaults));
    Ok(function.value())
}

/// The value if it is a T, NULL for None or deletion, else TypeError.
fn optional<T: HeapObject>(to: Option<Value>, message: &str) -> R {
    match to {
        None | Some(NONE) => Ok(NULL),
        Some(to) if to.is::<T>() => Ok(to),
        Some(_) => Err(type_error(message)),
    }
}
fn required<T: HeapObject>(to: Option<Value>, message: &str) -> R {
    to.filter(|to| to.is::<T>()).ok_or_else(|| type_error(message))
}

fn set_code(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    let code = required::<Code>(to, "__code__ must be set to a code object")?.cast::<Code>();
    let (own, free) = (this.closure.get().downcast::<Tuple>().map_or(0, |closure| closure.len()), free_count(code));
    if own != free {
        let name = crate::ops::str_string(this.name.get())?;
        return Err(value_error(format!("{name}() requires a code object with {own} free vars, not {free}")));
    }
    // The docstring stays.
    Function::doc(this);
    this.code.set(this, code);
    this.has_changed();
    Ok(())
}
fn set_defaults(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.defaults.set(this, optional::<Tuple>(to, "__defaults__ must be set to a tuple object")?);
    this.has_changed();
    Ok(())
}
fn set_kwdefaults(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.kwdefaults.set(this, optional::<Dict>(to, "__kwdefaults__ must be set to a dict object")?);
    this.has_changed();
    Ok(())
}
fn set_name(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.name.set(this, required::<Str>(to, "__name__ must be set to a string object")?);
    Ok(())
}
fn set_qualname(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.qualname.set(this, required::<Str>(to, "__qualname__ must be set to a string object")?);
    Ok(())
}
fn set_doc(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.doc.set(this, to.unwrap_or(NONE));
    Ok(())
}
fn set_module(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.module.set(this, to.unwrap_or(NONE));
    Ok(())
}
fn set_dict(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to else { return Err(type_error("cannot delete __dict__")) };
    match to.downcast::<Dict>() {
        Some(dict) => {
            instance::set_dict(value, dict);
            Ok(())
        }
        None => Err(type_error(format!("__dict__ must be set to a dictionary, not a '{}'", type_name(to)))),
    }
}
fn get_type_params(value: Value) -> R {
    Ok(this(value)?.type_params.get().option().unwrap_or_else(|| Tuple::empty().value()))
}
fn set_type_params(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    this.type_params.set(this, required::<Tuple>(to, "__type_params__ must be set to a tuple")?);
    Ok(())
}

fn get_annotations(value: Value) -> R {
    let this = this(value)?;
    if let Some(own) = this.annotations.get().option() {
        return Ok(own);
    }
    let annotate = this.annotate.get();
    let made = if !annotate.is_null() && crate::ops::is_callable(annotate) {
        let made = crate::ops::call_positional(annotate, &[Value::small_int(1)])?;
        if !made.is::<Dict>() {
            return Err(type_error(format!("__annotate__() must return a dict, not {}", type_name(made))));
        }
        made
    } else {
        Dict::new().value()
    };
    this.annotations.set(this, made);
    heap::write_barrier(value);
    Ok(made)
}
fn set_annotations(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    let to = optional::<Dict>(to, "__annotations__ must be set to a dict object")?;
    this.annotations.set(this, to);
    this.annotate.set(this, NULL);
    Ok(())
}
fn set_annotate(value: Value, to: Option<Value>) -> R<()> {
    let this = this(value)?;
    match to {
        None => Err(type_error("__annotate__ cannot be deleted")),
        Some(NONE) => {
            this.annotate.set(this, NULL);
            Ok(())
        }
        Some(to) if crate::ops::is_callable(to) => {
            this.annotate.set(this, to);
            this.annotations.set(this, NULL);
            Ok(())
        }
        Some(_) => Err(type_error("__annotate__ must be callable or None")),
    }
}
