#!/usr/bin/env python3.14
"""Records what CPython 3.14 does, for the tests beside this file. Run it by the CPython to be recorded:

    python3.14 frontend/tests/record.py            # corpus/*.py -> corpus/*.txt, errors.txt -> errors.json
"""
import dis
import json
import pathlib
import sys
import types
import warnings

HERE = pathlib.Path(__file__).parent
assert sys.version_info[:2] == (3, 14), sys.version
warnings.simplefilter("ignore")


def constant(value):
    """A constant in a form that the Rust test writes, too."""
    match value:
        case None | True | False:
            return str(value)
        case types.EllipsisType():
            return "..."
        case int():
            return str(value) if -(2**63) <= value < 2**63 else hex(value)
        case float():
            return f"float {bits(value)}"
        case complex():
            return f"complex {bits(value.real)} {bits(value.imag)}"
        case str():
            return "'" + "".join(map(char, value)) + "'"
        case bytes():
            return "bytes " + value.hex()
        case tuple():
            return "(" + ", ".join(map(constant, value)) + ")"
        case frozenset():
            return "{" + ", ".join(sorted(map(constant, value))) + "}"
        case slice():
            return f"slice({constant(value.start)}, {constant(value.stop)}, {constant(value.step)})"
        case types.CodeType():
            return "code " + value.co_qualname
    raise TypeError(value)


def bits(value):
    import struct
    return struct.pack(">d", value).hex()


def char(c):
    return c if " " <= c <= "~" and c not in "'\\" else f"\\u{{{ord(c):x}}}"


def code_lines(code):
    yield f"code {code.co_qualname} ({code.co_name})"
    yield f"  arguments {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount}"
    yield f"  flags {code.co_flags:#x} stack {code.co_stacksize} line {code.co_firstlineno}"
    for what in "names", "varnames", "cellvars", "freevars":
        yield f"  {what} " + " ".join(getattr(code, "co_" + what))
    yield "  exceptions " + code.co_exceptiontable.hex()
    yield "  lines " + code.co_linetable.hex()
    for value in code.co_consts:
        yield "  constant " + constant(value)
    raw, at = code.co_code, 0
    while at < len(raw):
        name = dis.opname[raw[at]]
        yield f"  {name} {raw[at + 1]}"
        at += 2 + 2 * dis._inline_cache_entries.get(name, 0)
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            yield from code_lines(value)


def record_corpus():
    for path in sorted((HERE / "corpus").glob("*.py")):
        code = compile(path.read_bytes(), path.name, "exec", dont_inherit=True)
        path.with_suffix(".txt").write_text("\n".join(code_lines(code)) + "\n")
    names = [f"{number} {name} {dis._inline_cache_entries.get(name, 0)}"
             for name, number in sorted(dis.opmap.items(), key=lambda item: item[1]) if number < 256]
    (HERE / "corpus" / "opcodes").write_text("\n".join(names) + "\n")


def record_errors():
    """errors.txt: programs separated by lines of `=== mode`."""
    cases, mode, lines = [], "exec", []

    def finish():
        source = "\n".join(lines)
        if not source:
            return
        try:
            compile(source, "<s>", mode, dont_inherit=True)
        except SyntaxError as e:
            cases.append([mode, source, type(e).__name__, e.msg, e.lineno, e.offset,
                          e.end_lineno, e.end_offset, e.text])
        else:
            raise SystemExit(f"not an error: {source!r}")

    for line in (HERE / "errors.txt").read_text().split("\n"):
        if line.startswith("==="):
            finish()
            mode, lines = line[3:].strip() or "exec", []
        else:
            lines.append(line)
    finish()
    text = ",\n".join(json.dumps(case) for case in cases)
    (HERE / "errors.json").write_text(f"[\n{text}\n]\n")


record_corpus()
record_errors()
