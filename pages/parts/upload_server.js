// The app's side as the uploads see it, and what this browser remembers of them.

const ENDPOINT = new URL("/api/uploads", window.location.origin).href;
const MESSAGE = 600; // characters of a server's message at most

class Server {
  constructor() {
    this.token = "";
    this.tus = null; // where tus lies, and its hash
    this.loading = null;
  }

  library() {
    // tus itself; rejects where the app does not answer
    this.loading ??= this.load(this.tus);
    return this.loading;
  }

  load({ address, integrity }) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.integrity = integrity;
      script.onload = () => resolve(window.tus);
      script.onerror = () => {
        script.remove();
        this.loading = null;
        reject(new Error("The app did not answer."));
      };
      document.head.append(script);
    });
  }

  sign(request) {
    request.setHeader("Authorization", `Bearer ${this.token}`);
  }

  async unfinished() {
    // Of all windows and browsers: [{id, filename, offset, length, active}], or null where the app does not answer.
    const answer = await fetch(ENDPOINT, { headers: { Authorization: `Bearer ${this.token}` } }).catch(() => null);
    return answer?.ok ? await answer.json() : null;
  }

  async erase(id) {
    // The status of the answer, 0 where there is none.
    const tus = await this.library();
    await this.forget((entry) => entry.uploadUrl?.endsWith(`/${id}`));
    // The server may still be writing its last bytes down.
    const options = { retryDelays: [0, 500, 1000, 2000, 4000], onBeforeRequest: (request) => this.sign(request) };
    return tus.Upload.terminate(`${ENDPOINT}/${id}`, options)
      .then(() => 204)
      .catch((error) => error.originalResponse?.getStatus() ?? 0);
  }

  words(response) {
    // The server's plain text; anything else is not for a reader.
    const plain = (response.getHeader("Content-Type") ?? "").startsWith("text/plain");
    const text = plain ? response.getBody().trim().slice(0, MESSAGE) : "";
    return text || `The app refused this upload (${response.getStatus()}). Reload the page and try again.`;
  }

  async remembered() {
    const tus = await this.library();
    return tus.defaultOptions.urlStorage.findAllUploads();
  }

  async forget(which) {
    const tus = await this.library();
    for (const entry of (await this.remembered()).filter(which)) {
      await tus.defaultOptions.urlStorage.removeUpload(entry.urlStorageKey);
    }
  }
}
