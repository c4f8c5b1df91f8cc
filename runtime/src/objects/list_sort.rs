//! The sort behind `list.sort` and `sorted`: stable, by keys, with comparisons that may raise.
//! Lists of only ints, floats or strs sort without any call; every other list sorts a permutation
//! of its indices (natural runs, binary insertion, powersort merges), so that the collector sees
//! all items in their list whatever a comparison does.

use crate::error::{R, memory_error, value_error};
use crate::object::Gc;
use crate::objects::list::List;
use crate::objects::str::{Chars, Str};
use crate::objects::support::{is_exact_str, is_exact_tuple};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::CompareOp;
use crate::value::Value;
use core::cmp::Ordering;

/// Sorts in place; the list is empty as seen by keys and comparisons, and one that fills it
/// meanwhile raises ValueError.
pub fn sort(list: Gc<List>, key: Option<Value>, reverse: bool) -> R<()> {
    let work = List::new();
    work.swap(&list);
    // A buffer without room: whatever changes the list meanwhile takes another one, or none.
    let mark = crate::heap::try_alloc_values(1).ok_or_else(crate::error::memory_error)?;
    list.items.set(mark);
    let result = sort_detached(work, key, reverse);
    let touched = !core::ptr::eq(list.items.get(), mark);
    list.clear();
    list.swap(&work);
    result?;
    if touched { Err(value_error("list modified during sort")) } else { Ok(()) }
}

fn sort_detached(items: Gc<List>, key: Option<Value>, reverse: bool) -> R<()> {
    let len = items.len();
    let keys = match key {
        None => items,
        Some(key) => {
            let keys = List::new();
            keys.reserve_exact(len)?;
            for at in 0..len {
                keys.push(ops::call_positional(key, &[items.items()[at]])?)?;
            }
            keys
        }
    };
    if len < 2 {
        return Ok(());
    }
    match common_type(keys.items()) {
        Common::Int if key.is_none() => {
            // Small ints order as their words do, and equal ones cannot be told apart.
            let words = items.items_mut();
            words.sort_unstable_by_key(|word| word.0);
            if reverse {
                words.reverse();
            }
            Ok(())
        }
        Common::Int => sort_pairs(items, keys, reverse, |key| key.0, u64::cmp),
        Common::Float => sort_pairs(items, keys, reverse, Value::unbox_float, |a, b| {
            a.partial_cmp(b).unwrap_or(Ordering::Equal)
        }),
        Common::Latin1 => {
            sort_pairs(items, keys, reverse, |key| (prefix(key), key), compare_latin1)
        }
        Common::Str => sort_pairs(
            items,
            keys,
            reverse,
            |key| key,
            |a, b| compare_str(a.cast::<Str>().get_ref(), b.cast::<Str>().get_ref()),
        ),
        Common::Nothing => sort_by_firsts(items, keys, reverse),
    }
}

enum Common {
    Int,
    Float,
    /// Strs of one byte a character.
    Latin1,
    Str,
    Nothing,
}

/// The one type of all keys, where it has an order that needs no call. A NaN orders with nothing.
fn common_type(keys: &[Value]) -> Common {
    let first = keys[0];
    if first.is_int() {
        if keys.iter().all(|key| key.is_int()) {
            return Common::Int;
        }
    } else if first.is_float() {
        if keys.iter().all(|key| key.is_float() && !key.unbox_float().is_nan()) {
            return Common::Float;
        }
    } else if is_exact_str(first) && keys.iter().all(|&key| is_exact_str(key)) {
        let narrow = |key: &Value| matches!(key.cast::<Str>().chars(), Chars::Narrow(_));
        return if keys.iter().all(narrow) { Common::Latin1 } else { Common::Str };
    }
    Common::Nothing
}

/// The first eight characters of a Latin-1 str, which order as it does except where they are equal.
fn prefix(key: Value) -> u64 {
    let mut word = [0u8; 8];
    if let Chars::Narrow(bytes) = key.cast::<Str>().chars() {
        let len = bytes.len().min(8);
        word[..len].copy_from_slice(&bytes[..len]);
    }
    u64::from_be_bytes(word)
}

/// Latin-1 strs with their prefixes.
fn compare_latin1(a: &(u64, Value), b: &(u64, Value)) -> Ordering {
    a.0.cmp(&b.0)
        .then_with(|| compare_str(a.1.cast::<Str>().get_ref(), b.1.cast::<Str>().get_ref()))
}

pub fn compare_str(a: &Str, b: &Str) -> Ordering {
    match (a.chars(), b.chars()) {
        (Chars::Narrow(a), Chars::Narrow(b)) => a.cmp(b),
        (Chars::Wide(a), Chars::Wide(b)) => a.cmp(b),
        _ => a.iter().cmp(b.iter()),
    }
}

/// By what `part` takes from each key. Neither `part` nor `compare` runs Python code or allocates.
fn sort_pairs<K>(
    items: Gc<List>,
    keys: Gc<List>,
    reverse: bool,
    part: impl Fn(Value) -> K,
    compare: impl Fn(&K, &K) -> Ordering,
) -> R<()> {
    let len = items.len();
    let mut pairs: Vec<(K, usize)> = Vec::new();
    // Twice: the library's stable sort takes a buffer of its own, and does not ask.
    pairs.try_reserve_exact(len.saturating_mul(2)).map_err(|_| memory_error())?;
    pairs.shrink_to(len);
    pairs.extend(keys.items().iter().map(|&key| part(key)).zip(0..));
    if reverse {
        pairs.sort_by(|a, b| compare(&b.0, &a.0));
    } else {
        pairs.sort_by(|a, b| compare(&a.0, &b.0));
    }
    permute(items, pairs.iter().map(|pair| pair.1))
}

/// The item that is to stand at each place, by its old index.
fn permute(items: Gc<List>, order: impl Iterator<Item = usize>) -> R<()> {
    let sorted = List::new();
    sorted.reserve_exact(items.len())?;
    for at in order {
        sorted.push(items.items()[at])?;
    }
    items.swap(&sorted);
    Ok(())
}

/// Keys that need calls. Tuples whose first items order without one are sorted by those, and then
/// each group with an equal first item.
fn sort_by_firsts(items: Gc<List>, keys: Gc<List>, reverse: bool) -> R<()> {
    let len = items.len();
    let mut order: Vec<usize> = Vec::new();
    order.try_reserve_exact(len).map_err(|_| memory_error())?;
    order.extend(0..len);
    let mut merged: Vec<usize> = Vec::new();
    merged.try_reserve_exact(len).map_err(|_| memory_error())?;
    // Reversed before and after, so that equal items keep their order.
    if reverse {
        order.reverse();
    }
    let mut sorter = Sorter { keys, merged };
    let firsts = first_items(keys.items());
    let result = match firsts.as_deref().map(common_type) {
        Some(Common::Int) => {
            sort_groups(&mut sorter, &mut order, |at| firsts_word(&firsts, at), u64::cmp)
        }
        Some(Common::Float) => {
            let compare = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(Ordering::Equal);
            sort_groups(
                &mut sorter,
                &mut order,
                |at| firsts_value(&firsts, at).unbox_float(),
                compare,
            )
        }
        Some(Common::Latin1) => sort_groups(
            &mut sorter,
            &mut order,
            |at| (prefix(firsts_value(&firsts, at)), firsts_value(&firsts, at)),
            compare_latin1,
        ),
        _ => sorter.sort(&mut order),
    };
    if reverse {
        order.reverse();
    }
    permute(items, order.into_iter())?;
    result
}

/// The first item of each key, when all are tuples that have one.
fn first_items(keys: &[Value]) -> Option<Vec<Value>> {
    let mut firsts = Vec::new();
    firsts.try_reserve_exact(keys.len()).ok()?;
    for &key in keys {
        if !is_exact_tuple(key) {
            return None;
        }
        firsts.push(*key.cast::<Tuple>().items().first()?);
    }
    Some(firsts)
}
fn firsts_value(firsts: &Option<Vec<Value>>, at: usize) -> Value {
    firsts.as_ref().and_then(|firsts| firsts.get(at).copied()).unwrap_or_default()
}
fn firsts_word(firsts: &Option<Vec<Value>>, at: usize) -> u64 {
    firsts_value(firsts, at).0
}

fn sort_groups<K>(
    sorter: &mut Sorter,
    order: &mut [usize],
    part: impl Fn(usize) -> K,
    compare: impl Fn(&K, &K) -> Ordering,
) -> R<()> {
    let mut pairs: Vec<(K, usize)> = Vec::new();
    pairs.try_reserve_exact(order.len().saturating_mul(2)).map_err(|_| memory_error())?;
    pairs.shrink_to(order.len());
    pairs.extend(order.iter().map(|&at| (part(at), at)));
    pairs.sort_by(|a, b| compare(&a.0, &b.0));
    for (place, pair) in order.iter_mut().zip(&pairs) {
        *place = pair.1;
    }
    let mut start = 0;
    while start < order.len() {
        let same = |pair: &&(K, usize)| compare(&pair.0, &pairs[start].0) == Ordering::Equal;
        let end = start + pairs[start..].iter().take_while(same).count();
        if end - start > 1 {
            sorter.sort(&mut order[start..end])?;
        }
        start = end;
    }
    Ok(())
}

/// `a < b`, as `sorted` asks.
pub fn less(a: Value, b: Value) -> R<bool> {
    if Value::both_int(a, b) {
        return Ok(a.0 < b.0);
    }
    if a.is_float() && b.is_float() {
        return Ok(a.unbox_float() < b.unbox_float());
    }
    if is_exact_str(a) && is_exact_str(b) {
        return Ok(
            compare_str(a.cast::<Str>().get_ref(), b.cast::<Str>().get_ref()) == Ordering::Less
        );
    }
    if is_exact_tuple(a) && is_exact_tuple(b) {
        return less_tuple(a.cast(), b.cast());
    }
    ops::compare_bool(a, b, CompareOp::Lt)
}

fn less_tuple(a: Gc<Tuple>, b: Gc<Tuple>) -> R<bool> {
    crate::vm::check_native_stack(" in comparison")?;
    for (&x, &y) in a.items().iter().zip(b.items()) {
        if !ops::equal(x, y)? {
            return less(x, y);
        }
    }
    Ok(a.len() < b.len())
}

/// A stretch of the order that is sorted already.
struct Run {
    start: usize,
    len: usize,
    /// Depth of the boundary to the next run in the merge tree.
    power: u32,
}

struct Sorter {
    /// Not reachable from Python code.
    keys: Gc<List>,
    /// The left run while it is merged.
    merged: Vec<usize>,
}

impl Sorter {
    /// On an error the order is left as some permutation.
    fn sort(&mut self, order: &mut [usize]) -> R<()> {
        let len = order.len();
        let shortest = shortest_run(len);
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        while start < len {
            let mut run = self.take_run(&mut order[start..])?;
            if run < shortest {
                let wanted = shortest.min(len - start);
                self.insert_binary(&mut order[start..start + wanted], run)?;
                run = wanted;
            }
            if let Some(last) = runs.last() {
                let power = boundary_power(last.start, last.len, run, len);
                while runs.len() > 1 && runs[runs.len() - 2].power > power {
                    let at = runs.len() - 2;
                    self.merge_at(order, &mut runs, at)?;
                }
                if let Some(last) = runs.last_mut() {
                    last.power = power;
                }
            }
            runs.push(Run { start, len: run, power: 0 });
            start += run;
        }
        while runs.len() > 1 {
            let mut at = runs.len() - 2;
            if at > 0 && runs[at - 1].len < runs[at + 1].len {
                at -= 1;
            }
            self.merge_at(order, &mut runs, at)?;
        }
        Ok(())
    }

    fn less(&self, a: usize, b: usize) -> R<bool> {
        let keys = self.keys.items();
        less(keys[a], keys[b])
    }

    /// Length of the run at the front; a strictly descending one is reversed.
    fn take_run(&self, order: &mut [usize]) -> R<usize> {
        if order.len() < 2 {
            return Ok(order.len());
        }
        let mut len = 2;
        if self.less(order[1], order[0])? {
            while len < order.len() && self.less(order[len], order[len - 1])? {
                len += 1;
            }
            order[..len].reverse();
        } else {
            while len < order.len() && !self.less(order[len], order[len - 1])? {
                len += 1;
            }
        }
        Ok(len)
    }

    /// The first `sorted` entries are in order; the others are put between them.
    fn insert_binary(&self, order: &mut [usize], sorted: usize) -> R<()> {
        for next in sorted..order.len() {
            let pivot = order[next];
            let at = self.upper_bound(pivot, &order[..next])?;
            order.copy_within(at..next, at + 1);
            order[at] = pivot;
        }
        Ok(())
    }

    /// How many of the run are not greater than `pivot`.
    fn upper_bound(&self, pivot: usize, run: &[usize]) -> R<usize> {
        let (mut low, mut high) = (0, run.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(pivot, run[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }
    /// How many of the run are less than `pivot`.
    fn lower_bound(&self, pivot: usize, run: &[usize]) -> R<usize> {
        let (mut low, mut high) = (0, run.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(run[middle], pivot)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Merges the runs `at` and `at + 1`.
    fn merge_at(&mut self, order: &mut [usize], runs: &mut Vec<Run>, at: usize) -> R<()> {
        let right = runs.remove(at + 1);
        let left = &mut runs[at];
        let (start, middle, end) = (left.start, right.start, right.start + right.len);
        left.len += right.len;
        left.power = right.power;
        self.merge(&mut order[start..end], middle - start)
    }

    fn merge(&mut self, order: &mut [usize], middle: usize) -> R<()> {
        // What stands in its place already at either end is left alone.
        let skip = self.upper_bound(order[middle], &order[..middle])?;
        if skip == middle {
            return Ok(());
        }
        let end = middle + self.lower_bound(order[middle - 1], &order[middle..])?;
        let order = &mut order[skip..end];
        let middle = middle - skip;
        self.merged.clear();
        self.merged.extend_from_slice(&order[..middle]);
        let (mut left, mut right, mut to) = (0, middle, 0);
        let mut result = Ok(());
        while left < middle && right < order.len() {
            match self.less(order[right], self.merged[left]) {
                Ok(true) => {
                    order[to] = order[right];
                    right += 1;
                }
                Ok(false) => {
                    order[to] = self.merged[left];
                    left += 1;
                }
                Err(raised) => {
                    result = Err(raised);
                    break;
                }
            }
            to += 1;
        }
        // The gap is exactly as wide as what is left of the left run.
        order[to..to + middle - left].copy_from_slice(&self.merged[left..middle]);
        result
    }
}

/// Between 32 and 64, such that the length divided by it is a power of two or slightly less.
fn shortest_run(mut len: usize) -> usize {
    let mut odd = 0;
    while len >= 64 {
        odd |= len & 1;
        len >>= 1;
    }
    len + odd
}

/// Powersort: how deep in an ideal merge tree the boundary between two neighbouring runs lies.
fn boundary_power(start: usize, left: usize, right: usize, len: usize) -> u32 {
    let (mut a, mut b) = (2 * start + left, 2 * start + 2 * left + right);
    let mut power = 0;
    loop {
        power += 1;
        if a >= len {
            a -= len;
            b -= len;
        } else if b >= len {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_keys_sort_stably() {
        crate::bootstrap::start();
        let mut seed = 1u64;
        for len in [0usize, 1, 2, 3, 40, 63, 64, 65, 500, 3000, 3001] {
            let mut model: Vec<(i64, i64)> = Vec::new();
            let list = List::new();
            for i in 0..len {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let key = if i % 100 < 50 { i as i64 } else { (seed >> 40) as i64 % 20 };
                model.push((key, i as i64));
                // Lists take the path of arbitrary keys, tuples that of their first items.
                let key = [Value::int(key / 3), Value::int(key)];
                let key = if len % 2 == 0 {
                    Tuple::from_slice(&key).value()
                } else {
                    List::from_slice(&key).expect("memory").value()
                };
                list.push(key).expect("memory");
            }
            let expected: Vec<usize> = {
                let mut order: Vec<usize> = (0..len).collect();
                order.sort_by_key(|&i| model[i].0);
                order
            };
            let before: Vec<Value> = list.items().to_vec();
            sort(list, None, false).expect("ints compare");
            assert!(list.items().iter().zip(&expected).all(|(item, &i)| *item == before[i]));
            sort(list, None, true).expect("ints compare");
            let mut order: Vec<usize> = (0..len).collect();
            order.sort_by(|&a, &b| model[b].0.cmp(&model[a].0));
            assert!(list.items().iter().zip(&order).all(|(item, &i)| *item == before[i]));
        }
    }
}
