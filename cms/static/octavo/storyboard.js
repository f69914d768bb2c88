/* Small pictures of the film, from a WebVTT index that says which part of which sheet shows which moment. */

const CUE = /(\d+):(\d+):(\d+)\.(\d+) --> (\d+):(\d+):(\d+)\.(\d+)\s+(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

function inMs(hours, minutes, seconds, ms) {
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
}

export class Storyboard {
  #address;
  #tiles;

  constructor(address) {
    this.#address = address;
  }

  /* The picture of a moment, as styles; nothing where there is none. The index is fetched when it is first wanted. */
  async at(time_ms) {
    this.#tiles ??= this.#read();
    const tiles = await this.#tiles;
    const tile = tiles.find(({ from, until }) => from <= time_ms && time_ms < until) ?? tiles.at(-1);
    if (!tile) return null;
    return {
      backgroundImage: `url("${tile.sheet}")`,
      backgroundPosition: `-${tile.x}px -${tile.y}px`,
      width: `${tile.width}px`,
      height: `${tile.height}px`,
    };
  }

  async #read() {
    if (!this.#address) return [];
    const answer = await fetch(this.#address);
    if (!answer.ok) return [];
    const folder = new URL(this.#address, location);
    return [...(await answer.text()).matchAll(CUE)].map((cue) => {
      const [x, y, width, height] = cue.slice(10).map(Number);
      const sheet = new URL(cue[9], folder).href;
      return { from: inMs(...cue.slice(1, 5)), until: inMs(...cue.slice(5, 9)), sheet, x, y, width, height };
    });
  }
}
