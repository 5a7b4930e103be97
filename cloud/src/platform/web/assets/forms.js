// Forms. <form data-draft> keeps what is typed in this browser until it is sent; it is sent once, however often the link
// breaks: each try carries the same key. <div data-upload> lists what is chosen and shows how far sending is.

const doc = document;
const person = doc.body.dataset.person || "";
const STORE = "draft:";
const [RESTORED, DISCARD, OUR_FAULT, NO_LINK, DO_NOT, AGAIN] = (doc.documentElement.dataset.formWords || "").split("|");

const place = (form) => STORE + person + ":" + location.pathname + ":" + (form.id || form.getAttribute("action"));
const read = (form) => { try { return JSON.parse(localStorage.getItem(place(form))) || {}; } catch { return {}; } };
const keep = (form, what) => localStorage.setItem(place(form), JSON.stringify({ ...read(form), ...what }));
const forget = (form) => localStorage.removeItem(place(form));
const inputs = (form) => [...form.elements].filter((one) => one.name && !["hidden", "password", "file", "submit"].includes(one.type));
const isTick = (one) => one.type === "checkbox" || one.type === "radio";
const values = (form) => inputs(form).map((one) => [one.name, one.value, isTick(one) ? one.checked : true]);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function put(form, kept) {
  inputs(form).forEach((one, at) => {
    const [name, value, ticked] = kept[at] || [];
    if (name !== one.name) return;
    if (isTick(one)) { if (one.value === value) one.checked = ticked; } else one.value = value;
  });
}

function note(form, text, button, press) {
  form.querySelector(".draft")?.remove();
  if (!text) return;
  const line = doc.createElement("p"), way = doc.createElement("button");
  line.className = "draft";
  line.setAttribute("role", "status");
  way.type = "button";
  way.textContent = button;
  way.addEventListener("click", press);
  line.append(text + " · ", way);
  form.prepend(line);
  return line;
}

// ---- drafts ----

function ready() {
  for (const form of doc.querySelectorAll("form[data-draft]:not([data-ready])")) {
    form.dataset.ready = "1";
    const fresh = values(form), { typed } = read(form);
    if (typed && !same(typed, fresh) && !doc.querySelector(".form-errors")) {
      put(form, typed);
      note(form, RESTORED, DISCARD, () => { forget(form); put(form, fresh); note(form); form.querySelector("input:not([type=hidden]), select, textarea")?.focus(); });
    }
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => keep(form, { typed: values(form), key: undefined }), 300); });
  }
}

// ---- sending ----

const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html"), main = doc.getElementById("main");
  fresh.getElementById("bell")?.remove();
  main.replaceChildren(...(fresh.querySelector("main") || fresh.body).childNodes);
  ready();
  pickers();
  main.querySelector(".form-errors a")?.focus();
  scrollTo(0, 0);
}

function send(form, submitter) {
  const body = new FormData(form, submitter), bar = form.querySelector("progress"), sends = new XMLHttpRequest();
  const isFile = form.enctype === "multipart/form-data";
  sends.open("POST", form.action);
  // The answer is followed here and shown there, so what it says once is left for there.
  sends.setRequestHeader("x-live", "1");
  sends.setRequestHeader("accept", "text/html");
  if (form.matches("[data-draft]") && !isFile) {
    const key = read(form).key || random();
    keep(form, { typed: values(form), key });
    sends.setRequestHeader("idempotency-key", key);
  }
  if (bar) sends.upload.onprogress = (event) => { bar.hidden = false; bar.value = event.lengthComputable ? (event.loaded * 100) / event.total : 0; };
  sends.onload = () => {
    delete form.dataset.sent;
    if (bar) bar.hidden = true;
    if (sends.status >= 500) return wait(form, submitter, OUR_FAULT);
    // What is accepted leads on; what is not comes back as the page that says why.
    if (sends.status < 400) forget(form);
    if (sends.status < 400 && sends.responseURL !== form.action) return location.assign(sends.responseURL);
    // Who must first say again who it is does so on a page with a script of its own.
    if (sends.status === 403) return form.submit();
    if (sends.status >= 400) keep(form, { key: undefined });
    show(sends.responseText);
  };
  sends.onerror = () => {
    delete form.dataset.sent;
    wait(form, submitter, NO_LINK, true);
  };
  form.dataset.sent = "1";
  sends.send(isFile ? body : new URLSearchParams(body));
}

function wait(form, submitter, text, tries) {
  let timer;
  const again = () => { stop(); send(form, submitter); };
  const stop = () => { clearTimeout(timer); removeEventListener("online", again); note(form); };
  const line = note(form, text, tries ? DO_NOT : AGAIN, tries ? stop : again);
  line.classList.add("waiting");
  line.scrollIntoView({ block: "nearest" });
  if (!tries) return;
  addEventListener("online", again);
  timer = setTimeout(again, 8000);
}

doc.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") === "/sign-out") for (const name of Object.keys(localStorage)) if (name.startsWith(STORE)) localStorage.removeItem(name);
  if (event.defaultPrevented || form.method !== "post" || !(form.matches("[data-draft]") || form.querySelector("[data-upload]"))) return;
  event.preventDefault();
  send(form, event.submitter);
});

// ---- colours ----

// A picker beside the field that holds its value as text; without a script there is the field alone.
function pickers() {
  for (const picker of doc.querySelectorAll("[data-follows][hidden]")) {
    const field = doc.getElementById(picker.dataset.follows);
    picker.hidden = false;
    picker.addEventListener("input", () => { field.value = picker.value; });
    field.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(field.value.trim())) picker.value = field.value.trim(); });
  }
}

// ---- files ----

const size = (bytes) => (bytes < 1024 ? bytes + " B" : bytes < 1048576 ? Math.round(bytes / 1024) + " kB" : (bytes / 1048576).toFixed(1) + " MB");
doc.addEventListener("change", (event) => {
  const list = event.target.type === "file" && event.target.closest("[data-upload]")?.querySelector(".upload-files");
  if (!list) return;
  list.replaceChildren(...[...event.target.files].map((file) => {
    const line = doc.createElement("li"), many = doc.createElement("span");
    many.textContent = size(file.size);
    line.append(file.name, many);
    return line;
  }));
});

ready();
pickers();

// ---- lines that are ticked: how many, all of a page at once ----

const boxes = (id) => [...doc.querySelectorAll(`.pick input[form="${id}"]`)];
function ticked() {
  for (const form of doc.querySelectorAll("form[data-bulk]")) {
    const all = boxes(form.id), on = all.filter((one) => one.checked).length, every = doc.querySelector(`[data-pick-all="${form.id}"]`);
    form.classList.toggle("on", on > 0);
    const bar = form.querySelector(".bulk-said"), said = form.dataset.bulk.replace("{}", on);
    if (bar.textContent !== said) bar.textContent = said;
    if (every) Object.assign(every, { hidden: false, checked: on > 0 && on === all.length, indeterminate: on > 0 && on < all.length });
  }
}
doc.addEventListener("change", (event) => {
  const id = event.target.dataset.pickAll;
  if (id) for (const one of boxes(id)) one.checked = event.target.checked;
  if (id || event.target.closest(".pick")) ticked();
});
doc.addEventListener("live", ticked);
addEventListener("pageshow", ticked);
ticked();
