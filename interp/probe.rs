//! What the feature `nightly` asks of the compiler; `build.rs` compiles it to see. No part of the crate.
#![feature(explicit_tail_calls, rust_preserve_none_cc)]
#![allow(incomplete_features)]

pub extern "rust-preserve-none" fn probe(n: usize) {
    become probe(n)
}
