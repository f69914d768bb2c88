/* Names of territories in the reader's language come from the browser: the page knows codes alone. */

const names = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "region" });

for (const select of document.querySelectorAll("select[data-territories]")) {
  for (const option of select.options) option.text = `${names.of(option.value)} (${option.value})`;
}
