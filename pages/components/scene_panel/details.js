// The details of a sampled frame: all probabilities of each face, the full picture, and a split at the frame.

import { get } from "../film_data.js";
import { drawMarks, faceMarks, percent, trackDot } from "../face_marks.js";
import { loadPicture, picture } from "./strip.js";

export class Details {
  /** `actions`: go(sample), split(sample), face(sample, face), refused(sentence). */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.find = (selector) => dialog.querySelector(selector);
    const on = (name, action) => this.find(`[data-does="${name}"]`).addEventListener("click", action);
    on("close", () => dialog.close());
    on("full", () => this.loadFull());
    on("split", () => this.act("split"));
    on("go", () => this.act("go"));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
    dialog.addEventListener("close", () => this.forget());
    this.address = null; // of the full picture, which the browser holds in memory until it is revoked
  }

  act(name) {
    const { sample } = this;
    this.dialog.close();
    this.actions[name](sample);
  }

  /** Show a sampled frame; `canSplit`: it is not the first frame of its scene. */
  show(data, film, sample, canSplit) {
    this.forget();
    Object.assign(this, { data, sample, marks: faceMarks(sample, film.labels, film.colours) });
    this.find("h3").textContent = `${sample.timecode} · frame ${sample.frame}`;
    this.find('[data-does="split"]').disabled = !canSplit;
    this.find('[data-does="full"]').disabled = false;
    this.say("");
    const small = picture(data, sample, this.marks, true);
    small.append(...this.hits(sample));
    this.find(".picture").replaceWith(small);
    const open = (face) => this.correct(face);
    this.find(".table").replaceChildren(...(sample.faces.length ? [table(film.labels, sample, this.marks, open)] : []));
    const notes = sample.faces.length ? [] : ["No face on this frame."];
    if (sample.too_small) notes.push(`Too small to be read: ${sample.too_small}.`);
    if (!sample.picture) {
      notes.push("No pictures are kept of this film. The full picture is read from the original, and is not kept.");
    }
    this.find(".small").textContent = notes.join(" ");
    this.dialog.showModal();
    loadPicture(small);
  }

  /** Where a click on the picture is one on a face; for the pointer only, since the table has a button a face. */
  hits(sample) {
    return this.marks.map(({ who, box }, i) => {
      const hit = document.createElement("button");
      const [left, top, width, height] = box.map((share) => `${100 * share}%`);
      Object.assign(hit, { type: "button", className: "hit", tabIndex: -1, title: `Correct face ${who}` });
      Object.assign(hit.style, { left, top, width, height });
      hit.setAttribute("aria-hidden", "true");
      hit.addEventListener("click", () => this.correct(sample.faces[i]));
      return hit;
    });
  }

  correct(face) {
    const { sample } = this;
    this.dialog.close();
    this.actions.face(sample, face);
  }

  say(sentence) {
    this.find(".said").textContent = sentence;
    this.find(".said").hidden = sentence === "";
  }

  async loadFull() {
    const { data, sample } = this;
    this.find('[data-does="full"]').disabled = true;
    this.say("The full picture is read from the film …");
    try {
      const answer = await get(`${data.link}/full-picture/${sample.frame}`);
      const content = await answer.blob();
      if (sample !== this.sample) return;
      this.say("");
      this.showFull(content);
    } catch (error) {
      if (sample !== this.sample) return;
      this.say(error.message);
      this.find('[data-does="full"]').disabled = false;
      if (error.expired) this.actions.refused(error.message);
    }
  }

  showFull(content) {
    this.address = URL.createObjectURL(content);
    const frame = this.find(".picture");
    frame.classList.add("full");
    const image = document.createElement("img");
    image.alt = `The full picture of frame ${this.sample.frame}`;
    image.src = this.address;
    frame.querySelector("img")?.remove();
    delete frame.dataset.says;
    frame.prepend(image);
    image.addEventListener("load", () => drawMarks(frame.querySelector(".marks"), this.marks, frame.clientHeight, true));
  }

  forget() {
    this.sample = null;
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = null;
  }
}

/** All probabilities of each face of a sampled frame, the largest one of each in bold. */
function table(labels, sample, marks, open) {
  const whole = document.createElement("table");
  const head = whole.createTHead().insertRow();
  for (const name of ["Face", ...labels, "Counted", "Box, pixels"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = whole.createTBody();
  for (const [i, face] of sample.faces.entries()) {
    const row = body.insertRow();
    const name = document.createElement("th");
    name.scope = "row";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.append(trackDot(marks[i].dot), marks[i].who);
    button.setAttribute("aria-label", `${marks[i].who}: correct this face`);
    button.addEventListener("click", () => open(face));
    name.append(button);
    row.append(name);
    const most = Math.max(...face.probabilities);
    for (const probability of face.probabilities) {
      const cell = row.insertCell();
      cell.textContent = percent(probability);
      cell.className = probability === most ? "number most" : "number";
    }
    row.insertCell().textContent = face.left_out === null ? "yes" : `no: ${face.left_out}`;
    const [left, top, width, height] = face.pixels.map((value) => String(value).replace("-", "−"));
    row.insertCell().textContent = `${left}, ${top}: ${width} × ${height}`;
  }
  return whole;
}
