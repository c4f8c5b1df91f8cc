//! Functions that compile, run and import code, and that look at the running scope.

use crate::args::Args;
use crate::error::{R, runtime_error, type_error, value_error};
use crate::hooks::{CompileRequest, hooks};
use crate::modules::_ast;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::bytes::Bytes;
use crate::objects::cell::CellObject;
use crate::objects::class::Class;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::function_attr::free_count;
use crate::objects::list::List;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, names, thread, type_name, types};

pub static FUNCTIONS: [NativeFunction; 7] = [
    function("compile", "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)", compile, "Compiles source into a code object."),
    function("eval", "($module, source, /, globals=None, locals=None)", eval, "The value of an expression in the given namespaces."),
    function("exec", "($module, source, /, globals=None, locals=None, *, closure=None)", exec, "Runs code in the given namespaces."),
    function("globals", "($module, /)", |_| match super::current_globals() { Some(globals) => Ok(globals.value()), None => Ok(NONE) }, "The namespace of the running module."),
    function("locals", "($module, /)", |_| current_locals(), "The names of the running scope with their values."),
    function("__import__", "($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)", import, "What the import statement calls."),
    raw_function("__build_class__", build_class, "What the class statement calls."),
];

/// `locals()` of the running Python code.
pub fn current_locals() -> R {
    let frame = thread().frame.get();
    if frame.is_null() {
        return Err(crate::error::system_error("frame does not exist"));
    }
    // SAFETY: the thread's frame is live while control is outside of the handlers.
    Ok(crate::objects::frame::locals(unsafe { &*frame }))
}

// -- source ----------------------------------------------------------------------------

/// PyCF_SOURCE_IS_UTF8: the text has no encoding declaration to obey.
const SOURCE_IS_UTF8: u32 = 0x100;
/// Flags of `__future__` features, which code inherits from the code that compiles it.
const FUTURE_MASK: u32 = 0x1ff_0000;
const ONLY_AST: u32 = 0x400;
const TYPE_COMMENTS: u32 = 0x1000;
/// What PyCF_OPTIMIZED_AST has besides PyCF_ONLY_AST.
const OPTIMIZED: u32 = 0x8000;
/// All PyCF_* that `compile()` knows.
const KNOWN_FLAGS: u32 = 0x100 | 0x200 | 0x400 | 0x800 | 0x1000 | 0x2000 | 0x4000 | 0x8000 | FUTURE_MASK | 0x10;

/// The bytes of a source with the flag that says how to read them.
fn source_bytes(source: Value, function: &str, what: &str) -> R<(Vec<u8>, u32)> {
    if let Some(text) = source.downcast::<Str>() {
        let errors = crate::codecs::errors::Errors::strict();
        return Ok((crate::codecs::utf8::encode(text, &errors)?, SOURCE_IS_UTF8));
    }
    match crate::objects::buffer::as_bytes(source)? {
        Some(bytes) => Ok((bytes.as_slice().to_vec(), 0)),
        None => Err(type_error(format!("{function}() arg 1 must be a {what}"))),
    }
}
/// The `__future__` flags of the running code.
fn inherited_flags() -> u32 {
    let frame = thread().frame.get();
    if frame.is_null() {
        return 0;
    }
    // SAFETY: the thread's frame is live while control is outside of the handlers.
    unsafe { &*frame }.code.flags.get() & FUTURE_MASK
}

/// A path (str, bytes or `__fspath__`) as text.
fn path_text(path: Value) -> R<String> {
    let wrong = || type_error(format!("expected str, bytes or os.PathLike object, not {}", type_name(path)));
    let path = match path {
        text if text.is::<Str>() || text.is::<Bytes>() => text,
        other => crate::ops::call_special(other, names().__fspath__, &[])?.ok_or_else(wrong)?,
    };
    if let Some(bytes) = path.downcast::<Bytes>() {
        return Ok(crate::codecs::decode_file_system(bytes.as_slice())?.to_string_lossy());
    }
    path.downcast::<Str>().map(|text| text.to_string_lossy()).ok_or_else(wrong)
}

fn compile(args: &[Value]) -> R {
    let &[source, filename, mode, flags, dont_inherit, optimize, _feature_version] = args else {
        return Err(type_error("compile() takes seven parameters"));
    };
    let filename = path_text(filename)?;
    let Some(mode) = mode.downcast::<Str>() else {
        return Err(type_error(format!("compile() argument 'mode' must be str, not {}", type_name(mode))));
    };
    let number = |value: Value, default: i64| match value.option() {
        None => Ok(default),
        Some(value) => crate::objects::int::index_to_i64(value),
    };
    let (flags, optimize) = (number(flags, 0)?, number(optimize, -1)?);
    let Ok(mut flags) = u32::try_from(flags) else { return Err(value_error("compile(): unrecognised flags")) };
    if flags & !KNOWN_FLAGS != 0 {
        return Err(value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(value_error("compile(): invalid optimize value"));
    }
    if dont_inherit.is_null() || !crate::ops::truth(dont_inherit)? {
        flags |= inherited_flags();
    }
    let mode = mode.to_string_lossy();
    if mode == "func_type" && flags & ONLY_AST == 0 {
        return Err(value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
    }
    if !matches!(&*mode, "exec" | "eval" | "single" | "func_type") {
        let modes = if flags & ONLY_AST == 0 { "'exec', 'eval' or 'single'" } else { "'exec', 'eval', 'single' or 'func_type'" };
        return Err(value_error(format!("compile() mode must be {modes}")));
    }
    if _ast::is_node(source) {
        check_root(source, &mode)?;
        if flags & (OPTIMIZED | ONLY_AST) == ONLY_AST {
            let copy = crate::import::import_module("copy")?;
            return crate::ops::call_positional(crate::ops::getattr(copy, intern("deepcopy"))?, &[source]);
        }
        let request = CompileRequest { source: b"", filename: &filename, mode: &mode, flags, optimize: optimize as i32 };
        return crate::import::compile_tree(source, &request).map(Gc::value);
    }
    if flags & ONLY_AST != 0 && (mode == "func_type" || flags & (TYPE_COMMENTS | OPTIMIZED) != 0) {
        return Err(crate::error::not_implemented_error("compile() to a syntax tree with type comments or optimized is not supported"));
    }
    if source.is::<Code>() {
        return Err(type_error("compile() arg 1 must be a string, bytes or AST object"));
    }
    let (bytes, flag) = source_bytes(source, "compile", "string, bytes or AST object")?;
    let request = CompileRequest { source: &bytes, filename: &filename, mode: &mode, flags: flags | flag, optimize: optimize as i32 };
    if flags & ONLY_AST != 0 { (hooks().parse)(&request) } else { crate::import::compile(&request).map(Gc::value) }
}
/// The root of a tree says of what mode it is.
fn check_root(tree: Value, mode: &str) -> R<()> {
    let wanted = match mode {
        "exec" => "Module",
        "eval" => "Expression",
        "single" => "Interactive",
        _ => "FunctionType",
    };
    if crate::ops::is_instance(tree, _ast::class(wanted)?)? {
        return Ok(());
    }
    Err(type_error(format!("expected {wanted} node, got {}", type_name(tree))))
}

/// The namespaces that `exec` and `eval` run in.
struct Scope {
    globals: Gc<Dict>,
    locals: Value,
}
fn is_mapping(value: Value) -> bool {
    // As PyMapping_Check: whatever has a subscript.
    class_of(value).slots.getitem.get().is_some()
}
fn scope(globals: Value, locals: Value, function: &str) -> R<Scope> {
    let given = |value: Value| value.option().filter(|value| !value.is_none());
    let (globals, locals) = (given(globals), given(locals));
    if let Some(locals) = locals
        && !is_mapping(locals)
    {
        return Err(type_error(if function == "eval" {
            "locals must be a mapping".to_string()
        } else {
            format!("locals must be a mapping or None, not {}", type_name(locals))
        }));
    }
    let globals_dict = match globals {
        None => super::current_globals().ok_or_else(|| crate::error::system_error("globals and locals cannot be NULL"))?,
        Some(globals) => match globals.downcast::<Dict>() {
            Some(dict) => dict,
            None if function == "eval" && is_mapping(globals) => {
                return Err(type_error("globals must be a real dict; try eval(expr, {}, mapping)"));
            }
            None if function == "eval" => return Err(type_error("globals must be a dict")),
            None => return Err(type_error(format!("exec() globals must be a dict, not {}", type_name(globals)))),
        },
    };
    let locals = match (locals, globals) {
        (Some(locals), _) => locals,
        (None, Some(globals)) => globals,
        (None, None) => current_locals()?,
    };
    if globals_dict.get_str(names().__builtins__).is_none() {
        globals_dict.set_str(names().__builtins__, super::module());
    }
    Ok(Scope { globals: globals_dict, locals })
}

fn run_source(source: Value, mode: &str, function: &str, scope: &Scope) -> R {
    let (bytes, flag) = source_bytes(source, function, "string, bytes or code object")?;
    let text = match mode {
        // Leading blanks of an expression do not count.
        "eval" => bytes.iter().position(|b| !matches!(b, b' ' | b'\t')).map_or(&[][..], |at| &bytes[at..]),
        _ => &bytes,
    };
    let request = CompileRequest { source: text, filename: "<string>", mode, flags: flag | inherited_flags(), optimize: -1 };
    let code = crate::import::compile(&request)?;
    (hooks().run_code)(code, scope.globals, scope.locals)
}
fn eval(args: &[Value]) -> R {
    let scope = scope(args[1], args[2], "eval")?;
    if let Some(code) = args[0].downcast::<Code>() {
        if free_count(code) > 0 {
            return Err(type_error("code object passed to eval() may not contain free variables"));
        }
        return (hooks().run_code)(code, scope.globals, scope.locals);
    }
    run_source(args[0], "eval", "eval", &scope)
}
fn exec(args: &[Value]) -> R {
    let scope = scope(args[1], args[2], "exec")?;
    let closure = args[3].option().filter(|closure| !closure.is_none());
    let Some(code) = args[0].downcast::<Code>() else {
        if closure.is_some() {
            return Err(type_error("closure can only be used when source is a code object"));
        }
        run_source(args[0], "exec", "exec", &scope)?;
        return Ok(NONE);
    };
    let free = free_count(code);
    match closure {
        None if free > 0 => return Err(type_error("code object passed to exec() may not contain free variables")),
        None => {
            (hooks().run_code)(code, scope.globals, scope.locals)?;
        }
        Some(_) if free == 0 => return Err(type_error("cannot use a closure with this code object")),
        Some(closure) => {
            let cells = closure
                .downcast::<Tuple>()
                .filter(|cells| cells.len() == free && cells.items().iter().all(|cell| cell.is::<CellObject>()));
            let Some(cells) = cells else {
                return Err(type_error(format!("code object requires a closure of exactly length {free}")));
            };
            let function = Function::new(code, scope.globals);
            function.closure.set(function, cells.value());
            (hooks().run_in_namespace)(function, scope.locals)?;
        }
    }
    Ok(NONE)
}

fn import(args: &[Value]) -> R {
    let &[name, globals, _locals, fromlist, level] = args else { return Err(type_error("__import__() takes five parameters")) };
    if !name.is::<Str>() {
        return Err(type_error("module name must be a string"));
    }
    let level = match level.option() {
        None => 0,
        Some(level) => crate::objects::int::index_to_i64(level)?,
    };
    crate::import::dunder_import(name, globals, crate::ops::or_none(fromlist), level)
}

// -- class statements ------------------------------------------------------------------

/// `__build_class__(function, name, *bases, metaclass=..., **keywords)`.
fn build_class(args: Args<'_>) -> R {
    let pos = args.pos();
    if pos.len() < 2 {
        return Err(type_error("__build_class__: not enough arguments"));
    }
    let Some(function) = pos[0].downcast::<Function>() else {
        return Err(type_error("__build_class__: func must be a function"));
    };
    let name = pos[1];
    if !name.is::<Str>() {
        return Err(type_error("__build_class__: name is not a string"));
    }
    let original = Tuple::from_slice(&pos[2..]);
    let bases = resolve_bases(original)?;
    let (metaclass, keywords) = choose_metaclass(args, bases)?;
    let namespace = prepare(metaclass, name, bases, keywords)?;
    let cell = (hooks().run_in_namespace)(function, namespace)?;
    if bases != original {
        crate::ops::setitem(namespace, intern("__orig_bases__").value(), original.value())?;
    }
    let class = keywords.call(metaclass, &[name, bases.value(), namespace])?;
    if let Some(cell) = cell.downcast::<CellObject>()
        && class.is::<Class>()
    {
        check_class_cell(cell, class, name)?;
    }
    Ok(class)
}

/// Bases that are no classes are asked for what stands for them.
fn resolve_bases(bases: Gc<Tuple>) -> R<Gc<Tuple>> {
    if bases.items().iter().all(|base| base.is::<Class>()) {
        return Ok(bases);
    }
    let resolved = List::new();
    let mut changed = false;
    for &base in bases.items() {
        let entries = if base.is::<Class>() { None } else { crate::ops::getattr_opt(base, names().__mro_entries__)? };
        let Some(entries) = entries else {
            resolved.push(base)?;
            continue;
        };
        let answer = crate::ops::call_positional(entries, &[bases.value()])?;
        let Some(answer) = answer.downcast::<Tuple>() else { return Err(type_error("__mro_entries__ must return a tuple")) };
        resolved.extend_from_slice(answer.items())?;
        changed = true;
    }
    Ok(if changed { Tuple::from_slice(resolved.items()) } else { bases })
}

/// Keyword arguments of the class statement, without `metaclass`.
#[derive(Clone, Copy)]
struct Keywords {
    names: Gc<Tuple>,
    values: Gc<Tuple>,
}
impl Keywords {
    fn call(self, callable: Value, args: &[Value]) -> R {
        if self.names.len() == 0 {
            return crate::ops::call_positional(callable, args);
        }
        let all = args.iter().chain(self.values.items()).copied();
        let all = Tuple::from_iter_exact(args.len() + self.values.len(), all);
        crate::ops::call(callable, Args::new(all.items(), Some(self.names)))
    }
}
fn choose_metaclass(args: Args<'_>, bases: Gc<Tuple>) -> R<(Value, Keywords)> {
    let (keyword_names, values) = (List::new(), List::new());
    let mut metaclass = None;
    for (name, value) in args.kw() {
        if name == names().metaclass {
            metaclass = Some(value);
        } else {
            keyword_names.push(name.value())?;
            values.push(value)?;
        }
    }
    let keywords = Keywords { names: Tuple::from_slice(keyword_names.items()), values: Tuple::from_slice(values.items()) };
    let metaclass = match (metaclass, bases.items().first()) {
        (Some(metaclass), _) => metaclass,
        (None, Some(&base)) => class_of(base).value(),
        (None, None) => types().type_.value(),
    };
    // What is no class is called as it is.
    match metaclass.downcast::<Class>() {
        Some(class) => Ok((crate::objects::class_new::calculate_metaclass(class, bases)?.value(), keywords)),
        None => Ok((metaclass, keywords)),
    }
}
fn prepare(metaclass: Value, name: Value, bases: Gc<Tuple>, keywords: Keywords) -> R {
    if metaclass == types().type_.value() {
        return Ok(Dict::new().value());
    }
    let Some(prepare) = crate::ops::getattr_opt(metaclass, names().__prepare__)? else { return Ok(Dict::new().value()) };
    let namespace = keywords.call(prepare, &[name, bases.value()])?;
    if is_mapping(namespace) {
        return Ok(namespace);
    }
    let who = metaclass.downcast::<Class>().map_or_else(|| "<metaclass>".to_string(), |class| class.name());
    Err(type_error(format!("{who}.__prepare__() must return a mapping, not {}", type_name(namespace))))
}
/// `super()` in the methods leans on the cell: the metaclass must have passed it on.
fn check_class_cell(cell: Gc<CellObject>, class: Value, name: Value) -> R<()> {
    match cell.value.get().option() {
        Some(held) if held == class => Ok(()),
        None => Err(runtime_error(format!(
            "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
            crate::ops::repr_string(name)?,
            crate::ops::repr_string(class)?
        ))),
        Some(held) => Err(type_error(format!(
            "__class__ set to {} defining {} as {}",
            crate::ops::repr_string(held)?,
            crate::ops::repr_string(name)?,
            crate::ops::repr_string(class)?
        ))),
    }
}
