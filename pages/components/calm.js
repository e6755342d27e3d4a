// When a component may run the page by itself.
//
// A run of the page ends the one before it, and with that what the user pressed, if that run had not come to it yet; a
// change of pages is undone. So what the user did not cause waits until the run that the user caused is over.

const CALM = 1000; // milliseconds after the user's last input: many times what a run needs to come to a button
const INPUTS = ["pointerup", "click", "keydown"];

export class Calm {
  /** Watches the user's input anywhere in `target`. */
  constructor(target) {
    this.from = 0;
    const wait = () => (this.from = Date.now() + CALM);
    for (const kind of INPUTS) target.addEventListener(kind, wait, { capture: true, passive: true });
  }

  /** Call `act` at once, or as soon as the user has left the page alone for a moment. */
  when(act) {
    const rest = this.from - Date.now();
    if (rest > 0) setTimeout(() => this.when(act), rest);
    else act();
  }
}
