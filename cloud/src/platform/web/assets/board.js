// Boards: a card is dragged to a column, or sent there by Shift with an arrow key. Both press what stands in the card's menu.
// Plain arrow keys go from card to card.

const doc = document;
const moved = "moved-card";

const form = (card, to) => [...card.querySelectorAll("form[data-to]")].find((one) => one.dataset.to === to);
const columns = (board) => [...board.querySelectorAll("[data-column]")];
function send(card, to) {
  const one = form(card, to);
  if (!one) return;
  sessionStorage.setItem(moved, card.id);
  one.requestSubmit();
}

let dragged = null;
const clear = () => { for (const one of doc.querySelectorAll(".may-drop, .drop")) one.classList.remove("may-drop", "drop"); };
function over(event) {
  const column = event.target.closest?.("[data-column]");
  return dragged && column && form(dragged, column.dataset.column) ? column : null;
}
function ready() {
  for (const card of doc.querySelectorAll("[data-board] .card")) card.draggable = Boolean(card.querySelector("form[data-to]"));
}

doc.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-board] .card[draggable=true]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
  dragged.classList.add("dragged");
  for (const column of columns(dragged.closest("[data-board]"))) column.classList.toggle("may-drop", Boolean(form(dragged, column.dataset.column)));
});
doc.addEventListener("dragover", (event) => {
  const column = over(event);
  for (const one of doc.querySelectorAll(".drop")) if (one !== column) one.classList.remove("drop");
  if (column) { event.preventDefault(); column.classList.add("drop"); }
});
doc.addEventListener("drop", (event) => {
  const column = over(event);
  if (column) { event.preventDefault(); send(dragged, column.dataset.column); }
});
doc.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; clear(); });

doc.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-board] .card");
  if (!card || event.target.closest(".move") || event.ctrlKey || event.metaKey || event.altKey || !event.key.startsWith("Arrow")) return;
  const all = columns(card.closest("[data-board]")), here = all.findIndex((one) => one.contains(card));
  const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  event.preventDefault();
  if (event.shiftKey) {
    // The nearest column that way into which the card may go.
    for (let at = here + way; way && all[at]; at += way) if (form(card, all[at].dataset.column)) { send(card, all[at].dataset.column); return; }
    return;
  }
  const cards = (column) => [...column.querySelectorAll(".card")];
  const row = cards(all[here]).indexOf(card);
  let to = cards(all[here])[row + (event.key === "ArrowDown" ? 1 : -1)];
  if (way) for (let at = here + way; all[at]; at += way) if (cards(all[at]).length) { to = cards(all[at])[Math.min(row, cards(all[at]).length - 1)]; break; }
  to?.querySelector("a")?.focus();
});

// The card that was moved is where the keyboard goes on.
const last = sessionStorage.getItem(moved);
sessionStorage.removeItem(moved);
if (last) doc.getElementById(last)?.querySelector("a")?.focus();
doc.addEventListener("live", ready);
ready();
