//! TypeVar, ParamSpec, TypeVarTuple: one struct, as they differ in little. Also `P.args` and `P.kwargs`.

use super::{caller_module, classes, evaluator_of, typing, unpack};
use crate::args::{Args, Signature};
use crate::error::{R, type_error, value_error};
use crate::heap::{self, Marker};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, intern, names, type_name, types};
use core::cell::Cell;

/// Something that may have to be evaluated first: the value (NULL until then) and the function that makes it (or NULL).
#[derive(Default)]
struct Lazy {
    value: Cell<Value>,
    evaluate: Cell<Value>,
}
impl Lazy {
    fn trace(&self, m: &mut Marker) {
        m.value(self.value.get());
        m.value(self.evaluate.get());
    }
    fn is_set(&self) -> bool {
        !self.value.get().is_null() || !self.evaluate.get().is_null()
    }
    fn get(&self, owner: Value, absent: Value) -> R {
        if let Some(value) = self.value.get().option() {
            return Ok(value);
        }
        let Some(evaluate) = self.evaluate.get().option() else { return Ok(absent) };
        // annotationlib.Format.VALUE.
        let value = ops::call_positional(evaluate, &[Value::small_int(1)])?;
        self.value.set(value);
        heap::write_barrier(owner);
        Ok(value)
    }
    /// The function itself, or one that answers the value; None when there is neither.
    fn evaluator(&self) -> Value {
        match (self.evaluate.get().option(), self.value.get().option()) {
            (Some(evaluate), _) => evaluate,
            (None, Some(value)) => evaluator_of(value),
            (None, None) => NONE,
        }
    }
}

#[derive(Default)]
struct Param {
    name: Cell<Value>,
    bound: Lazy,
    constraints: Lazy,
    default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer: bool,
}
impl NativeObject for Param {
    fn trace(&self, m: &mut Marker) {
        m.value(self.name.get());
        for lazy in [&self.bound, &self.constraints, &self.default] {
            lazy.trace(m);
        }
    }
}
fn of(value: Value) -> R<&'static Param> {
    downcast::<Param>(value).ok_or_else(|| type_error(format!("a type parameter is expected, not '{}'", type_name(value))))
}
fn alloc(class: Gc<Class>, param: Param) -> Value {
    let value = Native::new(class, param).value();
    instance::set(value, names().__module__, caller_module());
    value
}

static TYPE_VAR_METHODS: [NativeFunction; 5] = [
    method("__typing_subst__", "($self, arg, /)", |a| typing("_typevar_subst", &[a[0], a[1]]), ""),
    method("__typing_prepare_subst__", "($self, alias, args, /)", type_var_prepare, ""),
    method("__reduce__", "($self, /)", |a| Ok(of(a[0])?.name.get()), ""),
    method("has_default", "($self, /)", has_default, ""),
    method("__mro_entries__", "($self, bases, /)", cannot_subclass, ""),
];
static PARAM_SPEC_METHODS: [NativeFunction; 5] = [
    method("__typing_subst__", "($self, arg, /)", |a| typing("_paramspec_subst", &[a[0], a[1]]), ""),
    method("__typing_prepare_subst__", "($self, alias, args, /)", |a| typing("_paramspec_prepare_subst", &[a[0], a[1], a[2]]), ""),
    method("__reduce__", "($self, /)", |a| Ok(of(a[0])?.name.get()), ""),
    method("has_default", "($self, /)", has_default, ""),
    method("__mro_entries__", "($self, bases, /)", cannot_subclass, ""),
];
static TYPE_VAR_TUPLE_METHODS: [NativeFunction; 5] = [
    method("__typing_subst__", "($self, arg, /)", |_| Err(type_error("Substitution of bare TypeVarTuple is not supported")), ""),
    method("__typing_prepare_subst__", "($self, alias, args, /)", |a| typing("_typevartuple_prepare_subst", &[a[0], a[1], a[2]]), ""),
    method("__reduce__", "($self, /)", |a| Ok(of(a[0])?.name.get()), ""),
    method("has_default", "($self, /)", has_default, ""),
    method("__mro_entries__", "($self, bases, /)", cannot_subclass, ""),
];
static COMMON: [NativeAttribute; 3] = [
    member("__name__", |v| Ok(of(v)?.name.get()), None, ""),
    getset("__default__", |v| of(v)?.default.get(v, classes().no_default), None, ""),
    getset("evaluate_default", |v| Ok(of(v)?.default.evaluator()), None, ""),
];
static VARIANCE: [NativeAttribute; 4] = [
    getset("__bound__", |v| of(v)?.bound.get(v, NONE), None, ""),
    member("__covariant__", |v| Ok(Value::bool(of(v)?.covariant)), None, ""),
    member("__contravariant__", |v| Ok(Value::bool(of(v)?.contravariant)), None, ""),
    member("__infer_variance__", |v| Ok(Value::bool(of(v)?.infer)), None, ""),
];
static CONSTRAINTS: [NativeAttribute; 3] = [
    getset("__constraints__", |v| of(v)?.constraints.get(v, Tuple::empty().value()), None, ""),
    getset("evaluate_constraints", |v| Ok(of(v)?.constraints.evaluator()), None, ""),
    getset("evaluate_bound", |v| Ok(of(v)?.bound.evaluator()), None, ""),
];
static PARTS: [NativeAttribute; 2] = [
    getset("args", |v| Ok(Native::new(classes().param_spec_args, Part(v)).value()), None, ""),
    getset("kwargs", |v| Ok(Native::new(classes().param_spec_kwargs, Part(v)).value()), None, ""),
];

/// TypeVar, ParamSpec, TypeVarTuple.
pub fn make_classes() -> [Gc<Class>; 3] {
    let bits = flags::HAS_DICT | flags::HAS_WEAKREF;
    [
        native_class::new("typing", "TypeVar", bits, |class| {
            fill(class, new_type_var);
            class.slots.binary[BinaryOp::Or as usize].set(Some(crate::objects::union::or_any));
            class.add_methods(&TYPE_VAR_METHODS);
            class.add_attributes(&VARIANCE);
            class.add_attributes(&CONSTRAINTS);
        }),
        native_class::new("typing", "ParamSpec", bits, |class| {
            fill(class, new_param_spec);
            class.slots.binary[BinaryOp::Or as usize].set(Some(crate::objects::union::or_any));
            class.add_methods(&PARAM_SPEC_METHODS);
            class.add_attributes(&VARIANCE);
            class.add_attributes(&PARTS);
        }),
        native_class::new("typing", "TypeVarTuple", bits, |class| {
            fill(class, new_type_var_tuple);
            class.slots.iter.set(Some(|value| ops::iter(Tuple::from_slice(&[unpack(value)?]).value())));
            class.add_methods(&TYPE_VAR_TUPLE_METHODS);
        }),
    ]
}
fn fill(class: Gc<Class>, new: crate::slots::NewFn) {
    class.slots.new.set(Some(new));
    class.slots.repr.set(Some(repr));
    class.add_attributes(&COMMON);
}

fn repr(value: Value) -> R {
    let param = of(value)?;
    let name = ops::str_string(param.name.get())?;
    let class = class_of(value);
    let mark = match (param.infer || class == classes().type_var_tuple, param.covariant, param.contravariant) {
        (true, ..) => "",
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    };
    Ok(str::new(&format!("{mark}{name}")).value())
}
fn has_default(args: &[Value]) -> R {
    let default = &of(args[0])?.default;
    Ok(Value::bool(!default.evaluate.get().is_null() || default.value.get() != classes().no_default))
}
fn cannot_subclass(args: &[Value]) -> R {
    Err(type_error(format!("Cannot subclass an instance of {}", class_of(args[0]).name())))
}
/// Arguments that are missing at the place of the variable are filled from its default.
fn type_var_prepare(args: &[Value]) -> R {
    let &[this, alias, given] = args else { return Err(type_error("__typing_prepare_subst__ expected 2 arguments")) };
    let parameters = ops::getattr(alias, names().__parameters__)?;
    let given = given.downcast::<Tuple>().ok_or_else(|| type_error("args must be a tuple"))?;
    let place = ops::call_method(parameters, intern("index"), &[this])?;
    let place = crate::objects::int::index_to_i64(place)? as usize;
    if place < given.len() {
        return Ok(given.value());
    }
    let default = of(this)?.default.get(this, classes().no_default)?;
    if place > given.len() || default == classes().no_default {
        return Err(type_error(format!("Too few arguments for {}", ops::str_string(alias)?)));
    }
    let all = given.items().iter().copied().chain([default]);
    Ok(Tuple::from_iter_exact(given.len() + 1, all).value())
}

// -- construction ----------------------------------------------------------------------

fn name_argument(function: &str, name: Value) -> R {
    if name.is::<Str>() { Ok(name) } else { Err(type_error(format!("{function}() argument 'name' must be str, not {}", type_name(name)))) }
}
/// What stands for a type: None and forward references are converted.
fn as_type(value: Value, message: &str) -> R {
    match value {
        NONE => Ok(types().none_type.value()),
        value if value.is::<Str>() => typing("_type_check", &[value, str::new(message).value()]),
        value => Ok(value),
    }
}
fn given_value(value: Value) -> Cell<Value> {
    Cell::new(if value.is_none() { NULL } else { value })
}
struct Variance {
    covariant: bool,
    contravariant: bool,
    infer: bool,
}
fn variance(covariant: Value, contravariant: Value, infer: Value) -> R<Variance> {
    let truth = |value: Value| if value.is_null() { Ok(false) } else { ops::truth(value) };
    let variance = Variance { covariant: truth(covariant)?, contravariant: truth(contravariant)?, infer: truth(infer)? };
    if variance.covariant && variance.contravariant {
        return Err(value_error("Bivariant types are not supported."));
    }
    if variance.infer && (variance.covariant || variance.contravariant) {
        return Err(value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(variance)
}
fn new_type_var(class: Gc<Class>, args: Args<'_>) -> R {
    thread_local! {
        static SIGNATURE: Signature = Signature::parse(
            "(name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        );
    }
    let mut slots = [NULL; 7];
    SIGNATURE.with(|signature| signature.bind("typevar", args, &mut slots))?;
    let [name, constraints, bound, default, covariant, contravariant, infer] = slots;
    let name = name_argument("typevar", name)?;
    let variance = variance(covariant, contravariant, infer)?;
    let bound = match ops::given(bound) {
        Some(bound) => as_type(bound, "Bound must be a type.")?,
        None => NULL,
    };
    let constraints = constraints.downcast::<Tuple>().unwrap_or_else(Tuple::empty);
    match constraints.len() {
        0 => {}
        1 => return Err(type_error("A single constraint is not allowed")),
        _ if !bound.is_null() => return Err(type_error("Constraints cannot be combined with bound=...")),
        _ => {}
    }
    let param = Param {
        name: Cell::new(name),
        bound: Lazy { value: Cell::new(bound), evaluate: Cell::new(NULL) },
        constraints: Lazy {
            value: Cell::new(if constraints.len() == 0 { NULL } else { constraints.value() }),
            evaluate: Cell::new(NULL),
        },
        default: Lazy { value: Cell::new(default.option().unwrap_or(classes().no_default)), evaluate: Cell::new(NULL) },
        covariant: variance.covariant,
        contravariant: variance.contravariant,
        infer: variance.infer,
    };
    Ok(alloc(class, param))
}
fn new_param_spec(class: Gc<Class>, args: Args<'_>) -> R {
    thread_local! {
        static SIGNATURE: Signature = Signature::parse(
            "(name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        );
    }
    let mut slots = [NULL; 6];
    SIGNATURE.with(|signature| signature.bind("paramspec", args, &mut slots))?;
    let [name, bound, default, covariant, contravariant, infer] = slots;
    let name = name_argument("paramspec", name)?;
    let variance = variance(covariant, contravariant, infer)?;
    let bound = match ops::given(bound) {
        Some(bound) => as_type(bound, "Bound must be a type.")?,
        None => NONE,
    };
    let param = Param {
        name: Cell::new(name),
        bound: Lazy { value: given_value(bound), evaluate: Cell::new(NULL) },
        default: Lazy { value: Cell::new(default.option().unwrap_or(classes().no_default)), evaluate: Cell::new(NULL) },
        covariant: variance.covariant,
        contravariant: variance.contravariant,
        infer: variance.infer,
        ..Param::default()
    };
    Ok(alloc(class, param))
}
fn new_type_var_tuple(class: Gc<Class>, args: Args<'_>) -> R {
    thread_local! { static SIGNATURE: Signature = Signature::parse("(name, *, default=NoDefault)"); }
    let mut slots = [NULL; 2];
    SIGNATURE.with(|signature| signature.bind("typevartuple", args, &mut slots))?;
    let name = name_argument("typevartuple", slots[0])?;
    let default = Lazy { value: Cell::new(slots[1].option().unwrap_or(classes().no_default)), evaluate: Cell::new(NULL) };
    Ok(alloc(class, Param { name: Cell::new(name), default, ..Param::default() }))
}

// -- for the compiler's intrinsics ---------------------------------------------------------

/// A parameter of `[T]` syntax: its variance is inferred.
fn declared(class: Gc<Class>, name: Value, bound: Value, constraints: Value) -> Value {
    let param = Param {
        name: Cell::new(name),
        bound: Lazy { value: Cell::new(NULL), evaluate: Cell::new(bound) },
        constraints: Lazy { value: Cell::new(NULL), evaluate: Cell::new(constraints) },
        default: Lazy { value: Cell::new(classes().no_default), evaluate: Cell::new(NULL) },
        infer: true,
        ..Param::default()
    };
    alloc(class, param)
}
pub fn type_var(name: Value) -> Value {
    declared(classes().type_var, name, NULL, NULL)
}
pub fn type_var_with_bound(name: Value, evaluate: Value) -> Value {
    declared(classes().type_var, name, evaluate, NULL)
}
pub fn type_var_with_constraints(name: Value, evaluate: Value) -> Value {
    declared(classes().type_var, name, NULL, evaluate)
}
pub fn param_spec(name: Value) -> Value {
    declared(classes().param_spec, name, NULL, NULL)
}
pub fn type_var_tuple(name: Value) -> Value {
    declared(classes().type_var_tuple, name, NULL, NULL)
}
pub fn set_default(param: Value, evaluate: Value) -> R {
    let default = &of(param)?.default;
    default.value.set(NULL);
    default.evaluate.set(evaluate);
    heap::write_barrier(param);
    Ok(param)
}
/// True for a parameter with a default.
pub fn has_declared_default(param: Value) -> bool {
    downcast::<Param>(param).is_some_and(|param| param.default.is_set() && param.default.value.get() != classes().no_default)
}
/// Type parameters as a subscript has them: `*Ts` for each TypeVarTuple.
pub fn unpacked(params: Value) -> R {
    let Some(params) = params.downcast::<Tuple>() else { return Ok(params) };
    let list = List::new();
    for &param in params.items() {
        list.push(if class_of(param) == classes().type_var_tuple { unpack(param)? } else { param })?;
    }
    Ok(Tuple::from_slice(list.items()).value())
}

// -- P.args, P.kwargs ------------------------------------------------------------------

struct Part(Value);
impl NativeObject for Part {
    fn trace(&self, m: &mut Marker) {
        m.value(self.0);
    }
}
fn origin(value: Value) -> R {
    downcast::<Part>(value).map(|part| part.0).ok_or_else(|| type_error("P.args or P.kwargs is expected"))
}
static PART_ATTRIBUTES: [NativeAttribute; 1] = [member("__origin__", origin, None, "")];
static PART_METHODS: [NativeFunction; 1] = [method("__mro_entries__", "($self, bases, /)", cannot_subclass, "")];
pub fn make_parts_classes() -> [Gc<Class>; 2] {
    ["ParamSpecArgs", "ParamSpecKwargs"].map(|name| {
        native_class::new("typing", name, flags::HAS_WEAKREF, |class| {
            class.slots.new.set(Some(|class, args| match args.no_keywords("paramspecargs")? {
                [origin] => Ok(Native::new(class, Part(*origin)).value()),
                _ => Err(type_error("paramspecargs() missing required argument 'origin' (pos 1)")),
            }));
            class.slots.repr.set(Some(|value| {
                let part = if class_of(value) == classes().param_spec_args { "args" } else { "kwargs" };
                let owner = origin(value)?;
                let name = match downcast::<Param>(owner) {
                    Some(param) => ops::str_string(param.name.get())?,
                    None => ops::repr_string(owner)?,
                };
                Ok(str::new(&format!("{name}.{part}")).value())
            }));
            class.slots.compare.set(Some(|a, b, op| {
                if class_of(a) != class_of(b) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
                    return Ok(NOT_IMPLEMENTED);
                }
                ops::compare(origin(a)?, origin(b)?, op)
            }));
            class.slots.hash.set(Some(ops::unhashable));
            class.add_attributes(&PART_ATTRIBUTES);
            class.add_methods(&PART_METHODS);
        })
    })
}
