//! product, permutations, combinations, combinations_with_replacement: tuples of items of pools, by
//! vectors of indices.

use super::{add_class, plain};
use crate::args::Args;
use crate::error::{R, memory_error, overflow_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::support::{Params, of, ssize};
use crate::objects::tuple::Tuple;
use crate::objects::tuple_methods;
use crate::traced;
use crate::value::{NONE, Value};
use core::cell::{Cell, RefCell};

/// Indices into one pool (or, for product, one index into each pool). Nothing of Python runs while
/// they are borrowed.
struct Choice {
    /// A tuple: of items, or of pools.
    pool: Cell<Value>,
    indices: RefCell<Vec<usize>>,
    /// For permutations: how often each place is still to turn.
    cycles: RefCell<Vec<usize>>,
    state: Cell<State>,
}
traced!(Choice: pool);

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Running,
    Ended,
}

fn indices(len: usize, value: impl FnMut(usize) -> usize) -> R<Vec<usize>> {
    let mut indices = Vec::new();
    indices.try_reserve_exact(len).map_err(|_| memory_error())?;
    indices.extend((0..len).map(value));
    Ok(indices)
}

fn choice(
    class: Gc<Class>,
    pool: Gc<Tuple>,
    indices: Vec<usize>,
    cycles: Vec<usize>,
    possible: bool,
) -> R {
    let state = if possible { State::Fresh } else { State::Ended };
    let object = Choice {
        pool: Cell::new(pool.value()),
        indices: RefCell::new(indices),
        cycles: RefCell::new(cycles),
        state: Cell::new(state),
    };
    Ok(Native::new(class, object).value())
}

impl Choice {
    fn pool(&self) -> &'static [Value] {
        self.pool.get().cast::<Tuple>().items()
    }
    /// The next tuple, after `advance` has moved the indices on (not before the first one); it
    /// answers false at the end.
    fn next(
        &self,
        advance: impl FnOnce(&mut [usize]) -> bool,
        pick: impl Fn(&[usize]) -> R<Gc<Tuple>>,
    ) -> R<Option<Value>> {
        match self.state.get() {
            State::Ended => return Ok(None),
            State::Fresh => self.state.set(State::Running),
            State::Running => {
                if !advance(&mut self.indices.borrow_mut()) {
                    self.state.set(State::Ended);
                    return Ok(None);
                }
            }
        }
        Ok(Some(pick(&self.indices.borrow())?.value()))
    }
    /// The items of the one pool at the first `len` indices.
    fn pick(&self, indices: &[usize]) -> R<Gc<Tuple>> {
        let (pool, picked) = (self.pool(), Tuple::try_alloc(indices.len())?);
        for (i, &at) in indices.iter().enumerate() {
            picked.fill(i, &pool[at..=at]);
        }
        Ok(picked)
    }
}

/// `r`: how many items each tuple has.
fn length(value: Value) -> R<usize> {
    let r = ssize(value)?;
    usize::try_from(r).map_err(|_| value_error("r must be non-negative"))
}

// -- product ----------------------------------------------------------------------------

fn product_new(class: Gc<Class>, args: Args<'_>) -> R {
    let mut repeat = 1;
    for (name, value) in args.kw() {
        if !name.eq_str("repeat") {
            return Err(type_error(format!(
                "product() got an unexpected keyword argument '{}'",
                name.to_string_lossy()
            )));
        }
        repeat = usize::try_from(ssize(value)?)
            .map_err(|_| value_error("repeat argument cannot be negative"))?;
    }
    let given = if repeat == 0 { &[] } else { args.pos() };
    let count = given.len().checked_mul(repeat).filter(|&count| count <= isize::MAX as usize / 8);
    let count = count.ok_or_else(|| overflow_error("repeat argument too large"))?;
    let start = indices(count, |_| 0)?;
    let pools = Tuple::try_alloc(count)?;
    for (i, &iterable) in given.iter().enumerate() {
        let pool = tuple_methods::from_iterable(iterable)?;
        for round in 0..repeat {
            pools.fill(round * given.len() + i, &[pool.value()]);
        }
    }
    let possible = pools.items().iter().all(|pool| pool.cast::<Tuple>().len() != 0);
    choice(class, pools, start, Vec::new(), possible)
}

fn product_next(value: Value) -> R<Option<Value>> {
    let it = of::<Choice>(value)?;
    let pools = it.pool();
    let pool = |i: usize| pools[i].cast::<Tuple>().items();
    it.next(
        |indices| {
            for i in (0..indices.len()).rev() {
                indices[i] += 1;
                if indices[i] < pool(i).len() {
                    return true;
                }
                indices[i] = 0;
            }
            false
        },
        |indices| {
            let picked = Tuple::try_alloc(indices.len())?;
            for (i, &at) in indices.iter().enumerate() {
                picked.fill(i, &pool(i)[at..=at]);
            }
            Ok(picked)
        },
    )
}

// -- permutations --------------------------------------------------------------------------

fn permutations_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("permutations", "(iterable, r=None)");
    let [iterable, r] = PARAMS.bind(args)?;
    let pool = tuple_methods::from_iterable(iterable)?;
    let n = pool.len();
    let r = match r {
        r if r.is_null() || r == NONE => n,
        r if int::is_any_int(r) => length(r)?,
        _ => return Err(type_error("Expected int as r")),
    };
    let cycles = if r > n { Vec::new() } else { indices(r, |i| n - i)? };
    choice(class, pool, indices(n, |i| i)?, cycles, r <= n)
}

fn permutations_next(value: Value) -> R<Option<Value>> {
    let it = of::<Choice>(value)?;
    let r = it.cycles.borrow().len();
    it.next(
        |indices| {
            let mut cycles = it.cycles.borrow_mut();
            for i in (0..r).rev() {
                cycles[i] -= 1;
                if cycles[i] == 0 {
                    indices[i..].rotate_left(1);
                    cycles[i] = indices.len() - i;
                } else {
                    let other = indices.len() - cycles[i];
                    indices.swap(i, other);
                    return true;
                }
            }
            false
        },
        |indices| it.pick(&indices[..r]),
    )
}

// -- combinations ----------------------------------------------------------------------------

fn combinations_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("combinations", "(iterable, r)");
    let [iterable, r] = PARAMS.bind(args)?;
    let r = ssize(r)?;
    let pool = tuple_methods::from_iterable(iterable)?;
    let r = usize::try_from(r).map_err(|_| value_error("r must be non-negative"))?;
    let possible = r <= pool.len();
    choice(
        class,
        pool,
        if possible { indices(r, |i| i)? } else { Vec::new() },
        Vec::new(),
        possible,
    )
}

fn combinations_next(value: Value) -> R<Option<Value>> {
    let it = of::<Choice>(value)?;
    let n = it.pool().len();
    it.next(
        |indices| {
            let r = indices.len();
            let Some(i) = (0..r).rev().find(|&i| indices[i] != i + n - r) else { return false };
            indices[i] += 1;
            for j in i + 1..r {
                indices[j] = indices[j - 1] + 1;
            }
            true
        },
        |indices| it.pick(indices),
    )
}

fn with_replacement_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("combinations_with_replacement", "(iterable, r)");
    let [iterable, r] = PARAMS.bind(args)?;
    let r = ssize(r)?;
    let pool = tuple_methods::from_iterable(iterable)?;
    let r = usize::try_from(r).map_err(|_| value_error("r must be non-negative"))?;
    let possible = r == 0 || pool.len() != 0;
    choice(
        class,
        pool,
        if possible { indices(r, |_| 0)? } else { Vec::new() },
        Vec::new(),
        possible,
    )
}

fn with_replacement_next(value: Value) -> R<Option<Value>> {
    let it = of::<Choice>(value)?;
    let n = it.pool().len();
    it.next(
        |indices| {
            let Some(i) = indices.iter().rposition(|&at| at + 1 != n) else { return false };
            let at = indices[i] + 1;
            indices[i..].fill(at);
            true
        },
        |indices| it.pick(indices),
    )
}

pub fn init(module: Gc<Module>) {
    add_class(
        module,
        "product",
        product_new,
        product_next,
        "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\nThe leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\nTo compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument. For example,\nproduct(A, repeat=4) means the same as product(A, A, A, A).\n\nproduct('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)\nproduct((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...",
        plain,
    );
    add_class(
        module,
        "permutations",
        permutations_new,
        permutations_next,
        "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
        plain,
    );
    add_class(
        module,
        "combinations",
        combinations_new,
        combinations_next,
        "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
        plain,
    );
    add_class(
        module,
        "combinations_with_replacement",
        with_replacement_new,
        with_replacement_next,
        "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
        plain,
    );
}
