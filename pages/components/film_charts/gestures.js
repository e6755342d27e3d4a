// Pointer, wheel and keys on a chart.

const DRAGGED = 4; // pixels: less is a click
const FOREIGN = 400; // milliseconds in which a turn of the wheel that began elsewhere goes on
const CLICK = 250; // milliseconds in which a second click makes a double click
const WHEEL = 0.0015; // part of a doubling, a pixel of the wheel
const STEP = 0.25; // of the part shown, an arrow key

/**
 * Calls of `act`, with places from 0 to 1 of the plot's width: hover(place, y), leave(), click(place, frame) with the
 * frame of a flag that was hit, drag(from, to)
 * while the pointer moves with the button down, zoomTo(from, to), zoom(place, factor), move(share), all().
 * `area()` is the plot's rectangle in the window. `act.zoom` and `act.move` say whether anything changed.
 */
export function listen(stage, area, act, signal) {
  const placeOf = (event) => {
    const { left, width } = area();
    return (event.clientX - left) / width;
  };
  let down = null;
  let foreign = 0;
  let clicked = 0;
  const on = (target, kind, handler, options = {}) => target.addEventListener(kind, handler, { signal, ...options });

  on(stage, "pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // a click does not take the keys from the player
    down = { x: event.clientX, place: placeOf(event), dragged: false, frame: event.target.dataset.frame };
    if (event.pointerType !== "touch") stage.setPointerCapture(event.pointerId);
  });
  on(stage, "mousedown", (event) => event.preventDefault());
  on(stage, "pointermove", (event) => {
    act.hover(placeOf(event), event.clientY - area().top);
    if (!down || event.pointerType === "touch") return;
    down.dragged ||= Math.abs(event.clientX - down.x) >= DRAGGED;
    if (down.dragged) act.drag(down.place, placeOf(event));
  });
  on(stage, "pointerup", (event) => {
    const from = down;
    down = null;
    if (!from) return;
    act.drag(null, null);
    if (from.dragged) return void act.zoomTo(from.place, placeOf(event));
    if (event.timeStamp - clicked < CLICK) {
      clicked = 0;
      return void act.all();
    }
    clicked = event.timeStamp;
    if (from.place >= 0 && from.place <= 1) act.click(from.place, from.frame);
  });
  on(stage, "pointercancel", () => {
    down = null;
    act.drag(null, null);
  });
  on(stage, "pointerleave", () => act.leave());

  on(window, "wheel", (event) => {
    const inside = event.composedPath().includes(stage);
    if (!inside || event.timeStamp - foreign < FOREIGN) foreign = event.timeStamp; // the page is being scrolled
  }, { passive: true, capture: true });
  on(stage, "wheel", (event) => {
    if (event.timeStamp === foreign && !event.ctrlKey) return;
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    const changed = Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)
      ? act.move(sideways / area().width)
      : act.zoom(placeOf(event), 2 ** (event.deltaY * WHEEL * (event.deltaMode === 1 ? 16 : 1)));
    if (changed) event.preventDefault(); // with nothing left to zoom out of, the page scrolls
  }, { passive: false });

  on(stage, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = {
      "+": () => act.zoom(null, 0.5),
      "=": () => act.zoom(null, 0.5),
      "-": () => act.zoom(null, 2),
      _: () => act.zoom(null, 2),
      0: () => act.all(),
      ArrowLeft: () => act.move(-STEP),
      ArrowRight: () => act.move(STEP),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}
