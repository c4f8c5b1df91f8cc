//! The prompt at a terminal: what is typed into a pseudo-terminal, and what shows up. The prompt itself is CPython's `_pyrepl`; that it
//! runs and edits is what is looked at here.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

use crate::child;

/// A debug build imports the library's half for the prompt; other tests run meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn trials() -> Vec<Trial> {
    let talks = [("edits", EDITS), ("remembers", REMEMBERS), ("is_interrupted", IS_INTERRUPTED)];
    talks.into_iter().map(|(name, talk)| Trial::test(format!("prompt::{name}"), move || session(name, talk))).collect()
}

/// What is typed, and what must then show up, before the next prompt does.
type Talk = &'static [(&'static str, &'static str)];

const PROMPT: &str = ">>> ";
const INTERRUPT: char = '\x03';
/// From the prompt, or from keys, to waiting for the next key.
const MOMENT: Duration = Duration::from_millis(100);

const EDITS: Talk = &[
    ("", ""),
    ("6 * 7\r", "42"),
    // To the start of the line, and to its end.
    ("x = 'ab'\x01y = \x05 * 2\r", "\n"),
    ("(x, y)\r", "('abab', 'abab')"),
    // Kill, and yank.
    ("1111\x0b\x01\x0b\x19+\x19\r", "2222"),
    // A block, whose next line is indented for one.
    ("def f():\rreturn 'five'\r\r", "\n"),
    ("f()\r", "'five'"),
    ("pri\t'tab'[::-1])\r", "bat"),
    ("1 / 0\r", "ZeroDivisionError: division by zero"),
];

const REMEMBERS: Talk = &[
    ("", ""),
    ("x = 'fir' + 'st'\r", "\n"),
    ("x.upper()\r", "'FIRST'"),
    ("x = 'sec' + 'ond'\r", "\n"),
    // Arrows as a terminal sends them that the prompt has switched to its other mode (of the plain ones `_pyrepl` knows nothing, and takes
    // the next key with them): up twice, then thrice and down.
    ("\x1bOA\x1bOA\r", "'SECOND'"),
    ("\x1bOA\x1bOA\x1bOA\x1bOB\r", "\n"),
    ("x\r", "'second'"),
];

const IS_INTERRUPTED: Talk = &[
    ("", ""),
    ("x = 1\r", "\n"),
    ("x = 2\x03", "KeyboardInterrupt"),
    ("x + 41\r", "42"),
    ("while True:\rx = 3\x03", "KeyboardInterrupt"),
    ("x + 69\r", "70"),
    ("import time; print('here' + 'after'); time.sleep(1000)\r", HERE),
    ("\x03", "KeyboardInterrupt"),
    ("x + 19\r", "20"),
];
/// What a program writes that does not come to the next prompt by itself.
const HERE: &str = "hereafter";

/// A child at the other end of a terminal.
struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

fn open() -> Result<(OwnedFd, OwnedFd), Failed> {
    let (mut ours, mut theirs) = (-1, -1);
    let none = std::ptr::null_mut();
    let mut size = libc::winsize { ws_row: 40, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: openpty writes two descriptors, which no one else owns, and reads the size.
    unsafe {
        if libc::openpty(&mut ours, &mut theirs, none, std::ptr::null_mut(), &raw mut size) < 0 {
            return Err(std::io::Error::last_os_error().to_string().into());
        }
        Ok((OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs)))
    }
}

fn start(name: &str) -> Result<Terminal, Failed> {
    let (ours, theirs) = open()?;
    let home = std::env::temp_dir().join(format!("sidewinder-prompt-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&home)?;
    let mut command: Command = child::sidewinder();
    command.arg("-q").env_clear().envs([("TERM", "xterm"), ("NO_COLOR", "1"), ("LC_ALL", "C.UTF-8")]).env("HOME", &home).current_dir(&home);
    command.stdin(theirs.try_clone()?).stdout(theirs.try_clone()?).stderr(theirs);
    // SAFETY: both calls are allowed between fork and exec.
    unsafe {
        command.pre_exec(|| {
            libc::setsid();
            libc::ioctl(0, libc::TIOCSCTTY, 0);
            Ok(())
        });
    }
    let child = command.spawn()?;
    drop(command);
    let keyboard = File::from(ours);
    let mut reader = keyboard.try_clone()?;
    let (sender, screen) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    Ok(Terminal { child, keyboard, screen, seen: String::new() })
}

impl Terminal {
    fn expect(&mut self, what: &str) -> Result<(), Failed> {
        let end = Instant::now() + PATIENCE;
        while !self.shows(what) {
            let left = end.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.seen += &String::from_utf8_lossy(&bytes),
                Err(_) => return Err(format!("{what:?} does not come; on the screen: {:?}", self.seen).into()),
            }
        }
        Ok(())
    }
}

impl Terminal {
    /// The prompt too, behind it: the terminal is in the state in which the prompt reads keys only then.
    fn shows(&self, what: &str) -> bool {
        self.seen.find(what).is_some_and(|at| what == HERE || self.seen[at + what.len()..].contains(PROMPT))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn session(name: &str, talk: Talk) -> Result<(), Failed> {
    let mut terminal = start(name)?;
    for (typed, shown) in talk {
        terminal.seen.clear();
        for part in typed.split_inclusive(|key| key == INTERRUPT) {
            // An interrupt throws away the keys that have not been read.
            let keys = part.trim_end_matches(INTERRUPT);
            terminal.keyboard.write_all(keys.as_bytes())?;
            if keys != part {
                std::thread::sleep(MOMENT);
                terminal.keyboard.write_all(&[INTERRUPT as u8])?;
            }
        }
        terminal.expect(shown)?;
        std::thread::sleep(MOMENT);
    }
    terminal.keyboard.write_all(b"\x04")?;
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = terminal.child.try_wait()? {
            return if status.success() { Ok(()) } else { Err(format!("ends with {status}").into()) };
        }
        if Instant::now() > end {
            return Err("does not end".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
