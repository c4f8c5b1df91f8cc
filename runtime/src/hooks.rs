//! The upward arrows: what `runtime` needs of the engine and of the compiler. Set once by the facade, before any program runs.

use crate::args::Args;
use crate::error::R;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::value::Value;
use std::sync::OnceLock;

/// How `compile`, `exec`, `eval` and `import` want a source compiled.
pub struct CompileRequest<'a> {
    pub source: &'a [u8],
    pub filename: &'a str,
    /// "exec", "eval" or "single".
    pub mode: &'a str,
    pub flags: u32,
    pub optimize: i32,
}

/// What goes into a resumed generator.
#[derive(Clone, Copy)]
pub enum Resume {
    Send(Value),
    Throw(crate::error::Raised),
}

/// What comes out of it.
#[derive(Clone, Copy)]
pub enum Outcome {
    Yielded(Value),
    Returned(Value),
}

pub struct Hooks {
    /// Runs a Python function to its end (or makes its generator).
    pub call_function: for<'a> fn(Gc<Function>, Args<'a>) -> R,
    /// Runs a code object of a module, class body, `exec` or `eval` in a namespace (any mapping as locals).
    pub run_code: fn(Gc<Code>, Gc<Dict>, Value) -> R,
    /// As `run_code` with a closure (`exec(code, closure=...)`) and for class bodies (`__build_class__`): a function run with a namespace.
    pub run_in_namespace: fn(Gc<Function>, Value) -> R,
    pub resume_generator: fn(Gc<Generator>, Resume) -> R<Outcome>,
    /// One step of a generator for a loop in Rust. None: it has returned, what stands in `stop_value`. What the `Drain` takes on the way
    /// has been seen to.
    pub next_of_generator: fn(Gc<Generator>, Option<&crate::vm::Drain>) -> R<Option<Value>>,
    /// An image (see `image.rs`), or SyntaxError.
    pub compile: for<'a> fn(&CompileRequest<'a>) -> R<Vec<u8>>,
    /// A tree of `ast` nodes, or SyntaxError.
    pub parse: for<'a> fn(&CompileRequest<'a>) -> R,
    /// An image of a tree of `ast` nodes, or SyntaxError, TypeError and ValueError; the request has no source.
    pub compile_tree: for<'a> fn(Value, &CompileRequest<'a>) -> R<Vec<u8>>,
    /// A module of the embedded library by its dotted name.
    pub library: fn(&str) -> Option<crate::import::LibraryModule>,
    /// The source text of a file of the embedded library, for tracebacks.
    pub library_source: fn(&str) -> Option<String>,
    /// The dotted names of the library's modules.
    pub library_names: fn() -> Vec<&'static str>,
    pub library_root: &'static str,
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

pub fn set(hooks: Hooks) {
    let _ = HOOKS.set(hooks);
}
#[inline]
pub fn hooks() -> &'static Hooks {
    HOOKS.get().expect("the facade sets the hooks before a program runs")
}
