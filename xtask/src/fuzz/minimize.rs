//! Cuts a program down while it still shows what it was found for. Not here: what that is.

use super::program::{Program, count, simpler, without};

/// So many programs are tried.
const TRIES: usize = 4000;

pub fn minimize(mut program: Program, shows: &mut dyn FnMut(&Program) -> bool) -> Program {
    let mut tries = 0;
    let mut attempt = |candidate: &Program| {
        tries += 1;
        tries <= TRIES && shows(candidate)
    };
    loop {
        let before = program.clone();
        let mut chunk = count(&program).div_ceil(2);
        while chunk > 0 {
            let mut at = 0;
            while at < count(&program) {
                let candidate = without(&program, &(at..at + chunk));
                match candidate != program && attempt(&candidate) {
                    true => program = candidate,
                    false => at += chunk,
                }
            }
            chunk /= 2;
        }
        let mut at = 0;
        while at < count(&program) {
            match simpler(&program, at).into_iter().find(|candidate| *candidate != program && attempt(candidate)) {
                Some(found) => program = found,
                None => at += 1,
            }
        }
        if program == before {
            return program;
        }
    }
}
