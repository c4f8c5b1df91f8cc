//! `_tracemalloc`: allocations are never traced, and the module says so. `start` is refused.

use crate::error::{R, not_implemented_error};
use crate::modules::add_functions;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::tuple::Tuple;
use crate::value::{FALSE, NONE, Value};

static FUNCTIONS: [NativeFunction; 10] = [
    function("_get_object_traceback", "($module, obj, /)", |_| Ok(NONE), "Get the traceback where the Python object obj was allocated."),
    function("_get_traces", "($module, /)", |_| Ok(List::new().value()), "Get traces of all memory blocks allocated by Python."),
    function("clear_traces", "($module, /)", |_| Ok(NONE), "Clear traces of memory blocks allocated by Python."),
    function("get_traceback_limit", "($module, /)", |_| Ok(Value::int(1)), "Get the maximum number of frames stored in the traceback of a trace."),
    function("get_traced_memory", "($module, /)", traced_memory, "Get the current size and peak size of memory blocks traced by tracemalloc."),
    function("get_tracemalloc_memory", "($module, /)", |_| Ok(Value::int(0)), "Get the memory usage in bytes of the tracemalloc module."),
    function("is_tracing", "($module, /)", |_| Ok(FALSE), "Return True if the tracemalloc module is tracing Python memory allocations."),
    function("reset_peak", "($module, /)", |_| Ok(NONE), "Set the peak size of memory blocks traced by tracemalloc to the current size."),
    function("start", "($module, nframe=1, /)", start, "Start tracing Python memory allocations."),
    function("stop", "($module, /)", |_| Ok(NONE), "Stop tracing Python memory allocations."),
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    Ok(())
}

fn traced_memory(_: &[Value]) -> R {
    Ok(Tuple::from_slice(&[Value::int(0), Value::int(0)]).value())
}
fn start(_: &[Value]) -> R {
    Err(not_implemented_error("allocations cannot be traced"))
}
