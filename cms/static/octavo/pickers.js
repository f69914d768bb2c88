/* The menus below a film: subtitles, sound, picture, speed, and what apps lay over it. */

const SUBTITLES = "octavo.subtitles";
const APP = "octavo.app";

export function offerSubtitles(figure, video) {
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
    localStorage.setItem(SUBTITLES, menu.selectedOptions[0].dataset.language ?? "");
    show();
  });
  // A choice in the browser's own menu is a choice too; what the browser shows besides what was chosen is none.
  video.textTracks.addEventListener("change", () => {
    const shown = [...tracks].filter(([, track]) => track.mode === "showing").map(([address]) => address);
    if (shown.length > 1) show();
    else menu.value = shown[0] ?? "";
  });
  const remembered = [...menu.options].find((each) => each.dataset.language === localStorage.getItem(SUBTITLES));
  if (!menu.value && remembered) menu.value = remembered.value;
  show();
}

export function offerQualities(figure, video, hls, events) {
  const menu = figure.querySelector("[data-qualities]");
  const automatic = menu.options[0].textContent;
  const sizeOf = ({ width, height }) => `${width}×${height}`;
  hls.on(events.MANIFEST_PARSED, () => {
    const rungs = hls.levels.map((level, index) => new Option(sizeOf(level), index));
    menu.append(...rungs.reverse());
    menu.closest("label").hidden = rungs.length < 2;
  });
  hls.on(events.LEVEL_SWITCHED, (_event, { level }) => {
    menu.options[0].textContent = hls.autoLevelEnabled ? `${automatic} (${sizeOf(hls.levels[level])})` : automatic;
  });
  // A film that stands still goes on showing what it has: it is asked to paint the frame anew.
  hls.on(events.FRAG_BUFFERED, (_event, { frag }) => {
    if (frag.type === "main" && String(frag.level) === menu.value && video.paused) video.currentTime += 0;
  });
  menu.addEventListener("change", () => (hls.currentLevel = Number(menu.value)));
}

export function offerSounds(figure, hls, events) {
  const menu = figure.querySelector("[data-sounds]");
  const list = () => {
    menu.replaceChildren(...hls.audioTracks.map(({ name }, index) => new Option(name, index)));
    menu.closest("label").hidden = hls.audioTracks.length < 2;
    menu.value = Math.max(hls.audioTrack, 0);
  };
  hls.on(events.AUDIO_TRACKS_UPDATED, list);
  hls.on(events.AUDIO_TRACK_SWITCHED, () => (menu.value = hls.audioTrack));
  menu.addEventListener("change", () => (hls.audioTrack = Number(menu.value)));
}

export function offerSpeeds(figure, video) {
  const menu = figure.querySelector("[data-speeds]");
  menu.closest("label").hidden = false;
  menu.addEventListener("change", () => (video.playbackRate = Number(menu.value)));
  video.addEventListener("ratechange", () => (menu.value = video.playbackRate));
}

/* Parts of the frame that an app covers. Styles are set one by one: the page's policy takes none as text. */
export function offerApps(figure) {
  const menu = figure.querySelector("[data-apps]");
  const layer = figure.querySelector("[data-safe-areas]");
  const source = figure.querySelector("[data-told-source]");
  const show = () => {
    const { zones, source: told } = menu.selectedOptions[0].dataset;
    layer.replaceChildren(...JSON.parse(zones ?? "[]").map(drawn));
    layer.hidden = !zones;
    source.textContent = told ?? "";
    source.hidden = !told;
  };
  menu.closest("label").hidden = false;
  const remembered = localStorage.getItem(APP);
  if ([...menu.options].some((each) => each.value === remembered)) menu.value = remembered;
  menu.addEventListener("change", () => {
    localStorage.setItem(APP, menu.value);
    show();
  });
  show();
}

function drawn({ kind, name, left, top, width, height }) {
  const zone = document.createElement("div");
  zone.className = `safe-area safe-area-${kind}`;
  zone.textContent = name;
  for (const [side, share] of Object.entries({ left, top, width, height })) zone.style[side] = `${share}%`;
  return zone;
}
