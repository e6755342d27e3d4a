// What the page says in words: pure functions.

const CAMERA = {
  NotFoundError: "There is no camera on this machine. Connect one, then try again.",
  NotAllowedError:
    "The browser does not let this page use the camera. Allow it by the sign beside the page's address, then try again.",
  NotReadableError: "The camera does not start: another program may be using it. Close that, then try again.",
};

/** Why the camera does not open: the `name` of getUserMedia's error; `origin` is the page's, `isSecure` its context. */
export function cameraProblem(name, origin, isSecure) {
  if (!isSecure) {
    return (
      `Browsers open a camera only for pages of this machine or over HTTPS, and this page came from ${origin}. ` +
      "Open it on the machine that runs the app, as http://localhost, or have that machine serve it over HTTPS."
    );
  }
  return CAMERA[name] ?? `The camera does not open (${name}). Close other programs that use it, then try again.`;
}

/** The camera stopped half-way; `readings` are those so far. */
export function cameraLost(readings) {
  const kept = readings === 1 ? "The one reading so far stays" : `The ${readings} readings so far stay`;
  return `The camera was lost. ${kept}: connect it and try again, or finish.`;
}

const CLOSED = {
  4403: "Your sign-in has expired. Sign in again in another window, then try again here: the readings so far stay.",
  4404: "This session is gone: it was left for too long or thrown away, or the app was started again. Reload the page to begin again.",
  4409: "Another window goes on with this session. Close one of the two.",
  1011: "The library cannot be opened now. The readings so far stay: try again in a moment.",
};

/** The connection is gone, and is tried again without end. */
export const NO_ANSWER = "The app does not answer. This goes on by itself when it is back; until then the film waits.";

/** Why the connection was closed for good, by its code; null where the page connects again by itself. */
export function closedBecause(code) {
  return CLOSED[code] ?? null;
}

const LEFT_OUT = {
  small: "Your face is too small: come nearer.",
  cut: "Your face is cut by the picture's edge.",
  unsure: "Your face is hard to see: more light, and look at the screen.",
  turned: "Your face is turned away: look at the screen.",
  misplaced: "Your face is hard to see: look at the screen.",
  tilted: "Your head is tilted: look at the screen.",
};

/** A sentence on the newest answer of the server. */
export function stateOf(answer) {
  if (answer.left_out) return answer.left_out;
  if (answer.viewer === null) return LEFT_OUT[answer.faces[0]?.why] ?? "No face in the picture.";
  return answer.again ? "You saw this part before: only the first time counts." : "";
}

/** Figures of the session, in words. `rate` is readings a second, `delay` milliseconds. */
export function figures(rate, delay) {
  if (rate === null || rate === undefined) return "";
  const seconds = `${rate.toFixed(rate < 10 ? 1 : 0)} readings a second`;
  return delay === null ? seconds : `${seconds} · ${Math.round(delay)} ms behind the picture`;
}

export const SLOW =
  "This machine cannot follow: fewer than 2 readings a second. Pictures are left out, never queued. Close other programs, " +
  "or wait until an analysis has ended.";

/** “12.4 %”. */
export function percent(share) {
  return `${Math.round(100 * share)} %`;
}
