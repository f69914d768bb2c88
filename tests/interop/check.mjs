// What two programs that are not ours read in a folder that `manage.py transcode` has made, as JSON.
//     node check.mjs FOLDER/editions/DIGEST/master.m3u8
import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import HLS from "hls-parser";
import MP4Box from "mp4box";

HLS.setOptions({ strictMode: true });

const playlist = async (path) => HLS.parse(await readFile(path, "utf8"));

/** Read a whole file as a browser's media source would: box by box. */
async function boxes(path) {
  const file = MP4Box.createFile();
  const bytes = await readFile(path);
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  content.fileStart = 0;
  file.onError = (reason) => { throw new Error(`${path}: ${reason}`); };
  file.appendBuffer(content);
  file.flush();
  const { brands, isFragmented, tracks } = file.getInfo();
  return { brands, fragmented: isFragmented, codec: tracks[0].codec, samples: tracks[0].nb_samples };
}

const entrance = process.argv[2];
const master = await playlist(entrance);
const media = [...new Set(master.variants.flatMap((variant) => [...variant.audio, ...variant.subtitles]))];
const addresses = [...new Set([
  ...master.variants.map((variant) => variant.uri),
  ...media.map((rendition) => rendition.uri),
])];

const lists = {};
const streams = {};
for (const address of addresses) {
  const path = normalize(join(dirname(entrance), address));
  const list = await playlist(path);
  lists[address] = { segments: list.segments.length, seconds: list.segments.reduce((all, each) => all + each.duration, 0) };
  const first = list.segments[0].uri;
  if (first.endsWith(".mp4")) streams[address] = await boxes(join(dirname(path), first));
}
console.log(JSON.stringify({
  version: master.version,
  variants: master.variants.filter((variant) => !variant.isIFrameOnly).map((variant) => variant.resolution),
  sounds: [...new Set(media.filter((each) => each.type === "AUDIO").map((each) => each.language))],
  subtitles: [...new Set(media.filter((each) => each.type === "SUBTITLES").map((each) => each.name))],
  lists,
  streams,
}));
