//! Which files under `tests/` are programs, and how one is run: shared by `golden`, which records
//! what CPython prints, and by the integration test, which includes this file and compares.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program of the corpus.
#[derive(Clone)]
pub struct Program {
    /// `programs/ints/boundaries`: the path below `tests`, without `.py`.
    pub name: String,
    pub path: PathBuf,
}

/// What a run printed and how it ended, with the program's folder cut out of the texts.
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub exit: i32,
}

/// All programs: `tests/programs/TOPIC/NAME.py` and `tests/errors/NAME.py`, sorted. Names that
/// begin with `_` are modules for the programs beside them, and so are deeper folders.
pub fn all(tests: &Path) -> Vec<Program> {
    let mut programs = Vec::new();
    for topic in entries(&tests.join("programs")) {
        if topic.is_dir() {
            let topic_name = file_name(&topic);
            collect(&topic, &format!("programs/{topic_name}"), &mut programs);
        }
    }
    collect(&tests.join("errors"), "errors", &mut programs);
    programs
}

fn collect(folder: &Path, prefix: &str, programs: &mut Vec<Program>) {
    for path in entries(folder) {
        let name = file_name(&path);
        if let Some(stem) = name.strip_suffix(".py").filter(|stem| !stem.starts_with('_')) {
            programs.push(Program { name: format!("{prefix}/{stem}"), path });
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(read) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Program {
    /// The file of the same name with another extension.
    pub fn beside(&self, extension: &str) -> PathBuf {
        self.path.with_extension(extension)
    }

    /// The folder in which the program runs.
    pub fn folder(&self) -> &Path {
        self.path.parent().expect("a program lies in a folder")
    }

    /// The command that runs the program: in its own folder, with the arguments that its first
    /// line asks for (`# args: a b`), and a plain environment.
    pub fn command(&self, vm: &Path, settings: &[String]) -> Command {
        let mut command = Command::new(vm);
        command.args(settings).arg(file_name(&self.path)).current_dir(self.folder());
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        if let Some(arguments) = first.strip_prefix("# args:") {
            command.args(arguments.split_whitespace());
        }
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// What stands in the file `NAME.in`: the program's standard input.
    pub fn input(&self) -> Vec<u8> {
        fs::read(self.beside("in")).unwrap_or_default()
    }

    /// The outcome with the folder's own path taken out (tracebacks show absolute paths), addresses
    /// in what `repr` shows, and where the library lies.
    pub fn outcome(&self, stdout: &[u8], stderr: &[u8], exit: i32) -> Outcome {
        let folder = format!("{}/", self.folder().display());
        let clean = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(&folder, "");
            without_library_lines(&without_addresses(&text))
        };
        Outcome { stdout: clean(stdout), stderr: clean(stderr), exit }
    }
}

/// `File "/usr/lib/python3.14/json/decoder.py", line 345, in decode` becomes
/// `File "<library>/json/decoder.py", line 0, in decode`: two releases of 3.14 have a line of the
/// library at different places. That the frame is there, its function and its text are compared.
fn without_library_lines(text: &str) -> String {
    text.split_inclusive('\n').map(|line| library_line(line).unwrap_or_else(|| line.to_string())).collect()
}

fn library_line(line: &str) -> Option<String> {
    const FOLDERS: [&str; 2] = ["/lib/python3.14/", "<sidewinder>/Lib/"];
    let (indent, path) = line.split_once("File \"").filter(|(indent, _)| indent.trim_matches([' ', '|', '+']).is_empty())?;
    let (path, rest) = path.split_once("\", line ")?;
    let file = FOLDERS.iter().find_map(|folder| path.split_once(folder))?.1;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    Some(format!("{indent}File \"<library>/{file}\", line 0{rest}"))
}

/// `<function f at 0x7f512b3e7480>` becomes `<function f at 0x>`.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut clean = parts.next().unwrap_or_default().to_string();
    for part in parts {
        clean.push_str(" at 0x");
        clean.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    clean
}
