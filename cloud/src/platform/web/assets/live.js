// Live pages. A fragment says what it shows: <section id="queue" data-live="workload">. One stream per page tells
// when a topic changed; the page is then asked for again, through the same door and rights, and each fragment takes
// over what differs. Focus, selection and what is half typed stay.

const doc = document;
const offset = Number(doc.documentElement.dataset.now || Date.now()) - Date.now();
export const now = () => Date.now() + offset;
// What is said in the reader's language comes with the page.
const words = (doc.documentElement.dataset.words || "").split("|");
const word = (at, value) => (words[at] || "").replace("{}", value);

// ---- taking over what differs ----

const key = (node) => (node.nodeType === 1 && node.id) || null;
const busy = (node) => node.nodeType === 1 && (node.hasAttribute("data-keep") || (node.matches("form") && node.contains(doc.activeElement)));

function attributes(from, to) {
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  // What a script made reachable stays so: without its tabindex a node loses the focus at once.
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && name !== "open" && name !== "tabindex") from.removeAttribute(name);
}

const blank = (node) => node?.nodeType === 3 && !node.data.trim();
const held = (node) => node.nodeType === 1 && node.contains(doc.activeElement);
// Moved so, a node keeps the focus; browsers that cannot do it yet lose it.
const move = (parent, node, before) => (parent.moveBefore ? parent.moveBefore(node, before) : parent.insertBefore(node, before));

function morph(from, to) {
  if (busy(from)) return;
  attributes(from, to);
  const keyed = new Map(), wanted = new Set([...to.children].map(key));
  for (const child of from.children) if (child.id) keyed.set(child.id, child);
  let at = from.firstChild;
  for (const want of [...to.childNodes]) {
    const id = key(want);
    let have = id ? keyed.get(id) : at;
    if (have && have !== at && id) {
      // What is gone goes, and what belongs further down goes out of the way: the others stay where they are.
      while (at !== have && (blank(at) || (at && key(at) && !wanted.has(key(at)) && !held(at)))) { const gone = at; at = at.nextSibling; gone.remove(); }
      if (at !== have && at && key(at) && at.nextElementSibling === have) { const down = at; at = have; move(from, down, null); }
      if (at !== have) move(from, have, at);
    } else if (have && !id && key(have)) have = null;
    if (have && have.nodeType === want.nodeType && have.nodeName === want.nodeName) {
      if (have === at) at = at.nextSibling;
      if (have.nodeType === 1) {
        if (have !== doc.activeElement || !have.matches("input,select,textarea")) morph(have, want);
      } else if (have.data !== want.data) have.data = want.data;
    } else from.insertBefore(doc.importNode(want, true), at);
  }
  while (at) { const gone = at; at = at.nextSibling; if (!held(gone)) gone.remove(); }
}

// ---- the stream ----

const fragments = () => [...doc.querySelectorAll("[data-live][id]")];
const topics = () => [...new Set(fragments().flatMap((part) => part.dataset.live.split(" ")))].filter(Boolean);
const bar = doc.getElementById("link-state");
let source = null, pending = new Set(), asking = false, again = 1000, timer = 0;

function tell(text) { if (bar) { bar.hidden = !text; if (bar.textContent !== text) bar.textContent = text; } }

async function refresh() {
  if (asking || !pending.size) return;
  asking = true;
  const which = pending; pending = new Set();
  try {
    const answer = await fetch(location.href, { headers: { "x-live": "1", accept: "text/html" }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) { location.assign(answer.url); return; }
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fragments()) {
      if (!part.dataset.live.split(" ").some((topic) => which.has(topic) || which.has("*"))) continue;
      const next = fresh.getElementById(part.id);
      if (next) morph(part, next); else part.replaceChildren();
    }
    doc.dispatchEvent(new CustomEvent("live", { detail: which }));
    tick();
  } catch { for (const topic of which) pending.add(topic); }
  asking = false;
  if (pending.size) soon(1000);
}

function soon(ms) { clearTimeout(timer); timer = setTimeout(() => { timer = 0; last = Date.now(); refresh(); }, ms); }
// A fragment may say how often it wants to be drawn at most: data-live-every="5000".
let last = 0;
function changed(topic) {
  pending.add(topic);
  const parts = fragments().filter((part) => topic === "*" || part.dataset.live.split(" ").includes(topic));
  const every = Math.min(...parts.map((part) => Number(part.dataset.liveEvery || 0)));
  if (!asking && !timer) soon(Math.max(60, (topic === "*" ? 0 : last + every) - Date.now()));
}

function connect() {
  const list = topics();
  if (!list.length || source || doc.hidden) return;
  source = new EventSource("/live?topics=" + list.map(encodeURIComponent).join(","));
  source.addEventListener("open", () => { again = 1000; tell(""); });
  source.addEventListener("changed", (event) => changed(event.data));
  source.addEventListener("everything", () => changed("*"));
  source.addEventListener("grant_revoked", () => ended("A grant was withdrawn."));
  source.addEventListener("session_ended", () => location.reload());
  source.addEventListener("error", () => {
    close();
    tell(word(navigator.onLine ? 10 : 9));
    setTimeout(() => { connect(); changed("*"); }, again);
    again = Math.min(again * 2, 30000);
  });
}
function close() { if (source) { source.close(); source = null; } }
function ended(why) { close(); tell(why); changed("*"); setTimeout(connect, 1000); }

addEventListener("offline", () => tell(word(9)));
addEventListener("online", () => { close(); connect(); changed("*"); });
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => { if (event.persisted) { connect(); changed("*"); } });
doc.addEventListener("visibilitychange", () => { if (doc.hidden) close(); else { connect(); changed("*"); } });

// ---- time that moves on by itself ----

function span(ms) {
  const minutes = Math.floor(ms / 60000), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days >= 15 || (days && !(hours % 24))) return word(5, days);
  if (days) return word(5, days) + " " + word(6, hours % 24);
  if (hours) return minutes % 60 ? word(6, hours) + " " + word(7, String(minutes % 60).padStart(2, "0")) : word(6, hours);
  return minutes ? word(7, minutes) : word(8, Math.floor(ms / 1000));
}
function ago(ms) {
  if (ms <= -1000) return word(2, span(-ms));
  if (ms < 10000) return word(0);
  const [size, unit] = ms < 6e4 ? [1e3, 8] : ms < 36e5 ? [6e4, 7] : ms < 864e5 ? [36e5, 6] : [864e5, 5];
  return word(1, word(unit, Math.floor(ms / size)));
}
function say(node, text) { if (node.textContent !== text) node.textContent = text; }
function tick() {
  for (const node of doc.querySelectorAll("time[data-ago]")) say(node, ago(now() - node.dataset.ago));
  for (const node of doc.querySelectorAll("time[data-due]")) {
    const left = node.dataset.due - now();
    say(node, left < 0 ? word(4, span(-left)) : word(3, span(left)));
  }
}
setInterval(tick, 5000);

// ---- small comforts; every one of them works without ----

doc.addEventListener("click", (event) => {
  for (const menu of doc.querySelectorAll("details.menu[open], details.more[open]")) if (!menu.contains(event.target)) menu.open = false;
});
doc.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest?.("details[open]") || doc.querySelector("details.menu[open], details.more[open]");
  if (open) { open.open = false; open.querySelector("summary")?.focus(); }
});
doc.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select")) form.requestSubmit();
});
doc.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

connect();
