// The player: which frame is on screen is told by the time that the browser gives with it, never counted along.

const MOST_ASKS = 3;
const ASKS_WITHIN = 30_000; // milliseconds
const ANSWERS_WITHIN = 4_000;
const CALLED_WITHIN = 250;

// Where each film was left, for a page that is drawn anew: the frame looked for, whether its picture came or not.
const left = new Map();

class Player {
  constructor(root, trigger) {
    this.trigger = trigger;
    this.root = root.querySelector(".player");
    this.video = root.querySelector("video");
    this.times = null;
    this.frame = 0;
    this.wanted = null; // the frame that is being looked for
    this.told = null; // where the film stood when a picture was told of without its callback
    this.data = null;
    this.asked = []; // when a new link was asked for
    const on = (name, action) => this.button(name).addEventListener("click", action);
    on("play", () => this.playOrPause());
    on("back", () => this.step(-1));
    on("forward", () => this.step(1));
    on("scene-back", () => this.scene(-1));
    on("scene-forward", () => this.scene(1));
    on("sound", () => (this.video.muted = !this.video.muted));
    on("full", () => this.video.requestFullscreen?.());
    this.slider = root.querySelector("input");
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.video.addEventListener("click", () => this.playOrPause());
    this.video.addEventListener("error", () => this.failed());
    for (const event of ["play", "pause", "ended", "volumechange"]) {
      this.video.addEventListener(event, () => this.draw());
    }
    this.video.addEventListener("seeked", () => this.arrived());
    this.watch();
  }

  button(name) {
    return this.root.querySelector(`[data-does="${name}"]`);
  }

  /** New facts from the page; the film is loaded only where it is another one, or where its link had expired. */
  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    const another = !before || before.film !== data.film || before.file !== data.file;
    if (another || (this.refused && before.video !== data.video)) this.load(another);
    if (another || before.state !== data.state || this.times === null) this.readTimes();
    const kept = left.get(data.film);
    if (another && kept && kept.jump === data.jump) this.show(kept.frame);
    else if (data.first !== null && (another || before.jump !== data.jump)) this.show(data.first);
    this.keep();
    this.draw();
  }

  keep() {
    left.set(this.data.film, { frame: this.wanted ?? this.frame, jump: this.data.jump });
  }

  load(another) {
    this.refused = false;
    this.say("");
    if (another) {
      this.frame = 0;
      this.times = this.wanted = null;
      this.slider.disabled = true; // until it knows how far it goes: it would send the film to its first frame
    } else if (this.wanted === null) this.wanted = this.frame;
    const playing = !another && !this.video.paused;
    this.video.src = this.data.video;
    if (this.wanted !== null) this.show(this.wanted);
    if (playing) this.playOrPause();
  }

  async readTimes() {
    const data = this.data;
    try {
      const answer = await fetch(data.frames);
      if (answer.status === 403) return this.ask(await answer.text());
      if (!answer.ok) return this.say(await answer.text());
      const times = new Float64Array(await answer.arrayBuffer());
      if (data !== this.data && data.state !== this.data.state) return undefined;
      this.times = times;
    } catch {
      return this.say("The server does not answer.");
    }
    this.slider.max = String(this.times.length - 1);
    this.slider.disabled = this.times.length === 0;
    if (this.wanted !== null) this.show(this.wanted);
    this.draw();
    return undefined;
  }

  /** A link that has expired is no fault of anyone: the page gives another one. Where that does not help, for whoever
   * signed out elsewhere, `sentence` says what the server has against it. */
  ask(sentence) {
    this.refused = true;
    const now = Date.now();
    this.asked = this.asked.filter((time) => now - time < ASKS_WITHIN);
    if (this.asked.length >= MOST_ASKS) return this.say(sentence);
    this.asked.push(now);
    this.trigger("expired", now);
    // The page hands over another link; where none comes, or that is refused too, the reader is told.
    setTimeout(() => this.refused && this.say(sentence), ANSWERS_WITHIN);
    return undefined;
  }

  async failed() {
    const film = this.video.getAttribute("src");
    if (!film) return;
    try {
      const answer = await fetch(film, { headers: { Range: "bytes=0-0" } });
      if (answer.status === 403) this.ask(await answer.text());
      else if (answer.ok && this.tried !== film) {
        this.tried = film;
        this.load(false); // the server takes the link by now: the line was lost, or the link was good a moment later
      } else if (answer.ok) this.say("This browser cannot play the film.");
      else this.say(await answer.text());
    } catch {
      this.say("The server does not answer.");
    }
  }

  /** Go to a frame; before the film's times are known it is only remembered. */
  show(frame) {
    if (this.times === null || this.times.length === 0) {
      this.wanted = frame;
      return this.keep();
    }
    const within = Math.min(Math.max(frame, 0), this.times.length - 1);
    this.wanted = within;
    this.video.currentTime = withinFrame(this.times, within, this.data.rate);
    this.keep();
    return this.draw();
  }

  step(frames) {
    this.video.pause();
    this.show((this.wanted ?? this.frame) + frames);
  }

  /** The scene's own first frame, or, from there, that of the scene before; and of the next one. */
  scene(by) {
    const now = this.wanted ?? this.frame;
    const starts = this.data.scenes;
    const here = starts.findLastIndex((first) => first <= now);
    const first = starts[by < 0 && starts[here] < now ? here : here + by];
    if (first !== undefined) this.show(first);
  }

  playOrPause() {
    if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onSlider = event.target === this.slider;
    const does = {
      ",": () => this.step(-1),
      ".": () => this.step(1),
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      " ": () => this.playOrPause(),
    }[event.key];
    if (!does || (event.key === " " && event.target.tagName === "BUTTON")) return;
    if (onSlider && event.key === " ") return;
    event.preventDefault();
    event.stopPropagation(); // letters and signs are the page's shortcuts too
    does();
  }

  /** Follow the pictures as they come on screen. */
  watch() {
    if (!this.video.requestVideoFrameCallback) {
      this.video.addEventListener("timeupdate", () => this.seen(this.video.currentTime, false));
      return;
    }
    const next = (_now, picture) => {
      // Later than `arrived` gave it up, it tells of a picture that is no longer on screen.
      if (this.told !== this.video.currentTime) this.seen(picture.mediaTime, true);
      this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  seen(seconds, exact) {
    if (this.times === null || this.times.length === 0) return;
    // Without the picture's own time, the frame is the last one that began.
    this.frame = frameAt(this.times, exact ? seconds : seconds - 0.5 / this.data.rate);
    if (this.wanted === this.frame) this.wanted = null;
    this.keep();
    this.draw();
  }

  arrived() {
    if (!this.video.requestVideoFrameCallback) return this.seen(this.video.currentTime, false);
    // On a busy machine the picture can be on screen before the callback of the one before it came: none tells of it.
    setTimeout(() => {
      if (this.wanted === null || this.video.seeking) return;
      if (this.video.paused) this.told = this.video.currentTime;
      this.seen(this.video.currentTime, true);
    }, CALLED_WITHIN);
    return undefined;
  }

  say(sentence) {
    const notice = this.root.querySelector(".notice");
    notice.textContent = sentence;
    notice.hidden = sentence === "";
  }

  draw() {
    const { data, times } = this;
    const playing = !this.video.paused && !this.video.ended;
    this.button("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    this.button("play").classList.toggle("on", playing);
    this.button("sound").setAttribute("aria-label", this.video.muted ? "Sound on" : "Sound off");
    this.button("sound").classList.toggle("on", this.video.muted);
    if (!data || times === null || times.length === 0) return;
    const place = this.wanted ?? this.frame;
    this.slider.value = String(place);
    this.slider.style.setProperty("--at", `${(100 * place) / Math.max(1, times.length - 1)}%`);
    const counted = data.start + Math.floor((times[this.frame] * data.rate_over) / data.rate_under + 0.5);
    const at = timecode(counted, data.base, data.drop);
    const number = data.scenes.findLastIndex((first) => first <= this.frame) + 1;
    this.root.querySelector(".timecode").textContent = at;
    this.root.querySelector(".frame").textContent = `frame ${this.frame}`;
    this.root.querySelector(".scene").textContent = number ? `· Scene ${number}` : "";
    this.slider.setAttribute("aria-valuetext", at);
    this.root.dataset.frame = String(this.frame);
  }

  close() {
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load(); // or the browser goes on reading
  }
}

const players = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
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
