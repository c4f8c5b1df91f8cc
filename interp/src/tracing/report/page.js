// The list of traces, what is told of the one that was chosen, and the start of it all.

const index = read("index");
const traces = index.traces;
const byNumber = new Map(traces.map(trace => [trace.n, trace]));
let chosen = null;

const ENDS = {
  "loop closed": "it came back to where it begins, in the same frame",
  "recursion": "a function called itself, or a generator resumed one of its own kind; whatever trace begins there goes on",
  "reached another trace": "another trace begins there, which goes on",
  "returned": "the function that it began in returned",
  "yielded": "the generator that it began in yielded",
  "inner loop first": "an inner loop went round a third time: that becomes a trace first",
  "too long": "it had as many instructions as a trace may have",
  "too deep": "it had as many frames as a trace may have",
  "low confidence": "execution hardly comes this far; it was cut where that was likely",
  "exception": "the last instruction raised; it ends before that",
  "untraceable instruction": "no trace goes through the next instruction",
  "frame changed": "the next frame was neither pushed nor left by the last instruction",
  "left the interpreter": "the frame that Rust had called returned to it",
};
const STATES = {
  valid: "in use",
  invalid: "no longer entered",
  freed: "its code has been freed",
};

// How often entered, and about how many instructions of the bytecode it ran: whole rounds, and what each exit had behind it.
function measure(trace) {
  const exits = trace.exits || [];
  trace.counted = trace.rounds !== undefined;
  trace.entered = exits.reduce((sum, exit) => sum + exit[2], 0) + (trace.dispatches || 0);
  const behind = exit => exit[2] * (exit[6] < 0 ? trace.length : exit[6]);
  trace.ran = exits.reduce((sum, exit) => sum + behind(exit), 0) + ((trace.rounds || 0) + (trace.dispatches || 0)) * trace.length;
}

const quotient = (what, of, digits) => of ? (what / of).toFixed(digits) : "\u2013";
function facts(pairs) {
  return pairs.filter(pair => pair).map(([name, value, title]) => make("div", { title }, make("dt", null, name), make("dd", null, value)));
}

function showSums() {
  byId("what").textContent = "traces of " + index.program;
  document.title = "Traces of " + index.program;
  const made = traces.filter(trace => trace.state), sum = name => made.reduce((total, trace) => total + (trace[name] || 0), 0);
  const kinds = ["loop", "function", "return", "side"].map(kind => [kind, made.filter(trace => trace.start === kind).length]).filter(one => one[1]);
  byId("sums").append(...facts([
    ["--jit", index.mode],
    ["recorded", exact.format(traces.length)],
    ["made", `${exact.format(made.length)}${kinds.length ? " (" + kinds.map(([kind, count]) => `${count} ${kind}`).join(", ") + ")" : ""}`],
    ["ran", short(sum("ran")) + " instructions", "bytecode instructions run in traces, as far as was counted"],
    sum("bytes") && ["code", `${exact.format(sum("bytes"))} B`, `${quotient(sum("bytes"), sum("uops"), 1)} bytes a micro-op, ${quotient(sum("bytes"), sum("ir"), 1)} an instruction of the IR`],
    sum("bytes") && ["B/micro-op", quotient(sum("bytes"), sum("uops"), 1)],
    sum("ns") && ["compiled in", (sum("ns") / 1e6).toFixed(1) + " ms"],
    sum("ns") && ["\u00b5s/micro-op", quotient(sum("ns") / 1000, sum("uops"), 2)],
  ]));
}

function showSwitches() {
  const only = make("button", { type: "button", "aria-pressed": "false", title: "hide everything but the stages" }, "stages only");
  only.addEventListener("click", () => only.setAttribute("aria-pressed", String(document.body.classList.toggle("only"))));
  const buttons = STAGES.map(([stage, title]) => {
    const button = make("button", { type: "button", "aria-pressed": "true" }, title);
    button.addEventListener("click", () => {
      if (!hidden.delete(stage)) hidden.add(stage);
      button.setAttribute("aria-pressed", String(!hidden.has(stage)));
      showPanes(chosen);
      if (chosen) showExits(chosen);
    });
    return button;
  });
  byId("switches").append(...buttons, only);
}

// -- the list

function showList() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(word => word);
  const text = trace => `#${trace.n} ${trace.start} ${trace.name} ${trace.at} ${trace.end} ${trace.failed || ""} ${trace.state || "failed"}`.toLowerCase();
  const key = { hot: trace => -trace.ran, number: trace => trace.n, bytes: trace => -(trace.bytes || 0), ns: trace => -(trace.ns || 0) }[byId("order").value];
  const found = traces.filter(trace => words.every(word => text(trace).includes(word))).sort((a, b) => key(a) - key(b) || a.n - b.n);
  byId("traces").replaceChildren(...found.map(item));
}

function item(trace) {
  const percent = (trace.share * 100).toFixed(trace.share < 0.1 ? 1 : 0) + " %";
  const link = make("a", { href: "#t" + trace.n, "aria-current": String(trace === chosen), class: trace.state ? "" : "failed" },
    make("span", { class: "heat" }),
    make("span", { class: "number" }, "#" + trace.n),
    make("span", { title: `${trace.name} at ${trace.file}` }, make("span", { class: "kind " + trace.start }, trace.start), " " + trace.name),
    make("span", { class: "share", title: `about ${exact.format(trace.ran)} instructions` }, trace.state ? percent : ""),
    make("span", { class: "sub" }, `${trace.at} \u00b7 ${trace.failed ? trace.failed : trace.state ? trace.end : trace.end + ", not kept"}${trace.from ? ` \u00b7 of #${trace.from}, exit ${trace.fromExit}` : ""}`));
  link.firstChild.style.width = trace.share * 100 + "%";
  return make("li", null, link);
}

function showRest() {
  const part = (title, list) => list.length ? make("details", null, make("summary", null, `${title} (${list.length})`),
    make("ul", null, ...list.map(([place, count]) => make("li", null, `${place} ${times(count)}`)))) : null;
  byId("rest").append(...[
    part("Loops left while they were surveyed", index.unsurveyed),
    part("Returned to where no trace begins", index.returned),
  ].filter(one => one));
}

// -- one trace

const linkTo = number => byNumber.has(number) ? make("a", { href: "#t" + number }, "#" + number) : "#" + number;

function began(trace) {
  switch (trace.start) {
    case "loop": return [`the loop at ${trace.at} was hot (a loop is after ${index.loop} rounds; the next try comes later)`];
    case "function": return [`${trace.name} was called often (${index.entry} times; the next try comes later)`];
    case "return": return [`traces returned to ${trace.at} often, where none began (${index.side} times)`];
    default: {
      const parent = byNumber.get(trace.from), exit = parent?.exits?.[trace.fromExit];
      return [`exit ${trace.fromExit} of `, linkTo(trace.from), exit ? ` (${exit[1]})` : "", ` was taken often (${index.side} times; four times as many after each failure)`];
    }
  }
}

function showTrace(trace) {
  const where = byId("trace");
  const story = [["began", began(trace)]];
  story.push(["ended", [`${trace.end}: ${ENDS[trace.end] || ""}`, trace.reached ? " (" : "", trace.reached ? linkTo(trace.reached) : "", trace.reached ? ")" : "", trace.stop ? `; before ${trace.stop}` : ""]]);
  if (trace.cut) story.push(["cut", [`the IR has ${trace.used} of ${trace.length} instructions: ${trace.cut}`]]);
  if (trace.failed) story.push(["failed", [make("span", { class: "bad" }, trace.failed)]]);
  if (trace.state) story.push(["now", [STATES[trace.state], trace.lost ? `: ${trace.lost}` : ""]]);
  const numbers = facts([
    ["instructions", exact.format(trace.length)],
    ["micro-ops", exact.format(trace.uops), "of the definition, of all its instructions"],
    trace.ir && ["IR", exact.format(trace.ir)],
    trace.bytes && ["code", `${exact.format(trace.bytes)} B`],
    trace.bytes && ["B/micro-op", quotient(trace.bytes, trace.uops, 1)],
    trace.ns && ["compiled in", `${exact.format(Math.round(trace.ns / 1000))} \u00b5s`],
    trace.ns && ["\u00b5s/micro-op", quotient(trace.ns / 1000, trace.uops, 2)],
    trace.state && [trace.counted ? "entered" : "left", short(trace.entered)],
    trace.counted && ["rounds", short(trace.rounds)],
    trace.dispatches && ["dispatched", short(trace.dispatches), "jumps to whichever trace begins where the frame stands"],
    trace.state && ["ran", short(trace.ran) + " instructions"],
    ["confidence", trace.confidence, "how likely execution comes to its end, by what was seen when it was recorded"],
    trace.chain ? ["depth", String(trace.chain), "side traces from the root"] : null,
  ]);
  where.replaceChildren(make("div", { class: "head" },
    make("h2", null, `#${trace.n} `, make("span", { class: "kind " + trace.start }, trace.start), ` of ${trace.name} `, make("span", { class: "dim", title: trace.file }, trace.at)),
    make("dl", { class: "facts" }, ...numbers),
    make("dl", { class: "story" }, ...story.flatMap(([name, parts]) => [make("dt", null, name), make("dd", null, ...parts)]))));
  where.scrollTop = 0;
}

function leads(trace, exit, info) {
  const [kind, , , tries, linked, pending] = exit;
  if (linked) return [linkTo(linked)];
  if (pending) return ["being compiled"];
  const failed = tries ? `, ${tries} ${kind === "deopt" ? "renewals" : "failed"}` : "";
  return [make("span", { class: "dim" }, (kind === "error" ? "exception handler" : info?.to ? `#${info.to}, gone` : "interpreter") + failed)];
}

function showExits(trace) {
  const where = byId("trace"), details = shown.details, exits = trace.exits || [];
  where.querySelector("table")?.remove();
  where.querySelector(".never")?.remove();
  if (!exits.length) return;
  const order = exits.map((_, at) => at).sort((a, b) => exits[b][2] - exits[a][2] || a - b);
  const body = make("tbody");
  const row = at => {
    const [kind, what, count] = exits[at], info = (details.exits || [])[at];
    const reasons = info && info.reasons.length ? make("div", { class: "reason" }, info.reasons.join("; ")) : null;
    const element = make("tr", { title: info ? info.restored.join("\n") : "" },
      make("td", null, String(at)), make("td", { class: kind === "error" ? "bad" : "" }, kind), make("td", null, what, reasons),
      make("td", { class: "place" }, info ? info.place : ""), make("td", { class: "count" }, exact.format(count)), make("td", null, ...leads(trace, exits[at], info)));
    element.addEventListener("mouseenter", () => { if (!shown.pinned) light(ofExit(at)); });
    element.addEventListener("mouseleave", () => { if (!shown.pinned) light(null); });
    element.addEventListener("click", event => { if (!event.target.closest("a")) pin(ofExit(at)); });
    shown.rows.set(at, element);
    return element;
  };
  const taken = order.filter(at => exits[at][2] || exits[at][4]), never = order.filter(at => !exits[at][2] && !exits[at][4]);
  body.append(...taken.map(row));
  const heads = ["exit", "kind", "what, and what is so then", "goes on at", "taken", "leads to"];
  where.append(make("table", null, make("thead", null, make("tr", null, ...heads.map(head => make("th", { class: head === "goes on at" ? "place" : "" }, head)))), body));
  if (never.length) {
    const more = make("div", { class: "never" }, make("button", { type: "button" }, `${never.length} exits were never taken`));
    more.firstChild.addEventListener("click", () => {
      body.append(...never.map(row));
      more.remove();
    });
    where.append(more);
  }
}

// -- choosing

function choose(number) {
  if (location.hash === "#t" + number) show();
  else location.hash = "#t" + number;
}

function show() {
  const named = /^#t(\d+)(?:e(\d+))?$/.exec(location.hash);
  const hottest = () => traces.reduce((best, trace) => !best || trace.ran > best.ran ? trace : best, null);
  chosen = (named && byNumber.get(Number(named[1]))) || hottest();
  for (const link of byId("traces").querySelectorAll("a")) {
    const isIt = chosen && link.getAttribute("href") === "#t" + chosen.n;
    link.setAttribute("aria-current", String(isIt));
    if (isIt) link.scrollIntoView({ block: "nearest" });
  }
  drawTree(chosen, byId("all").checked);
  showPanes(chosen);
  if (!chosen) {
    const why = index.mode === "off" ? "With --jit=off nothing is recorded." : "Nothing in this run was hot enough, or it ended before.";
    byId("trace").replaceChildren(make("p", { class: "empty" }, "No traces were made. " + why));
    byId("panes").hidden = true;
    return;
  }
  showTrace(chosen);
  showExits(chosen);
  if (named && named[2]) pin(ofExit(Number(named[2])));
}

traces.forEach(measure);
const everything = traces.reduce((sum, trace) => sum + trace.ran, 0);
traces.forEach(trace => { trace.share = everything ? trace.ran / everything : 0; });
showSums();
showSwitches();
showList();
showRest();
listenToPanes();
byId("filter").addEventListener("input", showList);
byId("order").addEventListener("change", showList);
byId("all").addEventListener("change", () => drawTree(chosen, byId("all").checked));
addEventListener("hashchange", show);
show();
