// Charts are whole without this. It reads the values from the table beside the picture and shows the one under the
// pointer, or the one chosen with the arrow keys; a stretch that is dragged over, or chosen with Shift and the arrows,
// is asked of the server; and the picture is kept as PNG. Nothing hangs on a node that a refresh may replace.

const SVG = "http://www.w3.org/2000/svg";
const state = new WeakMap();
const of = (figure) => state.get(figure) || (state.set(figure, {}), state.get(figure));
const plotOf = (figure) => figure?.querySelector("[data-plot]");
const percent = (value) => value + "%";

function rows(figure) {
  return [...figure.querySelectorAll("tr[data-x]")].map((row) => ({
    row, x: Number(row.dataset.x), at: row.firstElementChild.textContent, box: row.dataset.box?.split(" ").map(Number),
  })).reverse();
}

function mark(plot, name, attributes, className) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.setAttribute("class", className);
  node.dataset.mark = "";
  plot.append(node);
}

function draw(figure) {
  const kept = of(figure), plot = plotOf(figure);
  if (!plot) return;
  for (const old of plot.querySelectorAll("[data-mark]")) old.remove();
  if (kept.brush) {
    const [from, until] = [...kept.brush].sort((a, b) => a - b);
    mark(plot, "rect", { x: percent(from), width: percent(until - from), y: 0, height: "100%" }, "brush");
  }
  const one = kept.at && rows(figure).find((each) => each.at === kept.at);
  const now = figure.querySelector("[data-readout]"), at = figure.querySelector("[data-readout-at]");
  if (!one) {
    if (kept.now !== undefined) { now.textContent = kept.now; at.textContent = kept.when; }
    delete kept.now;
    return;
  }
  if (kept.now === undefined) { kept.now = now.textContent; kept.when = at.textContent; }
  if (one.box) {
    const [x, y, width, height] = one.box;
    mark(plot, "rect", { x, y, width, height }, "here");
  } else mark(plot, "line", { x1: percent(one.x), x2: percent(one.x), y1: 0, y2: "100%" }, "cross");
  for (const y of one.row.dataset.y?.split(" ").filter(Boolean) || []) mark(plot, "path", { d: `M${one.x * 10} ${y}h.01` }, "dot");
  const heads = [...figure.querySelectorAll("thead th")].slice(1).map((head) => head.textContent);
  const cells = [...one.row.querySelectorAll("td")].map((cell) => cell.textContent);
  const unit = heads[0].match(/\(([^()]*)\)$/)?.[1], between = figure.dataset.between?.split("{}");
  const value = cells[0] + (unit ? " " + unit : "");
  if (between || cells.length < 2) now.textContent = value;
  else now.textContent = heads.map((head, i) => head.replace(/ \([^()]*\)$/, "") + " " + cells[i]).join(" · ") + (unit ? " " + unit : "");
  at.textContent = one.at + (between && cells[1] !== cells[2] ? ` · ${between[0]}${cells[1]}${between[1]}${cells[2]}${between[2]}` : "");
}

function choose(figure, one, aloud) {
  of(figure).at = one?.at;
  draw(figure);
  if (one && aloud) figure.querySelector("[data-said]").textContent = `${figure.querySelector("[data-readout]").textContent}, ${figure.querySelector("[data-readout-at]").textContent}`;
}

// Where the pointer is: percent along, and the nearest value.
function under(figure, event) {
  const plot = plotOf(figure), box = plot.getBoundingClientRect(), view = plot.viewBox.baseVal;
  const x = Math.max(0, Math.min(100, ((event.clientX - box.left) / box.width) * 100));
  const y = ((event.clientY - box.top) / box.height) * (view?.height || 100);
  const far = (one) => Math.abs(one.x - x) + (one.box ? 100 * Math.abs(Math.floor((y - one.box[1]) / 24)) : 0);
  return { x, one: rows(figure).reduce((best, each) => (!best || far(each) < far(best) ? each : best), null) };
}

// Another stretch of time is another page: the server draws it with more detail, and it can be sent to somebody.
function zoom(figure) {
  const kept = of(figure), [from, until] = [...kept.brush].sort((a, b) => a - b);
  delete kept.brush;
  if (until - from < 0.3) return draw(figure);
  const first = Number(figure.dataset.from), span = Number(figure.dataset.until) - first;
  const url = new URL(location.href);
  url.searchParams.delete("range");
  url.searchParams.set("from", Math.round(first + (span * from) / 100));
  url.searchParams.set("to", Math.round(first + (span * until) / 100));
  url.hash = figure.id;
  location.assign(url);
}

const figureOf = (event) => (event.target.closest ? event.target.closest("[data-plot]")?.closest("figure[data-chart]") : null);
let dragged = null, shown = null;

document.addEventListener("pointerdown", (event) => {
  const figure = figureOf(event);
  if (!figure?.dataset.until || event.button || event.pointerType === "touch") return;
  const { x } = under(figure, event);
  dragged = figure;
  of(figure).from = x;
});
document.addEventListener("pointermove", (event) => {
  const figure = dragged || figureOf(event);
  if (shown && shown !== figure && !shown.contains(document.activeElement)) choose(shown, null);
  shown = figure;
  if (!figure) return;
  const { x, one } = under(figure, event), kept = of(figure);
  if (dragged && Math.abs(x - kept.from) > 1) { kept.brush = [kept.from, x]; event.preventDefault(); getSelection()?.removeAllRanges(); }
  choose(figure, one);
});
document.addEventListener("pointerup", () => {
  const figure = dragged;
  dragged = null;
  if (figure && of(figure).brush) zoom(figure);
});
document.addEventListener("focusout", (event) => {
  const figure = figureOf(event);
  if (figure) { delete of(figure).brush; choose(figure, null); }
});
document.addEventListener("keydown", (event) => {
  const figure = figureOf(event);
  if (!figure) return;
  const kept = of(figure);
  if (event.key === "Escape") { dragged = null; delete kept.brush; return choose(figure, null); }
  if (event.key === "Enter" && kept.brush) { event.preventDefault(); return zoom(figure); }
  const list = rows(figure), last = list.length - 1, down = Number(figure.dataset.down || 10);
  const found = list.findIndex((one) => one.at === kept.at), now = found < 0 ? last + 1 : found;
  const to = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - down, PageDown: now + down, Home: 0, End: last,
    ...(figure.dataset.down && { ArrowUp: now - down, ArrowDown: now + down }) }[event.key];
  if (to === undefined || !list.length) return;
  event.preventDefault();
  const one = list[Math.max(0, Math.min(to, last))];
  if (event.shiftKey && figure.dataset.until) kept.brush = [kept.brush?.[0] ?? list[Math.min(now, last)].x, one.x];
  else delete kept.brush;
  choose(figure, one, true);
});

// The picture is drawn again from what is seen: shapes with their computed colours, then every text where it stands.
async function picture(figure) {
  const box = figure.getBoundingClientRect(), scale = 2, edge = 12;
  const foot = figure.querySelector(".chart-foot"), seen = (node) => !foot?.contains(node) && !node.closest(".unseen");
  const high = (foot ? foot.getBoundingClientRect().top : box.bottom) - box.top;
  const canvas = document.createElement("canvas");
  canvas.width = (box.width + 2 * edge) * scale;
  canvas.height = (high + 2 * edge) * scale;
  const pen = canvas.getContext("2d"), left = edge - box.left, top = edge - box.top;
  pen.scale(scale, scale);
  pen.fillStyle = getComputedStyle(document.body).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  for (const node of figure.querySelectorAll("path, rect, line, circle")) {
    if (!seen(node) || node.dataset.mark !== undefined) continue;
    const style = getComputedStyle(node), ctm = node.getScreenCTM(), shape = new Path2D(), one = new Path2D(node.getAttribute("d") || undefined);
    const size = (name) => node[name].baseVal.value;
    if (node.nodeName === "rect") one.rect(size("x"), size("y"), size("width"), size("height"));
    if (node.nodeName === "line") { one.moveTo(size("x1"), size("y1")); one.lineTo(size("x2"), size("y2")); }
    if (node.nodeName === "circle") one.arc(size("cx"), size("cy"), size("r"), 0, 7);
    shape.addPath(one, new DOMMatrix([ctm.a, ctm.b, ctm.c, ctm.d, ctm.e + left, ctm.f + top]));
    if (style.fill !== "none") { pen.fillStyle = style.fill; pen.fill(shape); }
    if (style.stroke === "none") continue;
    Object.assign(pen, { strokeStyle: style.stroke, lineWidth: parseFloat(style.strokeWidth), lineCap: style.strokeLinecap, lineJoin: style.strokeLinejoin });
    pen.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat));
    pen.stroke(shape);
  }
  const walk = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT), range = document.createRange();
  pen.textBaseline = "middle";
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.data.trim(), style = getComputedStyle(node.parentElement);
    if (!text || !seen(node.parentElement) || node.parentElement.closest("desc, title")) continue;
    range.selectNodeContents(node);
    const at = range.getBoundingClientRect();
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    pen.fillStyle = node.parentElement.closest("svg") ? style.fill : style.color;
    pen.fillText(text, at.left + left, at.top + at.height / 2 + top);
  }
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-png]");
  if (!button) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await picture(button.closest("figure")));
  link.download = button.dataset.png + ".png";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});

// A refresh has written the newest value over what the reader points at.
function all() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    plotOf(figure)?.setAttribute("tabindex", "0");
    const kept = state.get(figure);
    if (!kept) continue;
    delete kept.now;
    draw(figure);
  }
}

document.addEventListener("live", all);
all();
if (location.hash.length > 1) plotOf(document.getElementById(location.hash.slice(1)))?.focus({ preventScroll: true });
