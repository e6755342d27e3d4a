// What an editor can say of a face: its person's name, that it does not count, where its track begins, and whose it is.

import { getJson, kept } from "../film_data.js";
import { trackColour, trackDot } from "../face_marks.js";

export class FaceMenu {
  /** `actions`: correct({change, anchor, …}), refused(sentence). */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.find = (selector) => dialog.querySelector(selector);
    this.find('[data-does="close"]').addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
    dialog.addEventListener("close", () => {
      this.face = null;
    });
    this.find("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.find("input").value.trim();
      if (name === (this.face.name ?? "")) dialog.close();
      else this.act({ change: "name", name, was: this.face.name });
    });
    this.find('[data-does="out"]').addEventListener("click", () =>
      this.act({ change: this.track.left_out ? "count" : "leave out" }),
    );
    this.find('[data-does="split"]').addEventListener("click", () => this.act({ change: "split" }));
  }

  act(change) {
    const { face } = this;
    this.dialog.close();
    this.actions.correct({ anchor: face.anchor, ...change });
  }

  /** Show what can be said of a `face` on a sampled frame of a scene. */
  async show(data, scene, sample, face) {
    this.face = face;
    this.find("h3").replaceChildren(trackDot(trackColour(face.number)), title(face));
    this.find("input").value = face.name ?? "";
    this.find(".about").textContent = "";
    this.find(".others").hidden = true;
    for (const name of ["out", "split"]) this.find(`[data-does="${name}"]`).disabled = true;
    this.find('[data-does="out"]').textContent = "Leave out";
    this.say("");
    this.dialog.showModal();
    try {
      const { tracks, names } = await kept(data, `tracks ${scene.frame_in}`, () =>
        getJson(`${data.link}/tracks?from=${scene.frame_in}&to=${scene.frame_out}`),
      );
      if (face === this.face) this.fill(tracks, names, sample, face);
    } catch (error) {
      if (face !== this.face) return;
      this.say(error.message);
      if (error.expired) this.actions.refused(error.message);
    }
  }

  fill(tracks, names, sample, face) {
    const track = tracks.find(({ letter }) => letter === face.letter);
    if (track === undefined) return;
    this.track = track;
    this.find(".about").textContent = about(track);
    const out = this.find('[data-does="out"]');
    out.disabled = false;
    out.textContent = track.left_out ? "Count again" : "Leave out";
    out.title = track.left_out ? "Its faces count again" : "A picture on the wall, a statue, nobody: its faces do not count";
    this.find('[data-does="split"]').disabled = sample.frame === track.first;
    this.find("datalist").replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    const others = tracks.flatMap((other) => {
      const change = unite(track, other);
      return change === null ? [] : [this.button(other, change)];
    });
    this.find(".list").replaceChildren(...others);
    this.find(".others").hidden = others.length === 0;
  }

  button(other, change) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "wide";
    button.append(trackDot(trackColour(other.number)), other.name ?? other.letter);
    button.title = about(other);
    button.addEventListener("click", () => this.act(change));
    return button;
  }

  say(sentence) {
    this.find(".said").textContent = sentence;
    this.find(".said").hidden = sentence === "";
  }
}

/** “Ada · track B”, or “Track B”. */
export function title({ name, letter }) {
  return name === null ? `Track ${letter}` : `${name} · track ${letter}`;
}

/** A track's times and faces, and what they show together, in a sentence. */
export function about({ times, evidence, reading, left_out: leftOut }) {
  const shows = reading === null ? "" : `; read together: ${reading}`;
  return `${times}, ${evidence}${leftOut ? "; left out" : shows}`;
}

/**
 * The change that makes one person of two tracks of a scene; null where it cannot be: they are one, are on screen at
 * once, or have one name. Within a shot they become one track, else the first takes the other's name.
 */
export function unite(track, other) {
  if (other.letter === track.letter) return null;
  if (other.shot === track.shot) {
    const frames = new Set(track.frames);
    return other.frames.some((frame) => frames.has(frame)) ? null : { change: "join", other: other.anchor };
  }
  if (other.name === null || other.name === track.name) return null;
  return { change: "name", name: other.name, was: track.name };
}
