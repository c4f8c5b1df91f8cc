//! Binding of arguments to a Python function's parameters, with CPython's messages. Not here: native functions (`args_bind.rs`).

use crate::args::Args;
use crate::error::{R, Raised, type_error};
use crate::frame::{self, Frame};
use crate::object::Gc;
use crate::objects::code::{Code, flags};
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::value::{NULL, Value};
use crate::vm::Thread;

/// Makes the frame of a call: decodes the code, checks recursion, binds. The frame is not pushed yet.
pub fn new_frame(thread: &Thread, function: Gc<Function>, args: Args<'_>) -> R<*mut Frame> {
    let code = function.code.get();
    code.decode()?;
    thread.check_recursion(code)?;
    let frame = frame::init(thread, function);
    let plain = flags::VARARGS | flags::VARKEYWORDS;
    let given = args.all();
    let parameters = code.argcount.get() as usize;
    if args.names().is_none()
        && code.flags.get() & plain == 0
        && code.kwonlyargcount.get() == 0
        && given.len() <= parameters
        && let Some(defaults) = last_defaults(function, parameters - given.len())
    {
        // SAFETY: no more arguments than parameters.
        unsafe { frame::fill_exact(frame, NULL, given.as_ptr(), given.len()) };
        for (i, value) in defaults.iter().enumerate() {
            // SAFETY: the frame is fresh; the parameters are among its locals.
            unsafe { (*frame).set_local(given.len() + i, *value) };
        }
        return Ok(frame);
    }
    if code.flags.get() & plain == 0 && bind_plain(function, code, args, frame) {
        return Ok(frame);
    }
    // SAFETY: fresh frame, no arguments.
    unsafe { frame::fill_exact(frame, NULL, core::ptr::null(), 0) };
    // The frame is not linked while binding, and binding may allocate: its locals are the same objects as `args` and the function's
    // defaults, which are reachable; only *args and **kwargs are new, and the native stack holds them until the end of `bind`.
    // SAFETY: the frame is fresh.
    bind(function, code, args, unsafe { &*frame })?;
    Ok(frame)
}

/// Binds what is in order, for a function without *args and **kwargs. False: something is not, or names have to be compared by their text.
fn bind_plain(function: Gc<Function>, code: Gc<Code>, args: Args<'_>, frame: *mut Frame) -> bool {
    let positional = args.pos();
    let parameters = code.argcount.get() as usize;
    let total = parameters + code.kwonlyargcount.get() as usize;
    if positional.len() > parameters {
        return false;
    }
    // SAFETY: no more arguments than parameters; the frame is fresh.
    let frame = unsafe {
        frame::fill_exact(frame, NULL, positional.as_ptr(), positional.len());
        &*frame
    };
    let names = code.localsplus_names.get().cast::<Tuple>().get_ref().items();
    for (name, value) in args.kw() {
        let Some(i) = (code.posonlyargcount.get() as usize..total).find(|&i| names[i] == name.value()) else { return false };
        if !frame.local(i).is_null() {
            return false;
        }
        frame.set_local(i, value);
    }
    let defaults = function.defaults.get().downcast::<Tuple>();
    let defaults = defaults.as_ref().map_or(&[][..], |defaults| defaults.items());
    for i in positional.len()..parameters {
        if frame.local(i).is_null() {
            let Some(default) = (i + defaults.len()).checked_sub(parameters).and_then(|at| defaults.get(at)) else { return false };
            frame.set_local(i, *default);
        }
    }
    for i in parameters..total {
        if frame.local(i).is_null() {
            let keywords = function.kwdefaults.get().downcast::<Dict>();
            let Some(default) = keywords.and_then(|defaults| defaults.get_str(parameter(code, i))) else { return false };
            frame.set_local(i, default);
        }
    }
    true
}

/// The defaults of the last `count` parameters; None when there are fewer.
fn last_defaults(function: Gc<Function>, count: usize) -> Option<&'static [Value]> {
    if count == 0 {
        return Some(&[]);
    }
    let defaults = function.defaults.get().downcast::<Tuple>()?.get_ref().items();
    defaults.get(defaults.len().checked_sub(count)?..)
}

fn bind(function: Gc<Function>, code: Gc<Code>, args: Args<'_>, frame: &Frame) -> R<()> {
    let argcount = code.argcount.get() as usize;
    let total = argcount + code.kwonlyargcount.get() as usize;
    let given = args.pos();
    let direct = given.len().min(argcount);
    for (i, value) in given[..direct].iter().enumerate() {
        frame.set_local(i, *value);
    }
    let varargs = if code.has_flag(flags::VARARGS) {
        let rest = Tuple::from_slice(&given[direct..]);
        frame.set_local(total, rest.value());
        Some(rest)
    } else {
        None
    };
    let keywords = if code.has_flag(flags::VARKEYWORDS) {
        let dict = Dict::new();
        frame.set_local(total + varargs.is_some() as usize, dict.value());
        Some(dict)
    } else {
        None
    };
    bind_keywords(function, code, args, frame, keywords)?;
    if given.len() > argcount && varargs.is_none() {
        return Err(too_many(function, code, given.len(), frame));
    }
    if given.len() < argcount {
        bind_defaults(function, code, given.len(), frame)?;
    }
    if code.kwonlyargcount.get() > 0 {
        bind_keyword_defaults(function, code, frame)?;
    }
    core::hint::black_box((varargs, keywords));
    Ok(())
}

fn parameter(code: Gc<Code>, index: usize) -> Gc<Str> {
    code.localsplus_names.get().cast::<Tuple>().at(index).cast::<Str>()
}

fn bind_keywords(function: Gc<Function>, code: Gc<Code>, args: Args<'_>, frame: &Frame, rest: Option<Gc<Dict>>) -> R<()> {
    let total = (code.argcount.get() + code.kwonlyargcount.get()) as usize;
    let posonly = code.posonlyargcount.get() as usize;
    for (name, value) in args.kw() {
        let found = (posonly..total).find(|&i| parameter(code, i) == name).or_else(|| {
            (posonly..total).find(|&i| parameter(code, i).equals(&name))
        });
        match (found, rest) {
            (Some(i), _) => {
                if !frame.local(i).is_null() {
                    return Err(type_error(format!(
                        "{}() got multiple values for argument '{}'",
                        qualname(function),
                        name.to_string_lossy()
                    )));
                }
                frame.set_local(i, value);
            }
            (None, Some(dict)) => dict.set(name.value(), value)?,
            (None, None) => return Err(unexpected_keyword(function, code, args, name)),
        }
    }
    Ok(())
}

fn unexpected_keyword(function: Gc<Function>, code: Gc<Code>, args: Args<'_>, name: Gc<Str>) -> Raised {
    let posonly = code.posonlyargcount.get() as usize;
    let by_name: Vec<String> = (0..posonly)
        .filter(|&i| args.kw().any(|(given, _)| given.equals(&parameter(code, i))))
        .map(|i| parameter(code, i).to_string_lossy())
        .collect();
    if !by_name.is_empty() {
        return type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            qualname(function),
            by_name.join(", ")
        ));
    }
    let total = (code.argcount.get() + code.kwonlyargcount.get()) as usize;
    let text = name.to_string_lossy();
    let candidates: Vec<String> = (posonly..total).map(|i| parameter(code, i).to_string_lossy()).collect();
    let hint = crate::suggest::closest(&text, &candidates).map_or(String::new(), |near| format!(". Did you mean '{near}'?"));
    type_error(format!("{}() got an unexpected keyword argument '{text}'{hint}", qualname(function)))
}

fn bind_defaults(function: Gc<Function>, code: Gc<Code>, given: usize, frame: &Frame) -> R<()> {
    let argcount = code.argcount.get() as usize;
    let defaults = function.defaults.get().downcast::<Tuple>();
    let count = defaults.map_or(0, |defaults| defaults.len());
    let required = argcount.saturating_sub(count);
    let missing: Vec<usize> = (given..required).filter(|&i| frame.local(i).is_null()).collect();
    if !missing.is_empty() {
        return Err(missing_arguments(function, code, "positional", &missing));
    }
    if let Some(defaults) = defaults {
        // More defaults than parameters: the last ones count, as in CPython.
        let skip = count.saturating_sub(argcount);
        for i in required.max(given)..argcount {
            if frame.local(i).is_null() {
                frame.set_local(i, defaults.at(i - required + skip));
            }
        }
    }
    Ok(())
}

fn bind_keyword_defaults(function: Gc<Function>, code: Gc<Code>, frame: &Frame) -> R<()> {
    let first = code.argcount.get() as usize;
    let defaults = function.kwdefaults.get().downcast::<Dict>();
    let mut missing = Vec::new();
    for i in first..first + code.kwonlyargcount.get() as usize {
        if frame.local(i).is_null() {
            match defaults.and_then(|defaults| defaults.get_str(parameter(code, i))) {
                Some(value) => frame.set_local(i, value),
                None => missing.push(i),
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing_arguments(function, code, "keyword-only", &missing)) }
}

#[cold]
fn missing_arguments(function: Gc<Function>, code: Gc<Code>, kind: &str, missing: &[usize]) -> Raised {
    let names: Vec<String> = missing.iter().map(|&i| format!("'{}'", parameter(code, i).to_string_lossy())).collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let plural = if missing.len() == 1 { "" } else { "s" };
    type_error(format!("{}() missing {} required {kind} argument{plural}: {list}", qualname(function), missing.len()))
}

#[cold]
fn too_many(function: Gc<Function>, code: Gc<Code>, given: usize, frame: &Frame) -> Raised {
    let argcount = code.argcount.get() as usize;
    let defaults = function.defaults.get().downcast::<Tuple>().map_or(0, |defaults| defaults.len());
    let kwonly_given = (argcount..argcount + code.kwonlyargcount.get() as usize).filter(|&i| !frame.local(i).is_null()).count();
    let (takes, plural) = if defaults > 0 {
        (format!("from {} to {argcount}", argcount - defaults), true)
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let plural = if plural { "s" } else { "" };
    let keyword_part = if kwonly_given > 0 {
        let given_plural = if given != 1 { "s" } else { "" };
        let kwonly_plural = if kwonly_given != 1 { "s" } else { "" };
        format!(" positional argument{given_plural} (and {kwonly_given} keyword-only argument{kwonly_plural})")
    } else {
        String::new()
    };
    let verb = if given == 1 && kwonly_given == 0 { "was" } else { "were" };
    type_error(format!(
        "{}() takes {takes} positional argument{plural} but {given}{keyword_part} {verb} given",
        qualname(function)
    ))
}

fn qualname(function: Gc<Function>) -> String {
    function.qualname.get().downcast::<Str>().map_or_else(String::new, |name| name.to_string_lossy())
}

