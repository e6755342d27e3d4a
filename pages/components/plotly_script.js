// Plotly's own script, loaded once in this window, and kept by the browser for good. Some pages' documents begin to load
// it: see pages/services/preload.py.

/** Plotly, from `address`; rejects where the script does not come. */
export function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  window.plotlyLoading ??= new Promise((resolve, reject) => {
    const begun = document.querySelector(`script[src="${address}"]`);
    const script = begun ?? document.createElement("script");
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => {
      window.plotlyLoading = undefined; // the next chart tries again
      script.remove();
      reject(new Error("The server does not answer."));
    });
    if (begun) return;
    script.src = address;
    document.head.append(script);
  });
  return window.plotlyLoading;
}
