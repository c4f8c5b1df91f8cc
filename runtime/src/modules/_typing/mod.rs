//! `_typing`: Generic, NoDefault, and the classes of type parameters (`params.rs`) and type aliases (`alias.rs`). What the compiler's
//! intrinsics for `def f[T]`, `class C[T]` and `type` statements make comes from here too.

pub mod alias;
pub mod params;

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap::Marker;
use crate::object::{Gc, Kind};
use crate::objects::builtin::{Flavor, NativeFunction, function, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::module::Module;
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, types};
use core::cell::OnceCell;

static FUNCTIONS: [NativeFunction; 1] = [function("_idfunc", "($module, x, /)", |a| Ok(a[0]), "")];

pub fn init(module: Gc<Module>) -> R<()> {
    super::add_functions(module, &FUNCTIONS);
    let classes = classes();
    for (name, class) in [
        ("TypeVar", classes.type_var),
        ("ParamSpec", classes.param_spec),
        ("TypeVarTuple", classes.type_var_tuple),
        ("ParamSpecArgs", classes.param_spec_args),
        ("ParamSpecKwargs", classes.param_spec_kwargs),
        ("TypeAliasType", classes.type_alias),
        ("Generic", classes.generic),
        ("Union", types().union_type),
    ] {
        super::add(module, name, class.value());
    }
    super::add(module, "NoDefault", classes.no_default);
    Ok(())
}

/// The classes of this module, made when it is first needed.
#[derive(Clone, Copy)]
pub struct Classes {
    pub type_var: Gc<Class>,
    pub param_spec: Gc<Class>,
    pub type_var_tuple: Gc<Class>,
    pub param_spec_args: Gc<Class>,
    pub param_spec_kwargs: Gc<Class>,
    pub type_alias: Gc<Class>,
    pub generic: Gc<Class>,
    pub const_evaluator: Gc<Class>,
    /// The singleton.
    pub no_default: Value,
}
thread_local! { static CLASSES: OnceCell<Classes> = const { OnceCell::new() }; }
pub fn classes() -> Classes {
    CLASSES.with(|classes| *classes.get_or_init(make))
}
fn make() -> Classes {
    let no_default_class = native_class::new("builtins", "NoDefaultType", 0, |class| {
        class.slots.repr.set(Some(|_| Ok(str::new("typing.NoDefault").value())));
        class.slots.new.set(Some(|_, args| {
            if args.all().is_empty() { Ok(classes().no_default) } else { Err(type_error("NoDefaultType takes no arguments")) }
        }));
        class.add_methods(&NO_DEFAULT_METHODS);
    });
    let no_default = Native::new(no_default_class, Nothing).value();
    crate::vm::keep(no_default);
    let [type_var, param_spec, type_var_tuple] = params::make_classes();
    let [param_spec_args, param_spec_kwargs] = params::make_parts_classes();
    Classes {
        type_var,
        param_spec,
        type_var_tuple,
        param_spec_args,
        param_spec_kwargs,
        type_alias: alias::make_class(),
        generic: native_class::with_base("typing", "Generic", types().object, Kind::Instance, flags::BASETYPE, |class| {
            class.slots.new.set(Some(crate::objects::object::new));
            class.add_methods(&GENERIC_METHODS);
        }),
        const_evaluator: native_class::new("builtins", "constevaluator", flags::DISALLOW_INSTANTIATION, |class| {
            class.slots.repr.set(Some(|value| {
                Ok(str::new(&format!("<constevaluator {}>", ops::repr_string(constant(value)?)?)).value())
            }));
            class.slots.call.set(Some(call_constant));
        }),
        no_default,
    }
}
static NO_DEFAULT_METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", |_| Ok(intern("NoDefault").value()), "")];
struct Nothing;
impl NativeObject for Nothing {
    fn trace(&self, _: &mut Marker) {}
}

// -- what is left to typing.py ---------------------------------------------------------

/// `typing.name(*args)`.
pub fn typing(name: &str, args: &[Value]) -> R {
    let module = crate::import::import_module("typing")?;
    ops::call_positional(ops::getattr(module, intern(name))?, args)
}
/// `typing.Unpack[value]`.
pub fn unpack(value: Value) -> R {
    let module = crate::import::import_module("typing")?;
    ops::getitem(ops::getattr(module, intern("Unpack"))?, value)
}

const fn class_method(name: &'static str, function: for<'a> fn(Args<'a>) -> R) -> NativeFunction {
    let mut made = raw_method(name, function, "");
    made.flavor = Flavor::ClassMethod;
    made
}
static GENERIC_METHODS: [NativeFunction; 2] = [
    class_method("__class_getitem__", |args| forward("_generic_class_getitem", args)),
    class_method("__init_subclass__", |args| forward("_generic_init_subclass", args)),
];
fn forward(name: &str, args: Args<'_>) -> R {
    let module = crate::import::import_module("typing")?;
    ops::call(ops::getattr(module, intern(name))?, args)
}

// -- constevaluator --------------------------------------------------------------------

/// The evaluator of what needs no evaluation.
struct Constant(Value);
impl NativeObject for Constant {
    fn trace(&self, m: &mut Marker) {
        m.value(self.0);
    }
}
pub fn evaluator_of(value: Value) -> Value {
    Native::new(classes().const_evaluator, Constant(value)).value()
}
fn constant(value: Value) -> R {
    downcast::<Constant>(value).map(|constant| constant.0).ok_or_else(|| type_error("constevaluator expected"))
}
/// annotationlib.Format.STRING.
const FORMAT_STRING: i64 = 4;
fn call_constant(value: Value, args: Args<'_>) -> R {
    let args = args.no_keywords("constevaluator.__call__")?;
    let [format] = args else {
        return Err(type_error(format!("constevaluator.__call__() takes exactly one argument ({} given)", args.len())));
    };
    let held = constant(value)?;
    if crate::objects::int::index_to_i64(*format)? != FORMAT_STRING {
        return Ok(held);
    }
    let texts = match held.downcast::<Tuple>() {
        Some(tuple) => {
            let items: R<Vec<String>> = tuple.items().iter().map(|&item| crate::objects::generic_alias::item_text(item)).collect();
            format!("({})", items?.join(", "))
        }
        None => crate::objects::generic_alias::item_text(held)?,
    };
    Ok(str::new(&texts).value())
}

// -- intrinsics ------------------------------------------------------------------------

/// `class C[T]`: `Generic[T]`.
pub fn subscript_generic(params: Value) -> R {
    let unpacked = params::unpacked(params)?;
    typing("_GenericAlias", &[classes().generic.value(), unpacked])
}
/// The name of the module whose code runs.
pub fn caller_module() -> Value {
    crate::builtins::current_globals().and_then(|globals| globals.get_str(crate::vm::names().__name__)).unwrap_or(NONE)
}
