// The ranked deviations as a table: a click goes to the scene, and the scene on screen is marked.

import { Calm } from "../calm.js";
import { loadScenes } from "../film_data.js";
import { LinkRequests } from "../link_requests.js";
import { onMoment, seek } from "../moment.js";
import { mounted } from "../mounted.js";
import { isOff, ranked, titleOf } from "./ranking.js";

const calm = new Calm(window);

class DeviationList {
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.say(sentence));
    this.body = root.querySelector("tbody");
    this.data = null;
    this.scene = 0;
  }

  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    if (before?.film !== data.film) {
      this.listening?.abort();
      this.listening = new AbortController();
      onMoment(data.film, ({ scene }) => this.show(scene), this.listening.signal);
    }
    if (this.links.refused && before?.link !== data.link) this.links.renewed();
    else if (before?.version === data.version) return;
    this.load();
  }

  async load() {
    const { data } = this;
    try {
      const { scenes } = await loadScenes(data);
      if (data.version !== this.data.version) return;
      this.say("");
      this.body.replaceChildren(...ranked(scenes).map((scene) => this.row(scene)));
      this.mark();
    } catch (error) {
      if (error.expired) this.links.request(error.message);
      else this.say(error.message);
    }
  }

  row(scene) {
    const row = document.createElement("tr");
    row.dataset.scene = String(scene.number);
    row.classList.toggle("off", isOff(scene));
    const go = document.createElement("button");
    go.type = "button";
    go.textContent = titleOf(scene);
    go.addEventListener("click", () => seek(this.data.film, scene.frame_in));
    const texts = [scene.target, scene.off, scene.target_reading].map((text) => document.createTextNode(text ?? ""));
    for (const content of [go, ...texts]) row.appendChild(document.createElement("td")).append(content);
    return row;
  }

  show(scene) {
    if (scene === this.scene) return;
    this.scene = scene;
    this.mark();
  }

  mark() {
    this.body.querySelector(".now")?.classList.remove("now");
    this.body.querySelector(`[data-scene="${this.scene}"]`)?.classList.add("now");
  }

  say(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  close() {
    this.listening?.abort();
  }
}

export default mounted(".deviations", (root, trigger) => new DeviationList(root, trigger));
