//! `cargo xtask regen`: from `opcodes.def` to every generated file. All texts are made before the
//! first is written, and each is replaced in one step, so a definition that is refused leaves
//! everything as it was.

use codegen::OUTPUTS;
use std::fs;
use std::path::Path;

/// Lines of a difference that are printed.
const SHOWN: usize = 20;

/// `[--check]`: says which files are stale instead of writing them.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        [other, ..] => return Err(format!("unknown argument `{other}`; usage: regen [--check]")),
    };
    let (model, diagnostics) = analyzer::check_file(crate::root().join("opcodes.def"));
    if !diagnostics.is_empty() {
        eprint!("{}", diagnostics.for_stderr());
    }
    let model = model.ok_or("the definition has errors; nothing was written")?;
    let texts: Vec<(&str, String)> =
        OUTPUTS.iter().map(|output| (output.path, (output.generate)(&model))).collect();
    if check { compare(&texts) } else { write(&texts) }
}

fn write(texts: &[(&str, String)]) -> Result<(), String> {
    for (path, text) in texts {
        let full = crate::root().join(path);
        if fs::read_to_string(&full).is_ok_and(|old| old == *text) {
            continue;
        }
        replace(&full, text).map_err(|error| format!("cannot write {path}: {error}"))?;
        println!("{path}");
    }
    Ok(())
}

/// A reader sees the old text or the new one, never a part.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    fs::write(&temporary, text)?;
    fs::rename(&temporary, path)
}

fn compare(texts: &[(&str, String)]) -> Result<(), String> {
    let mut stale = 0;
    for (path, text) in texts {
        let old = fs::read_to_string(crate::root().join(path)).unwrap_or_default();
        if let Some(difference) = codegen::file::difference(&old, text, SHOWN) {
            println!("{path} is stale:\n{difference}");
            stale += 1;
        }
    }
    if stale == 0 {
        Ok(())
    } else {
        Err(format!("{stale} stale; run `cargo xtask regen` and commit the result"))
    }
}
