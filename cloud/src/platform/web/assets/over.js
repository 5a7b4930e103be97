// Dialogs, drawers and toasts. Without this the first two open by their address, and a toast is a line above the page.

const doc = document;

doc.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-dialog]");
  const dialog = opener && doc.getElementById(opener.dataset.dialog);
  if (dialog) { event.preventDefault(); dialog.showModal(); return; }
  const close = event.target.closest("dialog [data-close]");
  if (close) { event.preventDefault(); close.closest("dialog").close(); }
  else if (event.target.matches("dialog[open]")) event.target.close();
});

// A toast goes by itself, but not while somebody points at it or is in it; what failed stays until it is pressed.
for (const toast of doc.querySelectorAll("main > [data-toast]")) {
  let timer = 0;
  const gone = () => { toast.classList.add("going"); setTimeout(() => toast.remove(), 200); };
  const soon = () => { clearTimeout(timer); if (!toast.matches(".bad")) timer = setTimeout(gone, 7000); };
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", soon);
  toast.addEventListener("click", gone);
  soon();
}
