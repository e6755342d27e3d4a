// The first chart of the page goes before what is below it: its script and its figure need the machine to themselves.

const DRAWN = "film-chart-drawn";
const PATIENCE = 3000; // milliseconds: where no chart comes, the rest does not wait longer

/** A chart is drawn. */
export function announceDrawn() {
  if (window.filmChartDrawn) return;
  window.filmChartDrawn = true; // for components that mount later
  window.dispatchEvent(new Event(DRAWN));
}

/** Resolves once a chart is drawn in this window, or does not come. */
export function afterFirstChart() {
  if (window.filmChartDrawn) return Promise.resolve();
  return new Promise((resolve) => {
    window.addEventListener(DRAWN, () => setTimeout(resolve), { once: true });
    setTimeout(resolve, PATIENCE);
  });
}
