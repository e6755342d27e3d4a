// Faces on a picture: a box each, with a plate of text. Drawn by the scene's panel and over the playing film.

const LEFT_OUT = "#9AA0A6"; // colour of a face that does not count
const TRACKS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#8C564B"]; // in turn
const PLATE = 20; // pixels that a plate needs above its box

/**
 * What is drawn of each face of a sampled frame: {who, dot, box, colour, text, counted}. `who` is the person's name, or
 * the letter of the face's track in its scene, `dot` the track's colour; `box` is left, top, width and height in shares
 * of the picture, cut at its edges; `text` is the expression with the largest probability, of a face that does not count
 * the reason, and its box is thin, grey and dashed.
 */
export function faceMarks(sample, labels, colours) {
  return sample.faces.map(({ letter, number, name, box, probabilities, left_out: leftOut }) => {
    const top = probabilities.indexOf(Math.max(...probabilities));
    return {
      who: name ?? letter,
      dot: trackColour(number),
      box: cutBox(box),
      colour: leftOut === null ? colours[top] : LEFT_OUT,
      text: leftOut === null ? `${labels[top]} ${percent(probabilities[top])}` : `not counted: ${leftOut}`,
      counted: leftOut === null,
    };
  });
}

/** The colour of a scene's track by its number, from 0. */
export function trackColour(number) {
  return TRACKS[number % TRACKS.length];
}

/** A dot in the colour of a track. */
export function trackDot(colour) {
  const dot = document.createElement("span");
  dot.style.cssText =
    "display: inline-block; width: 0.65em; height: 0.65em; margin-right: 0.3em; border-radius: 50%;" +
    `background: ${colour}; box-shadow: 0 0 0 1px #FFFFFF, 0 0 0 2px rgb(0 0 0 / 55%)`;
  return dot;
}

/** A box cut at the edges of the picture. */
export function cutBox([left, top, width, height]) {
  const within = (value) => Math.min(Math.max(value, 0), 1);
  const [x, y] = [within(left), within(top)];
  return [x, y, within(left + width) - x, within(top + height) - y];
}

/**
 * Where the picture lies in an element of `width` x `height` pixels that shows it whole and centred (object-fit:
 * contain): left, top, width and height in pixels. `aspect` is the displayed picture's width through its height.
 */
export function pictureArea(width, height, aspect) {
  const shown = Math.min(width, height * aspect);
  return [(width - shown) / 2, (height - shown / aspect) / 2, shown, shown / aspect];
}

/** A share from 0 to 1 as whole percent. */
export function percent(share) {
  return `${Math.round(100 * share)}\u00a0%`;
}

/** Black or white, whichever has the larger contrast (WCAG 2) with a colour, hex. */
export function readableOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((i) => {
    const value = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) ** 2 > 0.05 * 1.05 ? "#000000" : "#FFFFFF";
}

/**
 * Draw marks into `layer`, an element that covers the picture and is `height` pixels high. A plate has the dot of the
 * face's track and whose it is, and where `full` also its text; it lies above the box, inside it where there is no room.
 */
export function drawMarks(layer, marks, height, full) {
  layer.replaceChildren(...marks.map((mark) => drawn(mark, height, full)));
}

function drawn({ who, dot, box, colour, text, counted }, height, full) {
  const [left, top, width, tall] = box.map((share) => `${100 * share}%`);
  const frame = document.createElement("div");
  frame.className = counted ? "face" : "face left-out";
  frame.style.cssText =
    `position: absolute; box-sizing: border-box; left: ${left}; top: ${top}; width: ${width}; height: ${tall};` +
    `border: ${counted ? "2px solid" : "1px dashed"} ${colour}; border-radius: 2px; pointer-events: none;` +
    "box-shadow: 0 0 0 1px rgb(0 0 0 / 45%)"; // seen on light pictures and dark ones
  const plate = document.createElement("span");
  plate.append(trackDot(dot), full && counted ? `${who} ${text}` : who);
  const above = box[1] * height >= PLATE;
  const toLeft = box[0] > 0.7; // near the right edge the plate extends to the left
  plate.style.cssText =
    `position: absolute; ${above ? "bottom: 100%" : "top: 0"}; ${toLeft ? "right" : "left"}: -1px; padding: 0 0.3em;` +
    `white-space: nowrap; max-width: ${full ? 24 : 7}em; overflow: hidden; text-overflow: ellipsis;` +
    `font-size: ${full ? 13 : 11}px; line-height: 1.35; border-radius: 2px;` +
    `background: ${colour}; color: ${readableOn(colour)}`;
  frame.append(plate);
  return frame;
}
