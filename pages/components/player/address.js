// The moment in the page's address: `t`, seconds of the film's clock, and `scene`, its number.
//
// The browser alone writes both: Streamlit reads the address when a page is opened, and sends all of it again where
// Python sets a part, which would undo what was written meanwhile. The seconds lead: they stay right under another cut
// list. `scene` says the same to people, and is enough by itself in a link.

/** The moment that an address asks for: {seconds, scene}, each null where it does not say. */
export function momentIn(search) {
  const query = new URLSearchParams(search);
  const [t, scene] = [query.get("t") ?? "", query.get("scene") ?? ""];
  return {
    seconds: /^\d{1,7}(\.\d{1,6})?$/.test(t) ? Number(t) : null,
    scene: /^[1-9]\d{0,8}$/.test(scene) ? Number(scene) : null,
  };
}

/** The address with another moment; all else in it stays. */
export function withMoment(search, { seconds, scene }) {
  const query = new URLSearchParams(search);
  query.set("scene", String(scene));
  query.set("t", String(Number(seconds.toFixed(3)))); // milliseconds tell frames apart up to 500 a second
  return `?${query}`;
}

/** Put the moment into the window's address, without a new entry in its history. */
export function writeMoment(moment) {
  const search = withMoment(location.search, moment);
  if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
}
