//! The module `_contextvars`: context variables, contexts, tokens. A context is a dict of variables; a copy copies it.

use crate::args::Args;
use crate::error::{R, Raised, runtime_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, function, getset, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::support::{CLASS_GETITEM, Params, of};
use crate::ops;
use crate::slots::CompareOp;
use crate::traced;
use crate::value::{FALSE, NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{keep, types};
use core::cell::{Cell, OnceCell};

struct ContextVar {
    name: Cell<Value>,
    /// NULL without one.
    default: Cell<Value>,
}
traced!(ContextVar: name, default);

struct Context {
    values: Cell<Value>,
    is_entered: Cell<bool>,
}
traced!(Context: values);

struct Token {
    variable: Cell<Value>,
    context: Cell<Value>,
    /// NULL when the variable was not set before.
    old: Cell<Value>,
    is_used: Cell<bool>,
}
traced!(Token: variable, context, old);

struct Missing;
traced!(Missing:);

struct State {
    variable: Gc<Class>,
    context: Gc<Class>,
    token: Gc<Class>,
    missing: Value,
    /// The contexts that are entered, the running one last.
    entered: Gc<List>,
}
thread_local! { static STATE: OnceCell<State> = const { OnceCell::new() }; }

fn state<T>(with: impl FnOnce(&State) -> T) -> T {
    STATE.with(|own| with(own.get_or_init(make_state)))
}

fn make_state() -> State {
    let new_class = |name: &str, fill: fn(Gc<Class>)| native_class::new("_contextvars", name, flags::HAS_WEAKREF, fill);
    let variable = new_class("ContextVar", |class| {
        class.slots.new.set(Some(new_variable));
        class.slots.repr.set(Some(repr_variable));
        class.slots.hash.set(Some(|value| Ok(ops::hash_of_address(value))));
        class.add_methods(&VARIABLE_METHODS);
        class.add_methods(&CLASS_GETITEM);
        class.add_attributes(&VARIABLE_ATTRIBUTES);
    });
    let context = new_class("Context", |class| {
        class.slots.new.set(Some(|class, args| {
            if !args.all().is_empty() {
                return Err(type_error("Context() does not accept any arguments"));
            }
            Ok(new_context(class, Dict::new()))
        }));
        class.slots.len.set(Some(|value| Ok(values_of(value)?.len())));
        class.slots.getitem.set(Some(getitem));
        class.slots.contains.set(Some(|value, key| Ok(values_of(value)?.get(variable_key(key)?)?.is_some())));
        class.slots.iter.set(Some(|value| ops::iter(values_of(value)?.value())));
        class.slots.compare.set(Some(compare));
        class.slots.hash.set(Some(ops::unhashable));
        class.add_methods(&CONTEXT_METHODS);
    });
    let token = new_class("Token", |class| {
        class.slots.new.set(Some(|_, _| Err(runtime_error("Tokens can only be created by ContextVars"))));
        class.slots.repr.set(Some(repr_token));
        class.slots.hash.set(Some(ops::unhashable));
        class.add_methods(&TOKEN_METHODS);
        class.add_methods(&CLASS_GETITEM);
        class.add_attributes(&TOKEN_ATTRIBUTES);
    });
    let missing = native_class::new("_contextvars", "Token.MISSING", flags::DISALLOW_INSTANTIATION, |class| {
        class.slots.repr.set(Some(|_| Ok(str::new("<Token.MISSING>").value())));
    });
    let missing = Native::new(missing, Missing).value();
    keep(missing);
    token.define("MISSING", missing);
    let entered = List::new();
    keep(entered.value());
    State { variable, context, token, missing, entered }
}

pub fn init(module: Gc<Module>) -> R<()> {
    state(|own| {
        add(module, "ContextVar", own.variable.value());
        add(module, "Context", own.context.value());
        add(module, "Token", own.token.value());
    });
    add_functions(module, &FUNCTIONS);
    Ok(())
}

static FUNCTIONS: [NativeFunction; 1] = [function("copy_context", "($module, /)", |_| copy_of(current()?), "")];

#[rustfmt::skip]
static VARIABLE_METHODS: [NativeFunction; 3] = [
    method("get", "($self, default=<unrepresentable>, /)", get, "Return a value for the context variable for the current context."),
    method("set", "($self, value, /)", set, "Call to set a new value for the context variable in the current context."),
    method("reset", "($self, token, /)", reset, "Reset the context variable."),
];
static VARIABLE_ATTRIBUTES: [NativeAttribute; 1] = [getset("name", |v| Ok(of::<ContextVar>(v)?.name.get()), None, "")];
#[rustfmt::skip]
static CONTEXT_METHODS: [NativeFunction; 6] = [
    raw_method("run", run, ""),
    method("copy", "($self, /)", |a| copy_of(a[0]), "Return a shallow copy of the context object."),
    method("get", "($self, key, default=None, /)", context_get, "Return the value for `key` if `key` has the value in the context object."),
    method("keys", "($self, /)", |a| view(a[0], "keys"), "Return a list of all variables in the context object."),
    method("values", "($self, /)", |a| view(a[0], "values"), "Return a list of all variables' values in the context object."),
    method("items", "($self, /)", |a| view(a[0], "items"), "Return all variables and their values in the context object."),
];
#[rustfmt::skip]
static TOKEN_METHODS: [NativeFunction; 2] = [
    method("__enter__", "($self, /)", |a| Ok(a[0]), "Enter into Token context manager."),
    method("__exit__", "($self, type, val, tb, /)", |a| { reset_by(of::<Token>(a[0])?.variable.get(), a[0])?; Ok(FALSE) }, "Exit from Token context manager, restore the linked ContextVar."),
];
#[rustfmt::skip]
static TOKEN_ATTRIBUTES: [NativeAttribute; 2] = [
    getset("var", |v| Ok(of::<Token>(v)?.variable.get()), None, ""),
    getset("old_value", |v| Ok(of::<Token>(v)?.old.get().option().unwrap_or_else(|| state(|own| own.missing))), None, ""),
];

// -- contexts --------------------------------------------------------------------------

fn new_context(class: Gc<Class>, values: Gc<Dict>) -> Value {
    Native::new(class, Context { values: Cell::new(values.value()), is_entered: Cell::new(false) }).value()
}
fn values_of(context: Value) -> R<Gc<Dict>> {
    let values = of::<Context>(context)?.values.get();
    values.downcast::<Dict>().ok_or_else(|| runtime_error("a context without values"))
}
fn current() -> R<Value> {
    let (entered, class) = state(|own| (own.entered, own.context));
    if entered.len() == 0 {
        entered.push(new_context(class, Dict::new()))?;
    }
    Ok(entered.get(entered.len() - 1).unwrap_or(NONE))
}
fn copy_of(context: Value) -> R {
    let values = values_of(context)?.copied()?;
    Ok(new_context(state(|own| own.context), values))
}
fn variable_key(key: Value) -> R<Value> {
    if native::downcast::<ContextVar>(key).is_some() {
        return Ok(key);
    }
    Err(type_error(format!("a ContextVar key was expected, got {}", ops::repr_string(key)?)))
}
fn getitem(context: Value, key: Value) -> R {
    values_of(context)?.get(variable_key(key)?)?.ok_or_else(|| crate::error::key_error(key))
}
fn context_get(args: &[Value]) -> R {
    Ok(values_of(args[0])?.get(variable_key(args[1])?)?.unwrap_or_else(|| ops::or_none(args[2])))
}
fn view(context: Value, name: &str) -> R {
    ops::call_method(values_of(context)?.value(), crate::vm::intern(name), &[])
}
fn compare(a: Value, b: Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || native::downcast::<Context>(b).is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    ops::compare(values_of(a)?.value(), values_of(b)?.value(), op)
}

fn run(args: Args<'_>) -> R {
    let [this, function, rest @ ..] = args.all() else {
        return Err(type_error("run() missing 1 required positional argument"));
    };
    if args.pos().len() < 2 {
        return Err(type_error("run() missing 1 required positional argument"));
    }
    let context = of::<Context>(*this)?;
    if context.is_entered.get() {
        return Err(runtime_error(format!("cannot enter context: {} is already entered", ops::repr_string(*this)?)));
    }
    current()?;
    let entered = state(|own| own.entered);
    entered.push(*this)?;
    context.is_entered.set(true);
    let result = ops::call(*function, Args::new(rest, args.names()));
    context.is_entered.set(false);
    entered.pop_last();
    result
}

// -- variables -------------------------------------------------------------------------

fn new_variable(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("ContextVar", "(name, /, *, default=None)");
    let [name, default] = PARAMS.bind::<2>(args)?;
    if !name.is::<Str>() {
        return Err(type_error("context variable name must be a str"));
    }
    Ok(Native::new(class, ContextVar { name: Cell::new(name), default: Cell::new(default) }).value())
}
fn repr_variable(value: Value) -> R {
    let variable = of::<ContextVar>(value)?;
    let name = ops::repr_string(variable.name.get())?;
    let default = match variable.default.get().option() {
        Some(default) => format!(" default={}", ops::repr_string(default)?),
        None => String::new(),
    };
    Ok(str::new(&format!("<ContextVar name={name}{default} at {:#x}>", value.0)).value())
}
fn get(args: &[Value]) -> R {
    if let Some(found) = values_of(current()?)?.get(args[0])? {
        return Ok(found);
    }
    let default = of::<ContextVar>(args[0])?.default.get();
    match args[1].option().or(default.option()) {
        Some(value) => Ok(value),
        None => Err(Raised::with_args(types().lookup_error, &[args[0]])),
    }
}
fn set(args: &[Value]) -> R {
    let context = current()?;
    let values = values_of(context)?;
    let old = values.get(args[0])?.unwrap_or(NULL);
    values.set(args[0], args[1])?;
    let token = Token {
        variable: Cell::new(args[0]),
        context: Cell::new(context),
        old: Cell::new(old),
        is_used: Cell::new(false),
    };
    Ok(Native::new(state(|own| own.token), token).value())
}
fn reset(args: &[Value]) -> R {
    if native::downcast::<Token>(args[1]).is_none() {
        return Err(type_error(format!("expected an instance of Token, got {}", ops::repr_string(args[1])?)));
    }
    reset_by(args[0], args[1])
}
fn reset_by(variable: Value, token: Value) -> R {
    let own = of::<Token>(token)?;
    if own.is_used.get() {
        return Err(runtime_error(format!("{} has already been used once", ops::repr_string(token)?)));
    }
    if own.variable.get() != variable {
        return Err(value_error(format!("{} was created by a different ContextVar", ops::repr_string(token)?)));
    }
    let context = current()?;
    if own.context.get() != context {
        return Err(value_error(format!("{} was created in a different Context", ops::repr_string(token)?)));
    }
    own.is_used.set(true);
    let values = values_of(context)?;
    match own.old.get().option() {
        Some(old) => values.set(variable, old)?,
        None => drop(values.remove(variable)?),
    }
    Ok(NONE)
}
fn repr_token(value: Value) -> R {
    let token = of::<Token>(value)?;
    let variable = ops::repr_string(token.variable.get())?;
    let used = if token.is_used.get() { " used" } else { "" };
    Ok(str::new(&format!("<Token{used} var={variable} at {:#x}>", value.0)).value())
}
