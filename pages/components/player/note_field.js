// A field over the picture for a note at the frame on screen: Enter keeps it, Escape leaves it.

export class NoteField {
  /** `onKept(text)` is called with what was typed, if that is anything. */
  constructor(form, onKept) {
    this.form = form;
    this.field = form.querySelector("input");
    this.onKept = onKept;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.close(true);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close(false);
    });
    this.field.addEventListener("blur", () => this.field.value.trim() === "" && this.close(false));
  }

  open(timecode) {
    this.form.hidden = false;
    this.field.value = "";
    this.field.placeholder = `Note at ${timecode}: Enter keeps it, Esc leaves`;
    this.field.setAttribute("aria-label", `Note at ${timecode}`);
    this.field.focus();
  }

  close(keeps) {
    if (this.form.hidden) return;
    this.form.hidden = true;
    this.field.blur(); // by itself a hidden field keeps the keys until the next picture of the page
    const text = this.field.value.trim();
    if (keeps && text) this.onKept(text);
  }
}
