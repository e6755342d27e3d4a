// One of the two films: its file, its picture, its place.

import { LinkRequests } from "../link_requests.js";
import { FilmFile } from "../player/film_file.js";
import { Screen } from "../player/screen.js";
import { Shuttle } from "../player/shuttle.js";
import { frameAt, frameNumber, sceneNumber, timecode } from "../player/timecode.js";
import { correction } from "./lock.js";

export class Side {
  /** `on` has `changed()`, `seek(frame)`, `expired(now)` and `notify(sentence)`. */
  constructor(root, calm, on) {
    this.root = root;
    this.video = root.querySelector("video");
    this.slider = root.querySelector("input[type=range]");
    this.data = null;
    this.screen = new Screen(this.video, on.changed);
    this.shuttle = new Shuttle(this.video, this.screen);
    const links = new LinkRequests(calm, on.expired, on.notify);
    this.file = new FilmFile(this.video, this.screen, links, on.notify, { afterPicture: true });
    this.slider.addEventListener("input", () => on.seek(Number(this.slider.value)));
    for (const event of ["play", "pause", "ended", "volumechange"]) this.video.addEventListener(event, on.changed);
  }

  /** Take new data from the page; true where it is another film. */
  update(data) {
    this.data = data;
    this.starts = data.scenes.map(([first]) => first);
    const isNew = this.file.update(data);
    if (isNew) this.screen.seek(0);
    return isNew;
  }

  get frameSeconds() {
    return 1 / this.data.rate;
  }

  /** Seconds of the film's clock: of the picture sought or on screen, while playing those that the browser tells. */
  get seconds() {
    const { screen, shuttle, video } = this;
    return shuttle.playing && shuttle.backwards === null ? video.currentTime : screen.times[screen.place];
  }

  label(frame) {
    const { data, screen } = this;
    const seconds = screen.times[Math.min(frame, screen.last)];
    return timecode(data.start + frameNumber(seconds, data.rate_over, data.rate_under), data.base, data.drop);
  }

  /** Stand still on the picture at `seconds`. */
  hold(seconds) {
    const { screen, video } = this;
    if (!video.paused) video.pause();
    const frame = frameAt(screen.times, seconds);
    if (screen.place !== frame) screen.seek(frame);
  }

  /** Run beside the other film: at `seconds` now, at `speed`. */
  keepUp(seconds, speed) {
    const { video, screen } = this;
    if (video.seeking) return;
    const { seek, rate } = correction(seconds - video.currentTime, this.frameSeconds, speed);
    if (seek) video.currentTime = seconds;
    if (Math.abs(video.playbackRate - rate) > 0.005) video.playbackRate = rate;
    if (video.paused && seconds < screen.times[screen.last]) video.play().catch(() => {});
  }

  draw() {
    const { screen, slider } = this;
    if (!screen.ready) return;
    slider.max = String(screen.last);
    slider.disabled = false;
    slider.value = String(screen.place);
    slider.style.setProperty("--at", `${(100 * screen.place) / Math.max(1, screen.last)}%`);
    const label = this.label(screen.frame);
    const scene = sceneNumber(this.starts, screen.frame);
    this.root.querySelector(".timecode").textContent = label;
    this.root.querySelector(".small").textContent = `frame ${screen.frame}${scene ? ` · scene ${scene}` : ""}`;
    slider.setAttribute("aria-valuetext", label);
    this.root.dataset.frame = String(screen.frame);
  }

  close() {
    this.shuttle.stop();
    this.video.removeAttribute("src");
    this.video.load(); // otherwise the browser keeps reading the film
  }
}
