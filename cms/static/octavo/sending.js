/* Sends files so that nothing of them is sent twice: Uppy's core and its tus plugin, without a look of their own. */

import { Tus, Uppy } from "uppy";

const PIECE_BYTES = 32 * 1024 * 1024; // a request is over now and then, so that others get their turn
const AT_ONCE = 3;
const SECONDS = [0, 1, 2, 3, 5, 5, 10, 10, 20, 20, 30, 30, 60, 60]; // from the beginning again after every piece
const NO_USE = new Set([400, 401, 403, 404, 410, 413, 415]);

export class Sender {
  /* `told` has: progress(row, bytes), arrived(row, id), failed(row, status, sentence), retrying(row). */
  constructor({ endpoint, token, told }) {
    this.rows = new Map();
    this.told = told;
    this.uppy = new Uppy({ allowMultipleUploadBatches: true });
    this.uppy.use(Tus, {
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

function idIn(address) {
  return address.replace(/\/$/, "").split("/").at(-1);
}
