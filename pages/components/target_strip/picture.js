// The picture of the strip: expressions in a ribbon, intensities as steps over what is read.

export const RIBBON = 22; // pixels
export const TARGET = "#EE7733"; // emotion_core/charts/target_arc.py
const READ = "#8A8F98";
const APART = 8; // pixels from cut to cut, on average, so that cuts are drawn

/**
 * Draw `film`'s scenes from second `from` to `to`. `target(index)` is what a scene is to show, `seconds` the playhead's
 * time or null, `chosen` the index of the scene that the keys are at, or null.
 */
export function draw(canvas, film, { from, to, target, seconds, chosen }) {
  const [width, height, dots] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
  if (width === 0) return;
  canvas.width = width * dots;
  canvas.height = height * dots;
  const ink = canvas.getContext("2d");
  ink.scale(dots, dots);
  const { scenes, labels, colours } = film;
  const x = (time) => ((time - from) / (to - from)) * width;
  const y = (level) => RIBBON + 4 + (1 - level) * (height - RIBBON - 8);
  const step = (scene, level, colour, thick) => {
    ink.fillStyle = colour;
    ink.fillRect(x(scene.start), y(level) - thick / 2, Math.max(x(scene.end) - x(scene.start), 1), thick);
  };
  const text = getComputedStyle(canvas).color;
  const drawsCuts = (to - from) * APART < ((scenes[scenes.length - 1].end - scenes[0].start) / scenes.length) * width;
  for (const [index, scene] of scenes.entries()) {
    if (scene.end < from || scene.start > to) continue;
    const { expression, intensity } = target(index);
    if (drawsCuts) {
      ink.fillStyle = text;
      ink.globalAlpha = 0.2;
      ink.fillRect(x(scene.start), 0, 1, height);
      ink.globalAlpha = 1;
    }
    if (expression !== null) {
      ink.fillStyle = colours[labels.indexOf(expression)] ?? READ;
      ink.fillRect(x(scene.start), 0, Math.max(x(scene.end) - x(scene.start) - 0.5, 0.5), RIBBON - 2);
    }
    if (scene.dominant !== null && scene.intensity !== null) step(scene, scene.intensity, READ, 2);
    if (intensity !== null) step(scene, intensity, TARGET, 4);
  }
  if (seconds !== null) {
    ink.fillStyle = text;
    ink.fillRect(x(seconds) - 0.5, 0, 1, height);
  }
  if (chosen === null) return;
  const { start, end } = scenes[chosen];
  ink.strokeStyle = text;
  ink.lineWidth = 2;
  ink.strokeRect(x(start) + 1, 1, Math.max(x(end) - x(start) - 2, 1), height - 2);
}
