// What an upload is for: a film, or a viewer of a screening; and so which page shows it.
//
// `viewer` is null for a film, else { screening, notice, given_at, given_by, groups, in_time, offset }, as it was when
// the file was queued.

/** The screening whose page shows an upload; null for the Library page. */
export function placeOf(viewer) {
  return viewer?.screening ?? null;
}

/** Whether a page lists an upload of the server: its own, and those that no page has any more. */
export function isListed(place, { screening, problem }) {
  return (screening ?? null) === place || Boolean(problem);
}

/** What is announced of an upload besides its name; `settings` are those of the next film's analysis. */
export function claims(viewer, settings) {
  return viewer === null ? { settings: JSON.stringify(settings) } : { viewer: JSON.stringify(viewer) };
}

/** By what a browser remembers an upload: the same file for another purpose is another upload. */
export function remembered(own, viewer) {
  return viewer === null ? own : `${own}-${viewer.screening}`;
}
