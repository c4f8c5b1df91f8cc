//! What can be seen of a state, as a text that is the same in each copy of the process: frames, and what can be reached from them. No
//! addresses: objects are numbered as they are met. Not here: who compares.

use runtime::frame::Frame;
use runtime::object::Kind;
use runtime::objects::cell::CellObject;
use runtime::objects::class::Class;
use runtime::objects::code::Code;
use runtime::objects::dict::Dict;
use runtime::objects::exception::Exception;
use runtime::objects::function::Function;
use runtime::objects::generator::Generator;
use runtime::objects::instance;
use runtime::objects::list::{List, ListIter};
use runtime::objects::method::Method;
use runtime::objects::range::RangeIter;
use runtime::objects::set::Set;
use runtime::objects::slice::Slice;
use runtime::objects::str::Str;
use runtime::objects::tuple::{Tuple, TupleIter};
use runtime::value::Value;
use runtime::vm::{Thread, class_of, type_name, types};
use std::collections::HashMap;
use std::fmt::Write;

/// Frames, objects and levels that are looked at.
const FRAMES: usize = 16;
const OBJECTS: usize = 200;
const LEVELS: u32 = 4;

/// A number for what a value is.
pub fn kind(value: Value) -> u8 {
    match value {
        value if value.is_int() => 250,
        value if value.is_float() => 251,
        value if value.is_bool() => 252,
        value if value.is_object() => value.header().kind.get(),
        value if value.is_null() => 253,
        _ => 254,
    }
}

struct Text {
    out: String,
    numbers: HashMap<u64, usize>,
}

/// The frames from the running one down. `stack`: with the operands of the running one.
///
/// # Safety
/// The thread's frames are in order, ip and sp of `frame` are saved.
pub unsafe fn text(thread: &Thread, frame: *const Frame, stack: bool) -> String {
    let mut text = Text { out: String::new(), numbers: HashMap::new() };
    let mut at = frame;
    let mut count = 0;
    let mut remaining = 0;
    // SAFETY: promised by the caller.
    while let Some(frame) = unsafe { at.as_ref() } {
        if count < FRAMES {
            text.frame(frame, count > 0 || stack);
        }
        remaining += 1;
        count += 1;
        at = frame.previous.get();
    }
    let _ = write!(text.out, "| {remaining} frames, {} more", thread.recursion_remaining.get());
    text.out
}

/// An exception that is on its way.
pub fn exception(value: Value) -> String {
    let mut text = Text { out: String::new(), numbers: HashMap::new() };
    text.value(value, 0);
    text.out
}

impl Text {
    fn frame(&mut self, frame: &Frame, stack: bool) {
        let _ = write!(self.out, "[{} +{} kind {}", name(frame.code.qualname.get()), frame.offset(), frame.kind.get());
        let locals = frame.code.nlocalsplus.get() as usize;
        let words = locals + if stack { frame.depth() } else { 0 };
        for at in 0..words.min(64) {
            self.out.push_str(if at == locals { " / " } else { " " });
            // SAFETY: the words of a frame up to its sp.
            let value = unsafe { *frame.locals().add(at) };
            self.value(value, 0);
        }
        self.out.push_str(" in ");
        self.value(frame.namespace.get(), LEVELS - 1);
        self.out.push(']');
    }

    fn value(&mut self, value: Value, level: u32) {
        let out = &mut self.out;
        let _ = match value {
            value if value.is_int() => write!(out, "{}", value.unbox_int()),
            value if value.is_float() => {
                let float = value.unbox_float();
                if float.is_nan() { write!(out, "nan") } else { write!(out, "{float:?}f") }
            }
            value if !value.is_object() => write!(out, "<{}>", value.0),
            value => {
                let next = self.numbers.len();
                if let Some(number) = self.numbers.get(&value.0) {
                    write!(out, "#{number}")
                } else {
                    self.numbers.insert(value.0, next);
                    if level < LEVELS && next < OBJECTS {
                        return self.object(value, level + 1);
                    }
                    write!(out, "{}", type_name(value))
                }
            }
        };
    }

    fn values(&mut self, name: &str, values: &[Value], level: u32) {
        let _ = write!(self.out, "{name}({}:", values.len());
        for value in values.iter().take(24) {
            self.out.push(' ');
            self.value(*value, level);
        }
        self.out.push(')');
    }

    fn object(&mut self, value: Value, level: u32) {
        let class = type_name(value);
        let native = instance::attributes(value);
        match value.header().kind() {
            Kind::Str => _ = write!(self.out, "{:?}", value.cast::<Str>().to_string_lossy()),
            Kind::Tuple => self.values(&class, value.cast::<Tuple>().items(), level),
            Kind::List => self.values(&class, value.cast::<List>().items(), level),
            Kind::Dict => {
                let dict = value.cast::<Dict>();
                let mut position = 0;
                let mut flat = Vec::new();
                while let Some((next, key, item)) = dict.next_entry(position) {
                    flat.extend([key, item]);
                    position = next;
                }
                self.values(&class, &flat, level);
            }
            Kind::Set | Kind::FrozenSet => {
                // Elements lie by hash, and that of many things is the address: the same in each copy, if they are old.
                let set = value.cast::<Set>();
                let _ = write!(self.out, "{class}({})", set.len());
            }
            Kind::Int | Kind::Complex | Kind::Bytes | Kind::ByteArray if is_plain(value) => {
                let shown = runtime::ops::repr_string(value).unwrap_or_default();
                let _ = write!(self.out, "{shown}");
            }
            Kind::Slice => {
                let slice = value.cast::<Slice>();
                self.values(&class, &[slice.start.get(), slice.stop.get(), slice.step.get()], level);
            }
            Kind::RangeIter => {
                let it = value.cast::<RangeIter>();
                let _ = write!(self.out, "{class}({} {} {})", it.current.get(), it.step.get(), it.remaining.get());
            }
            Kind::ListIter => {
                let it = value.cast::<ListIter>();
                let _ = write!(self.out, "{class}@{} ", it.index.get());
                self.value(it.list.get(), level);
            }
            Kind::TupleIter => {
                let it = value.cast::<TupleIter>();
                let _ = write!(self.out, "{class}@{} ", it.index.get());
                self.value(it.tuple.get(), level);
            }
            Kind::Cell => {
                let content = value.cast::<CellObject>().value.get();
                self.values("cell", &[content], level);
            }
            Kind::Method => {
                let method = value.cast::<Method>();
                self.values("method", &[method.function.get(), method.this.get()], level);
            }
            Kind::Function => _ = write!(self.out, "function {}", name(value.cast::<Function>().code.get().qualname.get())),
            Kind::Code => _ = write!(self.out, "code {}", name(value.cast::<Code>().qualname.get())),
            Kind::Class => _ = write!(self.out, "class {}", value.cast::<Class>().name()),
            Kind::Generator => _ = write!(self.out, "{class} {}", value.cast::<Generator>().state.get() as u8),
            Kind::Exception => {
                let exception = value.cast::<Exception>();
                self.values(&class, &[exception.args.get(), exception.cause.get(), exception.context.get()], level);
            }
            _ => self.out.push_str(&class),
        }
        if !native.is_empty() && !matches!(value.header().kind(), Kind::Function | Kind::Class | Kind::Module) {
            let flat: Vec<Value> = native.into_iter().flat_map(|(name, value)| [name.value(), value]).collect();
            self.values(" with ", &flat, level);
        }
    }
}

/// Of a class whose `repr` is the runtime's own.
fn is_plain(value: Value) -> bool {
    let (class, types) = (class_of(value), types());
    [types.int, types.complex, types.bytes, types.bytearray].contains(&class)
}

fn name(value: Value) -> String {
    value.downcast::<Str>().map_or_else(String::new, |text| text.to_string_lossy())
}
