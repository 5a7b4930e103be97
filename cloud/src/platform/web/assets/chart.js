// Charts are whole without this. It reads the values from the table beside the curve and shows the one under the
// pointer, or the one chosen with the arrow keys, in the heading of the chart.

const SVG = "http://www.w3.org/2000/svg";
const state = new WeakMap();

function rows(figure) {
  return [...figure.querySelectorAll("tr[data-x]")].map((row) => ({ x: Number(row.dataset.x), row })).reverse();
}

function show(figure, at) {
  const list = rows(figure);
  const one = list[Math.max(0, Math.min(at, list.length - 1))];
  const plot = figure.querySelector("[data-plot]");
  if (!one || !plot) return;
  let cross = plot.querySelector(".cross");
  if (!cross) {
    cross = document.createElementNS(SVG, "path");
    cross.setAttribute("class", "cross");
    plot.append(cross);
  }
  cross.setAttribute("d", "M" + one.x * 10 + " 0V100");
  const [value, low, high] = [...one.row.querySelectorAll("td")].map((cell) => cell.textContent);
  const unit = figure.querySelector("thead th:nth-child(2)").textContent.match(/\((.*)\)$/)?.[1];
  const readout = figure.querySelector("[data-readout]");
  const kept = state.get(figure) || { value: readout.textContent, at: figure.querySelector("[data-readout-at]").textContent };
  kept.index = list.indexOf(one);
  state.set(figure, kept);
  readout.textContent = value + (unit ? " " + unit : "");
  const span = low !== undefined && low !== high ? " · " + low + " to " + high : "";
  figure.querySelector("[data-readout-at]").textContent = one.row.querySelector("time").textContent + span;
}

function hide(figure) {
  const kept = state.get(figure);
  if (!kept) return;
  state.delete(figure);
  figure.querySelector(".cross")?.remove();
  figure.querySelector("[data-readout]").textContent = kept.value;
  figure.querySelector("[data-readout-at]").textContent = kept.at;
}

function nearest(figure, x) {
  let best = 0, far = Infinity;
  rows(figure).forEach((one, at) => {
    const distance = Math.abs(one.x - x);
    if (distance < far) { far = distance; best = at; }
  });
  return best;
}

function ready(figure) {
  const plot = figure.querySelector("[data-plot]");
  if (plot) plot.setAttribute("tabindex", "0");
  if (figure.dataset.ready) return;
  figure.dataset.ready = "1";
  figure.addEventListener("pointermove", (event) => {
    const box = figure.querySelector("[data-plot]").getBoundingClientRect();
    if (event.clientY < box.top || event.clientY > box.bottom) return hide(figure);
    show(figure, nearest(figure, ((event.clientX - box.left) / box.width) * 100));
  });
  figure.addEventListener("pointerleave", () => hide(figure));
  figure.addEventListener("focusout", () => hide(figure));
  figure.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-plot]")) return;
    const last = rows(figure).length - 1, now = state.get(figure)?.index ?? last;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 10, PageDown: now + 10, Home: 0, End: last }[event.key];
    if (event.key === "Escape") hide(figure);
    if (to === undefined) return;
    event.preventDefault();
    show(figure, Math.max(0, to));
  });
}

function all() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const kept = state.get(figure);
    ready(figure);
    if (!kept || !rows(figure).length) continue;
    // A refresh has written the newest value over what the reader points at.
    state.delete(figure);
    show(figure, kept.index);
  }
}

document.addEventListener("live", all);
all();
