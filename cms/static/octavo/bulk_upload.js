/* Many files of a series at once: guesses, warnings, one button, progress, and going on after a break. */

import { Sender } from "octavo/sending";
import { inBytes, inMinutes, inPercent, judged, say, timeLeft } from "octavo/upload-rows";

const form = document.querySelector("[data-bulk-upload]");
const settings = JSON.parse(document.getElementById("bulk-upload-settings").textContent);
const { words } = settings;
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const find = (name) => form.querySelector(`[data-${name}]`);
const rows = [];
const PEEKS = 3; // films looked into at the same time
const FAMILIAR_S = 4;
const ASKED_AT_ONCE = 80; // an address may have 4,094 letters

const sender = new Sender({
  endpoint: settings.endpoint,
  way: settings.way,
  token,
  told: {
    progress: (row, bytes) => {
      row.arrived = bytes;
      if (row.state !== "arrived") row.state = "sending";
      scheduleShow();
    },
    arrived: (row, id) => {
      Object.assign(row, { state: "arrived", id, arrived: row.file.size, isMoving: true });
      announce(`${row.file.name}: ${words.arrived}`);
      scheduleShow();
      lookSoon();
    },
    failed: (row, status, sentence) => {
      row.state = "failed";
      row.trouble = status === 401 ? words.signedOut : status === 0 ? words.noAnswer : sentence || words.failed;
      announce(`${row.file.name}: ${row.trouble}`);
      scheduleShow();
    },
  },
});

/* Choosing */

find("files").hasChangeListener = true; // unfold would look for a text beside it that shows the name

find("files").addEventListener("change", (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  add(files);
});

const zone = find("drop-zone");
for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => hover(event, true));
for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => hover(event, false));
zone.addEventListener("drop", async (event) => add(await filesIn(event.dataTransfer)));

function hover(event, isOver) {
  event.preventDefault();
  zone.classList.toggle("drop-zone-over", isOver);
}

/* Dropped files, and those in dropped folders. */
async function filesIn(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...dropped.files];
  return (await Promise.all(entries.map(unfolded))).flat();
}

async function unfolded(entry) {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return (await Promise.all(found.map(unfolded))).flat();
    found.push(...some);
  }
}

async function add(files) {
  const fresh = files.filter((file) => !file.name.startsWith(".") && isNew(file));
  if (!fresh.length) return;
  const made = fresh.map((file) => ({ file, number: null, isFilm: true, arrived: 0, state: "ready", ...drawn(file) }));
  rows.push(...made);
  await guess();
  for (const row of made) row.resume = unfinishedLike(row.file);
  for (const row of made) if (row.resume) row.number = row.resume.number;
  for (const row of made) Object.assign(row, arrivedLike(row.file));
  rows.sort((one, other) => (one.number ?? Infinity) - (other.number ?? Infinity) || one.file.name.localeCompare(other.file.name));
  find("rows").append(...rows.map((row) => row.line));
  show();
  lookSoon();
  peekInto(made);
}

function isNew(file) {
  const known = rows.some((row) => row.file.name === file.name && row.file.size === file.size);
  if (known) announce(say(words, "alreadyHere", { name: file.name }));
  return !known;
}

/* All names together: they explain each other. What a person has typed stays. */
async function guess() {
  const answer = await ask(settings.names, { names: rows.map((row) => row.file.name) });
  answer.matches.forEach((match, place) => {
    const row = rows[place];
    row.isFilm = match.isFilm;
    if (row.isTyped || isSent(row)) return;
    Object.assign(row, { number: match.number, reason: match.reason });
  });
}

async function ask(address, content) {
  const response = await fetch(address, {
    method: content ? "POST" : "GET",
    headers: { "X-CSRFToken": token, "HX-Request": "true", "Content-Type": "application/json" },
    body: content && JSON.stringify(content),
  });
  if (!response.ok) throw new Error(response.status === 401 ? words.signedOut : words.noAnswer);
  return response.json();
}

/* How long, how large the picture: as far as this browser can read the file. */
async function peekInto(made) {
  const waiting = [...made];
  const next = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      Object.assign(row, await facts(row.file));
      scheduleShow();
    }
  };
  await Promise.all(Array.from({ length: PEEKS }, next));
}

function facts(file) {
  const video = document.createElement("video");
  const address = URL.createObjectURL(file);
  return new Promise((done) => {
    const end = (found) => {
      URL.revokeObjectURL(address);
      video.removeAttribute("src");
      done({ ...found, isLookedInto: true });
    };
    setTimeout(() => end({}), 10_000);
    video.preload = "metadata";
    video.onerror = () => end({});
    video.onloadedmetadata = () =>
      end({ durationMs: video.duration * 1000, widthPx: video.videoWidth, heightPx: video.videoHeight });
    video.src = address;
  });
}

/* One line of the table */

function drawn(file) {
  const line = find("row").content.firstElementChild.cloneNode(true);
  const cells = Object.fromEntries([...line.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell]));
  cells.name.firstElementChild.textContent = file.name;
  cells.size.textContent = inBytes(file.size);
  cells.number.setAttribute("aria-label", say(words, "episodeOf", { name: file.name }));
  cells.progress.setAttribute("aria-label", say(words, "progressOf", { name: file.name }));
  cells.remove.textContent = words.remove;
  cells.remove.setAttribute("aria-label", say(words, "removeNamed", { name: file.name }));
  cells.retry.textContent = words.retry;
  cells.retry.setAttribute("aria-label", say(words, "retryNamed", { name: file.name }));
  const row = () => rows.find((each) => each.line === line);
  cells.number.addEventListener("input", () => {
    const number = cells.number.value === "" ? null : cells.number.valueAsNumber;
    Object.assign(row(), { number: Number.isInteger(number) && number >= 0 ? number : null, isTyped: true, reason: "" });
    show();
  });
  cells.retry.addEventListener("click", () => retry(row()));
  cells.remove.addEventListener("click", () => remove(row()));
  return { line, cells };
}

function retry(row) {
  row.state = "waiting";
  sender.retry(row);
  show();
}

function remove(row) {
  const neighbour = row.line.nextElementSibling ?? row.line.previousElementSibling;
  sender.remove(row);
  rows.splice(rows.indexOf(row), 1);
  row.line.remove();
  (neighbour?.querySelector("[data-cell=remove]") ?? find("files")).focus();
  show();
}

/* Showing */

let isScheduled = false;
function scheduleShow() {
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    show();
  }, 200);
}

function show() {
  const { missing } = judged(rows.filter((row) => !isSent(row)), settings);
  for (const row of rows) showRow(row);
  find("batch").hidden = rows.length === 0;
  const gaps = find("gaps");
  gaps.hidden = missing.length === 0;
  gaps.textContent = say(words, "missing", { numbers: missing.join(", ") });
  const ready = rows.filter(isReady);
  const button = find("upload-all");
  button.hidden = ready.length === 0 && rows.every(isSent);
  button.disabled = ready.length === 0;
  button.textContent = say(words, "uploadAll", { count: ready.length });
  showOverall();
  showUnfinished();
}

const isSent = (row) => Boolean(row.sent || row.isHere);
const isReady = (row) => row.state === "ready" && !row.blocked && !isSent(row);
const isUnderWay = (row) => row.state === "sending" || row.state === "waiting";

function showRow(row) {
  const { cells } = row;
  if (cells.number !== document.activeElement) cells.number.value = row.number ?? "";
  cells.number.disabled = isSent(row);
  const given = row.isLookedInto ? words.unknown : "…";
  cells.length.textContent = row.durationMs ? inMinutes(row.durationMs) : given;
  cells.picture.textContent = row.widthPx ? `${row.widthPx}×${row.heightPx}${row.isVertical ? " ✓" : ""}` : given;
  const share = row.file.size ? row.arrived / row.file.size : 0;
  cells.progress.value = share;
  cells.percent.textContent = isSent(row) ? inPercent(share) : "";
  cells.state.textContent = row.word ?? (row.blocked && !isSent(row) ? words.blocked : words[row.state]);
  if (row.address) cells.state.replaceChildren(linked(row.word, row.address));
  cells.left.textContent = row.state === "sending" ? timeLeft(row.file.size - row.arrived, speedOf(row)) : "";
  cells.retry.hidden = row.state !== "failed";
  cells.remove.hidden = row.state === "arrived";
  const said = row.state === "failed" || row.trouble ? [row.trouble] : isSent(row) ? [] : row.warnings;
  cells.warnings.replaceChildren(...said.filter(Boolean).map(warning));
  row.line.classList.toggle("upload-blocked", Boolean(row.blocked && !isSent(row)) || row.state === "failed");
}

function linked(text, address) {
  return Object.assign(document.createElement("a"), { href: address, textContent: text });
}

function warning(text) {
  return Object.assign(document.createElement("li"), { textContent: text });
}

/* Bytes per second over the last seconds, of one row or of all. */
function speedOf(thing) {
  const now = performance.now() / 1000;
  const seen = (thing.seen ??= []);
  if (!seen.length || now - seen.at(-1)[0] >= 0.5) seen.push([now, thing.arrived]);
  while (seen.length > 2 && now - seen[0][0] > FAMILIAR_S * 2) seen.shift();
  const [from, bytes] = seen[0];
  return now - from < 1 ? 0 : Math.max(0, (thing.arrived - bytes) / (now - from));
}

const whole = { arrived: 0 };
let saidPercent = -1;
function showOverall() {
  const sent = rows.filter(isSent);
  const size = sum(sent, (row) => row.file.size);
  whole.arrived = sum(sent, (row) => row.arrived);
  const count = { all: sent.length, done: sent.filter((row) => row.state === "arrived").length };
  const failed = sent.filter((row) => row.state === "failed").length;
  const isMoving = sent.some(isUnderWay);
  const speed = speedOf(whole);
  const percent = inPercent(size ? whole.arrived / size : 0);
  find("overall-progress").value = size ? whole.arrived / size : 0;
  const left = timeLeft(size - whole.arrived, speed) || "…";
  const key = isMoving ? "overall" : failed ? "someFailed" : "allArrived";
  const text = say(words, key, { ...count, failed, percent, left, speed: `${inBytes(speed)}/s` });
  find("overall").textContent = sent.length ? text : "";
  find("pause").hidden = !isMoving && !isPaused;
  const tenth = size ? Math.floor((10 * whole.arrived) / size) : -1;
  if (sent.length && (tenth !== saidPercent || !isMoving)) {
    saidPercent = tenth;
    announce(text);
  }
}

const sum = (list, value) => list.reduce((total, each) => total + value(each), 0);

/* For ears: one sentence at a time, and not the same one twice. */
function announce(text) {
  const place = find("said");
  if (place.textContent !== text) place.textContent = text;
}

/* Sending */

form.addEventListener("submit", (event) => {
  event.preventDefault();
  start(rows.filter(isReady));
});

async function start(chosen) {
  if (!chosen.length) return;
  for (const row of chosen) row.state = "waiting";
  show();
  try {
    const { episodes } = await ask(settings.episodes, { numbers: chosen.map((row) => row.number) });
    for (const row of chosen) row.episode = episodes[row.number];
    sender.send(chosen);
  } catch (trouble) {
    for (const row of chosen) Object.assign(row, { state: "ready", reason: trouble.message });
    announce(trouble.message);
  }
  show();
}

let isPaused = false;
find("pause").addEventListener("click", (event) => {
  isPaused = !isPaused;
  if (isPaused) sender.pauseAll();
  else sender.resumeAll();
  event.target.textContent = isPaused ? event.target.dataset.goOnWord : event.target.dataset.pauseWord;
});

addEventListener("beforeunload", (event) => {
  if (rows.some(isUnderWay)) event.preventDefault();
});

/* What became of it */

let lookingFor;
function lookSoon() {
  lookingFor ??= setTimeout(look, 2000);
}

async function look() {
  lookingFor = undefined;
  const moving = rows.filter((row) => row.id && row.isMoving).slice(0, ASKED_AT_ONCE);
  if (!moving.length) return;
  try {
    const { uploads } = await ask(`${settings.standing}?ids=${moving.map((row) => row.id).join(",")}`);
    for (const row of moving) Object.assign(row, uploads[row.id]);
  } catch {
    // it is looked again
  }
  show();
  lookSoon();
}

/* Going on after a break */

/* A file that this person has sent to the end lately is not sent again. */
function arrivedLike(file) {
  const there = settings.arrived.find((each) => each.name === file.name && each.size === file.size);
  return there && { id: there.id, number: there.number, arrived: file.size, state: "arrived", isHere: true, isMoving: true };
}

function unfinishedLike(file) {
  const taken = new Set(rows.map((row) => row.resume?.address));
  return settings.unfinished.find((each) => each.name === file.name && each.size === file.size && !taken.has(each.address));
}

function showUnfinished() {
  const chosen = new Set(rows.map((row) => row.resume?.address));
  const left = settings.unfinished.filter((each) => !chosen.has(each.address));
  find("unfinished").hidden = left.length === 0;
  find("unfinished-list").replaceChildren(...left.map(unfinishedLine));
  const button = find("resume");
  button.textContent = button.dataset.words.replace("{count}", left.length);
}

function unfinishedLine(each) {
  const line = document.createElement("li");
  const name = Object.assign(document.createElement("bdi"), { textContent: each.name });
  const share = Object.assign(document.createElement("span"), { className: "quiet", textContent: inPercent(each.arrived / each.size) });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: words.removeUnfinished });
  button.setAttribute("aria-label", `${words.removeUnfinished}: ${each.name}`);
  button.addEventListener("click", () => forget(each));
  line.append(name, " ", share, " ", button);
  return line;
}

async function forget(each) {
  const headers = { "X-CSRFToken": token, "Tus-Resumable": "1.0.0" };
  const response = await fetch(each.address, { method: "DELETE", headers });
  if (!response.ok && response.status !== 410) return announce(await response.text());
  settings.unfinished.splice(settings.unfinished.indexOf(each), 1);
  showUnfinished();
}

find("resume").addEventListener("click", () => find("files").click());

show();
