/* What is to be said about the files of a batch before a byte of them is sent. Knows neither page nor network. */

const NINE_BY_SIXTEEN = 9 / 16;

/* A text of the page with its places filled. */
export function say(words, key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_place, name) => values[name] ?? "");
}

/* Every row with `warnings`, and `blocked` where it cannot be sent as it is; and the numbers that nobody has. */
export function judged(rows, settings) {
  const times = new Map();
  for (const row of rows) times.set(row.number, (times.get(row.number) ?? 0) + 1);
  for (const row of rows) Object.assign(row, verdict(row, times, settings));
  return { missing: missing(rows.map((row) => row.number)) };
}

function verdict(row, times, settings) {
  const { words, known } = settings;
  const blocks = [];
  const warnings = row.reason ? [row.reason] : [];
  const number = row.number;
  if (!row.isFilm) blocks.push(words.notFilm);
  if (row.file.size === 0) blocks.push(words.empty);
  if (row.file.size > settings.mostBytes) blocks.push(say(words, "tooLarge", { most: inBytes(settings.mostBytes) }));
  if (number === null) blocks.push(words.noNumber);
  else if (times.get(number) > 1) blocks.push(say(words, "twice", { number }));
  else if (!(number in known) && !settings.mayCreate) blocks.push(say(words, "mayNotCreate", { number }));
  else if (!(number in known)) warnings.push(say(words, "willCreate", { number }));
  else if (known[number]) warnings.push(say(words, "replaces", { number }));
  if (row.widthPx && !isVertical(row, settings)) warnings.push(words.notVertical);
  if (row.durationMs > settings.longestMs) {
    warnings.push(say(words, "tooLong", { most: inMinutes(settings.longestMs) }));
  }
  if (row.resume) warnings.push(say(words, "resumes", { percent: inPercent(row.resume.arrived / row.file.size) }));
  return { warnings: [...blocks, ...warnings], blocked: blocks.length > 0, isVertical: isVertical(row, settings) };
}

function isVertical({ widthPx, heightPx }, { aspectTolerance }) {
  return Math.abs(widthPx / heightPx / NINE_BY_SIXTEEN - 1) <= aspectTolerance;
}

/* Numbers between the first and the last that no row has. */
export function missing(numbers) {
  const there = new Set(numbers.filter((number) => number !== null));
  if (there.size < 2) return [];
  const [first, last] = [Math.min(...there), Math.max(...there)];
  return Array.from({ length: last - first + 1 }, (_each, place) => first + place).filter((each) => !there.has(each));
}

export function inBytes(bytes) {
  const [value, unit] = bytes < 1e3 ? [bytes, "byte"] : bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : bytes < 1e9 ? [bytes / 1e6, "megabyte"] : [bytes / 1e9, "gigabyte"];
  return formatted(value, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}

export function inPercent(share) {
  return formatted(Math.floor(share * 100) / 100, { style: "percent" });
}

export function inMinutes(durationMs) {
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/* Time left, roughly: nobody believes seconds of an hour. */
export function timeLeft(bytes, bytesPerSecond) {
  if (!bytesPerSecond || bytes <= 0) return "";
  const seconds = bytes / bytesPerSecond;
  if (seconds < 90) return formatted(Math.ceil(seconds / 5) * 5, { style: "unit", unit: "second" });
  if (seconds < 5400) return formatted(Math.round(seconds / 60), { style: "unit", unit: "minute" });
  return formatted(seconds / 3600, { style: "unit", unit: "hour", maximumFractionDigits: 1 });
}

function formatted(value, options) {
  return new Intl.NumberFormat(document.documentElement.lang || "en", options).format(value);
}
