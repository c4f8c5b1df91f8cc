//! tee: independent iterators over one source, which share a chain of blocks of the items read so
//! far.

use super::add_class;
use crate::args::Args;
use crate::error::{R, runtime_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, method};
use crate::objects::class::{Class, flags};
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::support::{of, positional, ssize, store};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{NULL, Value};
use crate::vm::intern;
use core::cell::{Cell, OnceCell};

/// Items of a block.
const BLOCK_ITEMS: usize = 57;

struct Block {
    iterator: Cell<Value>,
    /// A list, at most BLOCK_ITEMS long.
    items: Cell<Value>,
    /// NULL until an iterator gets there.
    next: Cell<Value>,
    running: Cell<bool>,
}
traced!(Block: iterator, items, next);

struct Tee {
    block: Cell<Value>,
    index: Cell<usize>,
}
traced!(Tee: block);

thread_local! {
    static TEE: OnceCell<Gc<Class>> = const { OnceCell::new() };
    static BLOCK: OnceCell<Gc<Class>> = const { OnceCell::new() };
}

fn class_in(cell: &'static std::thread::LocalKey<OnceCell<Gc<Class>>>) -> R<Gc<Class>> {
    cell.with(|class| class.get().copied())
        .ok_or_else(|| type_error("itertools is not initialised"))
}

fn new_block(iterator: Value, items: Gc<List>) -> R {
    let object = Block {
        iterator: Cell::new(iterator),
        items: Cell::new(items.value()),
        next: Cell::new(NULL),
        running: Cell::new(false),
    };
    Ok(Native::new(class_in(&BLOCK)?, object).value())
}

fn new_tee(block: Value, index: usize) -> R {
    Ok(Native::new(class_in(&TEE)?, Tee { block: Cell::new(block), index: Cell::new(index) })
        .value())
}

fn of_iterable(iterable: Value) -> R {
    let iterator = ops::iter(iterable)?;
    match native::downcast::<Tee>(iterator) {
        Some(tee) => new_tee(tee.block.get(), tee.index.get()),
        None => new_tee(new_block(iterator, List::new())?, 0),
    }
}

fn tee_new(_class: Gc<Class>, args: Args<'_>) -> R {
    of_iterable(positional(args, "_tee", 1, 1)?[0])
}

impl Block {
    fn item(&self, index: usize) -> R<Option<Value>> {
        let items = self.items.get().cast::<List>();
        if let Some(item) = items.get(index) {
            return Ok(Some(item));
        }
        if self.running.replace(true) {
            return Err(runtime_error("cannot re-enter the tee iterator"));
        }
        let item = ops::next(self.iterator.get());
        self.running.set(false);
        if let Some(item) = item? {
            items.push(item)?;
            return Ok(Some(item));
        }
        Ok(None)
    }
}

fn tee_next(value: Value) -> R<Option<Value>> {
    let tee = of::<Tee>(value)?;
    if tee.index.get() >= BLOCK_ITEMS {
        let here = tee.block.get();
        let block = of::<Block>(here)?;
        if block.next.get().is_null() {
            let next = new_block(block.iterator.get(), List::new())?;
            store(here, &block.next, next);
        }
        store(value, &tee.block, block.next.get());
        tee.index.set(0);
    }
    let item = of::<Block>(tee.block.get())?.item(tee.index.get())?;
    if item.is_some() {
        tee.index.set(tee.index.get() + 1);
    }
    Ok(item)
}

fn copy(args: &[Value]) -> R {
    let tee = of::<Tee>(args[0])?;
    new_tee(tee.block.get(), tee.index.get())
}

fn block_new(_class: Gc<Class>, args: Args<'_>) -> R {
    let given = positional(args, "_tee_dataobject", 3, 3)?;
    let Some(items) = given[1].downcast::<List>() else {
        return Err(type_error("_tee_dataobject() argument 2 must be list"));
    };
    if items.len() > BLOCK_ITEMS {
        return Err(value_error("Invalid arguments"));
    }
    let block = new_block(given[0], List::from_slice(items.items())?)?;
    if native::downcast::<Block>(given[2]).is_some() {
        if items.len() != BLOCK_ITEMS {
            return Err(value_error("_tee_dataobject shouldn't have a next if not full"));
        }
        store(block, &of::<Block>(block)?.next, given[2]);
    }
    Ok(block)
}

fn tee(args: &[Value]) -> R {
    let count = if args[1].is_null() { 2 } else { ssize(args[1])? };
    let count = usize::try_from(count).map_err(|_| value_error("n must be >= 0"))?;
    let tees = Tuple::try_alloc(count)?;
    if count == 0 {
        return Ok(tees.value());
    }
    let first = of_iterable(args[0])?;
    tees.fill(0, &[first]);
    for i in 1..count {
        tees.fill(i, &[copy(&[first])?]);
    }
    Ok(tees.value())
}

static METHODS: [NativeFunction; 1] =
    [method("__copy__", "($self, /)", copy, "Returns an independent iterator.")];
static FUNCTIONS: [NativeFunction; 1] = [function(
    "tee",
    "($module, iterable, n=2, /)",
    tee,
    "Returns a tuple of n independent iterators.",
)];

pub fn init(module: Gc<Module>) {
    let class = add_class(
        module,
        "_tee",
        tee_new,
        tee_next,
        "Iterator wrapped to make it copyable.",
        |class| {
            class.add_methods(&METHODS);
        },
    );
    let block = native_class::new("itertools", "_tee_dataobject", flags::BASETYPE, |class| {
        class.doc.set("teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.");
        class.slots.new.set(Some(block_new));
    });
    module.dict.get().set_str(intern("_tee_dataobject"), block.value());
    TEE.with(|own| {
        let _ = own.set(class);
    });
    BLOCK.with(|own| {
        let _ = own.set(block);
    });
    crate::modules::add_functions(module, &FUNCTIONS);
}
