// The reference of the API: sends an operation as whoever is signed in, and shows the answer as it came.

const send = async (form) => {
  let path = form.dataset.apiPath;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("[data-api-in]")) {
    if (input.dataset.apiIn === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    if (input.dataset.apiIn === "query" && input.value !== "") query.set(input.name, input.value);
  }
  const body = form.querySelector("[data-api-in=body]");
  const headers = { accept: "application/json" };
  if (body) headers["content-type"] = "application/json";
  const asked = query.size === 0 ? path : `${path}?${query}`;
  const answer = await fetch(asked, { method: form.dataset.apiMethod, headers, body: body?.value });
  const text = await answer.text();
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Shown as it came.
  }
  return `${answer.status} ${answer.statusText}\n${shown}`;
};

for (const form of document.querySelectorAll("form[data-api-path]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const shown = form.querySelector("[data-api-answer]");
    shown.hidden = false;
    shown.textContent = "Asking…";
    shown.textContent = await send(form).catch((error) => `No answer came: ${error.message}. Try again.`);
  });
}
