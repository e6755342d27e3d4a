// Loads Plotly's script while the server still reads the film's numbers: a browser needs a second and more for it.

import { loadPlotly } from "../plotly_script.js";

export default function (component) {
  loadPlotly(component.data[0].script).catch(() => {}); // a chart tries again, and says why
}
