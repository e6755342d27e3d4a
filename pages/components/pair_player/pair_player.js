// Two cuts in step: either leads, the other shows the same footage, or stands at the splice where it has none.

import { Calm } from "../calm.js";
import { mounted } from "../mounted.js";
import { onSeekPair } from "../pair_moment.js";
import { wanted } from "../player/keys.js";
import { frameAt, sceneStart } from "../player/timecode.js";
import { FootageMap } from "./footage_map.js";
import { Lanes } from "./lanes.js";
import { shifted } from "./lock.js";
import { Side } from "./side.js";

const WORDS = ["first", "second"];
const LEADS = 1; // the second cut, where nothing else is asked

class PairPlayer {
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
    this.data = null;
    this.lead = LEADS;
    this.map = null;
    this.segment = null; // of the map, in which the leader is
    this.placed = null; // {until, frame}: where the other stands, asked for by a view, while the leader is in that gap
    this.sides = [...root.querySelectorAll(".side")].map((part, side) => new Side(part, calm, {
      changed: () => this.changed(side),
      seek: (frame) => this.go(side, frame),
      expired: (now) => this.trigger("expired", now),
      notify: (sentence) => this.notify(sentence),
    }));
    this.lanes = new Lanes(root.querySelector("svg.lanes"), (frames) => this.goTo(frames));
    this.actions = {
      play: () => this.leader.shuttle.playOrPause(),
      stop: () => this.leader.shuttle.stop(),
      forwards: () => this.leader.shuttle.press(1),
      backwards: () => this.leader.shuttle.press(-1),
      back: () => this.step(-1),
      forward: () => this.step(1),
      "scene-back": () => this.stepScene(-1),
      "scene-forward": () => this.stepScene(1),
      start: () => this.go(this.lead, 0),
      end: () => this.leader.screen.ready && this.go(this.lead, this.leader.screen.last),
    };
    for (const button of root.querySelectorAll("[data-does]")) {
      button.addEventListener("click", () => this.act(button.dataset.does));
    }
    this.form = root.querySelector("form");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.onSettings());
    this.sides.forEach(({ video }, side) => video.addEventListener("click", () => this.onPicture(side)));
    this.listening = new AbortController();
    window.addEventListener("keydown", (event) => this.onKey(event), { capture: true, signal: this.listening.signal });
    this.onSettings();
  }

  get leader() {
    return this.sides[this.lead];
  }

  get follower() {
    return this.sides[1 - this.lead];
  }

  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    data.sides.forEach((each, side) => this.sides[side].update(each));
    const films = data.sides.map(({ film }) => film);
    if (before?.version !== data.version) {
      this.map = null;
      this.lanes.update(data.sides, data.segments ?? [], data.colours);
    }
    if (before?.sides.map(({ film }) => film).join() !== films.join()) {
      this.following?.abort();
      this.following = new AbortController();
      onSeekPair(films, (frames) => this.onSeek(frames), this.following.signal);
    }
    if (data.segments === null) this.say("The footage that both show is being looked for: each film plays by itself.");
    this.changed(this.lead);
  }

  /** Another view asks for a place: it is shown. */
  onSeek(frames) {
    this.goTo(frames);
    this.root.scrollIntoView({ block: "nearest" });
  }

  /** A frame of each film; null for the one that follows. */
  goTo([first, second]) {
    this.placed = null;
    if (second === null) this.go(0, first);
    else {
      this.go(1, second);
      if (first === null || !this.ready()) return;
      const place = this.placeOfOther();
      if (place.matched) return;
      this.placed = { until: place.until, frame: first };
      this.follow();
    }
  }

  go(side, frame) {
    this.follower.shuttle.stop();
    this.leader.shuttle.stop();
    this.setLead(side);
    this.placed = null;
    this.leader.screen.seek(frame);
    this.changed(side);
  }

  setLead(side) {
    if (this.lead === side) return;
    this.lead = side;
    this.segment = null;
    this.placed = null;
  }

  onPicture(side) {
    if (side !== this.lead) this.leader.shuttle.stop();
    this.setLead(side);
    this.act("play");
  }

  step(frames) {
    this.leader.shuttle.stop();
    this.go(this.lead, this.leader.screen.place + frames);
  }

  stepScene(by) {
    const first = sceneStart(this.leader.starts, this.leader.screen.place, by);
    if (first !== undefined) this.go(this.lead, first);
  }

  act(name) {
    this.actions[name]();
    this.changed(this.lead);
  }

  onKey(event) {
    const name = wanted(event);
    if (!this.data || this.actions[name] === undefined || this.root.closest("[hidden]")) return;
    event.preventDefault();
    event.stopPropagation(); // the page has shortcuts on some of these keys
    this.act(name);
  }

  onSettings() {
    const { view, sound, offset, wipe } = this.form.elements;
    this.root.dataset.view = view.value;
    this.root.style.setProperty("--wipe", `${wipe.value}%`);
    this.form.querySelector(".wipe").hidden = view.value !== "wipe";
    this.listenTo(Number(sound.value));
    this.offset = Math.round(Number(offset.value) || 0);
    this.changed(this.lead);
  }

  /** Let the first film (0), the second (1) or none (2) be heard. */
  listenTo(which) {
    this.sound = which;
    this.form.elements.sound.value = String(which);
    this.sides.forEach(({ video }, side) => (video.muted = side !== which));
  }

  notify(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  /** Whether both films' frames are known, and the footage that both show. */
  ready() {
    if (!this.data?.segments || this.sides.some(({ screen }) => !screen.ready)) return false;
    const times = this.sides.map(({ screen }) => screen.times);
    if (this.map === null || times.some((each, side) => each !== this.times[side])) {
      this.map = new FootageMap(this.data.segments, times, this.data.sides.map(({ rate }) => rate));
      this.times = times;
      this.segment = null;
    }
    return true;
  }

  /** Another picture of a film is on screen, or is sought. */
  changed(side) {
    if (this.ready() && side === this.lead) this.follow();
    this.draw();
  }

  placeOfOther() {
    const place = this.map.at(this.lead, this.leader.seconds, this.segment);
    this.segment = place.segment ?? null;
    return place;
  }

  follow() {
    const { leader, follower } = this;
    const place = this.placeOfOther();
    const speed = leader.shuttle.speed;
    if (this.placed && (place.matched || place.until !== this.placed.until)) this.placed = null;
    if (!place.matched) follower.hold(this.placed ? follower.screen.times[this.placed.frame] : place.seconds);
    else {
      const seconds = shifted(place.seconds, 1 - this.lead, this.offset, follower.frameSeconds);
      if (speed > 0 && leader.shuttle.playing) follower.keepUp(seconds, speed * place.speed);
      else follower.hold(seconds);
    }
    this.tell(place);
  }

  /** Say what the other film does. */
  tell({ matched, until }) {
    const [own, other] = [WORDS[this.lead], WORDS[1 - this.lead]];
    const back = until === null ? "" : ` until the ${own} comes to ${this.leader.label(frameAt(this.leader.screen.times, until))}`;
    const sentence = this.placed
      ? `Replaced: the ${other} stands at the scene that was here.`
      : `Only in the ${own} cut: the ${other} stands at the splice${back}.`;
    this.say(matched ? "" : sentence);
    this.root.dataset.matched = String(matched);
  }

  say(sentence) {
    const line = this.root.querySelector(".state");
    if (line.textContent !== sentence) line.textContent = sentence;
  }

  draw() {
    this.sides.forEach((side, i) => {
      side.root.classList.toggle("leads", i === this.lead);
      if (side.data) side.draw();
    });
    const { playing, speed } = this.leader.shuttle;
    const play = this.root.querySelector('[data-does="play"]');
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    play.classList.toggle("on", playing);
    this.root.querySelector(".speed").textContent = [0, 1].includes(speed) ? "" : `${String(speed).replace("-", "−")} ×`;
    if (this.data && this.sides.every(({ screen }) => screen.ready)) this.lanes.show(this.sides.map(({ screen }) => screen.place));
  }

  close() {
    this.listening.abort();
    this.following?.abort();
    for (const side of this.sides) side.close();
  }
}

const calm = new Calm(window);

export default mounted(".pair", (root, trigger) => new PairPlayer(root, trigger));
