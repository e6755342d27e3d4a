// What would end uploads by mistake: another page in the window, or a file that the browser opens in the app's place.

/** Ask before the window leaves the app while `isBusy()`, and let no file that is dropped beside its place be opened. */
export function guard(isBusy) {
  window.addEventListener("beforeunload", (event) => {
    if (!isBusy()) return;
    event.preventDefault();
    event.returnValue = ""; // older browsers
  });
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => {
      if (isBusy() && event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  }
}
