//! The Python front end: source text in, code objects of CPython 3.14 out, as plain data.
//!
//! This crate is the only importer of the Python compiler crates. It adds what they leave out:
//! decoding of source files, limits on nesting, CPython's messages and positions, and the image
//! format (`image`) in which compiled code is stored. It knows nothing of the runtime.

mod convert;
mod diagnosis;
mod error;
mod escape;
pub mod image;
mod indentation;
mod lower;
mod mend;
mod nesting;
pub mod nodes;
mod source;
pub mod syntax;
mod tree;
mod warnings;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rustpython_compiler::{
    CodeObject, CompileError, CompileOpts, compile_with_syntax_warning_handler,
    core::bytecode::CodeFlags,
};

use ruff_source_file::{SourceFileBuilder, SourceLocation};
use ruff_text_size::TextSize;

pub use error::{ErrorKind, SyntaxError};
pub use tree::{CodeTree, Constant, KIND_CELL, KIND_FREE, KIND_HIDDEN, KIND_LOCAL};

use nesting::Nesting;

/// What kind of program it is: the third argument of `compile()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Exec,
    Eval,
    Single,
}

/// Where the source comes from. It decides about encodings and a few messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// A `str`, given here as UTF-8: a coding cookie has no meaning.
    Text,
    /// A `bytes` object, or a module that is imported.
    #[default]
    Bytes,
    /// The script of the command line.
    File,
}

/// The other arguments of `compile()`. The caller adds inherited flags to `future_flags`.
#[derive(Clone, Debug)]
pub struct Options {
    pub origin: Origin,
    /// 0, 1 (no asserts) or 2 (no docstrings either).
    pub optimize: u8,
    /// `CO_FUTURE_*` bits; others are ignored.
    pub future_flags: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`.
    pub dont_imply_dedent: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`: an error at the end of the source is `IncompleteInput`.
    pub allow_incomplete_input: bool,
    /// `sys.get_int_max_str_digits()`; 0 is no limit.
    pub int_max_str_digits: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            origin: Origin::default(),
            optimize: 0,
            future_flags: 0,
            top_level_await: false,
            dont_imply_dedent: false,
            allow_incomplete_input: false,
            int_max_str_digits: 4300,
        }
    }
}

/// A `SyntaxWarning`, to be issued by the caller through the `warnings` machinery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub message: String,
    pub lineno: u32,
    /// What is raised where the warning is an error.
    pub error: SyntaxError,
}

/// Compiles a program, as `compile(source, filename, mode)` does. The warnings come before the error, if there is one.
pub fn compile(
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Result<CodeTree, SyntaxError> {
    with_text(source, filename, mode, options, |context| compile_text(context, warnings))
}

/// Does `work` on the text of a program, where there is stack enough for it.
fn with_text<T>(
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options,
    work: impl FnOnce(&error::Context<'_>) -> Result<T, SyntaxError>,
) -> Result<T, SyntaxError> {
    if source.len() > SOURCE_BYTES_MAX || !has_memory_for(source) {
        return Err(SyntaxError::bare(ErrorKind::Memory, ""));
    }
    let text = source::decode(source, filename, options.origin)?;
    let context = error::Context {
        source: &text,
        filename,
        mode,
        options,
    };
    let depth = match nesting::measure(&text) {
        Nesting::Depth(depth) => depth,
        beyond => return Err(context.too_deep(beyond)),
    };
    on_deep_stack(depth, || work(&context))
}

/// The parser and the compiler end the process when memory is refused to them. (What a short source takes there is, or spare memory.)
fn has_memory_for(source: &[u8]) -> bool {
    const SHORT: usize = 16 << 10;
    const BYTES_A_TOKEN: usize = 500;
    let mut probe: Vec<u8> = Vec::new();
    let is_had = source.len() <= SHORT || probe.try_reserve_exact(tokens(source) * BYTES_A_TOKEN).is_ok();
    // Seen by the optimizer, which would drop an allocation without a use.
    core::hint::black_box(probe.as_ptr());
    is_had
}

/// About so many tokens: words, signs and ends of lines that are in no comment.
fn tokens(source: &[u8]) -> usize {
    let (mut count, mut in_comment, mut in_word) = (0, false, false);
    for &byte in source {
        in_comment = byte != b'\n' && (in_comment || byte == b'#');
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        let starts = if is_word { !in_word } else { !matches!(byte, b' ' | b'\t' | b'\r') };
        count += (starts && !in_comment) as usize;
        in_word = is_word;
    }
    count
}

/// Positions in the parser and in images are 32 bits wide, and an image is larger than its source.
const SOURCE_BYTES_MAX: usize = 256 << 20;

/// Parses a program, as `compile(source, filename, mode, ast.PyCF_ONLY_AST)` does. The warnings come before the error, if there is one.
pub fn parse(
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<syntax::Step>, SyntaxError> {
    with_text(source, filename, mode, options, |context| parse_text(context, warnings))
}

fn parse_text(context: &error::Context<'_>, warnings: &mut Vec<Warning>) -> Result<Vec<syntax::Step>, SyntaxError> {
    // The compiler crate knows more of CPython's syntax errors than its parser does; what only
    // its compiler refuses is not the parser's business.
    let (outcome, _) = run_compiler(context);
    if let Ok(Err(error)) = &outcome
        && let Some(error) = context.parser_error(error)
    {
        warnings.extend(warnings::of_the_parser(context, context.start_of(&error)));
        return Err(error);
    }
    warnings.extend(warnings::of_the_parser(context, TextSize::of(context.source)));
    if let Some(error) = context.missed_error() {
        return Err(error);
    }
    match parse_tree(context) {
        Some(tree) => Ok(syntax::steps(&tree, context.source, context.mode)),
        None => Err(gave_up()),
    }
}

fn compile_text(context: &error::Context<'_>, warnings: &mut Vec<Warning>) -> Result<CodeTree, SyntaxError> {
    let (outcome, found) = run_compiler(context);
    if let Ok(Err(error)) = &outcome
        && let Some(error) = context.parser_error(error)
    {
        warnings.extend(warnings::of_the_parser(context, context.start_of(&error)));
        return Err(error);
    }
    warnings.extend(warnings::of_the_parser(context, TextSize::of(context.source)));
    if let Some(error) = context.missed_error() {
        return Err(error);
    }
    if !found.is_empty() {
        let tree = parse_tree(context);
        warnings.extend(found.into_iter().map(|(location, message)| context.compiler_warning(tree.as_ref(), location, message)));
    }
    match outcome {
        Ok(Ok(code)) => Ok(convert::code_tree(compile_mended(context).unwrap_or(code))),
        Ok(Err(error)) => Err(context.syntax_error(&error)),
        Err(Panicked) => Err(gave_up()),
    }
}

/// The program compiled once more, if there is something that the compiler crate alone gets wrong.
fn compile_mended(context: &error::Context<'_>) -> Option<CodeObject> {
    if !mend::may_concern(context.source) {
        return None;
    }
    let mut tree = parse_tree(context)?;
    if !mend::mend(&mut tree, context.source) {
        return None;
    }
    let file = SourceFileBuilder::new(context.filename, context.source).finish();
    let options = compile_options(context.options);
    guarded(|| {
        rustpython_codegen::compile::compile_top(tree, file, context.mode.into(), options)
            .map_err(CompileError::from)
    })
    .ok()?
    .ok()
}

/// Compiles a tree of nodes, as `compile(tree, filename, mode)` does.
pub fn compile_tree(
    root: &nodes::Node,
    filename: &str,
    mode: Mode,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Result<CodeTree, nodes::TreeError> {
    let depth = lower::depth(root);
    on_deep_stack(2 * depth, || {
        let program = lower::lower(root)?;
        let context = error::Context { source: &program.source, filename, mode, options };
        let code = compile_lowered(program.tree, &context, warnings).map_err(nodes::TreeError::Syntax)?;
        let mut code = convert::code_tree(code);
        if !program.surrogates.is_empty() {
            code.each_string(&mut |text| program.surrogates.put_back(text));
        }
        Ok(code)
    })
}

fn compile_lowered(
    mut tree: ruff_python_ast::Mod,
    context: &error::Context<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<CodeObject, SyntaxError> {
    mend::mend(&mut tree, context.source);
    let whole = tree.clone();
    let file = SourceFileBuilder::new(context.filename, context.source).finish();
    let mut on_warning = |location, message| {
        warnings.push(context.compiler_warning(Some(&whole), location, message));
        Ok(())
    };
    let outcome = guarded(|| {
        rustpython_codegen::compile::compile_top_with_syntax_warning_handler(
            tree,
            file,
            context.mode.into(),
            compile_options(context.options),
            Some(&mut on_warning),
        )
        .map_err(CompileError::from)
    });
    match outcome {
        Ok(Ok(code)) => Ok(code),
        Ok(Err(error)) => {
            let mut error = context.syntax_error(&error);
            // The text is blank.
            error.text = None;
            Err(error)
        }
        Err(Panicked) => Err(gave_up()),
    }
}

/// The tree of a program that is known to be correct.
fn parse_tree(context: &error::Context<'_>) -> Option<ruff_python_ast::Mod> {
    let parser_mode = match context.mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
    };
    let parser_options = ruff_python_parser::ParseOptions::from(parser_mode);
    let future = compile_options(context.options).future_features;
    let has_barry = future.contains(CodeFlags::FUTURE_BARRY_AS_BDFL);
    let barry = rustpython_compiler::prepare_barry_as_flufl_source(
        context.source,
        parser_options.clone(),
        has_barry,
    );
    match guarded(|| Ok(ruff_python_parser::parse(barry.source(), parser_options))) {
        Ok(Ok(Ok(parsed))) => Some(parsed.into_syntax()),
        _ => None,
    }
}

fn gave_up() -> SyntaxError {
    SyntaxError::bare(
        ErrorKind::System,
        "the compiler gave up on this program (an internal check failed)",
    )
}

type Outcome = Result<Result<CodeObject, CompileError>, Panicked>;

/// With the compiler's warnings and where they are.
fn run_compiler(context: &error::Context<'_>) -> (Outcome, Vec<(SourceLocation, String)>) {
    let mut warnings = Vec::new();
    let outcome = {
        let mut on_warning = |location, message| {
            warnings.push((location, message));
            Ok(())
        };
        guarded(|| {
            compile_with_syntax_warning_handler(
                context.source,
                context.mode.into(),
                context.filename,
                compile_options(context.options),
                &mut on_warning,
            )
        })
    };
    (outcome, warnings)
}

struct Panicked;

/// The compiler crates check their own invariants with panics. None is known that a program can
/// reach; should there be one, it must not take the process down.
fn guarded<T>(
    work: impl FnOnce() -> Result<T, CompileError>,
) -> Result<Result<T, CompileError>, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

fn compile_options(options: &Options) -> CompileOpts {
    CompileOpts {
        optimize: options.optimize,
        debug_ranges: true,
        int_max_str_digits: options.int_max_str_digits,
        allow_top_level_await: options.top_level_await,
        future_features: CodeFlags::from_bits_truncate(options.future_flags)
            & CodeFlags::FUTURE_MASK,
        dont_imply_dedent: options.dont_imply_dedent,
        recursion_limit: usize::MAX,
    }
}

impl From<Mode> for rustpython_compiler::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Exec => Self::Exec,
            Mode::Eval => Self::Eval,
            Mode::Single => Self::Single,
        }
    }
}

/// Native stack that one level of nesting may use in the hungriest pass, with a margin: measured
/// by `tests/nesting.rs`, which fails when it does not suffice.
const STACK_BYTES_PER_LEVEL: usize = if cfg!(debug_assertions) {
    16 << 10
} else {
    8 << 10
};
/// What a flat program needs.
const STACK_BYTES_BASE: usize = 512 << 10;

/// Runs `work` where there is stack enough for `depth` levels: here, or on a stack of its own.
fn on_deep_stack<T>(depth: usize, work: impl FnOnce() -> T) -> T {
    let needed = STACK_BYTES_BASE + depth * STACK_BYTES_PER_LEVEL;
    stacker::maybe_grow(needed, needed, work)
}
