// The reference of the API: sends an operation as whoever is signed in, shows the answer as it came, and keeps the line for
// a shell beside it the same.

const address = (form) => {
  let path = form.dataset.apiPath;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("[data-api-in]")) {
    if (input.dataset.apiIn === "path" && input.value !== "")
      path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    if (input.dataset.apiIn === "query" && input.value !== "") query.set(input.name, input.value);
  }
  return query.size === 0 ? path : `${path}?${query}`;
};

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const line = (form, hasKey) => {
  const method = form.dataset.apiMethod;
  const body = form.querySelector("[data-api-in=body]");
  const words = ["curl -sS"];
  if (method !== "GET") words.push(`-X ${method}`);
  if (hasKey) words.push('-H "Authorization: Bearer $RIVERSYNC_KEY"');
  if (body) words.push(`-H 'Content-Type: application/json' --data ${quoted(body.value)}`);
  words.push(`-g ${quoted(location.origin + address(form))}`);
  return words.join(" ");
};

const send = async (form) => {
  const body = form.querySelector("[data-api-in=body]");
  const headers = { accept: "application/json" };
  if (body) headers["content-type"] = "application/json";
  const answer = await fetch(address(form), { method: form.dataset.apiMethod, headers, body: body?.value });
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
  const shell = form.closest(".reference").querySelector("[data-api-curl]");
  const hasKey = shell?.textContent.includes("$RIVERSYNC_KEY");
  form.addEventListener("input", () => {
    if (shell) shell.textContent = line(form, hasKey);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const shown = form.querySelector("[data-api-answer]");
    shown.hidden = false;
    shown.textContent = "Asking…";
    shown.textContent = await send(form).catch((error) => `No answer came: ${error.message}. Try again.`);
  });
}
