//! The stress that fails checks (`--jit-stress=fail:..`) shows a guard that is called a check and is none: one after the other, each branch
//! of a program's traces is called one (`plant:N`), and where that one is then left by although its condition does not hold, the answer
//! must be another. So a mistake of the builder in what it calls a check is one that `programs` finds under these settings.

use libtest_mimic::{Failed, Trial};

use crate::child::{self, Plan};

/// Fewer branches that are left by would show that something else is looked at.
const LEAST: usize = 20;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("planted::each_is_noticed", each_is_noticed)]
}

/// A run of the program, with the branch of this number for a check.
struct Run {
    answer: String,
    /// The guard, where there is one of this number.
    guard: Option<String>,
    /// It was left by, which only the interpreter of the IR tells.
    taken: bool,
}

fn run(mode: &str, number: u32) -> Result<Run, String> {
    let stress = format!("--jit-stress=fail:once,plant:{number}");
    let mut command = child::sidewinder();
    command.args(["-S", mode, "--jit-sync", "--jit-threshold=20", &stress, "programs/specialization/branches.py"]).current_dir(crate::tests());
    let ended = child::run(command, &Plan::default())?;
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    let planted: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("planted: ")).collect();
    let answer = format!("{}{}", ended.status, String::from_utf8_lossy(&ended.stdout));
    Ok(Run { answer, guard: planted.first().map(|guard| guard.to_string()), taken: planted.contains(&"taken") })
}

fn each_is_noticed() -> Result<(), Failed> {
    let right = run("--jit=uop-interp", 4096)?;
    if !right.answer.contains("(400, 137939)") || right.guard.is_some() {
        return Err(format!("without a wrong check: {}", right.answer).into());
    }
    let mut taken = Vec::new();
    for number in 1.. {
        let Run { answer, guard, taken: is_taken } = run("--jit=uop-interp", number)?;
        let Some(guard) = guard else { break };
        if !is_taken {
            continue;
        }
        if answer == right.answer {
            return Err(format!("branch {number} ({guard}) is taken for a check and left by, and nothing shows it").into());
        }
        taken.push((number, answer));
    }
    if taken.len() < LEAST {
        return Err(format!("no more than {} of the branches are left by", taken.len()).into());
    }
    // Machine code counts alike, so that it goes wrong alike.
    for (number, answer) in taken.iter().step_by(4) {
        let compiled = run("--jit=no-opt", *number)?.answer;
        if compiled != *answer {
            return Err(format!("branch {number} taken for a check: interpreted\n{answer}compiled\n{compiled}").into());
        }
    }
    Ok(())
}
