/* A table of cues and a film move together: the cue that is on the screen is marked. Their times seek as all do. */

const video = document.querySelector("[data-player] video");
const table = document.querySelector("[data-cues]");

if (video && table) {
  const rows = [...table.querySelectorAll("tr[data-from]")];
  video.addEventListener("timeupdate", () => {
    const now = video.currentTime * 1000;
    for (const row of rows) {
      const isShown = Number(row.dataset.from) <= now && now < Number(row.dataset.to);
      if (isShown) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  });
}
