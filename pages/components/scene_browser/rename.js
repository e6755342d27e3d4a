// Typing a scene's name in its place.

import { element } from "./dom.js";

const MOST = 200; // characters, as in emotion_core/corrections.py

/** Type a name where `shown` stands; `done(name, byKey)` has null where Escape left it as it was. */
export function typeName(scene, shown, done) {
  const input = element("input", { type: "text", maxLength: MOST, value: scene.name, "aria-label": `Name of scene ${scene.number}` });
  let isOver = false;
  const end = (keep, byKey) => {
    if (isOver) return;
    isOver = true;
    const typed = input.value.trim();
    input.replaceWith(shown);
    done(keep && typed !== scene.name ? typed : null, byKey);
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") end(true, true);
    if (event.key === "Escape") end(false, true);
  });
  input.addEventListener("blur", () => end(true, false));
  shown.replaceWith(input);
  input.focus();
  input.select();
}
