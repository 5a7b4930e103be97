// Passkeys. A form that wants one says so: <form data-passkey="get" data-options="…">, or "create". Pressing its button
// asks the browser; what it answers goes into the field "credential", and the form is sent. A page on which nothing more
// is to be decided (<form data-go-on>) sends its form by itself. What is said to the person stands in data-says, in order,
// between bars: no passkeys in this browser, one of this device is known already, none was used.

const doc = document;

function say(form, text) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.textContent = text;
  problem.hidden = !text;
}

async function ask(form) {
  const options = JSON.parse(form.dataset.options).publicKey;
  const way = form.dataset.passkey;
  const read = way === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  const publicKey = PublicKeyCredential[read](options);
  const credential = await navigator.credentials[way]({ publicKey });
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

for (const form of doc.querySelectorAll("form[data-passkey]")) {
  const says = form.dataset.says.split("|");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(form, "");
    if (!globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON) {
      say(form, says[0]);
      return;
    }
    ask(form).catch((error) => {
      const known = error.name === "InvalidStateError";
      say(form, known ? says[1] : says[2]);
    });
  });
}

doc.querySelector("form[data-go-on]")?.requestSubmit();
