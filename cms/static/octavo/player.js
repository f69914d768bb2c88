/* Plays an edition as an app would, from its HLS playlist. hls.js is fetched only where a player is; it starts at the
   top rung, since whoever reviews wants to see that one, and lets a person pick any other. Where the browser has no
   Media Source Extensions (phones) its own HLS plays. */

import { control } from "octavo/controls";
import { offerApps, offerQualities, offerSounds, offerSpeeds, offerSubtitles } from "octavo/pickers";
import { layTimeline } from "octavo/timeline";

const TYPE = "application/vnd.apple.mpegurl";
const HOPEFUL_BPS = 50_000_000;

async function attach(figure) {
  if (figure.dataset.attached) return;
  figure.dataset.attached = "yes";
  const video = figure.querySelector("video");
  video.addEventListener("error", () => trouble(figure));
  offerSubtitles(figure, video);
  offerSpeeds(figure, video);
  offerApps(figure);
  control(figure, video);
  layTimeline(figure, video);
  startWhereAsked(video);
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
  hls.on(Hls.Events.ERROR, (_event, what) => what.fatal && trouble(figure));
  offerQualities(figure, video, hls, Hls.Events);
  offerSounds(figure, hls, Hls.Events);
  hls.loadSource(figure.dataset.address);
  hls.attachMedia(video);
}

function trouble(figure) {
  figure.querySelector(".player-trouble").hidden = false;
}

/* An address may name a moment (?t=12.345), as those of notes do. */
function startWhereAsked(video) {
  const asked_s = Number(new URLSearchParams(location.search).get("t"));
  if (asked_s > 0) video.addEventListener("loadedmetadata", () => (video.currentTime = asked_s + 0.001), { once: true });
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
