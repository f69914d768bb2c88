/* Uploads a file with tus-js-client: node with_tus_js_client.mjs ENDPOINT FILE HEADERS METADATA */

import { readFile } from "node:fs/promises";
import { Upload } from "tus-js-client";

const [endpoint, path, headers, metadata] = process.argv.slice(2);

new Upload(await readFile(path), {
  endpoint,
  headers: JSON.parse(headers),
  metadata: JSON.parse(metadata),
  chunkSize: 1_000_000,
  retryDelays: Array(60).fill(250),
  onSuccess: () => process.exit(0),
  onError: (trouble) => {
    console.error(String(trouble));
    process.exit(1);
  },
}).start();
