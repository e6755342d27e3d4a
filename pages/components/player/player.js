// The film player. The frame on screen is derived from the media time that the browser reports with each picture, never
// counted.

import { Calm } from "../calm.js";
import { LinkRequests } from "../link_requests.js";
import { announce, onSeek } from "../moment.js";
import { CARD, shuttled, wanted } from "./keys.js";
import { frameAt, frameNumber, sceneNumber, sceneStart, seekTime, timecode } from "./timecode.js";

const CALLBACK_PATIENCE = 250; // milliseconds, as below, until the callback of a picture is due
const BACKWARDS_EVERY = 40; // between two looks for the next picture while the film plays backwards

// By film, the frame to return to when the page is run again, whether its picture has come or not.
const positions = new Map();

class Player {
  constructor(root, trigger) {
    this.trigger = trigger;
    this.root = root.querySelector(".player");
    this.video = root.querySelector("video");
    this.times = null; // seconds of each frame
    this.frame = 0; // on screen
    this.target = null; // the frame being sought, null when it is on screen
    this.assumedTime = null; // media time of a picture that was taken as shown without its callback
    this.data = null;
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.notify(sentence));
    this.retriedLink = null; // loaded a second time after an error
    const on = (name, action) => this.button(name).addEventListener("click", action);
    on("play", () => this.playOrPause());
    on("back", () => this.step(-1));
    on("forward", () => this.step(1));
    on("scene-back", () => this.stepScene(-1));
    on("scene-forward", () => this.stepScene(1));
    on("sound", () => (this.video.muted = !this.video.muted));
    on("full", () => this.video.requestFullscreen?.());
    this.slider = root.querySelector("input");
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    this.backwards = null; // speed and timer while the film plays backwards
    this.card = this.root.querySelector("dialog");
    for (const [keys, what] of CARD) {
      const [name, text] = [document.createElement("dt"), document.createElement("dd")];
      [name.textContent, text.textContent] = [keys, what];
      this.card.querySelector("dl").append(name, text);
    }
    on("keys", () => this.card.showModal());
    this.listening = new AbortController();
    const listen = { capture: true, signal: this.listening.signal };
    window.addEventListener("keydown", (event) => this.onKey(event), listen);
    this.video.addEventListener("click", () => this.playOrPause());
    this.video.addEventListener("error", () => this.onError());
    for (const event of ["play", "pause", "ended", "volumechange"]) {
      this.video.addEventListener(event, () => this.draw());
    }
    this.video.addEventListener("seeked", () => this.onSeeked());
    this.clickedScene = null; // number of the scene in which another view sought a frame
    this.followPictures();
  }

  /** Another view of the film asks for a frame; where the page shows another scene, it then shows that frame's. */
  sought(frame) {
    const { first, scenes } = this.data;
    this.stop();
    this.seek(frame);
    const scene = sceneNumber(scenes, this.place);
    if (first !== null && scene === sceneNumber(scenes, first)) return;
    this.clickedScene = scene;
    this.trigger("scene", scene);
  }

  button(name) {
    return this.root.querySelector(`[data-does="${name}"]`);
  }

  /** Take new data from the page. Load the film only if it is another one, or if its link had expired. */
  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    const isNew = !before || before.film !== data.film || before.file !== data.file;
    if (isNew || (this.links.refused && before.video !== data.video)) this.load(isNew);
    if (isNew || before.state !== data.state || this.times === null) this.readTimes();
    const position = positions.get(data.film);
    if (isNew && position && position.jump === data.jump) this.seek(position.frame);
    else if (data.first !== null && (isNew || before.jump !== data.jump)) {
      // Where a click on the timeline chose the scene, the clicked frame is already on its way.
      if (this.clickedScene !== sceneNumber(data.scenes, data.first)) this.seek(data.first);
      this.clickedScene = null;
    }
    if (before?.film !== data.film) {
      this.following?.abort();
      this.following = new AbortController();
      onSeek(data.film, (frame) => this.sought(frame), this.following.signal);
    }
    this.savePosition();
    this.draw();
  }

  /** The frame to act on: the one being sought, or the one on screen. */
  get place() {
    return this.target ?? this.frame;
  }

  savePosition() {
    positions.set(this.data.film, { frame: this.place, jump: this.data.jump });
  }

  load(isNew) {
    this.links.renewed();
    this.notify("");
    if (isNew) {
      this.frame = 0;
      this.times = this.target = null;
      this.slider.disabled = true; // until its maximum is known: before, it would seek to the first frame
    } else if (this.target === null) this.target = this.frame;
    const playing = !isNew && !this.video.paused;
    this.video.src = this.data.video;
    if (this.target !== null) this.seek(this.target);
    if (playing) this.playOrPause();
  }

  async readTimes() {
    const data = this.data;
    try {
      const answer = await fetch(data.frames);
      if (answer.status === 403) return this.links.request(await answer.text());
      if (!answer.ok) return this.notify(await answer.text());
      const times = new Float64Array(await answer.arrayBuffer());
      if (data !== this.data && data.state !== this.data.state) return undefined;
      this.times = times;
    } catch {
      return this.notify("The server does not answer.");
    }
    this.slider.max = String(this.times.length - 1);
    this.slider.disabled = this.times.length === 0;
    if (this.target !== null) this.seek(this.target);
    this.draw();
    return undefined;
  }

  async onError() {
    const link = this.video.getAttribute("src");
    if (!link) return;
    try {
      const answer = await fetch(link, { headers: { Range: "bytes=0-0" } });
      if (answer.status === 403) this.links.request(await answer.text());
      else if (answer.ok && this.retriedLink !== link) {
        this.retriedLink = link;
        this.load(false); // the link works now: the connection was lost, or the copy was not ready
      } else if (answer.ok) this.notify("This browser cannot play the film.");
      else this.notify(await answer.text());
    } catch {
      this.notify("The server does not answer.");
    }
  }

  /** Go to a frame; before the frames' times are loaded, remember it. */
  seek(frame) {
    if (this.times === null || this.times.length === 0) {
      this.target = frame;
      return this.savePosition();
    }
    this.target = Math.min(Math.max(frame, 0), this.times.length - 1);
    this.video.currentTime = seekTime(this.times, this.target, this.data.rate);
    this.savePosition();
    return this.draw();
  }

  step(frames) {
    this.stop();
    this.seek(this.place + frames);
  }

  stepScene(by) {
    const first = sceneStart(this.data.scenes, this.place, by);
    if (first !== undefined) this.seek(first);
  }

  playOrPause() {
    if (this.speed === 0) this.video.play().catch(() => {});
    else this.stop();
  }

  /** A key pressed anywhere on the page. */
  onKey(event) {
    const name = wanted(event);
    if (name === null || !this.data || this.card.open) return;
    const action = {
      play: () => this.playOrPause(),
      stop: () => this.stop(),
      forwards: () => this.shuttle(1),
      backwards: () => this.shuttle(-1),
      back: () => this.step(-1),
      forward: () => this.step(1),
      "scene-back": () => this.stepScene(-1),
      "scene-forward": () => this.stepScene(1),
      start: () => this.seek(0),
      end: () => this.times && this.seek(this.times.length - 1),
      keys: () => this.card.showModal(),
    }[name];
    event.preventDefault();
    event.stopPropagation(); // the page has shortcuts on some of these keys
    action();
  }

  /** The playing speed: 0 while paused, negative backwards. */
  get speed() {
    if (this.backwards) return -this.backwards.speed;
    return this.video.paused ? 0 : this.video.playbackRate;
  }

  shuttle(by) {
    const speed = shuttled(this.speed, by);
    this.stop();
    if (speed > 0) {
      this.video.playbackRate = speed;
      this.video.play().catch(() => {});
    } else this.playBackwards(-speed);
    this.draw();
  }

  /** Browsers play forwards only: the pictures are sought, each as soon as the one before is on screen. */
  playBackwards(speed) {
    if (this.times === null || this.times.length === 0) return;
    const [from, since] = [this.times[this.place], performance.now()];
    const timer = setInterval(() => {
      if (this.target !== null) return;
      const seconds = from - (speed * (performance.now() - since)) / 1000;
      if (seconds <= 0) this.stop();
      this.seek(frameAt(this.times, Math.max(0, seconds)));
    }, BACKWARDS_EVERY);
    this.backwards = { speed, timer };
  }

  /** Pause, and leave the speed that J or L set. */
  stop() {
    clearInterval(this.backwards?.timer);
    this.backwards = null;
    this.video.pause();
    this.video.playbackRate = 1;
  }

  /** Report each picture as it comes on screen. */
  followPictures() {
    if (!this.video.requestVideoFrameCallback) {
      this.video.addEventListener("timeupdate", () => this.onPicture(this.video.currentTime, false));
      return;
    }
    const next = (_now, picture) => {
      // A callback that comes after `onSeeked` stopped waiting for it may be of a picture no longer on screen.
      if (this.assumedTime !== this.video.currentTime) this.onPicture(picture.mediaTime, true);
      this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  /** A picture is on screen at `seconds`; `exact`: that is the picture's own time, not the playback position. */
  onPicture(seconds, exact) {
    if (this.times === null || this.times.length === 0) return;
    // At a playback position, the frame on screen is the last one that began.
    this.frame = frameAt(this.times, exact ? seconds : seconds - 0.5 / this.data.rate);
    if (this.target === this.frame) this.target = null;
    this.savePosition();
    this.draw();
  }

  onSeeked() {
    if (!this.video.requestVideoFrameCallback) return this.onPicture(this.video.currentTime, false);
    // On a busy machine the picture can come on screen before the previous callback has run: then it has no callback.
    setTimeout(() => {
      if (this.target === null || this.video.seeking) return;
      if (this.video.paused) this.assumedTime = this.video.currentTime;
      this.onPicture(this.video.currentTime, true);
    }, CALLBACK_PATIENCE);
    return undefined;
  }

  notify(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  draw() {
    const { data, times } = this;
    const playing = this.backwards !== null || (!this.video.paused && !this.video.ended);
    this.button("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    this.button("play").classList.toggle("on", playing);
    this.button("sound").setAttribute("aria-label", this.video.muted ? "Sound on" : "Sound off");
    this.button("sound").classList.toggle("on", this.video.muted);
    if (!data || times === null || times.length === 0) return;
    this.slider.value = String(this.place);
    this.slider.style.setProperty("--at", `${(100 * this.place) / Math.max(1, times.length - 1)}%`);
    const number = data.start + frameNumber(times[this.frame], data.rate_over, data.rate_under);
    const label = timecode(number, data.base, data.drop);
    const scene = sceneNumber(data.scenes, this.frame);
    this.root.querySelector(".timecode").textContent = label;
    this.root.querySelector(".frame").textContent = `frame ${this.frame}`;
    this.root.querySelector(".scene").textContent = scene ? `· Scene ${scene}` : "";
    this.root.querySelector(".speed").textContent = [0, 1].includes(this.speed) ? "" : `· ${String(this.speed).replace("-", "−")} ×`;
    this.slider.setAttribute("aria-valuetext", label);
    this.root.dataset.frame = String(this.frame);
    announce({ film: data.film, frame: this.frame, scene, seconds: times[this.frame], playing });
  }

  close() {
    this.following?.abort();
    this.listening.abort();
    this.stop();
    this.video.removeAttribute("src");
    this.video.load(); // otherwise the browser keeps reading the film
  }
}

const calm = new Calm(window);
const players = new WeakMap();

export default function (component) {
  const {
    parentElement,
    data: [data],
    setTriggerValue,
  } = component;
  const root = parentElement.querySelector(".player");
  let player = players.get(root);
  if (!player) {
    player = new Player(parentElement, setTriggerValue);
    players.set(root, player);
  }
  player.update(data, setTriggerValue);
  return () => {
    player.close();
    players.delete(root);
  };
}
