//! `--trace-report`: the page is one well-formed file that loads nothing, whatever the program has in it, and tells what happened; and the
//! names of machine code in `--perf-map`. The pages are looked at by a Python program (`CHECK`). Not here: how a page looks.

use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;
use std::process::Command;

use crate::child::{self, Ended, Plan};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("report::stages", stages),
        Trial::test("report::hostile", hostile),
        Trial::test("report::same_again", same_again),
        Trial::test("report::ends", ends),
        Trial::test("report::off", off),
        Trial::test("report::unwritable", unwritable),
        Trial::test("report::perf_map", perf_map),
    ]
}

/// Reads the page named first, with HTML's own rules; then asks it what the second argument says.
const CHECK: &str = r##"
import html.parser, json, sys

class Page(html.parser.HTMLParser):
    VOID = {"meta", "input"}
    def __init__(self):
        super().__init__()
        self.open, self.scripts, self.tags = [], {}, []
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        assert tag not in ("link", "img", "iframe", "object", "embed"), tag
        assert not {"src", "href", "onload", "onerror", "action"} & set(attrs), (tag, attrs)
        if tag not in self.VOID:
            self.open.append((tag, attrs))
    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, (tag, self.open)
        self.open.pop()
    def handle_data(self, data):
        if self.open and self.open[-1][0] == "script":
            name = self.open[-1][1].get("id", "code")
            self.scripts[name] = self.scripts.get(name, "") + data

text = open(sys.argv[1], encoding="utf-8", newline="").read()
page = Page()
page.feed(text)
page.close()
assert not page.open, page.open
code = page.scripts.pop("code")
for word in ("http:", "https:", "import(", "fetch(", "XMLHttpRequest", "@import", "url(http"):
    assert word not in code.replace("http://www.w3.org/2000/svg", ""), word
assert "default-src 'none'" in text and "@import" not in text
index = json.loads(page.scripts.pop("index"))
traces = index["traces"]
assert [trace["n"] for trace in traces] == list(range(1, len(traces) + 1))
assert sorted(page.scripts) == sorted("t%d" % trace["n"] for trace in traces)
numbers = {trace["n"]: trace for trace in traces}
details = {}
for trace in traces:
    one = details[trace["n"]] = json.loads(page.scripts["t%d" % trace["n"]])
    for stage in ("bytecode", "uops", "clif", "asm"):
        if stage in one:
            assert len(one[stage].split("\n")) == len(one[stage + "Of"]), stage
    entries = len(one["entries"])
    assert entries == trace["length"]
    for function, line, instruction in one["entries"]:
        assert line in [number for number, _ in one["functions"][function]["lines"]] or line <= 0
        assert index["parts"][instruction] or instruction == "NOP"
    assert all(-1 <= entry < entries for _, entry in one.get("origins", ()))
    assert ("lost" in trace) == (trace.get("state") in ("invalid", "freed")), trace
    if "exits" in trace:
        assert len(trace["exits"]) == len(one["exits"])
        ids = {of - 1 for of in one["uopsOf"] if of > 0}
        for kind, name, count, tries, linked, pending, entry in trace["exits"]:
            assert kind in ("exit", "deopt", "error", "invalid", "end") and name
            assert not linked or linked in numbers
        for exit in one["exits"]:
            assert exit["ids"] and set(exit["ids"]) <= ids
    if "from" in trace:
        assert trace["from"] < trace["n"]
exec(sys.argv[2])
"##;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{}-{name}.html", std::process::id()))
}

fn run(page: &PathBuf, options: &[&str], program: &str) -> Result<Ended, String> {
    let mut command: Command = child::sidewinder();
    command.args(["--jit-threshold=20"]).args(options).arg("--trace-report").arg(page).args(["-c", program]);
    child::run(command, &Plan::default())
}

/// The page's own text, after `questions` have been asked of it.
fn ask(page: &PathBuf, questions: &str) -> Result<String, String> {
    let mut command = child::sidewinder();
    command.args(["--jit=off", "-c", CHECK]).arg(page).arg(questions);
    let ended = child::run(command, &Plan::default())?;
    let text = std::fs::read_to_string(page).map_err(|error| error.to_string())?;
    if ended.status.success() {
        std::fs::remove_file(page).map_err(|error| error.to_string())?;
        return Ok(text);
    }
    Err(format!("{}: {}", page.display(), child::tail(&String::from_utf8_lossy(&ended.stderr), 8)))
}

const PROGRAM: &str = "
def count(most):
    n = 0
    for i in range(most):
        if i % 10 == 3:
            n += 2
        else:
            n += 1
    return n
print(count(5000))
";

fn stages() -> Result<(), Failed> {
    let page = file("stages");
    let ended = run(&page, &["--jit=on", "--jit-sync"], PROGRAM)?;
    if ended.stdout != b"5500\n" {
        return Err(child::tail(&String::from_utf8_lossy(&ended.stderr), 8).into());
    }
    ask(
        &page,
        r##"
loops = [trace for trace in traces if trace["start"] == "loop" and trace["name"] == "count"]
assert len(loops) == 1 and index["mode"] == "on"
loop = loops[0]
assert loop["end"] == "loop closed" and loop["state"] == "valid" and loop["rounds"] > 4000, loop
assert loop["ns"] > 0 and loop["bytes"] > 0 and loop["ir"] > 0 and loop["uops"] > 0
sides = [trace for trace in traces if trace.get("from") == loop["n"]]
assert sides, traces
for side in sides:
    # Machine code counts what goes from trace to trace.
    kind, name, count, tries, linked, pending, entry = loop["exits"][side["fromExit"]]
    entered = sum(exit[2] for exit in side["exits"]) + side["dispatches"]
    assert linked == side["n"] and 300 < entered <= count <= 600, (entered, count)
    assert "POP_JUMP_IF" in name and name.endswith("guard"), name
one = details[loop["n"]]
assert any("n += 1" in line for _, line in one["functions"][0]["lines"])
assert "BINARY_OP_ADD_INT" in one["bytecode"] and "_ADD_INT" in index["parts"]["BINARY_OP_ADD_INT"]
assert "loop0" in one["uops"] and "block0" in one["clif"] and "# POP_JUMP_IF" in one["asm"]
# An addition goes through all stages.
add = [at for at, entry in enumerate(one["entries"]) if entry[2] == "BINARY_OP_ADD_INT"][0]
origin = lambda id: [entry for first, entry in one["origins"] if first <= id][-1]
for stage in ("uops", "clif", "asm"):
    lines = [line for line, of in zip(one[stage].split("\n"), one[stage + "Of"]) if of > 0 and origin(of - 1) == add]
    assert any("add" in line or "lea" in line for line in lines), (stage, lines)
assert all(any(of == -1 - number for of in one["asmOf"]) for number in range(len(one["exits"])))
"##,
    )?;
    Ok(())
}

fn hostile() -> Result<(), Failed> {
    let page = file("hostile");
    let program = "
def f(n):
    s = 0
    for i in range(n):  # </script><script>alert(1)</script> <!-- & \u{2028} \\u003c ${x} `
        s += len('</SCRIPT>\"&<>')
    return s
f.__code__ = f.__code__.replace(co_qualname='<img src=x onerror=alert(1)>\\n</script>', co_name='&amp;\"')
print(f(3000))
";
    for mode in ["--jit=uop-interp", "--jit=on"] {
        let ended = run(&page, &[mode, "--jit-sync"], program)?;
        if ended.stdout != b"39000\n" {
            return Err(child::tail(&String::from_utf8_lossy(&ended.stderr), 8).into());
        }
        let text = ask(
            &page,
            r##"
assert page.tags.count("script") == len(traces) + 2 and "img" not in page.tags
found = [trace for trace in traces if trace["name"] == "<img src=x onerror=alert(1)>\n</script>"]
assert found, traces
lines = [line for _, line in details[found[0]["n"]]["functions"][0]["lines"]]
assert "    for i in range(n):  # </script><script>alert(1)</script> <!-- & \u2028 \\u003c ${x} `" in lines, lines
assert "len('</SCRIPT>\"&<>')" in lines[lines.index(lines[-1]) - 3] or any("</SCRIPT>" in line for line in lines)
"##,
        )?;
        if text.contains("<img") || text.matches("</script").count() != text.matches("<script").count() {
            return Err("the program's text is in the page as it stands".into());
        }
    }
    Ok(())
}

/// Where no addresses and times are in it, the page is the same in each run.
fn same_again() -> Result<(), Failed> {
    let mut pages = Vec::new();
    for name in ["first", "second"] {
        let page = file(name);
        run(&page, &["--jit=uop-interp"], PROGRAM)?;
        pages.push(ask(&page, "assert traces and all('uops' in one for one in details.values())")?);
    }
    if pages[0] == pages[1] { Ok(()) } else { Err("two runs differ".into()) }
}

fn ends() -> Result<(), Failed> {
    for (name, last, code) in [("exit", "import sys; sys.exit(3)", 3), ("raise", "raise ValueError('</script>')", 1)] {
        let page = file(name);
        let ended = run(&page, &["--jit=on", "--jit-sync"], &format!("{PROGRAM}{last}"))?;
        if ended.status.code() != Some(code) {
            return Err(format!("{last}: {:?}", ended.status).into());
        }
        ask(&page, "assert traces")?;
    }
    // A child's traces are not the page's, and it does not write there.
    let page = file("fork");
    let fork = "import os\npid = os.fork()\nif pid == 0:\n    exec('for j in range(3000): pass')\nelse:\n    print(os.waitpid(pid, 0)[1])";
    let ended = run(&page, &["--jit=on"], fork)?;
    if ended.stdout != b"0\n" {
        return Err(child::tail(&String::from_utf8_lossy(&ended.stderr), 8).into());
    }
    ask(&page, "assert all(trace['file'] != '<string>' for trace in traces), traces")?;
    Ok(())
}

fn off() -> Result<(), Failed> {
    let page = file("off");
    run(&page, &["--jit=off"], PROGRAM)?;
    let text = ask(&page, "assert not traces and index['mode'] == 'off'")?;
    if text.contains("No traces were made") { Ok(()) } else { Err("it does not say that there are none".into()) }
}

fn unwritable() -> Result<(), Failed> {
    let nowhere = PathBuf::from("/nonexistent/page.html");
    let ended = run(&nowhere, &[], PROGRAM)?;
    let text = String::from_utf8_lossy(&ended.stderr).into_owned();
    let expected = "sidewinder: can't open file '/nonexistent/page.html': [Errno 2] No such file or directory\n";
    if ended.status.code() != Some(2) || text != expected || !ended.stdout.is_empty() {
        return Err(format!("{:?}: {text}", ended.status).into());
    }
    let mut command = child::sidewinder();
    command.arg("--trace-report");
    let ended = child::run(command, &Plan::default())?;
    if ended.status.code() != Some(2) || !String::from_utf8_lossy(&ended.stderr).contains("Argument expected") {
        return Err("no file is no error".into());
    }
    // The program for the page: FILE was forgotten.
    let script = file("script").with_extension("py");
    std::fs::write(&script, "print(1)\n")?;
    let ended = run(&script, &[], PROGRAM)?;
    let text = String::from_utf8_lossy(&ended.stderr).into_owned();
    let left = std::fs::read_to_string(&script)?;
    std::fs::remove_file(&script)?;
    if ended.status.code() != Some(2) || !text.contains("is no trace report, and is not overwritten") || left != "print(1)\n" {
        return Err(format!("a program is overwritten: {:?}: {text}", ended.status).into());
    }
    if std::path::Path::new("/dev/full").exists() {
        let ended = run(&PathBuf::from("/dev/full"), &[], PROGRAM)?;
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        if ended.status.code() != Some(1) || ended.stdout != b"5500\n" || !text.contains("can't write file '/dev/full': [Errno 28]") {
            return Err(format!("/dev/full: {:?}: {text}", ended.status).into());
        }
    }
    Ok(())
}

/// Each exit has a symbol of its own; symbols of a trace follow each other without gaps.
fn perf_map() -> Result<(), Failed> {
    let mut command = child::sidewinder();
    let program = format!("{PROGRAM}import os; print(os.getpid())");
    command.args(["--jit-threshold=20", "--jit=on", "--jit-sync", "--perf-map", "-c", &program]);
    let ended = child::run(command, &Plan::default())?;
    let out = String::from_utf8_lossy(&ended.stdout).into_owned();
    let pid = out.lines().last().unwrap_or_default();
    let path = format!("/tmp/perf-{pid}.map");
    let map = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    std::fs::remove_file(&path)?;
    let mut symbols = Vec::new();
    for line in map.lines() {
        let mut parts = line.splitn(3, ' ');
        let mut number = || parts.next().and_then(|part| usize::from_str_radix(part, 16).ok()).ok_or_else(|| format!("wrong: {line}"));
        let (start, size) = (number()?, number()?);
        symbols.push((start, size, parts.next().unwrap_or_default().to_string()));
    }
    let body = symbols.iter().find(|symbol| symbol.2.starts_with("trace 1 count <string>:"));
    let exits: Vec<_> = symbols.iter().filter(|symbol| symbol.2.starts_with("trace 1 exit ")).collect();
    let guard = exits.iter().any(|symbol| symbol.2.contains("(POP_JUMP_IF") && symbol.2.ends_with(" guard)"));
    if body.is_none() || exits.len() < 3 || !guard || !map.contains("sidewinder::enter_trace") {
        return Err(map.into());
    }
    let own: Vec<_> = symbols.iter().filter(|symbol| symbol.2.starts_with("trace 1 ")).collect();
    if own.windows(2).any(|pair| pair[0].0 + pair[0].1 != pair[1].0) || own.iter().any(|symbol| symbol.1 == 0) {
        return Err(format!("gaps:\n{map}").into());
    }
    Ok(())
}
