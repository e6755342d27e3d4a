// Scripts that the next page needs: the browser loads them ahead, so that its charts are there at once.

const requested = new Set();

/** Load the scripts at `addresses`, each once in this window; without one of them the next page loads it itself. */
export function loadEarly(addresses) {
  for (const address of addresses) {
    if (requested.has(address)) continue;
    requested.add(address);
    import(new URL(address, window.location.origin).href).catch(() => {});
  }
}
