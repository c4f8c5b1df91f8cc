// The trees of traces: roots at the left, side traces hang on exits, other links are dashed.

const BOX = { width: 178, height: 40, across: 292, down: 56 };

function draw(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const cutAt = (text, most) => text.length > most ? text.slice(0, most - 1) + "\u2026" : text;
// Side traces that were made, by the trace whose exit they hang on.
function childrenOf(trace) {
  return traces.filter(one => one.from === trace.n && one.state).sort((a, b) => a.fromExit - b.fromExit);
}
function rootOf(trace) {
  let root = trace;
  for (let steps = 0; root.from && byNumber.get(root.from)?.state && steps < 100; steps++) root = byNumber.get(root.from);
  return root;
}
const isRoot = trace => trace.state && rootOf(trace) === trace;

// Depth to the right, leaves downwards.
function place(trace, depth, at, spots) {
  const first = at.row;
  const children = depth < 40 ? childrenOf(trace) : [];
  const spot = { trace, x: depth * BOX.across + 10, y: 0 };
  spots.set(trace.n, spot);
  children.forEach(child => place(child, depth + 1, at, spots));
  if (!children.length) at.row += 1;
  spot.y = (children.length ? (spots.get(children[0].n).y + spots.get(children[children.length - 1].n).y) / 2 : first * BOX.down + 10);
}

function edges(spot, spots) {
  const found = [];
  (spot.trace.exits || []).forEach((exit, number) => {
    const [, what, count, , linked] = exit;
    if (!linked) return;
    const target = byNumber.get(linked);
    const isChild = target && target.from === spot.trace.n && target.fromExit === number;
    // Links from tree to tree would hide both.
    const isNear = target && target.state && rootOf(target) === rootOf(spot.trace);
    found.push({ number, what, count, linked, isChild, to: isNear ? spots.get(linked) : undefined });
  });
  return found;
}

function curve(from, edge, shift) {
  const { x, y } = from;
  const startX = x + BOX.width, startY = y + BOX.height / 2;
  if (edge.isChild && edge.to) {
    const endX = edge.to.x, endY = edge.to.y + BOX.height / 2, middle = (startX + endX) / 2;
    return [`M${startX} ${startY} C${middle} ${startY} ${middle} ${endY} ${endX - 5} ${endY}`, middle, startY + (endY - startY) * 0.62 - 3];
  }
  // Back, or to one beside: below the boxes.
  const to = edge.to, bottom = y + BOX.height, endX = to.x + BOX.width / 2 + shift, endY = to.y + BOX.height + (to.y > y ? -BOX.height : 0);
  const beginX = x + BOX.width / 2 + shift + (to === from ? 30 : 0);
  const dip = to.y > y ? endY - 12 : Math.max(bottom, to.y + BOX.height) + 17;
  const start = to.y > y ? bottom : bottom;
  return [`M${beginX} ${start} C${beginX} ${dip} ${endX} ${dip} ${endX} ${endY + (to.y > y ? -5 : 5)}`, (beginX + endX) / 2, to.y > y ? (start + endY) / 2 : dip - 3];
}

function scrollTo(spot) {
  const holder = byId("drawing");
  if (!spot) return;
  holder.scrollLeft = spot.x - holder.clientWidth / 2 + BOX.width / 2;
  holder.scrollTop = spot.y - holder.clientHeight / 2;
}

// The forest stays; only what is chosen changes.
let forest = null;

function drawTree(chosen, all) {
  const holder = byId("drawing");
  if (all && forest) {
    holder.querySelector(".chosen")?.classList.remove("chosen");
    const spot = chosen && forest.get(chosen.n);
    spot?.element.classList.add("chosen");
    return scrollTo(spot);
  }
  const roots = all ? traces.filter(isRoot).sort((a, b) => b.ran - a.ran) : chosen && chosen.state ? [rootOf(chosen)] : [];
  if (!roots.length) {
    holder.replaceChildren(make("p", { class: "empty" }, chosen ? "No code was made of this trace, so it hangs on nothing." : "No traces."));
    return;
  }
  const spots = new Map(), at = { row: 0 };
  roots.forEach(root => place(root, 0, at, spots));
  const svg = draw("svg", { role: "img", "aria-label": "trace tree" });
  svg.append(draw("defs", {}, draw("marker", { id: "to", viewBox: "0 0 6 6", refX: 5, refY: 3, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" }, draw("path", { class: "arrow", d: "M0 0 L6 3 L0 6 z" }))));
  const lines = draw("g", {}), nodes = draw("g", {}), texts = draw("g", {});
  let right = 0, bottom = 0;
  for (const spot of spots.values()) {
    const { trace, x, y } = spot;
    right = Math.max(right, x + BOX.width + 110);
    bottom = Math.max(bottom, y + BOX.height + 26);
    let shift = 0;
    const away = [];
    for (const edge of edges(spot, spots)) {
      if (!edge.to) {
        away.push(edge);
        continue;
      }
      const [path, textX, textY] = curve(spot, edge, shift);
      if (!edge.isChild) shift += 16;
      const title = `exit ${edge.number} of #${trace.n}: ${edge.what}, ${exact.format(edge.count)} times, to #${edge.linked}`;
      lines.append(draw("path", { class: edge.isChild ? "edge" : "edge link", d: path, "marker-end": "url(#to)", "stroke-width": width(edge.count) }, draw("title", {}, title)));
      texts.append(draw("text", { class: "label", x: textX, y: textY, "text-anchor": "middle" }, draw("title", {}, title), `e${edge.number} ${times(edge.count)}`));
    }
    spot.element = node(trace, x, y, chosen);
    nodes.append(spot.element);
    if (away.length) {
      const total = away.reduce((sum, edge) => sum + edge.count, 0);
      const numbers = [...new Set(away.map(edge => edge.linked))];
      const names = numbers.slice(0, 3).map(one => "#" + one).join(" ") + (numbers.length > 3 ? " \u2026" : "");
      texts.append(draw("text", { class: "label", x: x + BOX.width / 2, y: y + BOX.height + 11, "text-anchor": "middle" }, draw("title", {}, away.map(edge => `exit ${edge.number}: ${edge.what}, to #${edge.linked}, ${exact.format(edge.count)} times`).join("\n")), `\u2192 ${names} ${times(total)}`));
    }
  }
  svg.append(lines, nodes, texts);
  svg.setAttribute("width", right);
  svg.setAttribute("height", bottom);
  svg.setAttribute("viewBox", `0 0 ${right} ${bottom}`);
  holder.replaceChildren(svg);
  forest = all ? spots : null;
  scrollTo(chosen && spots.get(chosen.n));
}

const width = count => 1 + Math.min(3, Math.log10(1 + count) / 2);

function node(trace, x, y, chosen) {
  const group = draw("g", { class: `node ${trace.start}${trace === chosen ? " chosen" : ""}${trace.state === "valid" ? "" : " gone"}`, transform: `translate(${x} ${y})`, onclick: () => choose(trace.n) });
  const left = trace.counted ? trace.rounds ? `${short(trace.rounds)} rounds` : `${short(trace.entered)} entries` : `${short(trace.entered)} exits`;
  const size = trace.bytes ? ` \u00b7 ${short(trace.bytes)} B` : "";
  group.append(
    draw("title", {}, `#${trace.n} ${trace.start} of ${trace.name} at ${trace.at}\n${trace.end}, ${trace.length} instructions`),
    draw("rect", { class: "box", width: BOX.width, height: BOX.height, rx: 6 }),
    draw("rect", { class: "heat", width: Math.max(0, BOX.width * trace.share), height: BOX.height, rx: 6 }),
    // What is too long is cut off.
    draw("svg", { width: BOX.width - 6, height: BOX.height },
      draw("text", { x: 8, y: 16 }, cutAt(`#${trace.n} ${trace.name.split(".").pop()} ${trace.at}`, 60)),
      draw("text", { class: "small", x: 8, y: 31 }, `${trace.start} \u00b7 ${left}${size}`)));
  return group;
}
