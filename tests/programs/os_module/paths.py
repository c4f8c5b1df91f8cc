import os, os.path as op
print(op.join("a", "b", "c.txt"), op.join("a", "/b"), op.join("a/", ""), op.split("/a/b.txt"),
    op.splitext("x.tar.gz"), op.splitext(".bashrc"), op.basename("/a/b/"), op.dirname("/a/b"),
    op.normpath("/a/./b/../c//d"), op.isabs("/x"), op.commonprefix(["abc", "abd"]),
    op.commonpath(["/a/b", "/a/c"]), op.relpath("/a/b/c", "/a/d"), op.expanduser("x"),
    op.exists("/nope/x"), os.sep, os.linesep, os.curdir, os.name, op.splitdrive("/a"))
import tempfile
d = tempfile.mkdtemp()
os.makedirs(op.join(d, "x", "y"))
for n in ("b.txt", "a.txt"):
    with open(op.join(d, n), "w") as f: f.write(n)
print(sorted(os.listdir(d)), op.isdir(op.join(d, "x")), op.isfile(op.join(d, "a.txt")),
    sorted(e.name for e in os.scandir(d)), os.stat(op.join(d, "a.txt")).st_size)
print([(r.replace(d, "D"), sorted(ds), sorted(fs)) for r, ds, fs in sorted(os.walk(d))])
os.rename(op.join(d, "a.txt"), op.join(d, "c.txt")); os.remove(op.join(d, "b.txt"))
print(sorted(os.listdir(d)))
for f in (lambda: os.listdir("/nope"), lambda: os.remove(op.join(d, "zz")), lambda: os.mkdir(d),
        lambda: os.rmdir(d), lambda: os.stat(5.5), lambda: os.environ["SURELY_NOT_SET"],
        lambda: os.chdir("/nope"), lambda: op.join("a", 5), lambda: os.rename("/nope1", "/nope2")):
    try:
        f()
    except (OSError, TypeError, KeyError) as e:
        print(type(e).__name__, str(e).replace(d, "D"))
import shutil
shutil.rmtree(d)
os.environ["MY_VAR"] = "v"
print(op.exists(d), os.environ["MY_VAR"], os.getenv("NOPE", "dflt"), os.getenv("MY_VAR"),
    "MY_VAR" in os.environ, os.fspath("p"), os.fsencode("é"), os.getcwd() == op.abspath("."))
from pathlib import Path, PurePosixPath
q = PurePosixPath("/a/b/c.tar.gz")
print(q.name, q.stem, q.suffix, q.suffixes, q.parent, q.parts, q / "d", q.with_suffix(".zip"),
    q.with_name("z"), q.relative_to("/a"), q.match("*.gz"), Path("x") / "y", list(q.parents)[:2],
    q.is_absolute())
