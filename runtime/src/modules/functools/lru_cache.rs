//! The callable that `functools.lru_cache` makes. The dict of results keeps the order of use: a
//! result that is used again goes to its end.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::method::Method;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::support::{Params, hash, is_exact_str, len_value, of, ssize};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, names};
use core::cell::Cell;

struct LruCache {
    function: Cell<Value>,
    /// Key -> result.
    results: Cell<Value>,
    info: Cell<Value>,
    /// None: without bound.
    limit: Option<usize>,
    typed: bool,
    hits: Cell<usize>,
    misses: Cell<usize>,
}
traced!(LruCache: function, results, info);

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params =
        Params::new("lru_cache", "(user_function, maxsize, typed, cache_info_type)");
    let [function, limit, typed, info] = PARAMS.bind(args)?;
    if !ops::is_callable(function) {
        return Err(type_error("the first argument must be callable"));
    }
    let limit = match limit {
        NONE => None,
        limit if int::is_any_int(limit) || class_of(limit).slots.index.get().is_some() => {
            Some(ssize(limit)?.max(0) as usize)
        }
        _ => return Err(type_error("maxsize should be integer or None")),
    };
    let object = LruCache {
        function: Cell::new(function),
        results: Cell::new(Dict::new().value()),
        info: Cell::new(info),
        limit,
        typed: ops::truth(typed)?,
        hits: Cell::new(0),
        misses: Cell::new(0),
    };
    Ok(Native::new(class, object).value())
}

fn call(value: Value, args: Args<'_>) -> R {
    let cache = of::<LruCache>(value)?;
    let function = cache.function.get();
    if cache.limit == Some(0) {
        cache.misses.set(cache.misses.get() + 1);
        return ops::call(function, args);
    }
    let key = make_key(args, cache.typed)?;
    let hash = hash(key)?;
    let results = cache.results.get().cast::<Dict>();
    if let Some(at) = results.find(key, hash)? {
        cache.hits.set(cache.hits.get() + 1);
        return cache.use_again(results, at, hash);
    }
    cache.misses.set(cache.misses.get() + 1);
    let result = ops::call(function, args)?;
    // The function may have called itself and stored the same key.
    if cache.limit.is_some() && results.find(key, hash)?.is_some() {
        return Ok(result);
    }
    if cache.limit.is_some_and(|limit| results.len() >= limit) {
        forget_oldest(results);
    }
    results.set_with_hash(key, hash, result)?;
    Ok(result)
}

impl LruCache {
    fn use_again(&self, results: Gc<Dict>, at: usize, hash: i64) -> R {
        let result = results.value_at(at);
        if self.limit.is_some() && at + 1 != results.used.get() {
            let (key, result) = results.remove_at(at);
            results.insert_new(key, hash, result)?;
        }
        Ok(result)
    }
}

fn forget_oldest(results: Gc<Dict>) {
    if let Some((after, _, _)) = results.next_entry(0) {
        results.remove_at(after - 1);
    }
}

// Stands between positional and keyword arguments in a key: no argument of a program is this
// object.
thread_local! { static MARK: core::cell::OnceCell<Value> = const { core::cell::OnceCell::new() }; }

/// What calls with equal arguments share: the argument itself for one int or str, else a tuple.
fn make_key(args: Args<'_>, typed: bool) -> R {
    let given = args.pos();
    if !typed && args.names().is_none() {
        if let &[only] = given
            && (only.is_int() || is_exact_str(only))
        {
            return Ok(only);
        }
        return Ok(Tuple::try_from_slice(given)?.value());
    }
    let key = List::from_slice(given)?;
    if args.names().is_some() {
        key.push(MARK.with(|mark| mark.get().copied()).unwrap_or(NONE))?;
        for (name, value) in args.kw() {
            key.push(name.value())?;
            key.push(value)?;
        }
    }
    if typed {
        for &arg in given {
            key.push(class_of(arg).value())?;
        }
        for (_, value) in args.kw() {
            key.push(class_of(value).value())?;
        }
    }
    Ok(Tuple::try_from_slice(key.items())?.value())
}

fn cache_info(args: &[Value]) -> R {
    let cache = of::<LruCache>(args[0])?;
    let limit = cache.limit.map_or(NONE, len_value);
    let len = cache.results.get().cast::<Dict>().len();
    let fields =
        [len_value(cache.hits.get()), len_value(cache.misses.get()), limit, len_value(len)];
    ops::call_positional(cache.info.get(), &fields)
}

fn cache_clear(args: &[Value]) -> R {
    let cache = of::<LruCache>(args[0])?;
    cache.hits.set(0);
    cache.misses.set(0);
    cache.results.get().cast::<Dict>().clear();
    Ok(NONE)
}

fn itself(args: &[Value]) -> R {
    Ok(args[0])
}

fn reduce(args: &[Value]) -> R {
    ops::getattr(args[0], names().__qualname__)
}

fn descr_get(value: Value, instance: Option<Value>, _owner: Option<Value>) -> R {
    match instance {
        Some(instance) if instance != NONE => Ok(Method::new(value, instance).value()),
        _ => Ok(value),
    }
}

static METHODS: [NativeFunction; 5] = [
    method("cache_info", "($self, /)", cache_info, "Report cache statistics"),
    method("cache_clear", "($self, /)", cache_clear, "Clear the cache and cache statistics"),
    method("__reduce__", "($self, /)", reduce, ""),
    method("__copy__", "($self, /)", itself, ""),
    method("__deepcopy__", "($self, memo, /)", itself, ""),
];

pub fn init(module: Gc<Module>) {
    let mark = crate::objects::instance::Instance::new(crate::vm::types().object).value();
    crate::vm::keep(mark);
    MARK.with(|own| {
        let _ = own.set(mark);
    });
    let flags = flags::BASETYPE | flags::HAS_DICT | flags::HAS_WEAKREF;
    let class = native_class::new("functools", "_lru_cache_wrapper", flags, |class| {
        class.doc.set(
            "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
        );
        class.slots.new.set(Some(new));
        class.slots.call.set(Some(call));
        class.slots.descr_get.set(Some(descr_get));
        class.add_methods(&METHODS);
        class.add_attributes(&super::partial::DICT);
    });
    module.dict.get().set_str(intern("_lru_cache_wrapper"), class.value());
}
