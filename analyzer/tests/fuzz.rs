//! Damaged definitions: the real ones and those of tests/pass and tests/fail, mutated by a seeded
//! generator. Whatever comes in, the analyzer answers; it never panics and never hangs.
//!
//! `FUZZ_SECONDS=600 cargo test -p sidewinder-analyzer --test fuzz` runs longer; `FUZZ_SEED` picks
//! another sequence. A failure prints the seed of its case: `FUZZ_CASE=seed` runs that one alone.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use analyzer::SourceMap;

struct Random(u64);

impl Random {
    /// splitmix64
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

fn texts() -> Vec<(String, Vec<u8>)> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = vec![crate_folder.join("../opcodes.def")];
    for folder in ["../opcodes", "tests/pass", "tests/fail", "tests"] {
        let entries = fs::read_dir(crate_folder.join(folder)).expect("the folder is there");
        let mut found: Vec<PathBuf> = entries
            .map(|entry| entry.expect("readable").path())
            .collect();
        found.retain(|path| path.extension().is_some_and(|extension| extension == "def"));
        found.sort();
        paths.extend(found);
    }
    let name = |path: &Path| {
        let file = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        if path
            .parent()
            .is_some_and(|parent| parent.ends_with("opcodes"))
        {
            format!("opcodes/{file}")
        } else {
            file
        }
    };
    paths
        .iter()
        .map(|path| (name(path), fs::read(path).expect("readable")))
        .collect()
}

/// Words, numbers, signs and blanks, as pieces.
fn pieces(text: &[u8]) -> Vec<&[u8]> {
    let class = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => 0,
        byte if byte.is_ascii_whitespace() => 1,
        _ => 2,
    };
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 1..=text.len() {
        let ends =
            at == text.len() || class(text[at]) != class(text[at - 1]) || class(text[at]) == 2;
        if ends {
            pieces.push(&text[start..at]);
            start = at;
        }
    }
    pieces
}

const SPICES: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "--",
    "|",
    "->",
    ":=",
    "oparg",
    "unused",
    "counter/1",
    "unused/0",
    "99999999999",
    "-1",
    "exit_if(",
    "jump_by(",
    "match",
    "if",
    "else",
    "let",
    "value",
    "int",
    "as",
    "::",
    "\"",
    "'",
    "#",
    "/*",
    "*/",
    "//",
    "\0",
    "\r",
    "\u{feff}",
    "é",
    "\u{1F600}",
    "null()",
    "local[",
    "Ptr<[",
    "override",
    "pure",
    "replicate(0:300)",
    "push_frame(",
    "raise();",
    "use \"",
    "fn f() -> f() { f() }",
    "..=",
    "&&",
    "?",
    ";",
    "=>",
];

fn mutate(random: &mut Random, corpus: &[(String, Vec<u8>)], base: &[u8]) -> Vec<u8> {
    let mut text = base.to_vec();
    for _ in 0..1 + random.below(4) {
        match random.below(9) {
            0 if !text.is_empty() => {
                let at = random.below(text.len());
                text[at] = random.next() as u8;
            }
            1 => text.truncate(random.below(text.len() + 1)),
            2 | 3 => {
                let parts = pieces(&text);
                let (from, count) = (random.below(parts.len()), 1 + random.below(5));
                let kept = parts
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| *index < from || *index >= from + count);
                text = kept.flat_map(|(_, piece)| piece.iter().copied()).collect();
            }
            4 => {
                let parts = pieces(&text);
                let (from, count, to) = (
                    random.below(parts.len()),
                    1 + random.below(30),
                    random.below(parts.len()),
                );
                let copied: Vec<&[u8]> = parts.iter().skip(from).take(count).copied().collect();
                let mut all = parts;
                all.splice(to..to, copied);
                text = all.concat();
            }
            5 => {
                let parts = pieces(&text);
                let (one, other) = (random.below(parts.len()), random.below(parts.len()));
                let mut all = parts;
                if one < all.len() && other < all.len() {
                    all.swap(one, other);
                }
                text = all.concat();
            }
            6 => {
                let spice = SPICES[random.below(SPICES.len())].as_bytes();
                let times = if random.below(10) == 0 {
                    random.below(3_000)
                } else {
                    1
                };
                let at = random.below(text.len() + 1);
                text.splice(at..at, spice.repeat(times));
            }
            7 => {
                let other = &corpus[random.below(corpus.len())].1;
                let parts = pieces(other);
                let from = random.below(parts.len());
                let taken: Vec<u8> = parts
                    .iter()
                    .skip(from)
                    .take(1 + random.below(60))
                    .flat_map(|piece| piece.iter().copied())
                    .collect();
                let at = random.below(text.len() + 1);
                text.splice(at..at, taken);
            }
            _ => {
                // One word for another of the same text.
                let parts = pieces(&text);
                let (one, other) = (random.below(parts.len()), random.below(parts.len()));
                let mut all = parts;
                if one < all.len() && other < all.len() {
                    all[one] = all[other];
                }
                text = all.concat();
            }
        }
        text.truncate(1 << 20);
    }
    text
}

fn run_case(seed: u64, corpus: &[(String, Vec<u8>)]) {
    let mut random = Random(seed);
    let chosen = random.below(corpus.len());
    let (name, base) = &corpus[chosen];
    let text = mutate(&mut random, corpus, base);
    // Sometimes the whole definition around the damaged file, sometimes the file alone.
    let main = if name.starts_with("opcodes/") && random.below(4) > 0 {
        "opcodes.def"
    } else {
        name
    };
    let of = |wanted: &str| match wanted == name {
        true => text.clone(),
        false => corpus
            .iter()
            .find(|(known, _)| known == wanted)
            .map(|(_, text)| text.clone())
            .unwrap_or_default(),
    };
    let mut map = SourceMap::new().with(main, of(main));
    for (known, _) in corpus.iter().filter(|(known, _)| known != main) {
        let needed = known.starts_with("opcodes/") == main.starts_with("opcodes") || known == name;
        if needed || matches!(known.as_str(), "prelude.def" | "base.def") {
            map = map.with(known, of(known));
        }
    }
    let start = Instant::now();
    let (_, diagnostics) = analyzer::check(&map);
    let shown = diagnostics.to_string();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    assert!(shown.len() < 1 << 20, "{} bytes of messages", shown.len());
}

#[test]
fn damaged_definitions() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let corpus = texts();
    if let Some(seed) = number("FUZZ_CASE") {
        return run_case(seed, &corpus);
    }
    let seconds = number("FUZZ_SECONDS").unwrap_or(3);
    let mut seeds = Random(number("FUZZ_SEED").unwrap_or(20261122));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut cases = 0;
    while Instant::now() < end {
        let seed = seeds.next();
        if catch_unwind(AssertUnwindSafe(|| run_case(seed, &corpus))).is_err() {
            panic!("FUZZ_CASE={seed}");
        }
        // What the parsers keep of each text for their spans would only grow.
        proc_macro2::extra::invalidate_current_thread_spans();
        cases += 1;
    }
    assert!(cases > 10, "{cases} cases");
    println!("{cases} cases");
}
