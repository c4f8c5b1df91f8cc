//! `math`: functions of integers.

use crate::error::{R, overflow_error, value_error};
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::int::{self, Int, magnitude_bits, view};
use crate::objects::int_big::reserve_bits;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::pending;
use crate::value::Value;
use dashu_int::ops::{Gcd, SquareRoot};
use dashu_int::{IBig, UBig};

pub static FUNCTIONS: [NativeFunction; 6] = [
    function(
        "comb",
        "($module, n, k, /)",
        comb,
        "Number of ways to choose k items from n items without repetition and without order.\n\nEvaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\nAlso called the binomial coefficient because it is equivalent\nto the coefficient of k-th term in polynomial expansion of the\nexpression (1 + x)**n.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative.",
    ),
    function("factorial", "($module, n, /)", |args| factorial(args[0]), "Find n!."),
    function("gcd", "($module, /, *integers)", gcd, "Greatest Common Divisor."),
    function(
        "isqrt",
        "($module, n, /)",
        isqrt,
        "Return the integer part of the square root of the input.",
    ),
    function("lcm", "($module, /, *integers)", lcm, "Least Common Multiple."),
    function(
        "perm",
        "($module, n, k=None, /)",
        perm,
        "Number of ways to choose k items from n items without repetition and with order.\n\nEvaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\nIf k is not specified or is None, then k defaults to n\nand the function returns n!.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative.",
    ),
];

fn index(value: Value) -> R<Int> {
    let index = ops::index(value)?;
    Ok(view(index).unwrap_or(Int::Small(0)))
}

// -- products -------------------------------------------------------------------------------------

/// `first * (first + 1) * ... * (first + count - 1)`, by halves.
fn rising_product(first: &IBig, count: u64) -> R<IBig> {
    if count <= 8 {
        let mut product = IBig::ONE;
        for i in 0..count {
            product *= first + i;
        }
        return Ok(product);
    }
    pending::check()?;
    let half = count / 2;
    let low = rising_product(first, half)?;
    let high = rising_product(&(first + half), count - half)?;
    crate::objects::int_big::mul(&low, &high)
}

/// MemoryError when a product of `count` factors up to `largest` cannot be held.
fn reserve_product(largest: &IBig, count: u64) -> R<()> {
    let bits = (magnitude_bits(largest) as u64)
        .checked_mul(count)
        .and_then(|bits| usize::try_from(bits).ok());
    // The factors are half as long on average, at worst a few bits apart.
    reserve_bits(bits.ok_or_else(crate::error::memory_error)? / 2)
}

fn factorial(value: Value) -> R {
    let n = index(value)?;
    if n.is_negative() {
        return Err(value_error("factorial() not defined for negative values"));
    }
    let Int::Small(n) = n else {
        return Err(overflow_error("factorial() argument should not exceed 9223372036854775807"));
    };
    if n <= 20 {
        return Ok(Value::int((1..=n).product()));
    }
    reserve_product(&IBig::from(n), n as u64)?;
    Ok(int::from_big(odd_factorial(n as u64)? << (n as u64 - n.count_ones() as u64) as usize))
}

/// n! without its factors of two: the product over i of the odd numbers up to n / 2^i.
fn odd_factorial(n: u64) -> R<IBig> {
    let (mut inner, mut outer) = (IBig::ONE, IBig::ONE);
    let mut below = 1;
    for i in (0..64 - n.leading_zeros()).rev() {
        let v = n >> i;
        if v <= 2 {
            continue;
        }
        let from = (below + 1) | 1;
        inner *= odd_product(from, v)?;
        outer = crate::objects::int_big::mul(&outer, &inner)?;
        below = v;
    }
    Ok(outer)
}

/// The product of the odd numbers from `from` (odd) to `to`.
fn odd_product(from: u64, to: u64) -> R<IBig> {
    if from > to {
        return Ok(IBig::ONE);
    }
    let count = (to - from) / 2 + 1;
    if count <= 8 {
        return Ok((0..count).fold(IBig::ONE, |product, i| product * (from + 2 * i)));
    }
    pending::check()?;
    let middle = (from + count) | 1;
    let low = odd_product(from, middle - 2)?;
    let high = odd_product(middle, to)?;
    crate::objects::int_big::mul(&low, &high)
}

fn checked_n_k(n: Value, k: Value) -> R<(IBig, IBig)> {
    let (n, k) = (index(n)?, index(k)?);
    if n.is_negative() {
        return Err(value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(value_error("k must be a non-negative integer"));
    }
    Ok((n.big().into_owned(), k.big().into_owned()))
}

fn perm(args: &[Value]) -> R {
    let Some(k) = ops::given(args[1]) else { return factorial(args[0]) };
    let (n, k) = checked_n_k(args[0], k)?;
    if n < k {
        return Ok(Value::small_int(0));
    }
    let Ok(count) = i64::try_from(&k) else {
        return Err(overflow_error("k must not exceed 9223372036854775807"));
    };
    reserve_product(&n, count as u64)?;
    rising_product(&(n - k + 1), count as u64).map(int::from_big)
}

fn comb(args: &[Value]) -> R {
    let (n, k) = checked_n_k(args[0], args[1])?;
    if n < k {
        return Ok(Value::small_int(0));
    }
    let rest = &n - &k;
    let k = k.min(rest);
    let Ok(count) = i64::try_from(&k) else {
        return Err(overflow_error("min(n - k, k) must not exceed 9223372036854775807"));
    };
    if let Some(small) = small_comb(&n, count) {
        return Ok(int::from_u64(small));
    }
    reserve_product(&n, count as u64)?;
    binomial(&n, count as u64).map(int::from_big)
}

/// C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j) keeps numerators and denominators near the size of
/// the result.
fn binomial(n: &IBig, k: u64) -> R<IBig> {
    if k <= 32 {
        let numerator = rising_product(&(n - k + 1), k)?;
        return Ok(numerator / rising_product(&IBig::ONE, k)?);
    }
    pending::check()?;
    let j = k / 2;
    let left = binomial(n, j)?;
    let right = binomial(&(n - j), k - j)?;
    Ok(crate::objects::int_big::mul(&left, &right)? / binomial(&IBig::from(k), j)?)
}

fn small_comb(n: &IBig, k: i64) -> Option<u64> {
    let n = u64::try_from(n).ok()?;
    let mut result: u64 = 1;
    for i in 0..k as u64 {
        // Each step divides without remainder.
        result = result.checked_mul(n - i)? / (i + 1);
    }
    Some(result)
}

// -- divisors -------------------------------------------------------------------------------------

fn integers(args: &[Value]) -> &'static [Value] {
    args[0].downcast::<Tuple>().map_or(&[], |tuple| tuple.items())
}

fn gcd(args: &[Value]) -> R {
    let mut result = Int::Small(0);
    let mut held = Value::small_int(0);
    for &value in integers(args) {
        let next = index(value)?;
        held = match (result, next) {
            (Int::Small(a), Int::Small(b)) => {
                int::from_u64(gcd_words(a.unsigned_abs(), b.unsigned_abs()))
            }
            (a, b) => gcd_big(&a.big(), &b.big()),
        };
        result = view(held).unwrap_or(Int::Small(0));
    }
    Ok(held)
}

fn gcd_words(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn magnitude(big: &IBig) -> UBig {
    big.clone().into_parts().1
}

fn gcd_big(a: &IBig, b: &IBig) -> Value {
    let (a, b) = (magnitude(a), magnitude(b));
    // gcd(0, 0) is an error to the library.
    int::from_big(IBig::from(match (a.is_zero(), b.is_zero()) {
        (true, _) => b,
        (_, true) => a,
        _ => a.gcd(&b),
    }))
}

fn lcm(args: &[Value]) -> R {
    let mut result = IBig::ONE;
    for &value in integers(args) {
        let next = index(value)?.big();
        if result.is_zero() || next.is_zero() {
            result = IBig::ZERO;
            continue;
        }
        let (a, b) = (magnitude(&result), magnitude(&next));
        let divisor = (&a).gcd(&b);
        result = crate::objects::int_big::mul(&IBig::from(a / divisor), &IBig::from(b))?;
    }
    Ok(int::from_big(result))
}

fn isqrt(args: &[Value]) -> R {
    let n = index(args[0])?;
    if n.is_negative() {
        return Err(value_error("isqrt() argument must be nonnegative"));
    }
    Ok(match n {
        Int::Small(n) => Value::int(n.isqrt()),
        Int::Big(big) => int::from_big(IBig::from(magnitude(big).sqrt())),
    })
}
