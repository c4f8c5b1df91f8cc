//! The facade: puts front end, runtime and interpreter together. Not here: anything that one of them could do alone.

pub mod cli;
mod compile;
mod repl;
pub(crate) mod start;
mod syntax_tree;
mod tree_in;

pub use start::start;
