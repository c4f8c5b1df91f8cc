//! `_csv`: readers, writers and dialects of comma-separated values.

mod dialect;
mod reader;
mod writer;

use crate::args::Args;
use crate::error::{R, Raised, type_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::support::tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, keep, names, types};
use core::cell::{Cell, OnceCell};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Minimal,
    All,
    NonNumeric,
    Nothing,
    Strings,
    NotNull,
}
const QUOTINGS: [(&str, Quoting); 6] = [
    ("QUOTE_MINIMAL", Quoting::Minimal),
    ("QUOTE_ALL", Quoting::All),
    ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
    ("QUOTE_NONE", Quoting::Nothing),
    ("QUOTE_STRINGS", Quoting::Strings),
    ("QUOTE_NOTNULL", Quoting::NotNull),
];

struct State {
    error: Gc<Class>,
    dialects: Gc<Dict>,
    field_limit: Cell<i64>,
}
thread_local! { static STATE: OnceCell<State> = const { OnceCell::new() }; }

fn with<T>(use_it: impl FnOnce(&State) -> T) -> R<T> {
    STATE.with(|own| own.get().map(use_it)).ok_or_else(|| type_error("_csv is not initialised"))
}
/// `_csv.Error`.
#[cold]
pub fn csv_error(message: &str) -> Raised {
    match with(|state| state.error) {
        Ok(class) => Raised::new(class, message),
        Err(raised) => raised,
    }
}
pub fn field_limit() -> i64 {
    with(|state| state.field_limit.get()).unwrap_or(0)
}

static FUNCTIONS: [NativeFunction; 7] = [
    raw_function("reader", reader::new, "Return a reader object that will process lines from the given iterable."),
    raw_function("writer", writer::new, "Return a writer object that will write user data on the given file object."),
    raw_function("register_dialect", register, "Create a mapping from a string name to a CVS dialect."),
    function("unregister_dialect", "($module, /, name)", unregister, "Delete the name/dialect mapping associated with a string name."),
    function("get_dialect", "($module, /, name)", |a| registered(a[0]), "Return the dialect instance associated with name."),
    function(
        "list_dialects",
        "($module, /)",
        |_| Ok(ops::collect(with(|state| state.dialects)?.value())?.value()),
        "Return a list of all known dialect names.",
    ),
    function("field_size_limit", "($module, /, new_limit=<unrepresentable>)", field_size_limit, "Sets an upper limit on parsed fields."),
];

pub fn init(module: Gc<Module>) -> R<()> {
    if STATE.with(|own| own.get().is_none()) {
        let namespace = Dict::new();
        namespace.set_str(names().__module__, intern("_csv").value());
        let args = [intern("Error").value(), tuple(&[types().exception.value()]), namespace.value()];
        let error = ops::call_positional(types().type_.value(), &args)?;
        let dialects = Dict::new();
        keep(error);
        keep(dialects.value());
        let error = error.downcast::<Class>().ok_or_else(|| type_error("a class is expected"))?;
        STATE.with(|own| {
            let _ = own.set(State { error, dialects, field_limit: Cell::new(128 * 1024) });
        });
    }
    add_functions(module, &FUNCTIONS);
    for (number, (name, _)) in QUOTINGS.iter().enumerate() {
        add(module, name, Value::int(number as i64));
    }
    add(module, "Dialect", dialect::class().value());
    add(module, "Reader", reader::class().value());
    add(module, "Writer", writer::class().value());
    with(|state| {
        add(module, "Error", state.error.value());
        add(module, "_dialects", state.dialects.value());
    })
}

// -- registered dialects ---------------------------------------------------------------

fn registered(name: Value) -> R {
    with(|state| state.dialects)?.get(name)?.ok_or_else(|| csv_error("unknown dialect"))
}
fn register(args: Args<'_>) -> R {
    let given = args.pos();
    crate::objects::support::check_count(given.len(), "register_dialect", 1, 2)?;
    if !given[0].is::<Str>() {
        return Err(type_error("dialect name must be a string"));
    }
    let dialect = dialect::make(given.get(1).copied(), args)?;
    with(|state| state.dialects)?.set(given[0], dialect)?;
    Ok(NONE)
}
fn unregister(args: &[Value]) -> R {
    match with(|state| state.dialects)?.remove(args[0])? {
        Some(_) => Ok(NONE),
        None => Err(csv_error("unknown dialect")),
    }
}
fn field_size_limit(args: &[Value]) -> R {
    let old = field_limit();
    if let Some(limit) = args[0].option() {
        if !int::is_exact(limit) {
            return Err(type_error("limit must be an integer"));
        }
        let limit = int::index_to_isize(limit)? as i64;
        with(|state| state.field_limit.set(limit))?;
    }
    Ok(Value::int(old))
}
