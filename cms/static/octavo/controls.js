/* The player's buttons and keys. Keys of one letter work while the player has the focus, and nowhere else: whoever
   writes, or moves about the page by speech, is not surprised. */

const JUMP_S = 2;

export function moment(time_ms) {
  const whole_s = Math.floor(time_ms / 1000);
  const parts = [String(whole_s % 60).padStart(2, "0"), String(Math.floor(time_ms % 1000)).padStart(3, "0")];
  return `${Math.floor(whole_s / 60)}:${parts.join(".")}`;
}

function frameDuration_s(figure) {
  return figure.dataset.durationMs / figure.dataset.frameCount / 1000;
}

function frameNumber(figure, video) {
  return Math.floor(video.currentTime / frameDuration_s(figure) + 0.01);
}

/* Where the frame that is shown begins. */
export function frameStart_ms(figure, video) {
  return Math.round(frameNumber(figure, video) * frameDuration_s(figure) * 1000);
}

export function control(figure, video) {
  const frame = figure.querySelector("[data-frame]");
  const verbs = verbsOf(figure, video);
  video.controls = false;
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", video.getAttribute("aria-label"));
  figure.querySelector("[data-controls]").hidden = false;
  video.addEventListener("click", verbs.toggle);
  for (const button of figure.querySelectorAll("[data-do]")) button.addEventListener("click", verbs[button.dataset.do]);
  figure.addEventListener("keydown", (event) => press(event, verbs));
  for (const state of ["play", "pause", "ended"]) video.addEventListener(state, () => draw(figure, video));
  video.addEventListener("volumechange", () => draw(figure, video));
  draw(figure, video);
}

const KEYS = {
  " ": "toggle",
  k: "toggle",
  j: "back",
  l: "forward",
  ",": "frameBack",
  ".": "frameForward",
  "<": "slower",
  ">": "faster",
  0: "restart",
  m: "mute",
  f: "fullscreen",
  n: "note",
  "?": "help",
};

function press(event, verbs) {
  const { target, key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || target.closest("select, textarea, dialog")) return;
  if (key === " " && target.closest("button")) return; // it presses that button
  const verb = KEYS[key.length === 1 ? key.toLowerCase() : key];
  if (!verb) return;
  event.preventDefault();
  verbs[verb]();
}

function verbsOf(figure, video) {
  const seek = (time_s) => (video.currentTime = Math.min(Math.max(time_s, 0), video.duration || 0));
  // The middle of a frame: its very beginning may still show the one before.
  const step = (frames) => {
    video.pause();
    seek((frameNumber(figure, video) + frames + 0.5) * frameDuration_s(figure));
  };
  const speed = (direction) => {
    const menu = figure.querySelector("[data-speeds]");
    const next = menu.options[menu.selectedIndex + direction];
    if (next) video.playbackRate = Number(next.value);
  };
  return {
    toggle: () => (video.paused ? video.play().catch(() => {}) : video.pause()),
    back: () => seek(video.currentTime - JUMP_S),
    forward: () => seek(video.currentTime + JUMP_S),
    frameBack: () => step(-1),
    frameForward: () => step(1),
    slower: () => speed(-1),
    faster: () => speed(1),
    restart: () => seek(0),
    mute: () => (video.muted = !video.muted),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen?.()),
    note: () => {
      document.getElementById("tab-notes")?.click();
      document.getElementById("note-text")?.focus();
    },
    help: () => figure.querySelector("[data-keys]").showModal(),
  };
}

function draw(figure, video) {
  const symbol = (verb, name) => (figure.querySelector(`[data-do=${verb}] span`).textContent = name);
  symbol("toggle", video.paused ? "play_arrow" : "pause");
  symbol("mute", video.muted ? "volume_off" : "volume_up");
  figure.querySelector("[data-do=mute]").setAttribute("aria-pressed", video.muted);
}
