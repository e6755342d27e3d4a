// Pointer, wheel and keys on a chart.

const DRAGGED = 4; // pixels: less is a click
const FOREIGN = 400; // milliseconds in which a turn of the wheel that began elsewhere goes on
const CLOSEST = 20; // pixels that two fingers are apart at least
const CLICK = 250; // milliseconds in which a second click makes a double click
const WHEEL = 0.0015; // part of a doubling, a pixel of the wheel
export const STEP = 0.25; // of the part shown, an arrow key
export const KEYS =
  "Zoom: + and −, 0 for the whole film; move: left and right arrow, with Shift column by column; Enter goes there.";

/**
 * Calls of `act`, with places from 0 to 1 of the plot's width: hover(place, y), leave(), click(place, frame) with the
 * frame of a flag that was hit, drag(from, to) while the pointer moves with the button down, zoomTo(from, to),
 * zoom(place, factor), move(share), all(); by keys also step(by) to the column beside, and go() to where that led.
 * `area()` is the plot's rectangle in the window. `act.zoom` and `act.move` say whether anything changed.
 */
export function listen(stage, area, act, signal) {
  const placeOf = (event) => {
    const { left, width } = area();
    return (event.clientX - left) / width;
  };
  const fingers = new Map(); // by pointer, pixels from the window's left
  let down = null;
  let foreign = 0;
  let clicked = -Infinity; // when, milliseconds
  const on = (target, kind, handler, options = {}) => target.addEventListener(kind, handler, { signal, ...options });

  /** One finger moves what is shown, two stretch it between them. */
  const touched = (event) => {
    const before = [...fingers.values()];
    fingers.set(event.pointerId, event.clientX);
    const now = [...fingers.values()];
    const middle = (places) => places.reduce((sum, x) => sum + x, 0) / places.length;
    const { left, width } = area();
    if (down.dragged) act.move((middle(before) - middle(now)) / width);
    if (now.length !== 2) return;
    const [was, is] = [before, now].map(([a, b]) => Math.max(Math.abs(a - b), CLOSEST));
    act.zoom((middle(now) - left) / width, was / is);
  };

  on(stage, "pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // a click does not take the keys from the player
    if (fingers.size === 0) down = null;
    down ??= { x: event.clientX, place: placeOf(event), dragged: false, frame: event.target.dataset?.frame };
    if (event.pointerType === "touch") fingers.set(event.pointerId, event.clientX);
    else stage.setPointerCapture(event.pointerId);
  });
  on(stage, "mousedown", (event) => event.preventDefault());
  on(stage, "pointermove", (event) => {
    act.hover(placeOf(event), event.clientY - area().top);
    if (!down) return;
    down.dragged ||= fingers.size > 1 || Math.abs(event.clientX - down.x) >= DRAGGED;
    if (event.pointerType === "touch") touched(event);
    else if (down.dragged) act.drag(down.place, placeOf(event));
  });
  on(stage, "pointerup", (event) => {
    const from = down;
    const isTouch = fingers.delete(event.pointerId);
    if (fingers.size === 0) down = null;
    if (!from || fingers.size > 0) return;
    act.drag(null, null);
    if (from.dragged && isTouch) return;
    if (from.dragged) return void act.zoomTo(from.place, placeOf(event));
    if (event.timeStamp - clicked < CLICK) {
      clicked = -Infinity;
      return void act.all();
    }
    clicked = event.timeStamp;
    if (from.place >= 0 && from.place <= 1) act.click(from.place, from.frame);
  });
  on(stage, "pointercancel", () => {
    down = null;
    fingers.clear();
    act.drag(null, null);
  });
  on(stage, "pointerleave", () => act.leave());
  on(stage, "blur", () => act.leave());

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
      ArrowLeft: () => (event.shiftKey ? act.step(-1) : act.move(-STEP)),
      ArrowRight: () => (event.shiftKey ? act.step(1) : act.move(STEP)),
      Enter: () => act.go(),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}
