//! CALL_INTRINSIC_1 and CALL_INTRINSIC_2: rare operations that the compiler asks for by number.

use crate::error::{R, Raised, system_error};
use crate::frame::Frame;
use crate::modules::_typing::{self, params};
use crate::objects::code::flags;
use crate::objects::dict::Dict;
use crate::objects::exception::Exception;
use crate::objects::function::Function;
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{names, types, vm};

/// CPython's INTRINSIC_1 numbers.
pub fn one(frame: &Frame, which: u32, v: Value) -> R {
    match which {
        1 => print(v),
        2 => import_star(frame, v),
        3 => Ok(stop_iteration_error(frame, v)),
        4 => async_gen_wrap(v),
        5 => ops::positive(v),
        6 => Ok(match v.downcast::<List>() {
            Some(list) => Tuple::from_slice(list.items()).value(),
            None => v,
        }),
        7 => Ok(params::type_var(v)),
        8 => Ok(params::param_spec(v)),
        9 => Ok(params::type_var_tuple(v)),
        10 => _typing::subscript_generic(v),
        11 => type_alias(v),
        _ => Err(system_error(format!("unknown intrinsic {which}"))),
    }
}

/// CPython's INTRINSIC_2 numbers.
pub fn two(_frame: &Frame, which: u32, a: Value, b: Value) -> R {
    match which {
        1 => prepare_reraise(a, b),
        2 => Ok(params::type_var_with_bound(a, b)),
        3 => Ok(params::type_var_with_constraints(a, b)),
        4 => {
            if let Some(function) = a.downcast::<Function>() {
                function.type_params.set(function, b);
            }
            Ok(a)
        }
        5 => params::set_default(a, b),
        _ => Err(system_error(format!("unknown intrinsic {which}"))),
    }
}

/// The REPL's display of a value: `sys.displayhook`.
fn print(v: Value) -> R {
    let sys = vm().sys.get().ok_or_else(|| system_error("no sys"))?;
    let hook = sys.dict.get().get_text("displayhook").ok_or_else(|| crate::error::runtime_error("lost sys.displayhook"))?;
    ops::call_positional(hook, &[v])
}

fn stop_iteration_error(frame: &Frame, v: Value) -> Value {
    let code = frame.code;
    let what = if code.has_flag(flags::ASYNC_GENERATOR) {
        "async generator"
    } else if code.has_flag(flags::COROUTINE) {
        "coroutine"
    } else {
        "generator"
    };
    generator_error(v, what).value()
}

/// StopIteration out of a generator's body becomes a RuntimeError (PEP 479).
fn generator_error(exception: Value, what: &str) -> Raised {
    let Some(inner) = exception.downcast::<Exception>() else { return system_error("no exception") };
    let sort = match Raised(inner) {
        r if r.is(types().stop_iteration) => "StopIteration",
        r if r.is(types().stop_async_iteration) && what == "async generator" => "StopAsyncIteration",
        r => return r,
    };
    let outer = crate::error::runtime_error(format!("{what} raised {sort}"));
    outer.0.cause.set(outer.0, exception);
    outer.0.context.set(outer.0, exception);
    outer.0.suppress_context.set(true);
    outer
}

fn prepare_reraise(original: Value, raised: Value) -> R {
    match raised.downcast::<List>() {
        Some(raised) => crate::objects::exception_group::prepare_reraise(original, raised),
        None => Ok(NONE),
    }
}

/// `from module import *` into the namespace of the frame.
fn import_star(frame: &Frame, module: Value) -> R {
    let target = frame.namespace.get();
    let (all, skip_underscores) = match ops::getattr_opt(module, names().__all__)? {
        Some(all) => (all, false),
        None => match ops::getattr_opt(module, names().__dict__)? {
            Some(dict) => (ops::call_method(dict, names().keys, &[])?, true),
            None => return Err(crate::error::import_error("from-import-* object has no __dict__ and no __all__")),
        },
    };
    let listed = ops::collect(all)?;
    let mut at = 0;
    while let Some(name) = listed.get(at) {
        at += 1;
        let Some(text) = name.downcast::<Str>() else {
            let (where_, what) = if skip_underscores { ("Key", "__dict__") } else { ("Item", "__all__") };
            let module_name = ops::getattr_opt(module, names().__name__)?.unwrap_or(NONE);
            return Err(crate::error::type_error(format!(
                "{where_} in {}.{what} must be str, not {}",
                ops::str_string(module_name)?,
                crate::vm::type_name(name)
            )));
        };
        if skip_underscores && text.len() > 0 && text.char_at(0) == '_' as u32 {
            continue;
        }
        let value = ops::getattr(module, text)?;
        match target.downcast::<Dict>() {
            Some(dict) => dict.set(name, value)?,
            None => ops::setitem(target, name, value)?,
        }
    }
    Ok(NONE)
}

fn async_gen_wrap(v: Value) -> R {
    Ok(crate::objects::async_wrap::wrap(v))
}

/// (name, type parameters, evaluator).
fn type_alias(v: Value) -> R {
    match v.downcast::<Tuple>().map(|parts| parts.items()) {
        Some(&[name, params, evaluate]) => Ok(_typing::alias::declared(name, params, evaluate)),
        _ => Err(system_error("a type alias has three parts")),
    }
}
