// Small helpers, and the panes: the stages of one trace, each line with what it came of.

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(child => child !== undefined && child !== null));
  return element;
}
const byId = id => document.getElementById(id);
const read = id => JSON.parse(byId(id).textContent);
const exact = new Intl.NumberFormat("en");
function short(number) {
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e4, "k"]]) {
    if (number >= size) return (number / (letter === "k" ? 1e3 : size)).toPrecision(3) + letter;
  }
  return exact.format(number);
}
const times = number => "\u00d7" + short(number);

const STAGES = [
  ["source", "Source", "what was written"],
  ["bytecode", "Bytecode", "what was recorded"],
  ["uops", "Micro-ops", "the IR"],
  ["clif", "CLIF", "before Cranelift optimizes"],
  ["asm", "Machine code", "with offsets"],
];
const hidden = new Set();

// What is shown of the trace at hand.
const shown = { details: null, trace: null, lines: [], pinned: null, rows: new Map(), lit: [] };

// A selection names entries, values and exits; a line of a stage is lit when it is of one of them.
function selection(entries, values, exits, place) {
  return { entries: new Set(entries), values: new Set(values), exits: new Set(exits), place };
}
function valuesOf(entries) {
  return shown.known.filter(id => entries.has(shown.originOf(id)));
}
function ofEntries(entries) {
  const found = selection(entries, [], []);
  for (const id of valuesOf(found.entries)) {
    found.values.add(id);
    if (shown.exitOf.has(id)) found.exits.add(shown.exitOf.get(id));
  }
  return found;
}
function ofValue(id) {
  const found = selection([], [id], []);
  if (shown.originOf(id) >= 0) found.entries.add(shown.originOf(id));
  if (shown.exitOf.has(id)) found.exits.add(shown.exitOf.get(id));
  return found;
}
function ofExit(exit) {
  const ids = (shown.details.exits || [])[exit]?.ids || [];
  return selection(ids.map(id => shown.originOf(id)).filter(entry => entry >= 0), ids, [exit]);
}

function matches(line, wanted) {
  const { entry, value, exit, source, snapshot } = line;
  if (entry !== undefined) return wanted.entries.has(entry);
  if (value !== undefined) return wanted.values.has(value);
  if (exit !== undefined) return wanted.exits.has(exit);
  if (snapshot !== undefined) return [...wanted.exits].some(one => shown.details.exits[one]?.snapshot === snapshot);
  return source !== undefined && source.some(one => wanted.entries.has(one));
}

function light(wanted) {
  shown.lit.forEach(element => element.classList.remove("hl"));
  shown.lit = [];
  if (!wanted) return;
  for (const line of shown.lines) if (matches(line, wanted)) shown.lit.push(line.element);
  for (const exit of wanted.exits) if (shown.rows.has(exit)) shown.lit.push(shown.rows.get(exit));
  shown.lit.forEach(element => element.classList.add("hl"));
}

// Stays until another line is chosen; the other panes go there.
function pin(wanted, from) {
  shown.pinned = wanted;
  light(wanted);
  if (!wanted) return;
  const seen = new Set(from ? [from] : []);
  for (const line of shown.lines) {
    const pane = line.element.closest(".code");
    if (seen.has(pane) || !line.element.classList.contains("hl") || line.snapshot !== undefined) continue;
    seen.add(pane);
    const top = line.element.offsetTop - pane.offsetTop;
    if (top < pane.scrollTop || top + line.element.offsetHeight > pane.scrollTop + pane.clientHeight) {
      pane.scrollTop = top - pane.clientHeight / 3;
    }
  }
}

function selectionOf(line) {
  if (line.entry !== undefined) return ofEntries([line.entry]);
  if (line.value !== undefined) return ofValue(line.value);
  if (line.exit !== undefined) return ofExit(line.exit);
  return line.source && line.source.length ? ofEntries(line.source) : null;
}

function addLine(parent, text, line, hue) {
  const element = make("div", { class: "l" });
  element.append(text);
  if (hue !== undefined) {
    element.classList.add("c");
    element.style.setProperty("--hue", hue);
  }
  if (line.exit !== undefined) element.classList.add("exit");
  line.element = element;
  shown.lines.push(line);
  if (line.entry === undefined && line.value === undefined && line.exit === undefined && !line.source?.length) element.classList.add("plain");
  element.line = line;
  parent.append(element);
  return element;
}

// Lines of the program have colours in turn; what came of them has theirs.
function hues(details) {
  const known = new Map();
  details.entries.forEach(([at, line]) => {
    const key = at + ":" + line;
    if (!known.has(key)) known.set(key, (known.size * 67 + 210) % 360);
  });
  return entry => entry >= 0 && entry < details.entries.length ? known.get(details.entries[entry][0] + ":" + details.entries[entry][1]) : undefined;
}

const FILL = {
  source(code, details) {
    details.functions.forEach((part, at) => {
      const name = part.file.split("/").pop();
      code.append(make("div", { class: "file", title: part.file }, part.name + "  " + name));
      let last = null;
      for (const [number, text] of part.lines) {
        if (last !== null && number !== last + 1) addLine(code, "       \u22ef", {});
        last = number;
        const entries = [];
        details.entries.forEach((entry, index) => { if (entry[0] === at && entry[1] === number) entries.push(index); });
        const element = addLine(code, "", { source: entries }, shown.hue(entries.length ? entries[0] : -1));
        if (!entries.length) element.classList.add("far");
        element.append(make("span", { class: "no" }, String(number)), text);
      }
    });
  },
  bytecode(code, details) {
    details.bytecode.split("\n").forEach((text, at) => {
      const of = details.bytecodeOf[at];
      if (of === 0) return addLine(code, text, {}).classList.add("far");
      const entry = of > 0 ? of - 1 : -of - 1;
      if (of < 0) {
        const same = (one, index) => one[0] === details.entries[entry][0] && one[1] === details.entries[entry][1] ? index : -1;
        return addLine(code, text, { source: details.entries.map(same).filter(index => index >= 0) }, shown.hue(entry)).classList.add("far");
      }
      const element = addLine(code, text, { entry }, shown.hue(entry));
      element.title = details.entries[entry][2] + " = " + (index.parts[details.entries[entry][2]] || "");
    });
  },
  uops(code, details) {
    const head = make("details", null, make("summary", null, "roots and snapshots"));
    let parent = head;
    details.uops.split("\n").forEach((text, at) => {
      const of = details.uopsOf[at];
      if (text.startsWith("  entry {")) {
        code.append(head);
        parent = code;
      }
      if (of <= 0) return addLine(parent, text, of < 0 ? { snapshot: -of - 1 } : {}).classList.add("far");
      const element = addLine(parent, text, { value: of - 1 }, shown.hue(shown.originOf(of - 1)));
      const exit = shown.exitOf.get(of - 1);
      if (exit !== undefined) element.append(chip(exit));
    });
  },
  clif(code, details) {
    const head = make("details", null, make("summary", null, "regions and signatures"));
    code.append(head);
    values(code, details, "clif", head);
  },
  asm: (code, details) => values(code, details, "asm", null),
};

// Until the first block, lines go to the head, where there is one.
function values(code, details, stage, head) {
  details[stage].split("\n").forEach((text, at) => {
    const of = details[stage + "Of"][at];
    if (text.startsWith("block")) head = null;
    if (of === 0) return addLine(head || code, text, {}).classList.add("far");
    if (of < 0) {
      const id = details.exits[-of - 1]?.ids[0];
      return addLine(code, text, { exit: -of - 1 }, id === undefined ? undefined : shown.hue(shown.originOf(id)));
    }
    addLine(code, text, { value: of - 1 }, shown.hue(shown.originOf(of - 1)));
  });
}

function chip(exit) {
  const state = shown.trace.exits?.[exit];
  const where = state && state[4] ? " \u2192 #" + state[4] : "";
  return make("span", { class: "chip" }, "exit " + exit + (state && state[2] ? " " + times(state[2]) : "") + where);
}

function showPanes(trace) {
  const panes = byId("panes");
  panes.replaceChildren();
  Object.assign(shown, { details: null, trace, lines: [], pinned: null, lit: [], rows: new Map(), known: [], exitOf: new Map() });
  if (!trace) return;
  const details = shown.details = read("t" + trace.n);
  const origins = details.origins || [];
  shown.originOf = id => {
    let low = 0, high = origins.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (origins[middle][0] <= id) low = middle + 1; else high = middle;
    }
    return low ? origins[low - 1][1] : -1;
  };
  shown.known = (details.uopsOf || []).filter(of => of > 0).map(of => of - 1);
  (details.exits || []).forEach((exit, at) => exit.ids.forEach(id => shown.exitOf.set(id, at)));
  shown.hue = hues(details);
  for (const [stage, title, about] of STAGES) {
    if (hidden.has(stage)) continue;
    const code = make("div", { class: "code", tabindex: "0", "data-stage": stage });
    const missing = stage !== "source" && details[stage] === undefined;
    const count = missing ? "" : make("span", null, about);
    panes.append(make("section", { class: "pane", "aria-label": title }, make("h3", null, title, count), code));
    if (missing) code.append(make("p", { class: "empty" }, trace.failed || "none with --jit=" + index.mode));
    else FILL[stage](code, details);
  }
}

function listenToPanes() {
  const lineAt = event => event.target.closest(".l")?.line;
  const panes = byId("panes");
  panes.addEventListener("mouseover", event => {
    const line = lineAt(event);
    if (line && !shown.pinned) light(selectionOf(line));
  });
  panes.addEventListener("mouseleave", () => { if (!shown.pinned) light(null); });
  panes.addEventListener("click", event => {
    if (event.target.closest("summary")) return;
    const line = lineAt(event);
    const wanted = line && selectionOf(line);
    pin(wanted && shown.pinned && line.element === shown.pinned.place ? null : wanted, event.target.closest(".code"));
    if (shown.pinned) shown.pinned.place = line.element;
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") pin(null); });
}
