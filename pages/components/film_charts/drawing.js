// What Plotly has drawn, and for which width and part of the film.

const CONFIG = { staticPlot: true, responsive: false };

export class Drawing {
  constructor(plot) {
    this.plot = plot;
    this.width = this.range = null; // pixels; the ends of the axis
  }

  /** Draw a figure of Plotly in place; the result is where its plot area lies: left, top, width and height in pixels. */
  draw({ data, layout }, width, range) {
    layout.width = width;
    layout.font = { ...layout.font, family: getComputedStyle(this.plot).fontFamily };
    layout.xaxis.range = range;
    this.plot.style.height = `${layout.height}px`;
    window.Plotly.react(this.plot, data, layout, CONFIG);
    Object.assign(this, { width, range });
    const { l, r, t, b } = layout.margin;
    this.area = { left: l, top: t, width: width - l - r, height: layout.height - t - b };
    return this.area;
  }

  /** Move and stretch what is drawn to the part shown, until a figure made for that part is there: see the styles. */
  preview(axis) {
    const matrix = axis.matrixFrom(this.range, this.area.width);
    this.plot.style.setProperty("--preview", matrix);
    this.plot.classList.toggle("moving", matrix !== "none");
  }

  close() {
    window.Plotly?.purge(this.plot);
  }
}
