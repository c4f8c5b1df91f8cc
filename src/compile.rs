//! The compiler's hook: a source becomes an image, an error the exception that CPython raises. Not here: compiling (`frontend`).

use frontend::{ErrorKind, Mode, Options, Origin, SyntaxError, Warning};
use runtime::error::{R, Raised, value_error};
use runtime::hooks::CompileRequest;
use runtime::object::Gc;
use runtime::objects::class::Class;
use runtime::objects::exception::Exception;
use runtime::objects::str;
use runtime::objects::tuple::Tuple;
use runtime::value::{NONE, Value};
use runtime::vm::types;

/// CPython's PyCF_*: what `compile()` takes in its flags.
mod flag {
    pub const SOURCE_IS_UTF8: u32 = 0x100;
    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
    /// Ours: the script of the command line.
    pub const SCRIPT: u32 = 1 << 31;
}
pub use flag::{ALLOW_INCOMPLETE_INPUT, DONT_IMPLY_DEDENT, SCRIPT};

pub fn compile(request: &CompileRequest<'_>) -> R<Vec<u8>> {
    let mode = mode_of(request)?;
    let mut warnings = Vec::new();
    let compiled = frontend::compile(request.source, request.filename, mode, &options_of(request), &mut warnings);
    warn(request, &warnings)?;
    compiled.map(|code| frontend::image::write(&code)).map_err(|error| failure(request, mode, error))
}
pub fn mode_of(request: &CompileRequest<'_>) -> R<Mode> {
    match request.mode {
        "exec" => Ok(Mode::Exec),
        "eval" => Ok(Mode::Eval),
        "single" => Ok(Mode::Single),
        _ => Err(value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    }
}
pub fn options_of(request: &CompileRequest<'_>) -> Options {
    let has = |bit: u32| request.flags & bit != 0;
    let origin = if has(flag::SCRIPT) {
        Origin::File
    } else if has(flag::SOURCE_IS_UTF8) {
        Origin::Text
    } else {
        Origin::Bytes
    };
    Options {
        origin,
        optimize: match request.optimize {
            -1 => runtime::flags::flags().optimize,
            level => level.clamp(0, 2) as u8,
        },
        future_flags: request.flags & 0x1FF_0000,
        top_level_await: has(flag::ALLOW_TOP_LEVEL_AWAIT),
        dont_imply_dedent: has(flag::DONT_IMPLY_DEDENT),
        allow_incomplete_input: has(flag::ALLOW_INCOMPLETE_INPUT),
        ..Options::default()
    }
}
pub fn warn(request: &CompileRequest<'_>, warnings: &[Warning]) -> R<()> {
    for warning in warnings {
        let issued = runtime::warn::explicit(types().syntax_warning, &warning.message, request.filename, warning.lineno);
        issued.map_err(|error| match error.is(types().syntax_warning) {
            true => raised(&warning.error),
            false => error,
        })?;
    }
    Ok(())
}
/// The exception that CPython raises for the error.
pub fn failure(request: &CompileRequest<'_>, mode: Mode, mut error: SyntaxError) -> Raised {
    if mode == Mode::Eval && error.message == "invalid syntax" && at_end(request.source, &error) {
        let lines = String::from_utf8_lossy(request.source).lines().count() as u32;
        (error.lineno, error.end_lineno) = (Some(lines), Some(lines));
        (error.offset, error.end_offset) = (Some(0), Some(0));
        if lines == 1 && request.source == b"\n" {
            error.text = Some("\n".to_string());
        }
    }
    raised(&error)
}
/// The error is that the text of an expression ends: CPython places it before the last line.
fn at_end(source: &[u8], error: &SyntaxError) -> bool {
    let text = String::from_utf8_lossy(source);
    let (lines, last) = match text.rsplit_once('\n') {
        Some((before, last)) => (before.matches('\n').count() as u32 + 2, last),
        None => (1, &*text),
    };
    error.lineno == Some(lines) && error.offset.is_some_and(|offset| offset > last.chars().count() as i64)
}

/// The exception, made of the error as it is.
pub fn failure_of(error: &SyntaxError) -> Raised {
    raised(error)
}
fn raised(error: &SyntaxError) -> Raised {
    let class: Gc<Class> = match error.kind {
        ErrorKind::Syntax => types().syntax_error,
        ErrorKind::Indentation => types().indentation_error,
        ErrorKind::Tab => types().tab_error,
        ErrorKind::IncompleteInput => types().incomplete_input_error,
        ErrorKind::Memory if error.message.is_empty() => return runtime::error::memory_error(),
        ErrorKind::Memory => types().memory_error,
        ErrorKind::Recursion => types().recursion_error,
        ErrorKind::System => types().system_error,
    };
    let message = str::new(&error.message).value();
    let has_place = error.filename.is_some() || error.lineno.is_some();
    let plain = !has_place || matches!(error.kind, ErrorKind::Memory | ErrorKind::Recursion | ErrorKind::System);
    let line = error.text.clone().or_else(|| line_of_file(error));
    let details = Tuple::from_slice(&[
        text(&error.filename),
        number(error.lineno.map(i64::from)),
        number(error.offset),
        text(&line),
        number(error.end_lineno.map(i64::from)),
        number(error.end_offset),
    ]);
    let args = [message, details.value()];
    match runtime::ops::call_positional(class.value(), if plain { &args[..1] } else { &args }) {
        Ok(made) => made.downcast::<Exception>().map_or_else(|| runtime::error::system_error("no exception"), Raised),
        Err(raised) => raised,
    }
}
/// CPython reads the line of an error of the compiler from the file, whatever was compiled.
fn line_of_file(error: &SyntaxError) -> Option<String> {
    let content = std::fs::read(error.filename.as_ref()?).ok()?;
    let index = usize::try_from(error.lineno?.checked_sub(1)?).ok()?;
    let line = content.split_inclusive(|byte| *byte == b'\n').nth(index)?;
    String::from_utf8(line.to_vec()).ok()
}
fn text(text: &Option<String>) -> Value {
    text.as_ref().map_or(NONE, |text| str::new(text).value())
}
fn number(number: Option<i64>) -> Value {
    number.map_or(NONE, Value::int)
}
