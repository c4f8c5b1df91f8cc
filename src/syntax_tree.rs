//! The parser's hook: a source becomes a tree of `ast` nodes. Not here: parsing (`frontend`), the classes of the nodes (`runtime`).

use crate::compile::{failure, mode_of, options_of, warn};
use frontend::syntax::Step;
use runtime::error::{R, system_error};
use runtime::hooks::CompileRequest;
use runtime::modules::_ast::tree::Builder;
use runtime::objects::{bytes, code, complex, int_text, str};
use runtime::value::{ELLIPSIS, NONE, Value};

pub fn parse(request: &CompileRequest<'_>) -> R {
    let mode = mode_of(request)?;
    let mut warnings = Vec::new();
    let parsed = frontend::parse(request.source, request.filename, mode, &options_of(request), &mut warnings);
    warn(request, &warnings)?;
    let steps = parsed.map_err(|error| failure(request, mode, error))?;
    let builder = Builder::new()?;
    for step in steps {
        match step {
            Step::List(count) => builder.list(count as usize)?,
            Step::Node { kind, position } => {
                builder.node(kind, position.map(|p| [p.lineno, p.col_offset, p.end_lineno, p.end_col_offset]))?;
            }
            plain => builder.push(value(plain)?)?,
        }
    }
    builder.finish()
}

fn value(step: Step) -> R {
    Ok(match step {
        Step::None | Step::List(_) | Step::Node { .. } => NONE,
        Step::Ellipsis => ELLIPSIS,
        Step::Bool(b) => Value::bool(b),
        Step::Int(i) => Value::int(i),
        Step::BigInt(text) => int_text::parse(text.as_bytes(), 0)?.ok_or_else(|| system_error(format!("not a number: {text}")))?,
        Step::Float(f) => Value::float(f),
        Step::Complex { real, imag } => complex::new(complex::C { re: real, im: imag }),
        Step::Str(wtf8) => code::text_of_wtf8(&wtf8, wtf8.is_ascii()).value(),
        Step::Bytes(content) => bytes::try_new(&content)?.value(),
        Step::Identifier(name) => str::intern(&name).value(),
    })
}
