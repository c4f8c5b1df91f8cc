//! The repository's own definition.

use analyzer::Model;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("codegen lies in the workspace")
        .to_path_buf()
}

/// The model of `opcodes.def`; panics with the diagnostics.
pub fn definition() -> Model {
    match analyzer::analyze_file(root().join("opcodes.def")) {
        Ok(model) => model,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}
