// The current scene: it follows the moment of the film's page by itself, also while the film plays.

import { Calm } from "../calm.js";
import { getJson, loadScenes } from "../film_data.js";
import { LinkRequests } from "../link_requests.js";
import { onMoment, onSeek, seek } from "../moment.js";
import { mounted } from "../mounted.js";
import { BLOCK, loadBlock } from "../samples.js";
import { Audience } from "./audience.js";
import { Details } from "./details.js";
import { FaceMenu } from "./face_menu.js";
import { bars, leading, sceneAt, times, title, why } from "./scene_numbers.js";
import { loadAhead, Strip } from "./strip.js";

const SOUGHT = 600; // milliseconds within which the player's word on another frame than the sought one is not followed

class ScenePanel {
  constructor(parent, trigger) {
    this.root = parent.querySelector(".panel");
    this.trigger = trigger;
    this.data = null;
    this.film = null; // the document of scenes
    this.scene = null; // the one shown
    this.frame = null;
    this.sought = null; // {frame, until}
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.say(sentence));
    const failed = (error) => this.failed(error);
    const go = (sample) => seek(this.data.film, sample.frame);
    const face = (sample, which) => this.faceMenu.show(this.data, this.scene, sample, which);
    this.strip = new Strip(this.root.querySelector(".strip"), {
      go,
      failed,
      details: (sample) => this.details.show(this.data, this.film, sample, sample.frame !== this.scene.frame_in),
      face,
    });
    this.details = new Details(this.root.querySelector("dialog.details"), {
      go,
      face,
      split: (sample) => this.trigger("split", { scene: this.scene.id, frame: sample.frame, at: Date.now() }),
      refused: (sentence) => this.links.request(sentence),
    });
    this.faceMenu = new FaceMenu(this.root.querySelector("dialog.face-menu"), {
      correct: (change) => this.trigger("face", { ...change, at: Date.now() }),
      refused: (sentence) => this.links.request(sentence),
    });
    this.audience = new Audience(this.root.querySelector(".audience"), failed);
    this.button("back").addEventListener("click", () => this.step(-1));
    this.button("forward").addEventListener("click", () => this.step(1));
    this.root.querySelector(".shots").addEventListener("toggle", () => this.listShots());
  }

  button(name) {
    return this.root.querySelector(`[data-does="${name}"]`);
  }

  /** Take new data from the page; load what changed. */
  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    if (before?.film !== data.film) {
      this.listening?.abort();
      this.listening = new AbortController();
      this.frame = data.frame;
      this.sought = null;
      onSeek(data.film, (frame) => this.seeks(frame), this.listening.signal);
      onMoment(data.film, (moment) => this.follow(moment.frame), this.listening.signal);
    }
    const renewed = this.links.refused && before?.link !== data.link;
    if (renewed) this.links.renewed();
    if (renewed || before?.version !== data.version) this.load();
    this.audience.update(data, () => this.scene && this.audience.draw(this.scene, this.film));
  }

  async load() {
    const { data } = this;
    try {
      const film = await loadScenes(data);
      if (data.version !== this.data.version) return;
      this.film = film;
      this.scene = null;
      this.say("");
      this.draw();
    } catch (error) {
      if (data.version === this.data.version) this.failed(error);
    }
  }

  failed(error) {
    if (error.expired) this.links.request(error.message);
    else this.say(error.message);
  }

  say(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  /** A view asks for a frame: the panel shows its scene at once, before the player has found the picture. */
  seeks(frame) {
    this.sought = { frame, until: performance.now() + SOUGHT };
    this.frame = frame;
    this.draw();
  }

  /** A picture is on screen. */
  follow(frame) {
    if (this.sought && this.sought.frame !== frame && performance.now() < this.sought.until) return;
    this.sought = null;
    this.frame = frame;
    this.draw();
  }

  step(by) {
    const to = this.film?.scenes[this.scene.number - 1 + by];
    if (to) seek(this.data.film, to.frame_in);
  }

  draw() {
    if (this.film === null) return;
    const scene = sceneAt(this.film.scenes, this.frame ?? 0);
    if (scene === undefined) return;
    if (scene !== this.scene) {
      this.scene = scene;
      this.drawScene(scene);
    }
    this.strip.light(this.frame ?? scene.frame_in);
  }

  drawScene(scene) {
    const { film, data } = this;
    const write = (selector, text) => {
      const element = this.root.querySelector(selector);
      element.textContent = text;
      element.hidden = text === "";
    };
    this.root.dataset.scene = String(scene.number);
    write("h2", title(scene));
    this.root.querySelector("h2").title = scene.name; // where it does not fit
    write(".times", times(scene));
    write(".why", why(scene, film.settings));
    write(".evidence", scene.evidence);
    write(".left-out", scene.left_out && `Faces left out: ${scene.left_out}`);
    write(".target", scene.target ? `Target: ${scene.target} · ${scene.off}` : "");
    this.button("back").disabled = scene.number === 1;
    this.button("forward").disabled = scene.number === film.scenes.length;
    this.drawLeading(leading(scene, film));
    this.audience.draw(scene, film);
    this.root.querySelector(".bars").replaceChildren(...bars(scene, film).map(barRow));
    this.root.classList.toggle("weak", scene.dominant !== null && scene.certainty !== "clear");
    const shots = this.root.querySelector(".shots");
    shots.hidden = scene.shots < 2;
    shots.open = false;
    shots.querySelector("summary").textContent = `${scene.shots} shots`;
    shots.querySelector("ol").replaceChildren();
    this.strip.show(data, film, scene.frame_in, scene.frame_out, scene.frames_sampled);
    if (scene.frames_sampled === 0) this.strip.root.textContent = "No frame of this scene was looked at.";
    this.prefetch(film.scenes[scene.number]);
  }

  drawLeading({ text, shares, colours, weak }) {
    const line = this.root.querySelector(".leading");
    const swatches = colours.map((colour) => {
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = colour;
      return swatch;
    });
    const [whose, name, numbers] = ["span", "strong", "span"].map((tag) => document.createElement(tag));
    whose.className = "whose";
    whose.textContent = this.data.audience ? "Cast " : "";
    name.textContent = text;
    numbers.textContent = shares;
    line.replaceChildren(whose, ...swatches, name, " ", numbers);
    line.classList.toggle("weak", weak);
  }

  /** Load the beginning of a scene that may come next. */
  async prefetch(scene) {
    if (scene === undefined) return;
    const { data } = this;
    try {
      const samples = await loadBlock(data, Math.floor(scene.frame_in / BLOCK));
      loadAhead(data, samples.filter(({ frame }) => scene.frame_in <= frame && frame < scene.frame_out));
    } catch {
      // It is told when the scene is shown.
    }
  }

  async listShots() {
    const shots = this.root.querySelector(".shots");
    const list = shots.querySelector("ol");
    const { scene, data } = this;
    if (!shots.open || list.childElementCount) return;
    try {
      const { shots: found } = await getJson(`${data.link}/shots?from=${scene.frame_in}&to=${scene.frame_out}`);
      if (scene !== this.scene) return;
      list.replaceChildren(
        ...found.map(({ frame, times: text }) => {
          const [item, button] = [document.createElement("li"), document.createElement("button")];
          button.type = "button";
          button.textContent = text;
          button.addEventListener("click", () => seek(data.film, frame));
          item.append(button);
          return item;
        }),
      );
    } catch (error) {
      this.failed(error);
    }
  }

  close() {
    this.listening?.abort();
    this.strip.close();
  }
}

function barRow({ label, colour, share, interval, text, spread }) {
  const row = document.createElement("li");
  const part = (name, words = "") => {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = words;
    row.append(span);
    return span;
  };
  part("label", label);
  const track = part("track");
  const bar = document.createElement("span");
  bar.className = "bar";
  bar.style.cssText = `width: ${100 * share}%; background: ${colour}`;
  track.append(bar);
  if (interval) {
    const whisker = document.createElement("span");
    whisker.className = "whisker";
    whisker.style.cssText = `left: ${100 * interval[0]}%; width: ${100 * (interval[1] - interval[0])}%`;
    track.append(whisker);
  }
  part("share", text);
  part("spread", spread);
  return row;
}

const calm = new Calm(window);

export default mounted(".panel", (_, trigger, parent) => new ScenePanel(parent, trigger));
