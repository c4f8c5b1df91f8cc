//! A definition made of text.

use analyzer::{Model, SourceMap};

/// The checked model of a definition; panics with the diagnostics.
pub fn model(sources: &SourceMap) -> Model {
    match analyzer::analyze(sources) {
        Ok(model) => model,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}
