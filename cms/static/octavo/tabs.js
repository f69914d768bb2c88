/* Tabs after the ARIA pattern: arrow keys move, the chosen tab is kept in the address. */

function choose(tab) {
  for (const each of tab.parentElement.children) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", chosen);
    each.tabIndex = chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  const name = tab.id.replace("tab-", "");
  for (const footer of document.querySelectorAll("[data-footer-of]")) footer.hidden = footer.dataset.footerOf !== name;
  const address = new URL(location);
  address.searchParams.set("tab", name);
  history.replaceState(null, "", address);
}

function step(event) {
  const tabs = [...event.currentTarget.children];
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const from = tabs.indexOf(document.activeElement);
  const to = { [forward]: from + 1, [backward]: from - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = tabs.at(to % tabs.length);
  next.focus();
  choose(next);
}

for (const list of document.querySelectorAll("[data-tabs]")) {
  for (const tab of list.children) {
    tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
    tab.addEventListener("click", () => choose(tab));
  }
  list.addEventListener("keydown", step);
}
