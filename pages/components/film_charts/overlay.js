// What moves over a chart: the playhead, the frame around the scene on screen, and the part that is being dragged.
// All are plain elements that move by transforms; no chart is drawn for them.

export class Overlay {
  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(`.${name}`);
    [this.scene, this.head, this.drag] = [part("scene"), part("head"), part("drag")];
  }

  /** Take the place of the plot area: pixels from the left and the top of the chart. */
  place({ left, top, width, height }) {
    this.width = width;
    Object.assign(this.root.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  }

  /** `head` is where the picture on screen lies and `scene` where its scene does, from 0 to 1 of the width. */
  moment(head, scene) {
    this.line(this.head, head);
    this.band(this.scene, scene);
  }

  line(element, share) {
    element.hidden = share === null || share < 0 || share > 1;
    if (!element.hidden) element.style.transform = `translateX(${share * this.width}px)`;
  }

  band(element, ends) {
    element.hidden = ends === null || ends[1] < 0 || ends[0] > 1;
    if (element.hidden) return;
    const [from, to] = ends.map((share) => Math.min(Math.max(share, -0.01), 1.01) * this.width);
    element.style.transform = `translateX(${from}px)`;
    element.style.width = `${Math.max(to - from, 2)}px`;
  }
}
