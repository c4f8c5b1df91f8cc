"""Writes tables.rs: CPython 3.14 is asked about every code point, so that the answers agree.

    python3.14 runtime/src/unicode/make_tables.py > runtime/src/unicode/tables.rs
"""
import sys
import unicodedata as ucd

FLAGS = "ALPHA LOWER UPPER TITLE XID_START XID_CONTINUE PRINTABLE CASED IGNORABLE SPACE LINE_BREAK SPECIAL MIRRORED NUMERIC"
FLAGS = {name: 1 << i for i, name in enumerate(FLAGS.split())}
TOP = sys.maxunicode + 1
PAGE = 64


def case_delta(char, mapped):
    return ord(mapped) - ord(char) if len(mapped) == 1 else 0


def flags(c):
    is_cased = (c + "a").title()[-1] == "a"
    # A capital sigma at the end of a word becomes a final one; ignorable characters before it are skipped.
    is_seen = (c + "\u03a3").lower()[-1] == "\u03c2"
    is_skipped = ("A" + c + "\u03a3").lower()[-1] == "\u03c2" and not is_seen
    special = any(len(mapped) > 1 for mapped in (c.upper(), c.lower(), c.title(), c.casefold()))
    facts = {
        "ALPHA": c.isalpha(), "LOWER": c.islower(), "UPPER": c.isupper(),
        "TITLE": c.istitle() and not c.isupper(), "XID_START": c.isidentifier(),
        "XID_CONTINUE": ("a" + c).isidentifier(), "PRINTABLE": c.isprintable(), "CASED": is_cased,
        "IGNORABLE": is_skipped, "SPACE": c.isspace(),
        "LINE_BREAK": len(("a" + c + "b").splitlines()) > 1, "SPECIAL": special,
        "MIRRORED": bool(ucd.mirrored(c)), "NUMERIC": c.isnumeric(),
    }
    return sum(FLAGS[name] for name, fact in facts.items() if fact)


def rows(items, per_row):
    for i in range(0, len(items), per_row):
        print("    " + " ".join(f"{item}," for item in items[i:i + per_row]))


def array(doc, name, kind, items, per_row):
    print(f"/// {doc}\npub static {name}: [{kind}; {len(items)}] = [")
    rows(items, per_row)
    print("];\n")


def numbered(items):
    return {item: i for i, item in enumerate(sorted(items))}


def escape(text):
    return '"' + "".join(f"\\u{{{ord(c):x}}}" for c in text) + '"'


def rust_float(value):
    return repr(value)


def records():
    chars = [chr(i) for i in range(TOP)]
    categories = numbered({ucd.category(c) for c in chars})
    bidis = numbered({ucd.bidirectional(c) for c in chars})
    widths = numbered({ucd.east_asian_width(c) for c in chars})
    numbers = numbered({ucd.numeric(c) for c in chars if ucd.numeric(c, None) is not None})
    found, index = {}, []
    for c in chars:
        record = (
            flags(c), categories[ucd.category(c)], bidis[ucd.bidirectional(c)], widths[ucd.east_asian_width(c)],
            ucd.combining(c), ucd.decimal(c, -1), ucd.digit(c, -1),
            numbers[ucd.numeric(c)] if ucd.numeric(c, None) is not None else 0,
            case_delta(c, c.upper()), case_delta(c, c.lower()), case_delta(c, c.title()), case_delta(c, c.casefold()),
        )
        index.append(found.setdefault(record, len(found)))
    return categories, bidis, widths, numbers, list(found), index


def pages(index):
    found, first = {}, []
    for i in range(0, len(index), PAGE):
        page = tuple(index[i:i + PAGE])
        first.append(found.setdefault(page, len(found)))
    return first, [item for page in found for item in page]


def special_case():
    for i in range(TOP):
        c = chr(i)
        mapped = (c.upper(), c.lower(), c.title(), c.casefold())
        if any(len(text) > 1 for text in mapped):
            yield f"({i:#x}, [{', '.join(escape(text) for text in mapped)}])"


def decompositions(db):
    tags, data, entries = {"": 0}, [], []
    for i in range(TOP):
        text = db.decomposition(chr(i))
        if not text or 0xAC00 <= i <= 0xD7A3:
            continue
        parts = text.split()
        tag = parts.pop(0) if parts[0].startswith("<") else ""
        tags.setdefault(tag, len(tags))
        entries.append(f"({i:#x}, {tags[tag]}, {len(data)}, {len(parts)})")
        data += [f"0x{int(part, 16):x}" for part in parts]
    return list(tags), entries, data


def compositions():
    for i in range(TOP):
        parts = ucd.decomposition(chr(i)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            pair = chr(int(parts[0], 16)) + chr(int(parts[1], 16))
            if ucd.normalize("NFC", pair) == chr(i):
                yield ord(pair[0]), ord(pair[1]), i


def ucd_3_2():
    """What is different in Unicode 3.2, which the IDNA of RFC 3490 is defined by."""
    old = ucd.ucd_3_2_0

    def facts(db, c):
        return (db.category(c), db.bidirectional(c), db.east_asian_width(c), db.mirrored(c), db.decimal(c, -1),
                db.digit(c, -1), db.numeric(c, -1.0), db.combining(c), db.decomposition(c))

    ranges = []
    for i in range(TOP):
        c = chr(i)
        new_facts, old_facts = facts(ucd, c), facts(old, c)
        if new_facts == old_facts:
            continue
        category, bidi, width, mirrored, decimal, digit, numeric, combining, decomposition = old_facts
        item = (category, bidi, width, mirrored, decimal, digit, numeric, combining,
                decomposition if 0xAC00 > i or i > 0xD7A3 else "")
        if ranges and ranges[-1][1] == i - 1 and ranges[-1][2] == item:
            ranges[-1][1] = i
        else:
            ranges.append([i, i, item])
    for first, last, (category, bidi, width, mirrored, decimal, digit, numeric, combining, decomposition) in ranges:
        yield (f'(0x{first:x}, 0x{last:x}, "{category}", "{bidi}", "{width}", {str(bool(mirrored)).lower()}, '
               f'{decimal}, {digit}, {rust_float(numeric)}, {combining}, "{decomposition}")')


def main():
    categories, bidis, widths, numbers, found, index = records()
    first, second = pages(index)
    print("// @generated by runtime/src/unicode/make_tables.py from CPython 3.14. Do not edit.")
    print(f"//! The Unicode {ucd.unidata_version} database.\n")
    print("use super::Record;\n")
    for name, bit in FLAGS.items():
        print(f"pub const {name}: u16 = {bit:#x};")
    print(f'pub const VERSION: &str = "{ucd.unidata_version}";')
    print(f"pub const PAGE: usize = {PAGE};\n")
    array("Names of the general categories.", "CATEGORIES", "&str", [f'"{c}"' for c in categories], 16)
    array("Names of the bidirectional classes.", "BIDIS", "&str", [f'"{c}"' for c in bidis], 16)
    array("Names of the widths.", "WIDTHS", "&str", [f'"{c}"' for c in widths], 16)
    array("Numeric values.", "NUMBERS", "f64", [rust_float(n) for n in numbers], 8)
    fields = ("flags category bidi width combining decimal digit number upper lower title fold").split()
    array("Distinct property sets.", "RECORDS", "Record",
          ["Record { " + ", ".join(f"{f}: {v}" for f, v in zip(fields, r)) + " }" for r in found], 1)
    array("Code point / PAGE -> page.", "FIRST", "u16", first, 24)
    array("Page * PAGE + code point % PAGE -> record.", "SECOND", "u16", second, 24)
    array("Case mappings to more than one character: upper, lower, title, fold.", "SPECIAL_CASE",
          "(u32, [&str; 4])", list(special_case()), 2)
    tags, entries, data = decompositions(ucd)
    array("Tags of compatibility decompositions.", "TAGS", "&str", [f'"{t}"' for t in tags], 8)
    array("(code point, tag, start in DECOMPOSED, length).", "DECOMPOSITIONS", "(u32, u8, u16, u8)", entries, 6)
    array("What the entries of DECOMPOSITIONS refer to.", "DECOMPOSED", "u32", data, 14)
    array("Primary composites: (first, second, composite), sorted.", "COMPOSITIONS", "(u32, u32, u32)",
          [f"({a:#x}, {b:#x}, {c:#x})" for a, b, c in sorted(compositions())], 4)
    array("What differs in Unicode 3.2: (first, last, category, bidi, width, mirrored, decimal, digit, numeric, combining, decomposition).",
          "OLD_3_2", "super::OldRecord", list(ucd_3_2()), 1)


main()
