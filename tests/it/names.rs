//! docs/missing.md must tell exactly what is missing from `dir()` of built-in types and modules.

use libtest_mimic::Trial;

use crate::child::{self, Plan};
use crate::gaps;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("names::missing_is_fresh", || Ok(missing_is_fresh()?))]
}

fn missing_is_fresh() -> Result<(), String> {
    let folder = crate::tests().join("dir");
    let mut command = child::sidewinder();
    command.arg("record.py").current_dir(&folder);
    let ended = child::run(command, &Plan::default())?;
    if !ended.status.success() {
        let stderr = String::from_utf8_lossy(&ended.stderr);
        return Err(format!("tests/dir/record.py failed:\n{}", child::tail(&stderr, 12)));
    }
    let recorded = std::fs::read_to_string(folder.join("names.txt"))
        .map_err(|error| format!("tests/dir/names.txt: {error}"))?;
    let text = gaps::document(&recorded, &String::from_utf8_lossy(&ended.stdout));
    let written = std::fs::read_to_string(crate::tests().join("../docs/missing.md"))
        .map_err(|error| format!("docs/missing.md: {error}"))?;
    if text == written { Ok(()) } else { Err(gaps::STALE.to_string()) }
}
