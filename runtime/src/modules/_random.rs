//! `_random`: the Mersenne Twister, with CPython's sequences for the same seed. Not here:
//! distributions (`random.py`).

use crate::args::Args;
use crate::error::{R, memory_error, overflow_error, type_error, value_error};
use crate::heap::Marker;
use crate::modules::add;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::{Class, flags};
use crate::objects::int::{self, Int};
use crate::objects::module::Module;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::native_class;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use core::cell::RefCell;
use dashu_int::{IBig, UBig};
use mt19937::{MT19937, N};
use rand_core::Rng;

pub fn init(module: Gc<Module>) -> R<()> {
    let doc = "Module implements the Mersenne Twister random number generator.";
    add(module, "__doc__", crate::objects::str::new(doc).value());
    let class = native_class::new("_random", "Random", flags::BASETYPE, |class| {
        class.doc.set("Random() -> create a random number generator with its own internal state.");
        class.slots.new.set(Some(new));
        class.slots.init.set(Some(init_random));
        class.add_methods(&METHODS);
    });
    add(module, "Random", class.value());
    Ok(())
}

static METHODS: [NativeFunction; 5] = [
    method("random", "($self, /)", random, "random() -> x in the interval [0, 1)."),
    method(
        "seed",
        "($self, n=None, /)",
        seed,
        "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.",
    ),
    method(
        "getstate",
        "($self, /)",
        get_state,
        "getstate() -> tuple containing the current state.",
    ),
    method(
        "setstate",
        "($self, state, /)",
        set_state,
        "setstate(state) -> None.  Restores generator state.",
    ),
    method(
        "getrandbits",
        "($self, k, /)",
        get_random_bits,
        "getrandbits(k) -> x.  Generates an int with k random bits.",
    ),
];

struct Random(RefCell<MT19937>);

impl NativeObject for Random {
    fn trace(&self, _: &mut Marker) {}
}

fn new(class: Gc<Class>, _: Args<'_>) -> R {
    let mut generator = MT19937::default();
    generator.set_index(0);
    Ok(Native::new(class, Random(RefCell::new(generator))).value())
}

fn init_random(this: Value, args: Args<'_>) -> R<()> {
    if args.kw_len() != 0 {
        return Err(type_error("Random() takes no keyword arguments"));
    }
    match args.pos() {
        [] => seed_with(this, NONE),
        [n] => seed_with(this, *n),
        more => Err(type_error(format!("Random expected at most 1 argument, got {}", more.len()))),
    }
}

fn generator(this: Value) -> R<&'static RefCell<MT19937>> {
    match native::downcast::<Random>(this) {
        Some(random) => Ok(&random.0),
        None => Err(type_error("a Random object is required")),
    }
}

fn random(args: &[Value]) -> R {
    let generator = generator(args[0])?;
    let f = mt19937::gen_res53(&mut *generator.borrow_mut());
    Ok(Value::float(f))
}

fn seed(args: &[Value]) -> R {
    seed_with(args[0], args[1].option().unwrap_or(NONE))?;
    Ok(NONE)
}

/// By the absolute value of an int, by the hash of anything else, or by the system's entropy.
fn seed_with(this: Value, n: Value) -> R<()> {
    let key = match int::view(n) {
        _ if n == NONE => entropy()?,
        Some(Int::Small(i)) => words_of(&[i.unsigned_abs()]),
        Some(Int::Big(big)) => words_of(big.as_sign_words().1),
        None => words_of(&[ops::hash(n)? as u64]),
    };
    generator(this)?.borrow_mut().seed_slice(&key);
    Ok(())
}

/// In pieces of 32 bits, lowest first, without leading zeros (but at least one).
fn words_of(words: &[u64]) -> Vec<u32> {
    let mut key: Vec<u32> =
        words.iter().flat_map(|&word| [word as u32, (word >> 32) as u32]).collect();
    while key.len() > 1 && key.last() == Some(&0) {
        key.pop();
    }
    if key.is_empty() { vec![0] } else { key }
}

fn entropy() -> R<Vec<u32>> {
    let mut key = vec![0u32; N];
    let mut filled = 0;
    while filled < N * 4 {
        // SAFETY: the buffer has N * 4 bytes, of which `filled` are filled.
        let got = unsafe {
            libc::getrandom(key.as_mut_ptr().cast::<u8>().add(filled).cast(), N * 4 - filled, 0)
        };
        match usize::try_from(got) {
            Ok(got) => filled += got,
            Err(_) if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {
            }
            Err(_) => {
                return Err(crate::error::os_error("the system's random numbers are not available"));
            }
        }
    }
    Ok(key)
}

fn get_random_bits(args: &[Value]) -> R {
    let index = ops::index(args[1])?;
    let bits = match int::view(index) {
        Some(i) if i.is_negative() => return Err(value_error("Cannot convert negative int")),
        _ => int::to_u64(index)
            .ok_or_else(|| overflow_error("Python int too large for C uint64_t"))?,
    };
    let mut generator = generator(args[0])?.borrow_mut();
    match bits {
        0 => Ok(Value::small_int(0)),
        1..=32 => Ok(Value::small_int((generator.next_u32() >> (32 - bits)) as i64)),
        33..=64 => {
            let low = generator.next_u32() as u64;
            let high = (generator.next_u32() >> (64 - bits)) as u64;
            Ok(int::from_u64(high << 32 | low))
        }
        _ => many_bits(&mut generator, bits),
    }
}

fn many_bits(generator: &mut MT19937, bits: u64) -> R {
    let count = usize::try_from(bits.div_ceil(64))
        .ok()
        .filter(|&count| count < isize::MAX as usize / 8)
        .ok_or_else(memory_error)?;
    let mut words: Vec<u64> = Vec::new();
    // The number is copied once more.
    words.try_reserve_exact(count.saturating_mul(2)).map_err(|_| memory_error())?;
    let mut rest = bits;
    while rest > 0 {
        let low = piece(generator, &mut rest);
        let high = piece(generator, &mut rest);
        words.push((high as u64) << 32 | low as u64);
    }
    Ok(int::from_big(IBig::from(UBig::from_words(&words))))
}

/// The next 32 bits, or the upper ones of a last piece.
fn piece(generator: &mut MT19937, rest: &mut u64) -> u32 {
    match *rest {
        0 => 0,
        bits => {
            let taken = bits.min(32);
            *rest -= taken;
            generator.next_u32() >> (32 - taken)
        }
    }
}

fn get_state(args: &[Value]) -> R {
    let generator = generator(args[0])?.borrow();
    let words = generator.get_state().iter().map(|&word| Value::small_int(word as i64));
    let index = Value::small_int(generator.get_index() as i64);
    Ok(Tuple::from_iter_exact(N + 1, words.chain(core::iter::once(index))).value())
}

fn set_state(args: &[Value]) -> R {
    let Some(state) = args[1].downcast::<Tuple>() else {
        return Err(type_error("state vector must be a tuple"));
    };
    if state.len() != N + 1 {
        return Err(value_error("state vector is the wrong size"));
    }
    let mut words = [0u32; N];
    for (word, &item) in words.iter_mut().zip(state.items()) {
        // As C's `unsigned long`, of which the lower half is kept.
        *word = unsigned(item)? as u32;
    }
    let index = match unsigned(state.items()[N])? {
        index if index <= N as u64 => index as usize,
        _ => return Err(value_error("invalid state")),
    };
    let mut generator = generator(args[0])?.borrow_mut();
    generator.set_state(&words);
    generator.set_index(index);
    Ok(NONE)
}

fn unsigned(item: Value) -> R<u64> {
    match int::view(item) {
        None => Err(type_error("an integer is required")),
        Some(i) if i.is_negative() => {
            Err(overflow_error("can't convert negative value to unsigned int"))
        }
        _ => int::to_u64(item)
            .ok_or_else(|| overflow_error("Python int too large to convert to C unsigned long")),
    }
}
