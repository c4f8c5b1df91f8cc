//! What the recorder shows of each program under `tests/traces`, against the recorded NAME.trace, and the IR of
//! some of them (NAME.uops). `SIDEWINDER_BLESS=1` writes these files anew; read the difference before it is committed.

use libtest_mimic::{Failed, Trial};

use crate::child::{self, Plan};

const TRACE: [&str; 4] = ["-S", "--jit=record-only", "--jit-threshold=20", "--dump=trace"];
const UOPS: [&str; 4] = ["-S", "--jit=uop-interp", "--jit-threshold=20", "--dump=uops"];

/// Programs whose IR is looked at, too.
const WITH_UOPS: [&str; 10] = [
    "branch_biased", "call", "call_nested", "init", "list_and_dict", "loop_for_range", "loop_while", "method", "property", "return_in_loop",
];

pub fn trials() -> Vec<Trial> {
    let Ok(folder) = std::fs::read_dir(crate::tests().join("traces")) else { return Vec::new() };
    let files = folder.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> =
        files.filter_map(|file| file.strip_suffix(".py").map(str::to_string)).collect();
    names.sort();
    let traces = names.into_iter().map(|name| Trial::test(format!("traces::{name}"), move || check(&name, "trace", &TRACE)));
    let uops = WITH_UOPS.into_iter().map(|name| Trial::test(format!("traces::uops::{name}"), move || check(name, "uops", &UOPS)));
    traces.chain(uops).collect()
}

fn check(name: &str, form: &str, options: &[&str]) -> Result<(), Failed> {
    let folder = crate::tests().join("traces");
    let mut command = child::sidewinder();
    command.args(options).arg(format!("{name}.py")).current_dir(&folder);
    let ended = child::run(command, &Plan::default())?;
    let shown = String::from_utf8_lossy(&ended.stderr).into_owned();
    let path = folder.join(format!("{name}.{form}"));
    if !ended.status.success() {
        return Err(format!("the program failed:\n{}", child::tail(&shown, 12)).into());
    }
    if std::env::var_os("SIDEWINDER_BLESS").is_some() {
        return Ok(std::fs::write(&path, shown)?);
    }
    let recorded = std::fs::read_to_string(&path)
        .map_err(|error| format!("{}: {error}; SIDEWINDER_BLESS=1 writes it", path.display()))?;
    if shown == recorded {
        return Ok(());
    }
    let line = shown.lines().zip(recorded.lines()).take_while(|(left, right)| left == right).count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("(ends here)").to_string();
    let (recorded, shown) = (at(&recorded), at(&shown));
    Err(format!("{name}.{form} differs at line {}:\n- {recorded}\n+ {shown}", line + 1).into())
}
