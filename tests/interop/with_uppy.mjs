/* Uploads a file with @uppy/core and @uppy/tus: node with_uppy.mjs ENDPOINT FILE HEADERS METADATA */

import { readFile } from "node:fs/promises";
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

const [endpoint, path, headers, metadata] = process.argv.slice(2);
const { filename, ...meta } = JSON.parse(metadata);
const content = await readFile(path);

const uppy = new Uppy();
uppy.use(Tus, { endpoint, headers: JSON.parse(headers), chunkSize: 1_000_000, retryDelays: Array(60).fill(250) });
uppy.addFile({ name: filename, data: Object.assign(content, { size: content.length }), meta });
const { failed } = await uppy.upload();
for (const file of failed) console.error(file.error);
process.exit(failed.length);
