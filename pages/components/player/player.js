// The film player. It owns the clock of the page: it announces each picture, and goes where other views ask it to.

import { Calm } from "../calm.js";
import { LinkRequests } from "../link_requests.js";
import { announce, onRest, onSeek } from "../moment.js";
import { mounted } from "../mounted.js";
import { momentIn, writeMoment } from "./address.js";
import { FaceOverlay } from "./face_overlay.js";
import { FilmFile } from "./film_file.js";
import { CARD, wanted } from "./keys.js";
import { MarkedRange } from "./marked_range.js";
import { NoteField } from "./note_field.js";
import { isWhole } from "./range.js";
import { Screen } from "./screen.js";
import { Shuttle } from "./shuttle.js";
import { frameNumber, sceneNumber, sceneStart, timecode } from "./timecode.js";

// By film, the frame to return to when the player is mounted again, whether its picture has come or not.
const positions = new Map();
let written = null; // the seconds in the address, where this player wrote them

class Player {
  constructor(root, trigger) {
    this.trigger = trigger;
    this.root = root.querySelector(".player");
    this.video = root.querySelector("video");
    this.slider = root.querySelector("input[type=range]");
    this.data = null;
    this.screen = new Screen(this.video, () => this.changed());
    this.shuttle = new Shuttle(this.video, this.screen);
    const notify = (sentence) => this.notify(sentence);
    const links = () => new LinkRequests(calm, (now) => this.trigger("expired", now), notify);
    this.file = new FilmFile(this.video, this.screen, links(), notify);
    this.range = new MarkedRange(this.root, links(), notify);
    this.noteAt = null; // the frame of the note being typed
    this.note = new NoteField(root.querySelector(".note"), (text) => this.trigger("note", { frame: this.noteAt, text }));
    this.faces = new FaceOverlay(this.root, calm, (now) => this.trigger("expired", now));
    this.actions = {
      faces: () => this.faces.toggle(),
      play: () => this.shuttle.playOrPause(),
      stop: () => this.shuttle.stop(),
      forwards: () => this.shuttle.press(1),
      backwards: () => this.shuttle.press(-1),
      back: () => this.step(-1),
      forward: () => this.step(1),
      "scene-back": () => this.stepScene(-1),
      "scene-forward": () => this.stepScene(1),
      start: () => this.screen.seek(0),
      end: () => this.screen.ready && this.screen.seek(this.screen.last),
      in: () => this.range.begin(this.screen.place),
      out: () => this.range.end(this.screen.place),
      loop: () => this.loop(),
      split: () => this.trigger("split", { first: this.range.range.first, end: this.range.range.last + 1 }),
      clear: () => this.range.clear(),
      note: () => this.writeNote(),
      keys: () => this.card.showModal(),
      sound: () => (this.video.muted = !this.video.muted),
      full: () => this.video.parentElement.requestFullscreen?.(),
    };
    for (const button of this.root.querySelectorAll("[data-does]")) {
      button.addEventListener("click", () => this.act(button.dataset.does));
    }
    this.slider.addEventListener("input", () => this.screen.seek(Number(this.slider.value)));
    this.card = this.root.querySelector("dialog");
    this.writeCard();
    this.listening = new AbortController();
    const { signal } = this.listening;
    window.addEventListener("keydown", (event) => this.onKey(event), { capture: true, signal });
    window.addEventListener("popstate", () => this.goTo(momentIn(location.search)), { signal });
    this.video.addEventListener("click", () => this.act("play"));
    this.video.addEventListener("ended", () => this.range.looping && this.playRange());
    for (const event of ["play", "pause", "ended", "volumechange"]) {
      this.video.addEventListener(event, () => this.draw());
    }
  }

  writeCard() {
    for (const [keys, what] of CARD) {
      const [name, text] = [document.createElement("dt"), document.createElement("dd")];
      [name.textContent, text.textContent] = [keys, what];
      this.card.querySelector("dl").append(name, text);
    }
  }

  button(name) {
    return this.root.querySelector(`[data-does="${name}"]`);
  }

  /** Take new data from the page. */
  update(data, trigger) {
    this.trigger = trigger;
    const film = this.data?.film;
    this.data = data;
    if (film !== data.film) this.follow();
    this.faces.update(data);
    const isNew = this.file.update(data);
    this.range.update(data, isNew);
    if (isNew) this.begin();
    this.draw();
  }

  follow() {
    this.following?.abort();
    this.following = new AbortController();
    const [{ film }, { signal }] = [this.data, this.following];
    onSeek(film, (frame) => this.onSeek(frame), signal);
    onRest(film, (moment) => this.onRest(moment), signal);
  }

  /** Where a film begins: at the moment in the address, unless the player stood elsewhere since it wrote that. */
  begin() {
    this.slider.disabled = !this.screen.ready; // until its maximum is known: before, it would seek to the first frame
    const asked = momentIn(location.search);
    const position = positions.get(this.data.film);
    const isNew = asked.seconds === null ? asked.scene !== null : asked.seconds !== written;
    if (isNew || position === undefined) this.goTo(asked);
    else this.screen.seek(position);
  }

  /** Go to the moment of an address; nowhere if it asks for none. */
  goTo({ seconds, scene }) {
    if (seconds !== null) this.screen.seekSeconds(seconds);
    else if (scene !== null && this.data.scenes[scene - 1] !== undefined) this.screen.seek(this.data.scenes[scene - 1]);
  }

  /** Another view asks for a frame. */
  onSeek(frame) {
    this.shuttle.stop();
    this.screen.seek(frame);
  }

  onRest(moment) {
    if (moment.scene === 0) return;
    writeMoment(moment);
    written = momentIn(location.search).seconds;
  }

  step(frames) {
    this.shuttle.stop();
    this.screen.seek(this.screen.place + frames);
  }

  stepScene(by) {
    const first = sceneStart(this.data.scenes, this.screen.place, by);
    if (first !== undefined) this.screen.seek(first);
  }

  /** Loop the range, or leave the loop; without a range, the scene on screen becomes it. */
  loop() {
    const { data, range, screen } = this;
    if (!screen.ready) return;
    if (!isWhole(range.range)) {
      const scene = sceneNumber(data.scenes, screen.place);
      range.set({ first: data.scenes[scene - 1] ?? 0, last: (data.scenes[scene] ?? screen.last + 1) - 1 }, true);
    } else range.set(range.range, !range.looping);
    if (range.looping && !this.shuttle.playing) this.playRange();
  }

  playRange() {
    this.screen.seek(this.range.range.first);
    this.shuttle.play();
  }

  writeNote() {
    this.shuttle.stop();
    this.noteAt = this.screen.place;
    this.note.open(this.root.querySelector(".timecode").textContent);
  }

  act(name) {
    this.actions[name]();
    this.draw();
  }

  /** A key pressed anywhere on the page. */
  onKey(event) {
    const name = wanted(event);
    if (name === null || !this.data || this.card.open) return;
    if (event.key === "Escape" && !this.range.marked) return;
    event.preventDefault();
    event.stopPropagation(); // the page has shortcuts on some of these keys
    this.act(name);
  }

  notify(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  /** Another picture is on screen, or is sought. */
  changed() {
    positions.set(this.data.film, this.screen.place);
    const back = this.screen.target === null ? this.range.backTo(this.screen.frame) : null;
    if (back !== null && this.shuttle.speed > 0) this.screen.seek(back);
    else this.draw();
  }

  draw() {
    const { data, screen, shuttle, video } = this;
    const { playing } = shuttle;
    this.button("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    this.button("play").classList.toggle("on", playing);
    this.button("sound").setAttribute("aria-label", video.muted ? "Sound on" : "Sound off");
    this.button("sound").classList.toggle("on", video.muted);
    if (!data || !screen.ready) return;
    const seconds = screen.times[screen.frame];
    this.slider.max = String(screen.last);
    this.slider.disabled = false;
    this.slider.value = String(screen.place);
    this.range.draw(screen.last + 1);
    this.slider.style.setProperty("--at", `${(100 * screen.place) / Math.max(1, screen.last)}%`);
    const label = timecode(data.start + frameNumber(seconds, data.rate_over, data.rate_under), data.base, data.drop);
    const scene = sceneNumber(data.scenes, screen.frame);
    const text = (name, content) => (this.root.querySelector(name).textContent = content);
    text(".timecode", label);
    text(".frame", `frame ${screen.frame}`);
    text(".scene", scene ? `· Scene ${scene}` : "");
    text(".speed", [0, 1].includes(shuttle.speed) ? "" : `· ${String(shuttle.speed).replace("-", "−")} ×`);
    this.slider.setAttribute("aria-valuetext", label);
    this.root.dataset.frame = String(screen.frame);
    if (screen.target !== null && !playing) return; // the frame on screen is about to be left
    announce({ film: data.film, frame: screen.frame, scene, seconds, playing });
  }

  close() {
    this.faces.close();
    this.following?.abort();
    this.listening.abort();
    this.shuttle.stop();
    this.video.removeAttribute("src");
    this.video.load(); // otherwise the browser keeps reading the film
  }
}

const calm = new Calm(window);

export default mounted(".player", (_, trigger, parent) => new Player(parent, trigger));
