// Both cuts as lanes of scenes, one above the other, with bands between the footage that both show.

const WIDTH = 1000; // units of the drawing; it is stretched to the page
const LANE = 22;
const BETWEEN = 46;
const HEIGHT = 2 * LANE + BETWEEN;
const NAME = "http://www.w3.org/2000/svg";

export class Lanes {
  /** `go(frames)` is called with a frame of the first film and of the second, one of them null. */
  constructor(svg, go) {
    this.svg = svg;
    this.go = go;
    this.ends = [1, 1];
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.addEventListener("click", (event) => this.onClick(event));
  }

  /** `sides` are the films' data, `segments` as in footage_map.js. */
  update(sides, segments, colours) {
    const longest = Math.max(...sides.map(({ scenes, rate }) => (scenes.at(-1)?.[1] ?? 1) / rate), 1e-3);
    this.scale = sides.map(({ rate }) => WIDTH / (longest * rate)); // units a frame
    this.ends = sides.map(({ scenes }) => scenes.at(-1)?.[1] ?? 1);
    const bands = segments.map(([b0, b1, a0, a1, moved]) => {
      const [x0, x1] = [b0 * this.scale[0], b1 * this.scale[0]];
      const [y0, y1] = [a0 * this.scale[1], a1 * this.scale[1]];
      const band = drawn("path", { d: `M${x0} ${LANE}H${x1}L${y1} ${LANE + BETWEEN}H${y0}Z`, class: moved ? "band moved" : "band" });
      band.dataset.frames = `${b0} ${a0}`;
      return band;
    });
    const rects = sides.flatMap(({ scenes }, side) =>
      scenes.map(([first, last, colour, weak]) => {
        const rect = drawn("rect", {
          x: first * this.scale[side], y: side * (LANE + BETWEEN), height: LANE,
          width: Math.max(0.5, (last - first) * this.scale[side] - 0.6),
          class: colour === null ? "scene missing" : weak ? "scene weak" : "scene",
        });
        if (colour !== null) rect.setAttribute("fill", colours[colour]);
        return rect;
      }),
    );
    this.heads = [0, 1].map((side) => drawn("line", { class: "head", y1: side * (LANE + BETWEEN), y2: side * (LANE + BETWEEN) + LANE }));
    this.svg.replaceChildren(...bands, ...rects, ...this.heads);
  }

  /** Where both films are. */
  show(frames) {
    frames.forEach((frame, side) => {
      const x = String(frame * this.scale[side]);
      this.heads[side].setAttribute("x1", x);
      this.heads[side].setAttribute("x2", x);
    });
  }

  onClick(event) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
    const band = event.target.dataset?.frames;
    if (band !== undefined) {
      this.go(band.split(" ").map(Number));
      return;
    }
    const side = y < HEIGHT / 2 ? 0 : 1;
    const frame = Math.floor(x / this.scale[side]);
    if (frame < this.ends[side]) this.go(side === 0 ? [frame, null] : [null, frame]);
  }
}

function drawn(tag, attributes) {
  const made = document.createElementNS(NAME, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
