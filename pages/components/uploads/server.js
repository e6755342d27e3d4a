// The server as the uploads use it, and the uploads that this browser remembers.

export const ENDPOINT = new URL("/api/uploads", window.location.origin).href;
const MESSAGE_LENGTH = 600; // characters of a server's message that are shown

export class Server {
  constructor() {
    this.token = "";
    this.tus = null; // address and hash of the tus library
    this.loading = null;
  }

  /** The tus library, loaded once. Rejects where the server does not answer. */
  library() {
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

  /** Unfinished uploads of all windows: [{id, filename, offset, length, active}]; null where the server does not answer. */
  async unfinished() {
    const answer = await fetch(ENDPOINT, { headers: { Authorization: `Bearer ${this.token}` } }).catch(() => null);
    return answer?.ok ? await answer.json() : null;
  }

  /** Delete an upload; the status of the answer, 0 where there is none. */
  async erase(id) {
    const tus = await this.library();
    await this.forget((entry) => entry.uploadUrl?.endsWith(`/${id}`));
    // The server may still be writing its last bytes: then it refuses at first.
    const options = { retryDelays: [0, 500, 1000, 2000, 4000], onBeforeRequest: (request) => this.sign(request) };
    return tus.Upload.terminate(`${ENDPOINT}/${id}`, options)
      .then(() => 204)
      .catch((error) => error.originalResponse?.getStatus() ?? 0);
  }

  /** The message of a refusal, if it is plain text: other bodies are not meant for people. */
  message(response) {
    const isPlain = (response.getHeader("Content-Type") ?? "").startsWith("text/plain");
    const text = isPlain ? response.getBody().trim().slice(0, MESSAGE_LENGTH) : "";
    return text || `The app refused this upload (${response.getStatus()}). Reload the page and try again.`;
  }

  async remembered() {
    const tus = await this.library();
    return tus.defaultOptions.urlStorage.findAllUploads();
  }

  /** Forget the remembered uploads that `matches` accepts. */
  async forget(matches) {
    const tus = await this.library();
    for (const entry of (await this.remembered()).filter(matches)) {
      await tus.defaultOptions.urlStorage.removeUpload(entry.urlStorageKey);
    }
  }
}
