//! frame and traceback as Python sees them. Not here: making and detaching frame objects (`frame.rs`).

use crate::args::Signature;
use crate::error::{R, attribute_error, runtime_error, type_error, value_error};
use crate::frame::{Frame, kind};
use crate::object::Gc;
use crate::monitoring::legacy;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method, new_header};
use crate::objects::frame::{self, FrameObject};
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::str;
use crate::objects::traceback::Traceback;
use crate::value::{NONE, NULL, Value};
use crate::vm::{thread, type_name, types};
use core::cell::Cell;

static FRAME: [NativeAttribute; 11] = [
    member("f_trace_lines", |v| Ok(Value::bool(of(v)?.trace_lines.get())), Some(|v, to| set_flag(&of(v)?.trace_lines, to)), ""),
    getset("f_trace_opcodes", |v| Ok(Value::bool(of(v)?.trace_opcodes.get())), Some(set_trace_opcodes), ""),
    getset("f_back", |v| back(of(v)?), None, "Return the previous frame in the call stack."),
    getset("f_code", |v| Ok(of(v)?.code.value()), None, "Return the code object being executed."),
    getset("f_builtins", |v| Ok(of(v)?.function.builtins.get().value()), None, "Return the built-in variables in the frame."),
    getset("f_globals", |v| Ok(of(v)?.function.globals.get().value()), None, "Return the global variables in the frame."),
    getset("f_lasti", |v| Ok(Value::int(last_instruction(of(v)?))), None, "Return the index of the last attempted instruction."),
    getset("f_lineno", |v| Ok(line_or_none(line(of(v)?))), None, "Return the current line number in the frame."),
    getset("f_locals", |v| frame::locals_of(of(v)?), None, "Return the mapping used by the frame to look up local variables."),
    getset("f_trace", |v| Ok(crate::ops::or_none(of(v)?.trace.get())), Some(set_trace), "Return the trace function for this frame, or None."),
    getset("f_generator", |v| Ok(crate::ops::or_none(of(v)?.generator.get())), None, "Return the generator that the frame belongs to, or None."),
];
static FRAME_METHODS: [NativeFunction; 1] = [method("clear", "($self, /)", clear, "Clear all references held by the frame.")];
static TRACEBACK: [NativeAttribute; 4] = [
    getset("tb_frame", |v| tb_frame(entry(v)?), None, "Return the frame the traceback entry belongs to."),
    getset("tb_next", |v| Ok(crate::ops::or_none(entry(v)?.next.get())), Some(set_next), "Return the next traceback entry."),
    getset("tb_lasti", |v| Ok(Value::int(last_instruction_of(entry(v)?))), None, ""),
    getset("tb_lineno", |v| Ok(line_or_none(entry(v)?.line())), None, ""),
];

pub fn init() {
    let class = types().frame;
    class.slots.repr.set(Some(repr));
    class.add_attributes(&FRAME);
    class.add_methods(&FRAME_METHODS);
    let class = types().traceback;
    class.slots.new.set(Some(|_, args| {
        thread_local! { static SIGNATURE: Signature = Signature::parse("(tb_next, tb_frame, tb_lasti, tb_lineno)"); }
        let mut slots = [NULL; 4];
        SIGNATURE.with(|signature| signature.bind("traceback", args, &mut slots))?;
        let next = next_entry(slots[0])?;
        let Some(frame) = slots[1].downcast::<FrameObject>() else {
            return Err(type_error(format!("traceback() argument 'tb_frame' must be frame, not {}", type_name(slots[1]))));
        };
        let (lasti, line) = (crate::objects::int::index_to_i64(slots[2])?, crate::objects::int::index_to_i64(slots[3])?);
        let offset = frame.code.own_offset((lasti / 2).max(0) as u32).unwrap_or(0);
        let object = Traceback {
            header: new_header(),
            next: crate::object::Field::new(next),
            function: frame.function,
            code: frame.code,
            offset: Cell::new(offset),
            lineno: Cell::new(line as i32),
            lasti: Cell::new(lasti),
            frame: crate::object::Field::new(frame.value()),
        };
        Ok(crate::heap::alloc(types().traceback.root_shape.get(), object).value())
    }));
    class.add_attributes(&TRACEBACK);
    class.add_methods(&TRACEBACK_METHODS);
}
static TRACEBACK_METHODS: [NativeFunction; 1] = [method("__dir__", "($self, /)", |_| {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|name| crate::vm::intern(name).value());
    Ok(crate::objects::list::List::from_slice(&names)?.value())
}, "")];

// -- frame -----------------------------------------------------------------------------

fn of(value: Value) -> R<Gc<FrameObject>> {
    value.downcast::<FrameObject>().ok_or_else(|| type_error(format!("a frame is expected, not '{}'", type_name(value))))
}
fn live(object: Gc<FrameObject>) -> Option<&'static Frame> {
    let frame = object.live.get();
    // SAFETY: `live` is cleared when the frame ends.
    if frame.is_null() { None } else { Some(unsafe { &*frame }) }
}
/// Our unit of the instruction that the frame is at. The saved ip of a frame whose callee was entered without leaving the dispatch
/// stands behind the call.
pub fn current_offset(frame: &Frame) -> u32 {
    let mut above: *mut Frame = core::ptr::null_mut();
    let mut at = thread().frame.get();
    while !at.is_null() && !core::ptr::eq(at, frame) {
        above = at;
        // SAFETY: frames are linked from the running one down to the first.
        at = unsafe { (*at).previous.get() };
    }
    if above.is_null() {
        return frame.offset();
    }
    // SAFETY: as above.
    let was_called_from_rust = unsafe { (*above).kind.get() } & kind::ENTRY != 0;
    if was_called_from_rust { frame.offset() } else { frame.offset().saturating_sub(1) }
}
fn offset(object: Gc<FrameObject>) -> u32 {
    if let Some(frame) = live(object) {
        return current_offset(frame);
    }
    match object.generator.get().downcast::<Generator>() {
        Some(generator) if generator.state.get() == GeneratorState::Suspended => generator_offset(generator),
        _ => object.offset.get(),
    }
}
/// A suspended generator's ip stands behind its yield.
fn generator_offset(generator: Gc<Generator>) -> u32 {
    let code = generator.frame.code;
    let units = (generator.frame.ip.get() as usize).wrapping_sub(code.units() as usize) / 4;
    (units as u32).saturating_sub(1)
}
fn line(object: Gc<FrameObject>) -> i32 {
    match object.generator.get().downcast::<Generator>() {
        Some(generator) if generator.state.get() == GeneratorState::Created => object.code.firstlineno.get() as i32,
        _ => object.code.position(offset(object)).line,
    }
}
fn line_or_none(line: i32) -> Value {
    if line < 0 { NONE } else { Value::int(line as i64) }
}
fn last_instruction(object: Gc<FrameObject>) -> i64 {
    object.code.cpython_offset(offset(object)) as i64 * 2
}
fn back(object: Gc<FrameObject>) -> R {
    let Some(frame) = live(object) else { return Ok(crate::ops::or_none(object.back.get())) };
    let previous = frame.previous.get();
    if previous.is_null() {
        return Ok(NONE);
    }
    // SAFETY: a live frame's caller is live.
    Ok(frame::of(unsafe { &*previous }).value())
}
fn set_trace(value: Value, to: Option<Value>) -> R<()> {
    let object = of(value)?;
    object.trace.set(object, to.filter(|to| !to.is_none()).unwrap_or(NULL));
    if !object.trace.get().is_null() && object.trace_opcodes.get() { legacy::follow_opcodes(object.code, true) } else { Ok(()) }
}
/// A function that traces the frame hears of instructions from the next one on.
fn set_trace_opcodes(value: Value, to: Option<Value>) -> R<()> {
    let object = of(value)?;
    if to.is_none() {
        return Err(attribute_error("attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted"));
    }
    set_flag(&object.trace_opcodes, to)?;
    let wanted = object.trace_opcodes.get();
    if wanted && object.trace.get().is_null() { Ok(()) } else { legacy::follow_opcodes(object.code, wanted) }
}
fn set_flag(flag: &Cell<bool>, to: Option<Value>) -> R<()> {
    match to {
        Some(crate::value::TRUE) => flag.set(true),
        Some(crate::value::FALSE) => flag.set(false),
        Some(_) => return Err(type_error("attribute value type must be bool")),
        None => return Err(type_error("can't delete numeric/char attribute")),
    }
    Ok(())
}
fn repr(value: Value) -> R {
    let object = of(value)?;
    let (file, name) = (crate::ops::repr_string(object.code.filename.get())?, crate::ops::str_string(object.code.name.get())?);
    Ok(str::new(&format!("<frame at {:#x}, file {file}, line {}, code {name}>", value.0, line(object))).value())
}
fn clear(args: &[Value]) -> R {
    let object = of(args[0])?;
    if let Some(generator) = object.generator.get().downcast::<Generator>() {
        match generator.state.get() {
            GeneratorState::Running => return Err(runtime_error("cannot clear an executing frame")),
            GeneratorState::Suspended => return Err(runtime_error("cannot clear a suspended frame")),
            GeneratorState::Created => crate::objects::generator_methods::finish(generator),
            GeneratorState::Finished => {}
        }
    } else if live(object).is_some() {
        return Err(runtime_error("cannot clear an executing frame"));
    }
    object.locals.set(object, NULL);
    object.values.set(object, NULL);
    object.extra.set(object, NULL);
    Ok(NONE)
}

// -- traceback -------------------------------------------------------------------------

fn entry(value: Value) -> R<Gc<Traceback>> {
    value.downcast::<Traceback>().ok_or_else(|| type_error(format!("a traceback is expected, not '{}'", type_name(value))))
}
fn last_instruction_of(entry: Gc<Traceback>) -> i64 {
    match entry.lasti.get() {
        -1 => entry.code.cpython_offset(entry.offset.get()) as i64 * 2,
        given => given,
    }
}
fn tb_frame(entry: Gc<Traceback>) -> R {
    if let Some(frame) = entry.frame.get().option() {
        return Ok(frame);
    }
    let object = frame::detached(entry.function, entry.code);
    object.offset.set(entry.offset.get());
    entry.frame.set(entry, object.value());
    Ok(object.value())
}
/// None or a traceback; NULL for None.
fn next_entry(value: Value) -> R {
    match value {
        NONE => Ok(NULL),
        value if value.is::<Traceback>() => Ok(value),
        other => Err(type_error(format!("expected traceback object or None, got '{}'", type_name(other)))),
    }
}
fn set_next(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to else { return Err(type_error("can't delete tb_next attribute")) };
    let entry = entry(value)?;
    let to = next_entry(to)?;
    let mut at = to.downcast::<Traceback>();
    while let Some(next) = at {
        if next == entry {
            return Err(value_error("traceback loop detected"));
        }
        at = next.next.get().downcast::<Traceback>();
    }
    entry.next.set(entry, to);
    Ok(())
}
