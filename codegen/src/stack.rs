//! The operand stack while an instruction is translated: which Rust variable holds what, and which
//! slot of memory still holds it boxed. What never leaves a variable is never stored; what lies
//! where it lay is not written again.
//!
//! Positions count from the stack pointer at entry: the top operand stands at -1, the first slot
//! above it at 0.

use analyzer::model::Ty;
use proc_macro2::{Ident, TokenStream};

/// A number of slots, or a position: `constant + sum(factor * term)`, terms being Rust text over
/// `oparg`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Depth {
    pub constant: i64,
    terms: Vec<(i64, String)>,
}

impl Depth {
    pub fn fixed(constant: i64) -> Depth {
        Depth { constant, terms: Vec::new() }
    }

    /// Adds `factor` times the slots that `term` computes.
    pub fn add_term(&mut self, factor: i64, term: &TokenStream) {
        self.add_text(factor, &term.to_string());
    }

    fn add_text(&mut self, factor: i64, text: &str) {
        match self.terms.iter_mut().find(|(_, known)| known == text) {
            Some((known, _)) => *known += factor,
            None => self.terms.push((factor, text.to_string())),
        }
        self.terms.retain(|(factor, _)| *factor != 0);
    }

    pub fn plus(&self, factor: i64, other: &Depth) -> Depth {
        let mut sum = self.clone();
        sum.constant += factor * other.constant;
        for (known, text) in &other.terms {
            sum.add_text(factor * known, text);
        }
        sum
    }

    /// `-2`, `-1 - (oparg as isize)`: an `isize`.
    pub fn tokens(&self) -> TokenStream {
        let mut text = if self.constant == 0 && !self.terms.is_empty() {
            String::new()
        } else {
            self.constant.to_string()
        };
        for (factor, term) in &self.terms {
            let sign = match (text.is_empty(), *factor < 0) {
                (true, true) => "-",
                (true, false) => "",
                (false, true) => " - ",
                (false, false) => " + ",
            };
            let times =
                if factor.abs() == 1 { String::new() } else { format!("{} * ", factor.abs()) };
            let term = if term.chars().all(|c| c.is_alphanumeric() || c == '_') {
                term.clone()
            } else {
                format!("({term})")
            };
            text += &format!("{sign}{times}({term} as isize)");
        }
        text.parse().expect("terms are tokens")
    }
}

/// What stands at one place of the stack.
#[derive(Clone, Debug)]
pub enum Entry {
    Slot(Slot),
    /// `args[oparg]`: lives in memory at `home` only.
    Array {
        size: Depth,
        home: Depth,
    },
}

/// One operand.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The representation in `local`.
    pub ty: Ty,
    /// `None`: not read yet.
    pub local: Option<Ident>,
    /// A variable that holds the same value boxed, when `local` does not.
    pub boxed: Option<Ident>,
    /// The memory slot that holds it boxed.
    pub home: Option<Depth>,
    /// Nothing at all: an `unused` output.
    pub undefined: bool,
}

impl Slot {
    /// An operand that lies in memory.
    fn at(home: Depth) -> Slot {
        Slot { ty: Ty::Value, local: None, boxed: None, home: Some(home), undefined: false }
    }

    /// A new value in a variable.
    pub fn new(ty: Ty, local: Ident) -> Slot {
        Slot { ty, local: Some(local), boxed: None, home: None, undefined: false }
    }

    pub fn undefined() -> Slot {
        Slot { ty: Ty::Value, local: None, boxed: None, home: None, undefined: true }
    }
}

/// The part of the stack that the instruction has touched, from `floor` upwards.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    floor: Depth,
    entries: Vec<Entry>,
}

impl Stack {
    /// Takes the top operand; below what was touched it lies in memory.
    pub fn pop(&mut self) -> Slot {
        match self.entries.pop() {
            Some(Entry::Slot(slot)) => slot,
            Some(Entry::Array { .. }) => panic!("the analyzer matches arrays with arrays"),
            None => {
                self.floor = self.floor.plus(-1, &Depth::fixed(1));
                Slot::at(self.floor.clone())
            }
        }
    }

    /// Takes an array of `size` slots; answers its position.
    pub fn pop_array(&mut self, size: &Depth) -> Depth {
        match self.entries.pop() {
            Some(Entry::Array { size: known, home }) => {
                assert!(known == *size, "the analyzer matches arrays of one size");
                home
            }
            Some(Entry::Slot(_)) => panic!("the analyzer matches arrays with arrays"),
            None => {
                self.floor = self.floor.plus(-1, size);
                self.floor.clone()
            }
        }
    }

    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub fn slots_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.entries.iter_mut().filter_map(|entry| match entry {
            Entry::Slot(slot) => Some(slot),
            Entry::Array { .. } => None,
        })
    }

    /// The position just above the top.
    pub fn top(&self) -> Depth {
        self.entries.iter().fold(self.floor.clone(), |at, entry| match entry {
            Entry::Slot(_) => at.plus(1, &Depth::fixed(1)),
            Entry::Array { size, .. } => at.plus(1, size),
        })
    }

    /// The operands that memory does not hold where they now stand, with their positions.
    pub fn unwritten(&self) -> Vec<(Depth, Slot)> {
        let mut at = self.floor.clone();
        let mut unwritten = Vec::new();
        for entry in &self.entries {
            match entry {
                Entry::Slot(slot) => {
                    if slot.home.as_ref() != Some(&at) && !slot.undefined {
                        unwritten.push((at.clone(), slot.clone()));
                    }
                    at = at.plus(1, &Depth::fixed(1));
                }
                Entry::Array { size, home } => {
                    assert!(*home == at, "the analyzer keeps arrays where they lie");
                    at = at.plus(1, size);
                }
            }
        }
        unwritten
    }
}
