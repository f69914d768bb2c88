/* Sends files so that nothing of them is sent twice: Uppy's core and its tus plugin, without a look of their own. */

import { BasePlugin, Tus, Uppy } from "uppy";

const PIECE_BYTES = 32 * 1024 * 1024; // a request is over now and then, so that others get their turn
const AT_ONCE = 3;
const SECONDS = [0, 1, 2, 3, 5, 5, 10, 10, 20, 20, 30, 30, 60, 60]; // from the beginning again after every piece
const NO_USE = new Set([400, 401, 403, 404, 410, 413, 415]);

export class Sender {
  /* `told` has: progress(row, bytes), arrived(row, id), failed(row, status, sentence), retrying(row). */
  constructor({ endpoint, way, token, told }) {
    this.rows = new Map();
    this.told = told;
    this.uppy = new Uppy({ allowMultipleUploadBatches: true });
    if (way === "parts") this.uppy.use(Parts, { endpoint, token });
    else this.uppy.use(Tus, {
      endpoint,
      headers: { "X-CSRFToken": token },
      limit: AT_ONCE,
      chunkSize: PIECE_BYTES,
      retryDelays: SECONDS.map((seconds) => seconds * 1000),
      storeFingerprintForResuming: false, // the server knows what is unfinished, in every browser
      allowedMetaFields: ["name", "episode", "modified"],
      onShouldRetry: (error) => this.#shouldRetry(error),
    });
    this.uppy.on("upload-progress", (file, { bytesUploaded }) => file && told.progress(this.rows.get(file.id), bytesUploaded));
    this.uppy.on("upload-success", (file, { uploadURL }) => told.arrived(this.rows.get(file.id), idIn(uploadURL)));
    this.uppy.on("upload-error", (file, error, response) => file && this.#fail(file, response));
    addEventListener("online", () => this.retryLost());
  }

  /* Send `row.file` to `row.episode`; from where it stopped, where `row.resume` has the address of what arrived. */
  send(rows) {
    for (const row of rows) {
      row.sent = this.uppy.addFile({
        name: row.file.name,
        type: row.file.type,
        data: row.file,
        meta: { episode: row.episode, modified: String(row.file.lastModified) },
      });
      this.rows.set(row.sent, row);
      if (row.resume) this.uppy.setFileState(row.sent, { tus: { uploadUrl: row.resume.address } });
    }
    this.uppy.upload().catch(() => {}); // each file has told by itself
  }

  retry(row) {
    row.status = undefined;
    this.uppy.retryUpload(row.sent).catch(() => {});
  }

  /* What failed for want of a connection, and not of anything that a person has to mend. */
  retryLost() {
    for (const row of this.rows.values()) if (row.status === 0) this.retry(row);
  }

  pauseAll() {
    this.uppy.pauseAll();
  }

  resumeAll() {
    this.uppy.resumeAll();
  }

  /* Take `row` out; what has arrived of it is forgotten on the server too. */
  remove(row) {
    if (!row.sent) return;
    this.rows.delete(row.sent);
    this.uppy.removeFile(row.sent);
  }

  #shouldRetry(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    return !NO_USE.has(status);
  }

  #fail(file, response) {
    const row = this.rows.get(file.id);
    if (!row) return;
    row.status = response?.status ?? 0;
    this.told.failed(row, row.status, response?.body?.xhr?.responseText ?? "");
  }
}

class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.response = { status, body: { xhr: { responseText: sentence } } };
  }
}

/* Sends straight to the bucket: the server begins, signs every part and looks at the whole; the bytes go past it. */
class Parts extends BasePlugin {
  constructor(uppy, options) {
    super(uppy, options);
    this.id = "Parts";
    this.type = "uploader";
    this.running = new Map();
  }

  install() {
    this.uppy.addUploader((ids) => this.#sendAll(ids.map((id) => this.uppy.getFile(id))));
    this.uppy.on("file-removed", (file) => this.#forget(file));
    this.uppy.on("pause-all", () => this.running.forEach((stop) => stop.abort("pause")));
    this.uppy.on("resume-all", () => this.uppy.getFiles().filter((file) => file.isPaused === false && file.pausedInParts).forEach((file) => this.#send(file)));
  }

  async #sendAll(files) {
    const waiting = [...files];
    this.uppy.emit("upload-start", files);
    const next = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) await this.#send(file);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  async #send(file) {
    const stop = new AbortController();
    this.running.set(file.id, stop);
    try {
      const address = await this.#sendParts(file, stop.signal);
      await this.#ask("POST", `${address}whole/`, {}, stop.signal);
      this.uppy.emit("upload-success", this.uppy.getFile(file.id), { status: 200, uploadURL: address });
    } catch (trouble) {
      if (stop.signal.aborted) this.uppy.setFileState(file.id, { pausedInParts: stop.signal.reason === "pause" });
      else this.uppy.emit("upload-error", this.uppy.getFile(file.id), trouble, trouble.response);
    } finally {
      this.running.delete(file.id);
    }
  }

  async #sendParts(file, signal) {
    const { address, partBytes, there } = await this.#begun(file, signal);
    this.uppy.setFileState(file.id, { tus: { uploadUrl: address } });
    let arrived = 0;
    for (let number = 1; (number - 1) * partBytes < file.size; number += 1) {
      const piece = file.data.slice((number - 1) * partBytes, number * partBytes);
      if (there[number] !== piece.size) await this.#sendPart(file, address, number, piece, arrived, signal);
      arrived += piece.size;
      this.#tell(file, arrived);
    }
    return address;
  }

  #begun(file, signal) {
    const known = file.tus?.uploadUrl;
    if (known) return this.#ask("GET", `${known}parts/`, undefined, signal);
    return this.#ask("POST", `${this.opts.endpoint}parts/`, { name: file.name, size: file.size, episode: file.meta.episode }, signal);
  }

  async #sendPart(file, address, number, piece, arrived, signal) {
    for (const pause of [...SECONDS, null]) {
      try {
        const signed = await this.#ask("POST", `${address}parts/${number}/`, {}, signal);
        return await put(signed.address, piece, signal, (bytes) => this.#tell(file, arrived + bytes));
      } catch (trouble) {
        if (signal.aborted || pause === null || NO_USE.has(trouble.response?.status)) throw trouble;
        await new Promise((done) => setTimeout(done, pause * 1000));
      }
    }
  }

  #tell(file, bytesUploaded) {
    const latest = this.uppy.getFile(file.id);
    if (latest) this.uppy.emit("upload-progress", latest, { uploadStarted: 1, bytesUploaded, bytesTotal: file.size });
  }

  async #ask(method, address, content, signal) {
    const headers = { "X-CSRFToken": this.opts.token, "HX-Request": "true", "Content-Type": "application/json" };
    const response = await fetch(address, { method, headers, signal, body: content && JSON.stringify(content) });
    if (!response.ok) throw new Refused(response.status, await response.text());
    return response.status === 204 ? {} : response.json();
  }

  #forget(file) {
    this.running.get(file.id)?.abort("removed");
    const headers = { "X-CSRFToken": this.opts.token, "Tus-Resumable": "1.0.0" };
    if (file.tus?.uploadUrl && !file.progress.uploadComplete) fetch(file.tus.uploadUrl, { method: "DELETE", headers });
  }
}

/* fetch tells nothing of how far it is. */
function put(address, piece, signal, tell) {
  const request = new XMLHttpRequest();
  return new Promise((done, fail) => {
    request.upload.addEventListener("progress", ({ loaded }) => tell(loaded));
    // What a bucket refuses is no use of ours to a person, and another address may do.
    request.addEventListener("loadend", () => (request.status === 200 ? done() : fail(new Refused(0, ""))));
    signal.addEventListener("abort", () => request.abort());
    request.open("PUT", address);
    request.send(piece);
  });
}

function idIn(address) {
  return address.replace(/\/$/, "").split("/").at(-1);
}
