//! Stands in for the LGPL crate of this name; see the manifest.
pub use num_bigint::*;
