// Plotly's own script, loaded once in this window, and kept by the browser for good.

/** Plotly, from `address`; rejects where the script does not come. */
export function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  window.plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      window.plotlyLoading = undefined; // the next chart tries again
      script.remove();
      reject(new Error("The server does not answer."));
    };
    document.head.append(script);
  });
  return window.plotlyLoading;
}
