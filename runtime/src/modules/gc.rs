//! The module `gc`. The collector is `heap`: it has no thresholds to set and is never off, since nothing else frees memory here; what
//! programs set is remembered and answered. `collect` collects everything, runs what is to be finalized and collects again.

use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::heap;
use crate::modules::{add, add_functions};
use crate::object::{Gc, Kind};
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::set::Set;
use crate::objects::str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, keep};
use core::cell::{Cell, OnceCell};

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 18] = [
    function("enable", "($module, /)", |_| set_enabled(true), "Enable automatic garbage collection."),
    function("disable", "($module, /)", |_| set_enabled(false), "Disable automatic garbage collection."),
    function("isenabled", "($module, /)", |_| Ok(Value::bool(ENABLED.get())), "Returns true if automatic garbage collection is enabled."),
    function("set_debug", "($module, flags, /)", set_debug, "Set the garbage collection debugging flags."),
    function("get_debug", "($module, /)", |_| Ok(Value::int(DEBUG.get())), "Get the garbage collection debugging flags."),
    function("get_count", "($module, /)", get_count, "Return a three-tuple of the current collection counts."),
    raw_function("set_threshold", set_threshold, "set_threshold(threshold0, [threshold1, [threshold2]])\nSet the collection thresholds."),
    function("get_threshold", "($module, /)", |_| Ok(ints(THRESHOLDS.get())), "Return the current collection thresholds."),
    function("collect", "($module, /, generation=2)", collect, "Run the garbage collector."),
    function("get_objects", "($module, /, generation=None)", get_objects, "Return a list of objects tracked by the collector (excluding the list returned)."),
    function("get_stats", "($module, /)", get_stats, "Return a list of dictionaries containing per-generation statistics."),
    function("is_tracked", "($module, obj, /)", |a| Ok(Value::bool(is_tracked(a[0]))), "Returns true if the object is tracked by the garbage collector."),
    function("is_finalized", "($module, obj, /)", |a| Ok(Value::bool(heap::is_finalized(a[0]))), "Returns true if the object has been already finalized by the GC."),
    raw_function("get_referrers", get_referrers, "Return the list of objects that directly refer to any of 'objs'."),
    raw_function("get_referents", get_referents, "Return the list of objects that are directly referred to by 'objs'."),
    function("freeze", "($module, /)", freeze, "Freeze all current tracked objects and ignore them for future collections."),
    function("unfreeze", "($module, /)", |_| { FROZEN.set(0); Ok(NONE) }, "Unfreeze all objects in the permanent generation."),
    function("get_freeze_count", "($module, /)", |_| Ok(Value::int(FROZEN.get())), "Return the number of objects in the permanent generation."),
];

thread_local! {
    static ENABLED: Cell<bool> = const { Cell::new(true) };
    static DEBUG: Cell<i64> = const { Cell::new(0) };
    static THRESHOLDS: Cell<[i64; 3]> = const { Cell::new([2000, 10, 10]) };
    static FROZEN: Cell<i64> = const { Cell::new(0) };
    /// Calls of `collect`, by generation, and the collections that they made.
    static ASKED: Cell<[usize; 3]> = const { Cell::new([0; 3]) };
    static MADE: Cell<usize> = const { Cell::new(0) };
    /// `gc.callbacks`.
    static CALLBACKS: OnceCell<Gc<List>> = const { OnceCell::new() };
}

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    let callbacks = CALLBACKS.with(|own| {
        *own.get_or_init(|| {
            let list = List::new();
            keep(list.value());
            list
        })
    });
    add(module, "garbage", List::new().value());
    add(module, "callbacks", callbacks.value());
    for (name, flag) in [("STATS", 1), ("COLLECTABLE", 2), ("UNCOLLECTABLE", 4), ("SAVEALL", 32), ("LEAK", 38)] {
        add(module, &format!("DEBUG_{name}"), Value::int(flag));
    }
    Ok(())
}

fn set_enabled(enabled: bool) -> R {
    ENABLED.set(enabled);
    Ok(NONE)
}
fn set_debug(args: &[Value]) -> R {
    DEBUG.set(int::index_to_i32(args[0])? as i64);
    Ok(NONE)
}
fn ints(values: [i64; 3]) -> Value {
    Tuple::from_slice(&values.map(Value::int)).value()
}
/// CPython counts objects of the young generation; here it is the share of the way to the next collection.
fn get_count(_: &[Value]) -> R {
    let (allocated, limit) = heap::pressure();
    let count = THRESHOLDS.get()[0].clamp(0, 1 << 20) * allocated as i64 / limit.max(1) as i64;
    Ok(ints([count, 0, 0]))
}
fn set_threshold(args: Args<'_>) -> R {
    let given = args.no_keywords("set_threshold")?;
    if !(1..=3).contains(&given.len()) {
        return Err(type_error("gc.set_threshold requires 1 to 3 arguments"));
    }
    let mut thresholds = THRESHOLDS.get();
    for (threshold, value) in thresholds.iter_mut().zip(given) {
        *threshold = int::index_to_i32(*value)? as i64;
    }
    THRESHOLDS.set(thresholds);
    Ok(NONE)
}

/// How often what finalizers leave behind is collected in one call.
const ROUNDS: usize = 4;

fn collect(args: &[Value]) -> R {
    let generation = if args[0].is_null() { 2 } else { int::index_to_i32(args[0])? };
    if !(0..=2).contains(&generation) {
        return Err(value_error("invalid generation"));
    }
    notify("start", generation, 0);
    let mut asked = ASKED.get();
    asked[generation as usize] += 1;
    ASKED.set(asked);
    let mut freed = 0;
    for _ in 0..ROUNDS {
        freed += heap::collect();
        MADE.set(MADE.get() + 1);
        if !heap::has_finalizers() {
            break;
        }
        heap::run_finalizers()?;
    }
    notify("stop", generation, freed);
    Ok(int::from_usize(freed))
}
fn notify(phase: &str, generation: i32, collected: usize) {
    let Some(callbacks) = CALLBACKS.with(|own| own.get().copied()) else { return };
    let mut at = 0;
    while let Some(callback) = callbacks.get(at) {
        at += 1;
        let info = Dict::new();
        info.set_str(intern("generation"), Value::int(generation as i64));
        info.set_str(intern("collected"), int::from_usize(collected));
        info.set_str(intern("uncollectable"), Value::int(0));
        if let Err(raised) = ops::call_positional(callback, &[str::new(phase).value(), info.value()]) {
            crate::modules::sys::unraisable(raised, Some("Exception ignored while calling GC callback"), callback);
        }
    }
}

/// What CPython's collector knows of: everything that may be part of a cycle.
fn is_tracked(value: Value) -> bool {
    if !value.is_object() {
        return false;
    }
    if class_of(value).has_flag(flags::HEAP) {
        return true;
    }
    match value.header().kind() {
        Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes | Kind::ByteArray => false,
        Kind::Range | Kind::RangeIter | Kind::Code => false,
        Kind::Buffer => false,
        Kind::Instance => class_of(value) != crate::vm::types().object,
        Kind::Tuple => value.cast::<Tuple>().items().iter().any(|&item| is_tracked(item)),
        Kind::Class => value.cast::<Class>().has_flag(flags::HEAP),
        _ => true,
    }
}

fn tracked(mut keep: impl FnMut(Value) -> bool) -> R<Gc<List>> {
    heap::collect();
    let list = List::new();
    let mut wanted = |value: Value| value != list.value() && is_tracked(value) && keep(value);
    let mut count = 0;
    heap::each_object(|value| count += wanted(value) as usize);
    list.reserve_exact(count)?;
    // Nothing allocates here: what the list has no room for is not there twice.
    let mut done = Ok(());
    heap::each_object(|value| {
        if list.len() < count && wanted(value) {
            done = list.push(value);
        }
    });
    done?;
    Ok(list)
}
fn get_objects(args: &[Value]) -> R {
    if let Some(generation) = args[0].option().filter(|value| !value.is_none()) {
        match int::index_to_isize(generation)? {
            0..=2 => {}
            ..0 => return Err(value_error("generation parameter cannot be negative")),
            _ => return Err(value_error("generation parameter must be less than the number of available generations (3)")),
        }
    }
    Ok(tracked(|_| true)?.value())
}
fn get_referrers(args: Args<'_>) -> R {
    let wanted = args.no_keywords("get_referrers")?;
    Ok(tracked(|value| heap::referents(value).iter().any(|one| wanted.contains(one)))?.value())
}
fn get_referents(args: Args<'_>) -> R {
    let list = List::new();
    for &value in args.no_keywords("get_referents")? {
        for one in heap::referents(value) {
            list.push(one)?;
        }
        for one in numbers_in(value) {
            list.push(one)?;
        }
    }
    Ok(list.value())
}
/// What a container holds that is no object of the heap: the collector does not see it.
fn numbers_in(value: Value) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    if let Some(list) = value.downcast::<List>() {
        found.extend_from_slice(list.items());
    } else if let Some(tuple) = value.downcast::<Tuple>() {
        found.extend_from_slice(tuple.items());
    } else if let Some(set) = value.downcast::<Set>() {
        let entries = core::iter::successors(set.next_entry(0), |entry| set.next_entry(entry.0));
        found.extend(entries.map(|(_, item, _)| item));
    } else if let Some(dict) = value.downcast::<Dict>() {
        let entries = core::iter::successors(dict.next_entry(0), |entry| dict.next_entry(entry.0));
        entries.for_each(|(_, key, value)| found.extend([key, value]));
    }
    found.retain(|one| !one.is_object());
    found
}
fn freeze(_: &[Value]) -> R {
    FROZEN.set(tracked(|_| true)?.len() as i64);
    Ok(NONE)
}
fn get_stats(_: &[Value]) -> R {
    let (collections, freed) = heap::statistics();
    let [young, middle, old] = ASKED.get();
    let by_itself = collections[1].saturating_sub(MADE.get());
    let list = List::new();
    for (collections, collected) in [(collections[0] + young, freed[0]), (middle, 0), (by_itself + old, freed[1])] {
        let one = Dict::new();
        one.set_str(intern("collections"), int::from_usize(collections));
        one.set_str(intern("collected"), int::from_usize(collected));
        one.set_str(intern("uncollectable"), Value::int(0));
        list.push(one.value())?;
    }
    Ok(list.value())
}
