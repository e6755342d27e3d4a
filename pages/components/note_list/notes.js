// Notes as the page gives them, {frame, tc, scene, text, of_scene, stored}, and texts that wait to become notes: pure
// functions. `stored` is [frame, of_scene] as the library keeps them.

/** A text as the library stores it; see emotion_core/annotations.py. */
export function plain(text) {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\r\n?/g, "\n").replace(/\t/g, " ").replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "").trim();
}

/** Whether a text that was sent is among the notes now. `sent` is {frame, of_scene, text}; a scene's frame is any of it. */
export function isThere(notes, sent) {
  return notes.some(
    (note) =>
      note.text === plain(sent.text) &&
      note.of_scene === sent.of_scene &&
      (sent.of_scene ? note.scene === sent.scene : note.frame === sent.frame),
  );
}

/** Whether a note is about the picture on screen: its frame, or the scene that it is about. */
export function isNow(note, moment) {
  if (!moment) return false;
  return note.of_scene ? note.scene === moment.scene : note.frame === moment.frame;
}

/** What distinguishes a note from all others. */
export function keyOf(note) {
  return JSON.stringify([note.stored, note.text]);
}
