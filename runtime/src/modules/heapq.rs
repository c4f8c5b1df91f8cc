//! The module _heapq: heaps in lists, smallest or largest first. Items are only ever exchanged, so
//! that the list always holds them all.

use crate::error::{R, index_error, runtime_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::list::List;
use crate::objects::list_sort::less;
use crate::objects::module::Module;
use crate::value::{NONE, Value};
use crate::vm::type_name;

/// Which of two items comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Min,
    Max,
}

impl Order {
    fn before(self, a: Value, b: Value) -> R<bool> {
        match self {
            Order::Min => less(a, b),
            Order::Max => less(b, a),
        }
    }
}

fn heap_argument(value: Value, name: &str, count: usize) -> R<Gc<List>> {
    value.downcast::<List>().ok_or_else(|| {
        let which = if count == 1 { "argument" } else { "argument 1" };
        type_error(format!("{name}() {which} must be list, not {}", type_name(value)))
    })
}

fn swap(heap: Gc<List>, a: usize, b: usize) {
    heap.items_mut().swap(a, b);
}

fn check_len(heap: Gc<List>, len: usize) -> R<()> {
    if heap.len() == len {
        Ok(())
    } else {
        Err(runtime_error("list changed size during iteration"))
    }
}

/// The item at `at` rises from a leaf towards `top` until its parent comes before it.
fn rise(heap: Gc<List>, top: usize, mut at: usize, order: Order) -> R<()> {
    let len = heap.len();
    if at >= len {
        return Err(index_error("index out of range"));
    }
    while at > top {
        let parent = (at - 1) >> 1;
        let before = order.before(heap.items()[at], heap.items()[parent])?;
        check_len(heap, len)?;
        if !before {
            break;
        }
        swap(heap, at, parent);
        at = parent;
    }
    Ok(())
}

/// The item at `at`, below which both heaps are sound, goes down to a leaf and rises again to its
/// place.
fn sink(heap: Gc<List>, mut at: usize, order: Order) -> R<()> {
    let (len, top) = (heap.len(), at);
    if at >= len {
        return Err(index_error("index out of range"));
    }
    while at < len >> 1 {
        let mut child = 2 * at + 1;
        if child + 1 < len {
            let items = heap.items();
            // For a tie the right child goes up, as in CPython.
            let left_first = match order {
                Order::Min => less(items[child], items[child + 1])?,
                Order::Max => less(items[child + 1], items[child])?,
            };
            check_len(heap, len)?;
            if !left_first {
                child += 1;
            }
        }
        swap(heap, at, child);
        at = child;
    }
    rise(heap, top, at, order)
}

fn push(args: &[Value], name: &str, order: Order) -> R {
    let heap = heap_argument(args[0], name, 2)?;
    heap.push(args[1])?;
    rise(heap, 0, heap.len() - 1, order)?;
    Ok(NONE)
}

fn pop(args: &[Value], name: &str, order: Order) -> R {
    let heap = heap_argument(args[0], name, 1)?;
    let last = heap.pop_last().ok_or_else(|| index_error("index out of range"))?;
    let Some(first) = heap.get(0) else { return Ok(last) };
    heap.set(0, last);
    sink(heap, 0, order)?;
    Ok(first)
}

fn replace(args: &[Value], name: &str, order: Order) -> R {
    let heap = heap_argument(args[0], name, 2)?;
    let first = heap.get(0).ok_or_else(|| index_error("index out of range"))?;
    heap.set(0, args[1]);
    sink(heap, 0, order)?;
    Ok(first)
}

fn pushpop(args: &[Value], name: &str, order: Order) -> R {
    let heap = heap_argument(args[0], name, 2)?;
    let Some(first) = heap.get(0) else { return Ok(args[1]) };
    if !order.before(first, args[1])? {
        return Ok(args[1]);
    }
    let first = heap.get(0).ok_or_else(|| index_error("index out of range"))?;
    heap.set(0, args[1]);
    sink(heap, 0, order)?;
    Ok(first)
}

fn heapify_in(args: &[Value], name: &str, order: Order) -> R {
    let heap = heap_argument(args[0], name, 1)?;
    for at in (0..heap.len() / 2).rev() {
        sink(heap, at, order)?;
    }
    Ok(NONE)
}

fn heappush(args: &[Value]) -> R {
    push(args, "heappush", Order::Min)
}
fn heappush_max(args: &[Value]) -> R {
    push(args, "heappush_max", Order::Max)
}
fn heappop(args: &[Value]) -> R {
    pop(args, "heappop", Order::Min)
}
fn heappop_max(args: &[Value]) -> R {
    pop(args, "heappop_max", Order::Max)
}
fn heapreplace(args: &[Value]) -> R {
    replace(args, "heapreplace", Order::Min)
}
fn heapreplace_max(args: &[Value]) -> R {
    replace(args, "heapreplace_max", Order::Max)
}
fn heappushpop(args: &[Value]) -> R {
    pushpop(args, "heappushpop", Order::Min)
}
fn heappushpop_max(args: &[Value]) -> R {
    pushpop(args, "heappushpop_max", Order::Max)
}
fn heapify(args: &[Value]) -> R {
    heapify_in(args, "heapify", Order::Min)
}
fn heapify_max(args: &[Value]) -> R {
    heapify_in(args, "heapify_max", Order::Max)
}

const ITEM: &str = "($module, heap, item, /)";
const HEAP: &str = "($module, heap, /)";
static FUNCTIONS: [NativeFunction; 10] = [
    function("heappush", ITEM, heappush, "Push item onto heap, maintaining the heap invariant."),
    function(
        "heappushpop",
        ITEM,
        heappushpop,
        "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().",
    ),
    function(
        "heappop",
        HEAP,
        heappop,
        "Pop the smallest item off the heap, maintaining the heap invariant.",
    ),
    function(
        "heapreplace",
        ITEM,
        heapreplace,
        "Pop and return the current smallest value, and add the new item.",
    ),
    function(
        "heapify",
        HEAP,
        heapify,
        "Transform list into a heap, in-place, in O(len(heap)) time.",
    ),
    function(
        "heappush_max",
        ITEM,
        heappush_max,
        "Push item onto max heap, maintaining the heap invariant.",
    ),
    function("heappushpop_max", ITEM, heappushpop_max, "Maxheap variant of heappushpop."),
    function("heappop_max", HEAP, heappop_max, "Maxheap variant of heappop."),
    function("heapreplace_max", ITEM, heapreplace_max, "Maxheap variant of heapreplace."),
    function("heapify_max", HEAP, heapify_max, "Maxheap variant of heapify."),
];

pub fn init(module: Gc<Module>) -> R<()> {
    super::add_functions(module, &FUNCTIONS);
    Ok(())
}
