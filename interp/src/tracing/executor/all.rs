//! Executors by the numbers of their traces, which stand in code and in exit records: one load finds what is entered. A number is given
//! once, so what refers to an executor that is no more finds nothing, not another one. A number costs a word for as long as the interpreter
//! lives, which is little beside what its recording cost.

use super::Executor;
use std::rc::Rc;

#[derive(Default)]
pub(super) struct All(Vec<Option<Rc<Executor>>>);

impl All {
    #[inline(always)]
    pub fn get(&self, number: u32) -> Option<&Rc<Executor>> {
        self.0.get(number as usize)?.as_ref()
    }
    pub fn insert(&mut self, number: u32, executor: Rc<Executor>) {
        let at = number as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        self.0[at] = Some(executor);
    }
    pub fn remove(&mut self, number: u32) {
        if let Some(place) = self.0.get_mut(number as usize) {
            *place = None;
        }
    }
    /// In the order of their numbers.
    pub fn values(&self) -> impl Iterator<Item = &Rc<Executor>> {
        self.0.iter().flatten()
    }
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Rc<Executor>> {
        self.0.iter_mut().flatten()
    }
    /// Above all numbers.
    pub fn bound(&self) -> u32 {
        self.0.len() as u32
    }
}
