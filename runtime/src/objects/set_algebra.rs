//! Operations on a set and another set or iterable, step by step as CPython does them, since the
//! steps show in the order of the result.

use crate::error::R;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::set::Set;
use crate::objects::support::{hash_element, is_exact_dict};
use crate::ops;
use crate::value::Value;
use crate::vm::{class_of, types};

/// An exact dict is a set of keys with known hashes.
fn as_dict(value: Value) -> Option<Gc<Dict>> {
    if is_exact_dict(value) { Some(value.cast()) } else { None }
}

/// Calls `visit` with each element of `set` and its hash. What `visit` does is to look for elements in `beside`, another set, or to take
/// them from it: `set` changes at most where that runs Python code.
#[inline]
fn each_beside(set: Gc<Set>, beside: &Set, mut visit: impl FnMut(Value, i64) -> R<()>) -> R<()> {
    if set.is_plain() && beside.is_plain() {
        return set.elements().try_for_each(|slot| visit(slot.key, slot.hash));
    }
    let mut at = 0;
    while let Some((next, key, hash)) = set.next_entry(at) {
        at = next;
        visit(key, hash)?;
    }
    Ok(())
}
/// Calls `visit` with each element and its hash; the container may change meanwhile.
fn each(iterable: Value, mut visit: impl FnMut(Value, i64) -> R<()>) -> R<()> {
    if let Some(set) = iterable.downcast::<Set>() {
        let mut at = 0;
        while let Some((next, key, hash)) = set.next_entry(at) {
            at = next;
            visit(key, hash)?;
        }
        return Ok(());
    }
    if let Some(dict) = as_dict(iterable) {
        let mut at = 0;
        while let Some((next, key, _)) = dict.next_entry(at) {
            let hash = dict.entries()[next - 1].hash;
            at = next;
            visit(key, hash)?;
        }
        return Ok(());
    }
    ops::for_each(iterable, |item| visit(item, hash_element(item)?))
}

impl Set {
    /// Base type of the results of operators: set or frozenset itself, never a subclass.
    fn fresh_base(&self) -> Gc<Set> {
        if class_of(self.handle().value()).is_subclass(types().frozenset) {
            Set::new_frozen()
        } else {
            Set::new()
        }
    }
    /// A copy, of the base type too.
    pub fn copied_base(&self) -> R<Gc<Set>> {
        let copy = self.fresh_base();
        copy.merge(self.handle())?;
        Ok(copy)
    }
    pub fn update(&self, iterable: Value) -> R<()> {
        if let Some(set) = iterable.downcast::<Set>() {
            return self.merge(set);
        }
        if let Some(dict) = as_dict(iterable) {
            self.reserve_for_dict(dict.len())?;
        }
        if as_dict(iterable).is_some() {
            return each(iterable, |key, hash| self.add_with_hash(key, hash));
        }
        let iterator = ops::iter(iterable)?;
        while let Some(item) = ops::next_left(iterator, |item| self.take(item))? {
            self.add_with_hash(item, hash_element(item)?)?;
        }
        Ok(())
    }
    pub fn intersection(&self, other: Value) -> R<Gc<Set>> {
        if self.handle().value() == other {
            return self.copied_base();
        }
        let common = self.fresh_base();
        let Some(other_set) = other.downcast::<Set>() else {
            each(other, |key, hash| {
                if self.contains_with_hash(key, hash)? { common.add_with_hash(key, hash) } else { Ok(()) }
            })?;
            return Ok(common);
        };
        let (keep, visit) =
            if other_set.len() > self.len() { (other_set, self.handle()) } else { (self.handle(), other_set) };
        each_beside(visit, &keep, |key, hash| {
            if keep.contains_with_hash(key, hash)? { common.add_with_hash(key, hash) } else { Ok(()) }
        })?;
        Ok(common)
    }
    pub fn difference(&self, other: Value) -> R<Gc<Set>> {
        if let Some(set) = other.downcast::<Set>()
            && self.len() >> 2 <= set.len()
        {
            let rest = self.fresh_base();
            each_beside(self.handle(), &set, |key, hash| {
                if set.contains_with_hash(key, hash)? { Ok(()) } else { rest.add_with_hash(key, hash) }
            })?;
            return Ok(rest);
        }
        if let Some(dict) = as_dict(other)
            && self.len() >> 2 <= dict.len()
        {
            let rest = self.fresh_base();
            each(self.handle().value(), |key, hash| {
                if dict.find(key, hash)?.is_some() { Ok(()) } else { rest.add_with_hash(key, hash) }
            })?;
            return Ok(rest);
        }
        self.copy_and_difference(other)
    }
    fn copy_and_difference(&self, other: Value) -> R<Gc<Set>> {
        let rest = self.copied_base()?;
        rest.difference_update(other)?;
        Ok(rest)
    }
    pub fn difference_update(&self, other: Value) -> R<()> {
        if self.handle().value() == other {
            self.clear();
            return Ok(());
        }
        match other.downcast::<Set>() {
            Some(set) if set.len() >> 3 > self.len() => {
                let doomed = self.intersection(other)?;
                each_beside(doomed, self, |key, hash| self.discard_with_hash(key, hash).map(drop))?;
            }
            Some(set) => each_beside(set, self, |key, hash| self.discard_with_hash(key, hash).map(drop))?,
            None => each(other, |key, hash| self.discard_with_hash(key, hash).map(drop))?,
        }
        self.tidy()
    }
    pub fn symmetric_difference_update(&self, other: Value) -> R<()> {
        if self.handle().value() == other {
            self.clear();
            return Ok(());
        }
        let other = if other.is::<Set>() || as_dict(other).is_some() {
            other
        } else {
            let set = self.fresh_base();
            set.update(other)?;
            set.value()
        };
        each(other, |key, hash| {
            if self.discard_with_hash(key, hash)? { Ok(()) } else { self.add_with_hash(key, hash) }
        })
    }
    pub fn symmetric_difference(&self, other: Value) -> R<Gc<Set>> {
        let result = self.fresh_base();
        result.update(other)?;
        result.symmetric_difference_update(self.handle().value())?;
        Ok(result)
    }
    pub fn intersection_update(&self, other: Value) -> R<()> {
        let common = self.intersection(other)?;
        self.swap(&common);
        Ok(())
    }
    pub fn is_disjoint(&self, other: Value) -> R<bool> {
        if self.handle().value() == other {
            return Ok(self.len() == 0);
        }
        let (mut keep, mut visit) = (self.handle(), other);
        if let Some(set) = other.downcast::<Set>() {
            if self.surely_shares_none_with(&set) {
                return Ok(true);
            }
            if set.len() > self.len() {
                (keep, visit) = (set, self.handle().value());
            }
            let (set, mut at) = (visit.cast::<Set>(), 0);
            while let Some((next, key, hash)) = set.next_entry(at) {
                at = next;
                if keep.contains_with_hash(key, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let iterator = ops::iter(visit)?;
        while let Some(item) = ops::next(iterator)? {
            if keep.contains(item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    /// Every element is in `other`, a set.
    pub fn is_subset_of(&self, other: Gc<Set>) -> R<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        if self.is_plain() && other.is_plain() {
            if self.surely_has_more_than(&other) {
                return Ok(false);
            }
            for slot in self.elements() {
                if !other.contains_with_hash(slot.key, slot.hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let mut at = 0;
        while let Some((next, key, hash)) = self.next_entry(at) {
            at = next;
            if !other.contains_with_hash(key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
