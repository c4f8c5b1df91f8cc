//! print, input, breakpoint: what goes through `sys`.

use crate::args::Args;
use crate::error::{R, Raised, runtime_error, type_error};
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, Value};
use crate::vm::{names, type_name, types, vm};

pub static FUNCTIONS: [NativeFunction; 3] = [
    function("print", "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)", print, "Writes the values to a stream, or to sys.stdout."),
    function("input", "($module, prompt='', /)", input, "A line of standard input, without its newline."),
    raw_function("breakpoint", breakpoint, "Calls sys.breakpointhook(*args, **kws)."),
];

/// An attribute of `sys`; None when it is absent.
pub fn sys_attribute(name: &str) -> Option<Value> {
    vm().sys.get()?.dict.get().get_text(name)
}

/// None or absent: the default. A str: itself.
fn text_option(value: Value, name: &str) -> R<Option<Value>> {
    match value.option() {
        None | Some(NONE) => Ok(None),
        Some(text) if text.is::<Str>() => Ok(Some(text)),
        Some(other) => Err(type_error(format!("{name} must be None or a string, not {}", type_name(other)))),
    }
}

fn print(args: &[Value]) -> R {
    let &[values, sep, end, file, flush] = args else { return Err(type_error("print() takes five parameters")) };
    let file = match file.option() {
        Some(file) if !file.is_none() => file,
        _ => match sys_attribute("stdout") {
            None => return Err(runtime_error("lost sys.stdout")),
            // No standard output, as in a program without a console.
            Some(NONE) => return Ok(NONE),
            Some(stdout) => stdout,
        },
    };
    let sep = text_option(sep, "sep")?;
    let end = text_option(end, "end")?;
    if let Some(text) = crate::modules::io::text::direct(file) {
        return print_direct(text, file, values, sep, end, flush);
    }
    let items = values.downcast::<Tuple>().map_or(&[][..], |values| values.items());
    let space = str::from_latin1(b" ").value();
    let newline = str::from_latin1(b"\n").value();
    for (i, &item) in items.iter().enumerate() {
        if i > 0 {
            write(file, sep.unwrap_or(space))?;
        }
        write(file, item)?;
    }
    write(file, end.unwrap_or(newline))?;
    if let Some(flush) = flush.option()
        && crate::ops::truth(flush)?
    {
        crate::ops::call_method(file, names().flush, &[])?;
    }
    Ok(NONE)
}
/// To a stream of ours: without a call of `write`.
fn print_direct(
    text: &crate::modules::io::text::TextIo,
    file: Value,
    values: Value,
    sep: Option<Value>,
    end: Option<Value>,
    flush: Value,
) -> R {
    let items = values.downcast::<Tuple>().map_or(&[][..], |values| values.items());
    let sep = sep.and_then(|sep| sep.downcast::<Str>()).unwrap_or_else(|| str::from_latin1(b" "));
    let end = end.and_then(|end| end.downcast::<Str>()).unwrap_or_else(|| str::from_latin1(b"\n"));
    for (i, &item) in items.iter().enumerate() {
        if i > 0 {
            text.write_text(sep)?;
        }
        text.write_text(crate::ops::str(item)?)?;
    }
    text.write_text(end)?;
    if let Some(flush) = flush.option()
        && crate::ops::truth(flush)?
    {
        crate::ops::call_method(file, names().flush, &[])?;
    }
    Ok(NONE)
}
/// `file.write(str(value))`.
fn write(file: Value, value: Value) -> R<()> {
    let (function, this) = crate::objects::object::load_method(file, names().write)?;
    let text = crate::ops::str(value)?.value();
    match this.option() {
        Some(this) => crate::ops::call_positional(function, &[this, text])?,
        None => crate::ops::call_positional(function, &[text])?,
    };
    Ok(())
}

fn stream(name: &str) -> R {
    match sys_attribute(name) {
        Some(stream) if !stream.is_none() => Ok(stream),
        _ => Err(runtime_error(format!("lost sys.{name}"))),
    }
}
fn input(args: &[Value]) -> R {
    let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    // What a broken stderr says is of no interest here.
    match crate::ops::call_method(stderr, names().flush, &[]) {
        Err(raised) if !raised.is(types().exception) => return Err(raised),
        _ => {}
    }
    if let Some(prompt) = args[0].option() {
        write(stdout, prompt)?;
    }
    crate::ops::call_method(stdout, names().flush, &[])?;
    let line = crate::ops::call_method(stdin, names().readline, &[])?;
    let Some(line) = line.downcast::<Str>() else {
        return Err(type_error(format!("object.readline() returned non-string (type {})", type_name(line))));
    };
    match line.len() {
        0 => Err(Raised::new(types().eof_error, "EOF when reading a line")),
        len if line.char_at(len - 1) == '\n' as u32 => {
            let codes: Vec<u32> = line.iter().take(len - 1).collect();
            Ok(str::from_code_points(&codes).value())
        }
        _ => Ok(line.value()),
    }
}

fn breakpoint(args: Args<'_>) -> R {
    match sys_attribute("breakpointhook") {
        Some(hook) => crate::ops::call(hook, args),
        None => Err(runtime_error("lost sys.breakpointhook")),
    }
}
