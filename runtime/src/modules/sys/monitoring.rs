//! The module `sys.monitoring`. Not here: what events are and where they happen (`crate::monitoring`).

use crate::error::{R, overflow_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::monitoring::{self as events, TOOLS, event};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::simple_namespace;
use crate::objects::str::Str;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::intern;

static FUNCTIONS: [NativeFunction; 11] = [
    function("use_tool_id", "($module, tool_id, name, /)", use_tool_id, ""),
    function("free_tool_id", "($module, tool_id, /)", free_tool_id, ""),
    function("clear_tool_id", "($module, tool_id, /)", clear_tool_id, ""),
    function("get_tool", "($module, tool_id, /)", |a| Ok(ops::or_none(events::tool_name(tool(a[0])?))), ""),
    function("register_callback", "($module, tool_id, event, func, /)", register_callback, ""),
    function("get_events", "($module, tool_id, /)", get_events, ""),
    function("set_events", "($module, tool_id, event_set, /)", set_events, ""),
    function("get_local_events", "($module, tool_id, code, /)", get_local_events, ""),
    function("set_local_events", "($module, tool_id, code, event_set, /)", set_local_events, ""),
    function("restart_events", "($module, /)", restart_events, ""),
    function("_all_events", "($module, /)", all_events, ""),
];

pub fn init(sys: Gc<Module>) -> R<()> {
    let module = Module::new(intern("sys.monitoring"));
    add_functions(module, &FUNCTIONS);
    add(module, "DISABLE", events::disable());
    add(module, "MISSING", events::missing());
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        add(module, name, Value::int(id));
    }
    let mut sets: Vec<(&str, Value)> = event::NAMES.iter().enumerate().map(|(number, name)| (*name, Value::int(1 << number))).collect();
    sets.push(("NO_EVENTS", Value::int(0)));
    add(module, "events", simple_namespace::of(&sets));
    add(sys, "monitoring", module.value());
    Ok(())
}

fn c_int(value: Value) -> R<i32> {
    int::index_to_i32(value).map_err(|raised| match raised.is(crate::vm::types().overflow_error) {
        true => overflow_error("Python int too large to convert to C int"),
        false => raised,
    })
}
fn tool(id: Value) -> R<usize> {
    let id = c_int(id)?;
    usize::try_from(id)
        .ok()
        .filter(|id| *id < TOOLS)
        .ok_or_else(|| value_error(format!("invalid tool {id} (must be between 0 and {})", TOOLS - 1)))
}
fn used_tool(id: Value) -> R<usize> {
    let tool = tool(id)?;
    if events::tool_name(tool).is_null() {
        return Err(value_error(format!("tool {tool} is not in use")));
    }
    Ok(tool)
}
fn code(value: Value) -> R<Gc<Code>> {
    value.downcast::<Code>().ok_or_else(|| type_error("code must be a code object"))
}

const C_EVENTS: u32 = 1 << event::C_RETURN | 1 << event::C_RAISE;
const BRANCH: u32 = 1 << event::BRANCH;

/// The set as it is kept: BRANCH is both sides, those of C functions go with CALL.
fn event_set(given: Value, known: u32, what: &str) -> R<u32> {
    let given = c_int(given)? as u32;
    let mut set = given;
    let invalid = |set: u32| value_error(format!("invalid {what} 0x{set:x}"));
    if what == "event set" && given >= 1 << event::NAMES.len() {
        return Err(invalid(given));
    }
    if set & C_EVENTS != 0 && set & (C_EVENTS | 1 << event::CALL) != C_EVENTS | 1 << event::CALL {
        return Err(value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    set &= !C_EVENTS;
    if set & BRANCH != 0 {
        set = set & !BRANCH | 1 << event::BRANCH_LEFT | 1 << event::BRANCH_RIGHT;
    }
    if set & !known != 0 {
        return Err(invalid(set));
    }
    Ok(set)
}

fn use_tool_id(args: &[Value]) -> R {
    let tool = tool(args[0])?;
    if !args[1].is::<Str>() {
        return Err(value_error("tool name must be a str"));
    }
    if !events::tool_name(tool).is_null() {
        return Err(value_error(format!("tool {tool} is already in use")));
    }
    events::set_tool_name(tool, args[1]);
    Ok(NONE)
}
fn clear_tool_id(args: &[Value]) -> R {
    let tool = tool(args[0])?;
    if !events::tool_name(tool).is_null() {
        events::clear_tool(tool);
    }
    Ok(NONE)
}
fn free_tool_id(args: &[Value]) -> R {
    clear_tool_id(args)?;
    events::set_tool_name(tool(args[0])?, NULL);
    Ok(NONE)
}
fn register_callback(args: &[Value]) -> R {
    let tool = tool(args[0])?;
    let event = c_int(args[1])?;
    if event <= 0 || event.count_ones() != 1 {
        return Err(value_error("The callback can only be set for one event at a time"));
    }
    let number = event.trailing_zeros() as usize;
    if number >= event::NAMES.len() {
        return Err(value_error(format!("invalid event {event}")));
    }
    super::audit_event("sys.monitoring.register_callback", &[args[2]])?;
    let callback = if args[2].is_none() { NULL } else { args[2] };
    if number == event::BRANCH {
        events::set_callback(tool, event::BRANCH_LEFT, callback);
        return Ok(ops::or_none(events::set_callback(tool, event::BRANCH_RIGHT, callback)));
    }
    Ok(ops::or_none(events::set_callback(tool, number, callback)))
}
fn get_events(args: &[Value]) -> R {
    Ok(Value::int(events::events_of(tool(args[0])?) as i64))
}
fn set_events(args: &[Value]) -> R {
    let id = tool(args[0])?;
    let set = event_set(args[1], (1 << event::UNGROUPED) - 1, "event set")?;
    used_tool(args[0])?;
    events::set_events(id, set);
    Ok(NONE)
}
fn get_local_events(args: &[Value]) -> R {
    let code = code(args[1])?;
    Ok(Value::int(events::local_events_of(code, tool(args[0])?) as i64))
}
fn set_local_events(args: &[Value]) -> R {
    let code = code(args[1])?;
    let id = tool(args[0])?;
    let set = event_set(args[2], (1 << event::LOCAL) - 1, "local event set")?;
    used_tool(args[0])?;
    events::set_local_events(code, id, set)?;
    Ok(NONE)
}
fn restart_events(_: &[Value]) -> R {
    events::restart_events();
    Ok(NONE)
}
/// Who listens to what, for tests: the name of an event to the bits of its tools.
fn all_events(_: &[Value]) -> R {
    let dict = Dict::new();
    for (number, name) in event::NAMES.iter().enumerate().take(event::UNGROUPED) {
        let tools: i64 = (0..8).filter(|tool| events::events_of(*tool) >> number & 1 != 0).map(|tool| 1 << tool).sum();
        if tools != 0 {
            dict.set_str(intern(name), Value::int(tools));
        }
    }
    Ok(dict.value())
}
