// What all components of the film's page read of the film, loaded once for all of them.
//
// `data` is what the page gives each component: {link, version, …}. What was loaded is kept at the window, since each
// component is a module of its own, and by version: another link to the same version loads nothing again.

import { afterFirstChart } from "./first_chart.js";

const VERSIONS = 2; // of films, whose data are kept

/**
 * The scenes of the film: the document of emotion_core/web/film_page/scene_data.py. Fails as `getJson` does; a later
 * call then loads again.
 */
export function loadScenes(data) {
  return kept(data, "scenes", () => getJson(`${data.link}/scenes`));
}

/**
 * What the audience shows in each scene: the document of emotion_core/web/film_page/audience_data.py. It can take seconds
 * to compute, so it is asked for once the film is drawn. `data.audience` is {screening, state}: see film_audience.py.
 */
export function loadAudience(data) {
  const { screening, state } = data.audience;
  return kept(data, `audience ${state}`, async () => {
    await afterFirstChart();
    return getJson(`${data.link}/audience?${new URLSearchParams({ screening })}`);
  });
}

/** What `load()` promises, kept under `name` until the film's version is no longer in use. */
export function kept(data, name, load) {
  const versions = (window.filmData ??= new Map());
  const loaded = versions.get(data.version) ?? new Map();
  versions.delete(data.version);
  versions.set(data.version, loaded); // the last one is the one used last
  for (const old of [...versions.keys()].slice(0, -VERSIONS)) versions.delete(old);
  if (!loaded.has(name)) {
    const promise = load();
    loaded.set(name, promise);
    promise.catch(() => loaded.delete(name));
  }
  return loaded.get(name);
}

/**
 * The JSON at an address of this server. Fails with an Error whose message can be shown; its `expired` is true where the
 * link was refused: see `LinkRequests`.
 */
export async function getJson(address) {
  return (await get(address)).json();
}

/** The response from an address of this server; fails as `getJson`. */
export async function get(address) {
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    throw new Error("The server does not answer.");
  }
  if (answer.ok) return answer;
  throw Object.assign(new Error(await answer.text()), { expired: answer.status === 403 });
}
