//! A few programs made from seeds, under the settings of `cargo xtask fuzz-programs`, which must agree; and what that command does with a
//! finding. The seeds are always the same: new ones are for the command.

use libtest_mimic::{Failed, Trial};

#[path = "../../xtask/src/fuzz/expressions.rs"]
mod expressions;
#[path = "../../xtask/src/fuzz/generate.rs"]
mod generate;
#[path = "../../xtask/src/fuzz/minimize.rs"]
mod minimize;
#[path = "../../xtask/src/fuzz/program.rs"]
mod program;
#[path = "../../xtask/src/fuzz/random.rs"]
mod random;
#[path = "../../xtask/src/fuzz/run.rs"]
mod run;
#[path = "../../xtask/src/fuzz/statements.rs"]
mod statements;

const FIRST_SEED: usize = 442_146_322;
/// Each of the settings under which one program in so many runs gets one.
const PROGRAMS: usize = 14;
const TRIALS: usize = 7;

pub fn trials() -> Vec<Trial> {
    let each = PROGRAMS / TRIALS;
    let agree = |trial| move || (trial * each..(trial + 1) * each).try_for_each(agree);
    let mut trials: Vec<Trial> = (0..TRIALS).map(|trial| Trial::test(format!("fuzz::settings_agree_{trial}"), agree(trial))).collect();
    trials.push(Trial::test("fuzz::findings_are_cut_down", cut_down));
    trials
}

fn agree(number: usize) -> Result<(), Failed> {
    let seed = FIRST_SEED + number;
    let program = generate::program(seed as u64);
    let runner = run::Runner { vm: crate::child::vm(), oracle: None };
    let file = std::env::temp_dir().join(format!("sidewinder-fuzz-{}-{seed}.py", std::process::id()));
    let finding = runner.look(number, &program, &file);
    let message = finding.map(|finding| {
        let again = runner.still(&program, &file, &finding).then(|| runner.difference(&program, &file, &finding)).flatten();
        let again = again.unwrap_or_else(|| "it does not happen each time".into());
        let seen = &finding.seen;
        let command = format!("cargo xtask fuzz-programs --seed {seed} --count 1");
        format!("seed {seed} under {}: {seen}\nagain:\n{again}\n`{command}` cuts it down", finding.setting.join(" "))
    });
    let _ = std::fs::remove_file(file);
    message.map_or(Ok(()), |message| Err(message.into()))
}

/// What shows nothing goes, and what is left is a program.
fn cut_down() -> Result<(), Failed> {
    let shows = |program: &program::Program| program::text(program).contains("class C0");
    let whole = generate::program(FIRST_SEED as u64);
    let small = minimize::minimize(whole.clone(), &mut |program| shows(program));
    let text = program::text(&small);
    match shows(&small) && program::text(&program::parse(&text)) == text && program::count(&small) <= 2 && program::count(&whole) > 50 {
        true => Ok(()),
        false => Err(format!("of {} statements are left:\n{text}", program::count(&whole)).into()),
    }
}
