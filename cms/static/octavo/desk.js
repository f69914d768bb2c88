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
