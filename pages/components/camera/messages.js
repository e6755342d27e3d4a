// Messages to the server, see emotion_core/web/live_socket.py.

/** A picture with its stamp: the stamp's length (4 bytes, big-endian), the stamp as JSON, and the JPEG, bytes. */
export function pictureMessage(stamp, jpeg) {
  const words = new TextEncoder().encode(JSON.stringify(stamp));
  const message = new Uint8Array(4 + words.length + jpeg.length);
  new DataView(message.buffer).setUint32(0, words.length);
  message.set(words, 4);
  message.set(jpeg, 4 + words.length);
  return message;
}

/** What the viewer did with the film: "play", "pause", "seek" or "end", at the media time `film`; `clock` in seconds. */
export function eventMessage(event, clock, film) {
  return JSON.stringify({ event, clock, film });
}

/** The bytes of a data address in Base64, such as canvas.toDataURL returns. */
export function bytesOf(address) {
  const text = atob(address.slice(address.indexOf(",") + 1));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
