//! What the tests of generators share: the repository's definition, and definitions made of text.

use analyzer::{Model, SourceMap};
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("codegen lies in the workspace").to_path_buf()
}

/// The checked model of a definition; panics with the diagnostics.
pub fn model(sources: &SourceMap) -> Model {
    match analyzer::analyze(sources) {
        Ok(model) => model,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

/// The model of `opcodes.def`.
#[allow(dead_code)]
pub fn definition() -> Model {
    model(&SourceMap::on_disk(&root().join("opcodes.def")))
}
