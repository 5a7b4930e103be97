// The keyboard. Ctrl-K opens the palette: pages, what can be done here, what is found. Single keys move in lists and lead to
// pages; they are off while somebody types and can be switched off for good, in the list that "?" shows.

const doc = document;
const OFF = "keys-off";
const isOn = () => localStorage.getItem(OFF) !== "1";
const typing = (at) => at.closest?.("input, select, textarea, dialog, [contenteditable]");

const make = (tag, attributes = {}, ...inside) => {
  const node = doc.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside);
  return node;
};
const icon = (id) => {
  const svg = doc.querySelector("svg.icon use")?.closest("svg").cloneNode(true);
  const use = svg?.firstElementChild;
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + id));
  return svg || "";
};
// The order in which `palette.rs` has them.
const [CHOICES, ASK, ASK_HINT, CHOOSE, OPEN, LEAVE, COMMANDS, HERE, PAGES, ACCOUNT, FOUND, SEARCH, EVERYWHERE, BY_NAME, NEXT_LINE, LINE_BEFORE, OPEN_IT, MAKE_NEW, CHANGE_IT, THIS_LIST, KEYBOARD, SINGLE_KEYS, CLOSE, TICK_IT] = (doc.documentElement.dataset.keysWords || "").split("|");
const words = (node) => node.textContent.trim().replace(/\s+/g, " ");

// A page's letter is the first of its address that no page before it has.
function pages() {
  const taken = new Set();
  return [...doc.querySelectorAll(".rail a")].map((link) => {
    const letter = [...new URL(link.href).pathname.split("/").pop()].find((of) => /[a-z]/.test(of) && !taken.has(of));
    if (letter) taken.add(letter);
    return { label: words(link), letter, go: () => link.click() };
  });
}
const actions = () =>
  [...doc.querySelectorAll("main .head-actions .button, main [data-action]")].map((one) => ({ label: words(one), go: () => one.click() }));
const account = () => [...doc.querySelectorAll(".menu-end .pop a, .top nav.pop a")].map((link) => ({ label: words(link), go: () => link.click() }));

function over(name, label, ...inside) {
  const dialog = make("dialog", { class: "dialog " + name, "aria-label": label }, ...inside);
  doc.body.append(dialog);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return dialog;
}

// ---- the palette ----

function palette() {
  const list = make("ul", { role: "listbox", id: "palette-list", "aria-label": CHOICES });
  const ask = make("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", "aria-label": ASK, placeholder: ASK_HINT, autocomplete: "off", spellcheck: "false", maxlength: "100" });
  const foot = make("p", { class: "palette-foot", "aria-hidden": "true" }, make("span", {}, make("kbd", {}, "↑"), " ", make("kbd", {}, "↓"), " " + CHOOSE), make("span", {}, make("kbd", {}, "Enter"), " " + OPEN), make("span", {}, make("kbd", {}, "Esc"), " " + LEAVE));
  const dialog = over("palette", COMMANDS, make("div", { class: "palette-ask" }, icon("search"), ask), list, foot);
  const groups = [[HERE, actions(), "next"], [PAGES, pages(), "overview"], [ACCOUNT, account(), "person"]];
  let shown = [], at = 0, found = [], running;

  const choose = (to) => {
    at = (to + shown.length) % (shown.length || 1);
    shown.forEach((one, i) => one.node.setAttribute("aria-selected", String(i === at)));
    shown[at]?.node.scrollIntoView({ block: "nearest" });
    if (shown[at]) ask.setAttribute("aria-activedescendant", shown[at].node.id);
  };
  const draw = () => {
    const said = ask.value.trim(), parts = said.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (one) => parts.every((part) => one.label.toLowerCase().includes(part));
    const all = groups.map(([name, of, sign]) => [name, of.filter(fits), sign]);
    if (said) all.push([FOUND, found, "dot"], [SEARCH, [{ label: EVERYWHERE.replace("{}", () => said), go: () => location.assign("/search?q=" + encodeURIComponent(said)) }], "search"]);
    shown = [];
    list.replaceChildren();
    for (const [name, of, sign] of all) {
      if (!of.length) continue;
      list.append(make("li", { role: "presentation" }, name));
      for (const one of of) {
        const node = make("li", { role: "option", id: "palette-" + shown.length }, icon(sign), make("span", {}, one.label), one.beside || (one.letter && isOn()) ? make("small", {}, one.beside || "g " + one.letter) : "");
        node.addEventListener("click", () => { dialog.close(); one.go(); });
        shown.push({ ...one, node });
        list.append(node);
      }
    }
    choose(0);
  };
  const find = async () => {
    running?.abort();
    running = new AbortController();
    const said = ask.value.trim();
    if (!said) { found = []; return; }
    try {
      const answer = await fetch("/api/v1/search?q=" + encodeURIComponent(said), { signal: running.signal, headers: { accept: "application/json" } });
      const { groups: by = [] } = answer.ok ? await answer.json() : {};
      found = by.flatMap((group) => group.hits.slice(0, 5)).slice(0, 12).map((hit) => ({ label: hit.title, beside: hit.id, go: () => location.assign(hit.href) }));
      draw();
    } catch { /* A newer question is on its way, or there is no link: the pages are still there. */ }
  };
  let timer;
  ask.addEventListener("input", () => { draw(); clearTimeout(timer); timer = setTimeout(find, 150); });
  ask.addEventListener("keydown", (event) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); shown[at]?.node.click(); }
    else if (to !== undefined && (event.key.startsWith("Arrow") || !ask.value)) { event.preventDefault(); choose(to); }
  });
  draw();
  ask.focus();
}

// ---- help, and the switch ----

// What this page's own keys do: each once, as its button says.
function here() {
  const lines = new Map();
  for (const one of doc.querySelectorAll("main :is(button, summary)[aria-keyshortcuts]")) lines.set(one.getAttribute("aria-keyshortcuts"), words(one));
  if (doc.querySelector("main .pick input")) lines.set("x", TICK_IT);
  return [...lines];
}
function help() {
  const lines = [["Ctrl K", BY_NAME], ["/", SEARCH], ["j", NEXT_LINE], ["k", LINE_BEFORE], ["Enter", OPEN_IT], ["c", MAKE_NEW], ["e", CHANGE_IT], ...here(), ["?", THIS_LIST], ...pages().filter((one) => one.letter).map((one) => ["g " + one.letter, one.label])];
  const keys = make("div", { class: "keys" });
  for (const [key, label] of lines) keys.append(make("div", {}, make("span", {}, label), make("span", {}, ...key.split(" ").flatMap((one) => [make("kbd", {}, one), " "]))));
  const box = make("input", { type: "checkbox" });
  box.checked = isOn();
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  const close = make("button", { class: "button quiet-button", "aria-label": CLOSE }, icon("gone"));
  const dialog = over("keys-dialog", KEYBOARD, make("div", { class: "dialog-head" }, make("h2", {}, KEYBOARD), close), make("div", { class: "dialog-body" }, keys, make("label", { class: "keys-on" }, box, SINGLE_KEYS)));
  close.addEventListener("click", () => dialog.close());
}

// ---- single keys ----

function step(way) {
  const rows = [...doc.querySelectorAll("main .table tbody tr")].filter((row) => row.offsetParent);
  const from = rows.findIndex((row) => row.contains(doc.activeElement));
  const row = rows[from < 0 ? (way > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(from + way, rows.length - 1))];
  if (!row) return;
  const link = row.querySelector("a, button, summary") || row.firstElementChild;
  if (!link.matches("a, button, summary")) link.tabIndex = -1;
  link.focus();
  row.scrollIntoView({ block: "nearest" });
}

let going = 0;
function single(event) {
  const went = going && Date.now() - going < 1500;
  going = 0;
  if (went) {
    const to = pages().find((one) => one.letter === event.key);
    if (to) { event.preventDefault(); to.go(); }
    return;
  }
  const first = () => doc.querySelector(`main [aria-keyshortcuts="${event.key}"]`)?.click();
  // In the line that somebody is in, if it has buttons; a page that is about one thing has one such button.
  const row = doc.activeElement.closest("main tbody tr");
  const shortcut = () => ((row?.querySelector(".acts") && row) || doc.querySelector("main:not(:has(tbody tr .acts))") || doc.querySelector("main .head-actions"))?.querySelector(`[aria-keyshortcuts="${event.key}"]`)?.click();
  const what = {
    j: () => step(1), k: () => step(-1), g: () => (going = Date.now()), "?": help, c: first, e: first, a: shortcut, i: shortcut, x: () => row?.querySelector(".pick input")?.click(),
    "/": () => { const box = doc.getElementById("find"); box?.offsetParent ? box.select() : palette(); },
  }[event.key];
  if (!what) return;
  event.preventDefault();
  what();
}

doc.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!doc.querySelector("dialog.palette")) palette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !isOn() || typing(event.target)) return;
  single(event);
});
for (const button of doc.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", help);
}
