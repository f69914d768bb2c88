/* Plays an edition as an app would, from its HLS playlist. hls.js is fetched only where a player is; it starts at the
   top rung, since whoever reviews wants to see that one, and lets a person pick any other. Where the browser has no
   Media Source Extensions (phones) its own HLS plays. */

const TYPE = "application/vnd.apple.mpegurl";
const REMEMBERED = "octavo.subtitles";
const HOPEFUL_BPS = 50_000_000;

async function attach(figure) {
  if (figure.dataset.attached) return;
  figure.dataset.attached = "yes";
  const video = figure.querySelector("video");
  video.addEventListener("error", () => trouble(figure));
  offerSubtitles(figure, video);
  const { default: Hls } = await import("hls");
  if (Hls.isSupported()) playWith(Hls, figure, video);
  else if (video.canPlayType(TYPE)) video.src = figure.dataset.address;
  else trouble(figure);
}

function playWith(Hls, figure, video) {
  const hls = new Hls({
    abrEwmaDefaultEstimate: HOPEFUL_BPS,
    maxBufferLength: 10, // seconds: many pages are opened and left without being played
    renderTextTracksNatively: false, // subtitles are our own tracks in every browser: one menu, one look
    workerPath: figure.dataset.worker,
  });
  hls.subtitleDisplay = false;
  hls.on(Hls.Events.MANIFEST_PARSED, () => offerQualities(figure, hls));
  hls.on(Hls.Events.ERROR, (_event, what) => what.fatal && trouble(figure));
  hls.loadSource(figure.dataset.address);
  hls.attachMedia(video);
}

function trouble(figure) {
  figure.querySelector(".player-trouble").hidden = false;
}

function offerQualities(figure, hls) {
  const menu = figure.querySelector("[data-qualities]");
  const rungs = hls.levels.map((level, index) => new Option(`${level.width}×${level.height}`, index));
  menu.append(...rungs.reverse());
  menu.closest("label").hidden = rungs.length < 2;
  menu.addEventListener("change", () => (hls.currentLevel = Number(menu.value)));
}

function offerSubtitles(figure, video) {
  const menu = figure.querySelector("[data-subtitles]");
  const tracks = new Map();
  for (const option of [...menu.options].filter((each) => each.value)) {
    const track = document.createElement("track");
    Object.assign(track, { kind: "subtitles", label: option.textContent, srclang: option.dataset.language });
    track.src = option.value;
    video.append(track);
    tracks.set(option.value, track.track);
  }
  const show = () => {
    for (const [address, track] of tracks) track.mode = address === menu.value ? "showing" : "disabled";
  };
  menu.addEventListener("change", () => {
    localStorage.setItem(REMEMBERED, menu.selectedOptions[0].dataset.language ?? "");
    show();
  });
  // A choice in the browser's own menu is a choice too.
  video.textTracks.addEventListener("change", () => {
    const shown = [...tracks].find(([, track]) => track.mode === "showing");
    menu.value = shown ? shown[0] : "";
  });
  const remembered = [...menu.options].find((each) => each.dataset.language === localStorage.getItem(REMEMBERED));
  if (!menu.value && remembered) menu.value = remembered.value;
  show();
}

function attachAll() {
  for (const figure of document.querySelectorAll("[data-player]")) attach(figure);
}

attachAll();
// A fragment that brings a new edition brings a new player; one that would play the same film is not worth the break.
document.body.addEventListener("htmx:afterSettle", attachAll);
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const held = event.detail.target.dataset?.plays;
  if (held && event.detail.serverResponse.includes(`data-plays="${held}"`)) event.detail.shouldSwap = false;
});
