//! Binding of a native function's arguments, with CPython's messages. Not here: Python functions (`interp::bind`).

use crate::args::{Args, Param, ParamKind, Signature};
use crate::error::{R, type_error};
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::value::{NULL, Value};

pub fn bind(signature: &Signature, function: &str, args: Args<'_>, slots: &mut [Value]) -> R<()> {
    slots.fill(NULL);
    let given = args.pos();
    let direct = given.len().min(signature.positional);
    slots[..direct].copy_from_slice(&given[..direct]);
    for (i, param) in signature.params.iter().enumerate() {
        match param.kind {
            ParamKind::VarArgs => slots[i] = Tuple::from_slice(&given[direct..]).value(),
            ParamKind::VarKeywords => slots[i] = Dict::new().value(),
            _ => {}
        }
    }
    // slots are filled in the order of params; *args may stand between positional and keyword-only ones.
    if given.len() > signature.positional && !signature.varargs {
        return Err(too_many(signature, function, args));
    }
    bind_keywords(signature, function, args, slots)?;
    for (i, param) in signature.params.iter().enumerate() {
        if slots[i].is_null() && !param.has_default {
            return Err(missing(signature, function, args, i, param));
        }
    }
    Ok(())
}

fn bind_keywords(signature: &Signature, function: &str, args: Args<'_>, slots: &mut [Value]) -> R<()> {
    let bare = function.rsplit('.').next().unwrap_or(function);
    for (name, value) in args.kw() {
        let text = name.to_string_lossy();
        let found = signature
            .params
            .iter()
            .position(|p| p.name == text && matches!(p.kind, ParamKind::Either | ParamKind::KeywordOnly));
        match found {
            Some(i) if slots[i].is_null() => slots[i] = value,
            Some(i) => {
                return Err(type_error(format!(
                    "argument for {bare}() given by name ('{text}') and position ({})",
                    i + 1
                )));
            }
            None if signature.varkeywords => {
                let dict = slots[signature.params.len() - 1].cast::<Dict>();
                dict.set(name.value(), value)?;
            }
            None if signature.params.iter().all(|p| matches!(p.kind, ParamKind::PositionalOnly | ParamKind::VarArgs)) => {
                return Err(type_error(format!("{function}() takes no keyword arguments")));
            }
            None => return Err(type_error(format!("{bare}() got an unexpected keyword argument '{text}'"))),
        }
    }
    Ok(())
}

/// CPython's messages differ with the calling convention that the C function has; the signature tells which.
fn too_many(signature: &Signature, function: &str, args: Args<'_>) -> crate::error::Raised {
    let given = args.pos().len();
    let bare = function.rsplit('.').next().unwrap_or(function);
    let keywords = signature.params.iter().any(|p| matches!(p.kind, ParamKind::Either | ParamKind::KeywordOnly));
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    type_error(match (signature.positional, keywords) {
        (0, false) => format!("{function}() takes no arguments ({given} given)"),
        (1, false) if signature.required == 1 => format!("{function}() takes exactly one argument ({given} given)"),
        (n, false) => {
            let bound = if signature.required == n { "" } else { "at most " };
            format!("{bare} expected {bound}{n} argument{}, got {given}", plural(n))
        }
        (0, true) => format!("{bare}() takes no positional arguments"),
        (n, true) => {
            let total = given + args.kw_len();
            let all = signature.params.len();
            if all > n {
                let bound = if signature.required == n { "exactly" } else { "at most" };
                format!("{bare}() takes {bound} {n} positional argument{} ({given} given)", plural(n))
            } else {
                let bound = if signature.required == n { "exactly" } else { "at most" };
                format!("{bare}() takes {bound} {n} argument{} ({total} given)", plural(n))
            }
        }
    })
}

fn missing(signature: &Signature, function: &str, args: Args<'_>, index: usize, param: &Param) -> crate::error::Raised {
    let given = args.pos().len();
    let bare = function.rsplit('.').next().unwrap_or(function);
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    type_error(match param.kind {
        ParamKind::PositionalOnly => {
            let keywords = signature.params.iter().any(|p| matches!(p.kind, ParamKind::Either | ParamKind::KeywordOnly));
            let (required, most) = (signature.required, signature.positional);
            if most == 1 && required == 1 && !keywords {
                format!("{function}() takes exactly one argument ({given} given)")
            } else if keywords {
                format!("{bare}() takes at least {required} positional argument{} ({given} given)", plural(required))
            } else {
                let bound = if required == most && !signature.varargs { "" } else { "at least " };
                format!("{bare} expected {bound}{required} argument{}, got {given}", plural(required))
            }
        }
        _ => format!("{bare}() missing required argument '{}' (pos {})", param.name, index + 1),
    })
}

