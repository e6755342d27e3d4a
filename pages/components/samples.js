// The sampled frames of a film with their faces, loaded in blocks of frames that all components share.

import { getJson, kept } from "./film_data.js";

export const BLOCK = 256; // frames
const BLOCKS = 80; // of a version, that are kept

/** The numbers of the blocks with the frames `from` to before `to`. */
export function blocksOf(from, to) {
  const first = Math.floor(from / BLOCK);
  const end = Math.ceil(to / BLOCK);
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}

/**
 * The sampled frames of a block, ascending, as emotion_core/web/film_page/samples/sample_data.py describes them. Fails as
 * `getJson` does. Used long ago, a block is loaded again.
 */
export async function loadBlock(data, block) {
  const name = `samples ${block}`;
  const { samples } = await kept(data, name, () =>
    getJson(`${data.link}/samples?from=${block * BLOCK}&to=${(block + 1) * BLOCK}`),
  );
  forgetOld(window.filmData.get(data.version), name);
  return samples;
}

function forgetOld(loaded, used) {
  const promise = loaded?.get(used);
  if (promise === undefined) return;
  loaded.delete(used);
  loaded.set(used, promise);
  const blocks = [...loaded.keys()].filter((name) => name.startsWith("samples "));
  for (const name of blocks.slice(0, Math.max(0, blocks.length - BLOCKS))) loaded.delete(name);
}

/** The sampled frame that speaks for the picture at `frame`; undefined where none does. */
export function sampleAt(samples, frame) {
  return samples.find(({ shown: [from, to] }) => from <= frame && frame < to);
}

/** The sampled frame nearest to `frame`, the earlier one of two; undefined of none. */
export function nearestSample(samples, frame) {
  return samples.reduce(
    (best, sample) =>
      best === undefined || Math.abs(sample.frame - frame) < Math.abs(best.frame - frame) ? sample : best,
    undefined,
  );
}
