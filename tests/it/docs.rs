//! The stages of the trace in docs/jit.md are those of the VM: each block behind a line `<!-- stage: NAME -->`. `SIDEWINDER_BLESS=1` writes
//! them anew. Machine code is written and not compared: it is another on other processors.

use libtest_mimic::{Failed, Trial};

use crate::child::{self, Plan};

const PROGRAM: &str = "loop_while.py";
const STAGES: [(&str, &[&str]); 5] = [
    ("trace", &["--jit=record-only", "--dump=trace"]),
    ("uops", &["--jit=uop-interp", "--dump=uops"]),
    ("clif", &["--jit=on", "--jit-sync", "--dump=clif"]),
    ("asm", &["--jit=on", "--jit-sync", "--dump=asm"]),
    ("exits", &["--jit=uop-interp", "--dump=exits"]),
];

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("docs::jit", check)]
}

fn check() -> Result<(), Failed> {
    let path = crate::tests().join("../docs/jit.md");
    let mut text = std::fs::read_to_string(&path)?;
    let bless = std::env::var_os("SIDEWINDER_BLESS").is_some();
    let source = std::fs::read_to_string(crate::tests().join("traces").join(PROGRAM))?;
    let stages = STAGES.iter().map(|(name, options)| Ok((*name, shown(options)?)));
    let stages: Vec<(&str, String)> = stages.collect::<Result<_, String>>()?;
    for (name, shown) in std::iter::once(("source", source)).chain(stages) {
        let block = block(&text, name).ok_or_else(|| format!("docs/jit.md has no stage `{name}`"))?;
        if bless {
            text.replace_range(block, &shown);
        } else if name != "asm" && text[block.clone()] != shown {
            return Err(format!("docs/jit.md, stage {name} is another now (SIDEWINDER_BLESS=1 writes it):\n{shown}").into());
        }
    }
    Ok(if bless { std::fs::write(&path, text)? })
}

/// What lies within the fences behind the mark.
fn block(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let mark = format!("<!-- stage: {name} -->\n");
    let fence = text.find(&mark)? + mark.len();
    let start = fence + text[fence..].find('\n')? + 1;
    Some(start..start + text[start..].find("```")?)
}

fn shown(options: &[&str]) -> Result<String, String> {
    let mut command = child::sidewinder();
    command.args(["-S", "--jit-threshold=20"]).args(options).arg(PROGRAM).current_dir(crate::tests().join("traces"));
    let ended = child::run(command, &Plan::default())?;
    let text = String::from_utf8_lossy(&ended.stderr).into_owned();
    if !ended.status.success() {
        return Err(format!("{options:?}: {}", child::tail(&text, 12)));
    }
    Ok(text.lines().map(steady).collect())
}

/// Without what differs from run to run: addresses, and times.
fn steady(line: &str) -> String {
    let is_number = |c: char| c.is_ascii_hexdigit() || c == 'x' || c == '_';
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let inside = out.chars().last().is_some_and(|c| c.is_ascii_alphanumeric());
        let length = rest.find(|c| !is_number(c)).unwrap_or(rest.len());
        if inside || !c.is_ascii_digit() {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let word = &rest[..length];
        let digits = word.replace('_', "");
        let value = match digits.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16),
            None => digits.parse(),
        };
        out.push_str(if value.is_ok_and(|value| value >= 1 << 32) { "ADDRESS" } else { word });
        rest = &rest[length..];
    }
    match out.rfind(", ").filter(|_| out.ends_with(" us")) {
        Some(end) => out[..end].to_string() + "\n",
        None => out + "\n",
    }
}
