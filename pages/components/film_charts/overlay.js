// What moves over a chart: playhead, the frame around the scene on screen, the range between I and O, notes, the column
// under the pointer, and the part that is being dragged. All are plain elements that move by transforms; no chart is
// drawn for them.

export class Overlay {
  constructor(root) {
    this.root = root;
    for (const name of ["scene", "head", "drag", "range", "column", "notes"]) this[name] = root.querySelector(`.${name}`);
    this.width = 0;
    this.flags = [];
  }

  /** Take the place of the plot area: pixels from the left and the top of the chart. */
  place({ left, top, width, height }) {
    this.width = width;
    Object.assign(this.root.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  }

  /** Show a line at a place from 0 to 1 of the width; null for none. */
  line(name, share) {
    const element = this[name];
    element.hidden = share === null || share < 0 || share > 1;
    if (!element.hidden) element.style.transform = `translateX(${share * this.width}px)`;
  }

  /** Show a band between two places; null for none. */
  band(name, ends) {
    const element = this[name];
    element.hidden = ends === null || ends[1] <= 0 || ends[0] >= 1;
    if (element.hidden) return;
    const [from, to] = ends.map((share) => Math.min(Math.max(share, -0.01), 1.01) * this.width);
    element.style.transform = `translateX(${from}px)`;
    element.style.width = `${Math.max(to - from, 2)}px`;
  }

  /** Make a flag for each of `notes`, {frame, text}. */
  makeFlags(notes) {
    this.flags = notes.map(({ frame, text }) => {
      const flag = document.createElement("div");
      flag.className = "flag";
      flag.title = text;
      flag.dataset.frame = frame;
      return flag;
    });
    this.notes.replaceChildren(...this.flags);
  }

  /** Put the flags at their places. */
  moveFlags(places) {
    this.flags.forEach((flag, i) => {
      flag.hidden = places[i] < 0 || places[i] > 1;
      flag.style.transform = `translateX(${places[i] * this.width}px)`;
    });
  }
}
