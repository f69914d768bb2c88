/* What is wrong with the page as it stands, tab by tab, as lines of text. axe has been loaded before. */

(() => {
  async function* views() {
    const others = [...document.querySelectorAll("[data-tabs] > [role=tab][aria-selected=false]")];
    yield document;
    for (const tab of others) {
      tab.click();
      await new Promise(requestAnimationFrame);
      yield document.getElementById(tab.getAttribute("aria-controls"));
    }
  }

  async function violations(runOnly) {
    const options = { runOnly, resultTypes: ["violations"], preload: { assets: ["media"] } };
    const lines = [];
    for await (const view of views()) {
      const found = (await axe.run(view, options)).violations;
      lines.push(...found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)));
    }
    return lines;
  }

  /* No color is judged halfway between two. */
  function endTransitions() {
    const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
    for (const each of ending) each.finish();
  }

  function isDark() {
    const paper = axe.commons.color.getOwnBackgroundColor(getComputedStyle(document.body));
    return paper.alpha === 1 && paper.getRelativeLuminance() < 0.1;
  }

  globalThis.lookOver = {
    everything: () => violations(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]),

    async contrastInTheDark() {
      document.documentElement.classList.add("dark");
      endTransitions();
      const lines = isDark() ? await violations({ type: "rule", values: ["color-contrast"] }) : ["it stays light"];
      document.documentElement.classList.remove("dark");
      return lines;
    },

    async width() {
      const lines = [];
      for await (const _view of views()) {
        if (document.documentElement.scrollWidth <= innerWidth) continue;
        const beyond = [...document.body.querySelectorAll("*")].find((each) => each.getBoundingClientRect().right > innerWidth);
        lines.push(`${document.documentElement.scrollWidth} px: ${beyond?.outerHTML.slice(0, 200)}`);
      }
      return lines;
    },
  };
})();
