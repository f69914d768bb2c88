/* Tabs after the ARIA pattern: arrow keys move, the chosen tab is kept in the address. Several tabs may share a panel. */

function choose(tab) {
  const tabs = [...tab.parentElement.children];
  const chosen = tab.getAttribute("aria-controls");
  for (const each of tabs) {
    each.setAttribute("aria-selected", each === tab);
    each.tabIndex = each === tab ? 0 : -1;
    const panel = document.getElementById(each.getAttribute("aria-controls"));
    panel.hidden = panel.id !== chosen;
  }
  document.getElementById(chosen).setAttribute("aria-labelledby", tab.id);
  for (const footer of document.querySelectorAll("[data-footer-of]")) footer.hidden = footer.dataset.footerOf !== chosen;
  const address = new URL(location);
  address.searchParams.set("tab", tab.id.replace("tab-", ""));
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
  next.click();
}

for (const list of document.querySelectorAll("[data-tabs]")) {
  for (const tab of list.children) {
    tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
    tab.addEventListener("click", () => choose(tab));
  }
  list.addEventListener("keydown", step);
}
