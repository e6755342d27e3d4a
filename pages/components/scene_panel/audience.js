// What the audience shows in the scene, beside what its own faces show.

import { loadAudience } from "../film_data.js";

/**
 * What is said of a scene's audience: {text, colours, beside}. `scene` is of the document of emotion_core's audience_data,
 * `film` that of the scenes; `text` is the leading expression with its interval, or that there are not enough viewers.
 */
export function wording(scene, { labels, colours }) {
  const named = [scene.leading, scene.rival].filter((label) => label !== null);
  const beside = [scene.why ?? `${scene.who} with a usable face`, scene.synchrony].filter(Boolean).join(" · ");
  return { text: scene.text, colours: named.map((label) => colours[labels.indexOf(label)]), beside };
}

/** The address of the Screening page at a scene, or at the `moment` on screen where that lies in it. */
export function address(page, { number, start, end }, moment) {
  const isInside = moment && moment.seconds >= start && moment.seconds < end;
  const seconds = Number((isInside ? moment.seconds : start).toFixed(3));
  return `${page}&scene=${number}&t=${seconds}`;
}

export class Audience {
  /** Fills `root`; `refused(error)` is called where the link has expired. */
  constructor(root, refused) {
    this.root = root;
    this.refused = refused;
    this.scenes = null; // by id
    this.version = this.data = this.said = null;
  }

  /** Take what the page says; load the numbers where they are others, and call `loaded()` then. */
  async update(data, loaded) {
    const version = data.audience ? `${data.version} ${data.audience.state}` : null;
    this.data = data;
    if (version === this.version) return;
    Object.assign(this, { version, scenes: null, said: "" });
    if (version === null) return;
    try {
      const { who, scenes } = await loadAudience(data);
      if (version !== this.version) return;
      Object.assign(this, { who, scenes: new Map(scenes.map((scene) => [scene.id, scene])) });
    } catch (error) {
      if (version !== this.version) return;
      this.said = error.message;
      if (error.expired) {
        this.version = null; // the next link loads it
        this.refused(error);
      }
    }
    loaded();
  }

  /** Show what belongs to a scene of the film. */
  draw(scene, film) {
    const isThere = Boolean(this.data?.audience);
    this.root.hidden = !isThere;
    if (!isThere) return;
    const found = this.scenes?.get(scene.id);
    const said = found ? wording(found, film) : { text: this.said || "…", colours: [], beside: "" };
    const [line, beside] = [document.createElement("p"), document.createElement("p")];
    line.append(part("span", "whose", "Audience "), ...said.colours.map(swatch), part(found?.leading ? "strong" : "span", "", said.text));
    const link = part("a", "", "Screening page");
    const look = () => (link.href = address(this.data.audience.page, scene, window.filmMoment?.film === this.data.film ? window.filmMoment : null));
    look();
    for (const kind of ["pointerdown", "focus", "click"]) link.addEventListener(kind, look);
    beside.className = "beside";
    beside.append(said.beside, said.beside ? " · " : "", link);
    this.root.title = found ? this.who : "";
    this.root.replaceChildren(line, beside);
  }
}

function part(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

function swatch(colour) {
  const element = part("span", "swatch", "");
  element.style.borderColor = colour;
  return element;
}
