// What is chosen of a kind of chart, which the browser remembers: the smoothing of the curve and whether the audience
// lies over it, or the axis of the heatmap.

import { AudienceOver } from "./audience_over.js";

const NAMES = { timeline: "curve", heatmap: "axis" };
const DEFAULTS = { curve: "3", axis: "time" };

export class FigureChoice {
  /** Show the choice of a kind of chart; call `changed()` with each change, `refused(error)` where a link has expired. */
  constructor(root, kind, changed, refused) {
    this.audience = kind === "timeline" ? new AudienceOver(root, changed, refused) : null;
    this.name = NAMES[kind];
    if (!this.name) return;
    const label = root.querySelector(`.${this.name}`);
    this.select = label.querySelector("select");
    label.hidden = false;
    this.select.value = window.localStorage.getItem(`film-${this.name}`) ?? DEFAULTS[this.name];
    this.select.onchange = () => {
      window.localStorage.setItem(`film-${this.name}`, this.select.value);
      changed();
    };
  }

  /** Take new data from the page. */
  update(data) {
    this.audience?.update(data);
  }

  /** What is chosen, as a query for a figure and its kind; of a chart without a choice it is empty. */
  get asked() {
    return { ...(this.name && { [this.name]: this.select.value }), ...this.audience?.asked };
  }
}
