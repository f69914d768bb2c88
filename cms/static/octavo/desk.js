/* What every page of the desk can do: copy a secret, and offer the browser's own time zone. */

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  source.select();
  // Without a secure address there is no clipboard: the text is selected, ready for the person's own keys.
  if (!navigator.clipboard) return;
  await navigator.clipboard.writeText(source.value);
  button.textContent = button.dataset.copied;
});

for (const select of document.querySelectorAll("select[data-own-time-zone]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (select.value === "UTC" && [...select.options].some((option) => option.value === own)) select.value = own;
}

/* A list that opens below a button closes again when the person turns elsewhere. */
for (const list of document.querySelectorAll("details[data-closes]")) {
  document.addEventListener("click", (event) => list.contains(event.target) || list.removeAttribute("open"));
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !list.open) return;
    list.removeAttribute("open");
    list.querySelector("summary").focus();
  });
}

/* select2 draws its own boxes, some of them late, and forgets what the list is called. */
function nameDrawnList(container) {
  const select = container.previousElementSibling;
  if (select?.tagName !== "SELECT") return;
  const label = document.querySelector(`label[for="${select.id}"]`)?.textContent ?? select.getAttribute("aria-label");
  for (const part of container.querySelectorAll("[role=combobox], [role=searchbox], [role=textbox]")) {
    part.removeAttribute("aria-labelledby");
    part.setAttribute("aria-label", label?.replace("*", "").trim());
  }
}

for (const container of document.querySelectorAll(".select2-container")) nameDrawnList(container);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node.classList?.contains("select2-container")) nameDrawnList(node);
  }
}).observe(document.body, { childList: true, subtree: true });
