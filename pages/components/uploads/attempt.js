// One try of sending a film: a tus upload of its own. Events of an earlier try are ignored.

import { remembered } from "./purpose.js";
import { ENDPOINT } from "./server.js";

export class Refused extends Error {} // the server does not accept the token
export class Rejected extends Error {} // the whole upload had arrived before, and was no film

/** Send what the server lacks of an upload. `on` has progress(sent), arrived(response), failed(error) and named(). */
export async function attempt(tus, upload, server, on) {
  const whileCurrent = (tell) => (...news) => upload.attempt === sending && tell(...news);
  const sending = new tus.Upload(upload.file, {
    endpoint: ENDPOINT,
    metadata: upload.metadata,
    fingerprint: async (...facts) => remembered(await tus.defaultOptions.fingerprint(...facts), upload.viewer),
    retryDelays: null, // the queue retries, without an end
    removeFingerprintOnSuccess: true,
    onBeforeRequest: (request) => server.sign(request),
    onAfterResponse: (_, response) => {
      // Without an error, tus would begin the upload again from its first byte.
      if ([401, 403].includes(response.getStatus())) throw new Refused(server.message(response));
      if (response.getStatus() === 410) throw new Rejected();
    },
    onUploadUrlAvailable: () => {
      upload.url = sending.url;
      on.named();
    },
    onProgress: whileCurrent((sent) => on.progress(sent)),
    onSuccess: whileCurrent(({ lastResponse }) => on.arrived(lastResponse)),
    onError: whileCurrent((error) => on.failed(error)),
  });
  upload.attempt = sending;
  const previous = await sending.findPreviousUploads();
  if (upload.attempt !== sending) return;
  if (previous.length) {
    const newest = previous[previous.length - 1];
    upload.url = newest.uploadUrl;
    sending.resumeFromPreviousUpload(newest);
  } else if (upload.url) sending.resumeFromPreviousUpload({ uploadUrl: upload.url, urlStorageKey: null });
  sending.start();
}
