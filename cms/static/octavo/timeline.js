/* The time line below a film: where it is, small pictures to seek by, what was found and what people said. */

import { frameStart_ms, moment } from "octavo/controls";
import { Storyboard } from "octavo/storyboard";

const LEAST_PX = 26; // between the middles of two marks that can be pressed

export function layTimeline(figure, video) {
  const line = figure.querySelector("[data-timeline]");
  const bar = line.querySelector("[data-seek-bar]");
  const film = { figure, video, line, bar, duration_ms: Number(figure.dataset.durationMs) };
  const seek = (time_ms) => (video.currentTime = time_ms / 1000 + 0.001);
  followVideo(film);
  bar.addEventListener("input", () => seek(Number(bar.value)));
  preview(film, new Storyboard(figure.dataset.storyboard));
  const lay = () => layMarks(film, seek);
  new ResizeObserver(lay).observe(line);
  document.body.addEventListener("htmx:afterSettle", lay);
  document.addEventListener("click", (event) => seekFromPage(event, film, seek));
  namePlacesOfFindings();
  document.body.addEventListener("htmx:afterSettle", namePlacesOfFindings);
  keepNoteAtFilm(film);
}

function followVideo({ figure, video, bar }) {
  const told = figure.querySelector("[data-now]");
  const tell = () => {
    const now_ms = video.currentTime * 1000;
    bar.value = now_ms;
    told.textContent = moment(now_ms);
    bar.setAttribute("aria-valuetext", moment(now_ms));
    noteTime(figure, video);
    if (!video.paused) requestAnimationFrame(tell);
  };
  for (const event of ["play", "seeked", "seeking", "pause", "loadedmetadata"]) video.addEventListener(event, tell);
}

function preview({ line, bar, duration_ms }, storyboard) {
  const box = line.querySelector("[data-preview]");
  const [picture, told] = box.children;
  const show = async (time_ms) => {
    const wanted = await storyboard.at(time_ms);
    box.hidden = false;
    Object.assign(picture.style, wanted ?? { width: "0", height: "0" });
    told.textContent = moment(time_ms);
    const middle = (time_ms / duration_ms) * line.clientWidth;
    const half = box.offsetWidth / 2;
    box.style.left = `${Math.min(Math.max(middle, half), line.clientWidth - half)}px`;
  };
  const hide = () => (box.hidden = true);
  bar.addEventListener("pointermove", (event) => {
    const { left, width } = bar.getBoundingClientRect();
    show(Math.min(Math.max((event.clientX - left) / width, 0), 1) * duration_ms);
  });
  bar.addEventListener("input", () => show(Number(bar.value)));
  for (const event of ["pointerleave", "blur", "change"]) bar.addEventListener(event, hide);
}

/* What was found is in the page beside the player; what people said is in its list of notes, wherever that stands. */
function marksOf(figure) {
  const found = [...figure.querySelectorAll("[data-found] li")].map((each) => ({
    from: Number(each.dataset.from),
    until: Number(each.dataset.until),
    kind: each.dataset.kind,
    text: each.textContent,
  }));
  const said = [...document.querySelectorAll("[data-note]")].map((each) => ({
    from: Number(each.dataset.from),
    until: Number(each.dataset.from),
    kind: `note-${each.dataset.state}`,
    text: each.querySelector(".note-text").textContent.trim(),
    note: each.id,
  }));
  return [...found, ...said].sort((one, other) => one.from - other.from);
}

function layMarks({ figure, line, duration_ms }, seek) {
  const marks = marksOf(figure);
  const share = (time_ms) => `${(100 * time_ms) / duration_ms}%`;
  const spans = marks.map((mark) => {
    const span = document.createElement("i");
    span.className = `span span-${mark.kind}`;
    Object.assign(span.style, { left: share(mark.from), width: share(mark.until - mark.from) });
    return span;
  });
  line.querySelector("[data-spans]").replaceChildren(...spans);
  const buttons = gathered(marks, duration_ms, line.clientWidth).map((group) => buttonOf(group, share, figure, seek));
  line.querySelector("[data-marks]").replaceChildren(...buttons);
  const count = document.querySelector("[data-note-count]");
  if (count) count.textContent = document.querySelectorAll("[data-note]").length;
}

/* Marks that stand too close to be pressed one by one become one, which goes through them. */
function gathered(marks, duration_ms, width_px) {
  const groups = [];
  for (const mark of marks) {
    const at_px = (mark.from / duration_ms) * width_px;
    const last = groups.at(-1);
    if (last && at_px - last.at_px < LEAST_PX) last.marks.push(mark);
    else groups.push({ at_px, marks: [mark] });
  }
  return groups;
}

function buttonOf({ marks }, share, figure, seek) {
  const button = document.createElement("button");
  let next = 0;
  button.type = "button";
  button.className = `mark mark-${marks[0].kind}`;
  button.textContent = marks.length > 1 ? marks.length : "";
  button.title = marks.map(({ from, text }) => `${moment(from)} ${text}`).join("\n");
  button.setAttribute("aria-label", button.title);
  button.style.left = share(marks[0].from);
  button.addEventListener("click", () => {
    const mark = marks[next];
    next = (next + 1) % marks.length;
    seek(mark.from);
    figure.querySelector("[data-said]").textContent = mark.text;
    if (mark.note) showNote(mark.note);
  });
  return button;
}

function showNote(id) {
  document.getElementById("tab-notes")?.click();
  document.getElementById(id)?.scrollIntoView({ block: "nearest" });
}

/* Anything on the page that names a moment of this film leads there. */
function seekFromPage(event, { video }, seek) {
  const named = event.target.closest("[data-seek]");
  if (!named || !video.isConnected) return;
  event.preventDefault();
  video.pause();
  seek(Number(named.dataset.seek));
}

/* Places of findings in the master that plays become buttons. */
function namePlacesOfFindings() {
  for (const finding of document.querySelectorAll("[data-played] [data-start-ms]")) {
    const place = finding.querySelector("span.place");
    if (!place) continue;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "place seek", textContent: place.textContent });
    Object.assign(button.dataset, { seek: finding.dataset.startMs });
    place.replaceWith(button);
  }
}

/* A note is about the frame that is shown when somebody begins to write. */
function keepNoteAtFilm({ figure, video }) {
  document.addEventListener("focusin", (event) => {
    if (event.target.id !== "note-text" || !video.isConnected) return;
    video.pause();
    noteTime(figure, video);
  });
}

function noteTime(figure, video) {
  const form = document.querySelector("[data-note-form]");
  if (!form) return;
  const now_ms = frameStart_ms(figure, video);
  form.elements.at_ms.value = now_ms;
  form.querySelector("[data-note-time]").textContent = moment(now_ms);
}
