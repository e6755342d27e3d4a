// Where a person's scenes lie on a strip, how they are filled, and what is said of them. Pure functions.

const LEAST = 0.0012; // share of a strip's width below which a stretch could not be seen

/** A person's cells, by column as in the document of emotion_core/charts/people, as one object a scene. */
export function cellsOf(person) {
  const { cells } = person;
  return cells.scene.map((scene, i) => ({
    scene,
    seconds: cells.seconds[i],
    stretches: cells.stretches[i],
    shares: cells.shares[i],
    interval: cells.interval[i],
    leading: cells.leading[i],
    clear: cells.clear[i],
    frames: cells.frames[i],
    read: cells.read[i],
  }));
}

/** The parts of a strip that a cell takes, [from, to] each, in shares of its width. `axis` is “time” or “scenes”. */
export function placesOf(cell, axis, film) {
  const places =
    axis === "scenes"
      ? [[cell.scene / film.scenes.length, (cell.scene + 1) / film.scenes.length]]
      : cell.stretches.map(([from, to]) => [from / film.duration, to / film.duration]);
  return places.map(([from, to]) => [from, Math.max(to, from + LEAST)]);
}

/** The cell at a place from 0 to 1 of a strip, or the nearest within `reach`; undefined where nobody is. */
export function cellAt(cells, axis, film, place, reach = 0.004) {
  let [best, least] = [undefined, reach];
  for (const cell of cells) {
    for (const [from, to] of placesOf(cell, axis, film)) {
      const away = Math.max(from - place, place - to, 0);
      if (away < least || (away === 0 && best === undefined)) [best, least] = [cell, away];
    }
  }
  return best;
}

/**
 * How a cell is filled: a list of {colour, opacity, top, height}, shares of the strip's height; empty where too few faces
 * can be read. `choice` is the number of a label, or -1 for the leading ones.
 */
export function fillsOf(cell, choice, colours) {
  if (choice >= 0) {
    if (cell.shares === null) return [];
    return [{ colour: colours[choice], opacity: 0.06 + (0.94 * cell.shares[choice]) / 100, top: 0, height: 1 }];
  }
  const opacity = cell.clear ? 1 : 0.45;
  return cell.leading.map((label, i) => ({
    colour: colours[label],
    opacity,
    top: i / cell.leading.length,
    height: 1 / cell.leading.length,
  }));
}

/** What is said of a cell: “Scene 12 · on screen 3.2 s · sad 62 % (51–70 %) · read on 8 of 9 frames”. */
export function wording(cell, choice, film) {
  const percent = (value) => `${value}\u00a0%`;
  const of = (label) => `${film.labels[label]} ${percent(cell.shares[label])}`;
  const words = [film.scenes[cell.scene].title, `on screen ${length(cell.seconds)}`];
  if (cell.shares === null || cell.leading.length === 0) words.push(film.not_enough);
  else {
    const [first] = cell.leading;
    const interval = cell.interval ? ` (${cell.interval[0]}–${percent(cell.interval[1])})` : "";
    words.push(cell.leading.length > 1 ? `mixed: ${cell.leading.map(of).join(", ")}` : of(first) + interval);
    if (choice >= 0 && !cell.leading.includes(choice)) words.push(of(choice));
  }
  words.push(`read on ${cell.read} of ${cell.frames} ${cell.frames === 1 ? "frame" : "frames"}`);
  return words.join(" · ");
}

/** A length as the app writes it: “3.2 s”, “1:02”, “1:02:03”. */
export function length(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The address of the film's page at a scene, or at `at`, seconds of it. */
export function address(page, number, at) {
  return `${page}&scene=${number}&t=${Number(at.toFixed(3))}`;
}

/**
 * How a face is cut out of its picture, a square with some room around it, inside the picture: width, height, left and top of the picture in
 * percent of the square. `box` is in shares of the picture, `shape` the picture's width through its height.
 */
export function cutOut({ box: [left, top, width, height], shape }) {
  const side = Math.min(1.35 * Math.max(width * shape, height, 0.02), shape, 1);
  const within = (middle, end) => Math.min(Math.max(middle, side / 2), end - side / 2); // no edge of the picture shows
  const [across, down] = [within((left + width / 2) * shape, shape), within(top + height / 2, 1)];
  return {
    width: (100 * shape) / side,
    height: 100 / side,
    left: 50 - (100 * across) / side,
    top: 50 - (100 * down) / side,
  };
}
