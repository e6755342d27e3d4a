// The choice of a kind of chart, which the browser remembers: the smoothing of the curve, or the axis of the heatmap.

const NAMES = { timeline: "curve", heatmap: "axis" };
const DEFAULTS = { curve: "3", axis: "time" };

/**
 * Show the choice of a kind of chart, and call `changed()` with each change. The result gives what is chosen, as a query
 * for a figure; of a kind without a choice it is empty.
 */
export function chooser(root, kind, changed) {
  const name = NAMES[kind];
  if (!name) return () => ({});
  const label = root.querySelector(`.${name}`);
  const choice = label.querySelector("select");
  label.hidden = false;
  choice.value = window.localStorage.getItem(`film-${name}`) ?? DEFAULTS[name];
  choice.onchange = () => {
    window.localStorage.setItem(`film-${name}`, choice.value);
    changed();
  };
  return () => ({ [name]: choice.value });
}
