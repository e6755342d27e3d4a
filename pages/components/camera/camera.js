// A viewer before the camera while a film plays. Each picture bears the media time of the film's picture that was on screen.

import { Calm } from "../calm.js";
import { LinkRequests } from "../link_requests.js";
import { mounted } from "../mounted.js";
import { Connection } from "./connection.js";
import { FilmClock } from "./film_clock.js";
import { eventMessage, pictureMessage } from "./messages.js";
import { PictureSource } from "./picture_source.js";
import { ReadingView } from "./reading_view.js";
import { NO_ANSWER, SLOW, cameraLost, cameraProblem, figures, stateOf } from "./wording.js";

const REFUSED = 4403;

class Live {
  constructor(root, trigger) {
    this.root = root;
    root.live = this; // for measurements
    this.trigger = trigger;
    this.movie = root.querySelector(".movie");
    this.clock = new FilmClock();
    this.view = new ReadingView(root);
    this.source = new PictureSource(
      root.querySelector(".camera"),
      (jpeg, time, dropped) => this.send(jpeg, time, dropped),
      () => this.onLost(),
    );
    this.connection = new Connection(
      (answer) => this.hear(answer),
      (sentence, code) => this.onClosed(sentence, code),
      () => this.onSilence(),
    );
    this.links = new LinkRequests(calm, (now) => this.trigger("expired", now), (sentence) => this.stop(sentence));
    this.data = null;
    this.number = 0; // of the picture that was sent last
    this.takenAt = 0; // when the camera took it, milliseconds as performance.now()
    this.measured = null; // a list takes the delay of each reading
    this.delay = null; // milliseconds from the picture before it to its numbers
    this.readings = 0;
    this.over = false;
    this.isReady = false; // whether the model was open since the camera was opened
    root.querySelector(".finish").addEventListener("click", () => this.finish());
    root.querySelector(".again").addEventListener("click", () => this.begin());
    root.querySelector(".hide").addEventListener("click", () => this.hide());
    this.followFilm();
  }

  /** Take new data from the page. */
  update(data, trigger) {
    this.trigger = trigger;
    const before = this.data;
    this.data = data;
    this.connection.path = data.socket;
    if (before?.session !== data.session) {
      this.root.querySelector(".film").hidden = !data.video;
      if (data.video) this.loadFilm(data.at);
      this.begin();
    } else if (this.links.refused && before.socket !== data.socket) {
      this.links.renewed();
      if (data.video) this.loadFilm(this.movie.currentTime);
      this.begin();
    }
  }

  /** Open the camera, then connect. */
  async begin() {
    this.notify("");
    this.isReady = false;
    this.root.querySelector(".again").hidden = true;
    if (this.movie.error) this.loadFilm(this.movie.currentTime); // as after a sign-in that had expired
    this.wait("Opening the camera …");
    try {
      await this.source.open();
    } catch (error) {
      this.stop(cameraProblem(error.name, window.location.origin, window.isSecureContext));
      return;
    }
    this.wait("Getting ready …");
    this.connection.open();
  }

  send(jpeg, time, dropped) {
    this.number += 1;
    this.takenAt = time;
    const film = this.isPlaying() ? this.clock.at(time) : null;
    const clock = (performance.timeOrigin + time) / 1000;
    this.connection.ask(pictureMessage({ number: this.number, clock, film, dropped, delay: this.delay }, jpeg));
    this.delay = null;
  }

  hear(answer) {
    if (answer.problem) this.stop(answer.problem);
    else if (answer.opening !== undefined) this.onOpening(answer.opening);
    else if (answer.labels) this.onReady(answer);
    else this.onReading(answer);
  }

  onOpening(activity) {
    if (!this.isReady) this.wait(activity ? `Getting ready: ${activity} …` : "Getting ready …");
  }

  onReady({ labels, colours, size }) {
    this.source.ready();
    this.text(".size", size);
    if (this.isReady) return; // it connected again, as it does every minute
    this.isReady = true;
    this.view.setLabels(labels, colours);
    this.view.draw(null);
    this.wait("");
    this.movie.controls = true;
  }

  onReading(answer) {
    this.source.ready();
    if (answer.left_out === undefined && answer.number === this.number) {
      this.view.draw(answer);
      this.delay = performance.now() - this.takenAt;
      this.readings += 1;
      this.root.dataset.readings = String(this.readings);
      if (this.readings % 10 === 0) this.text(".figures", figures(answer.rate, this.delay));
      this.measured?.push(this.delay);
    }
    this.text(".state", answer.slow ? SLOW : stateOf(answer));
  }

  onLost() {
    this.movie.pause();
    this.stop(cameraLost(this.readings));
  }

  /** The server does not answer: a film that went on would not be read. */
  onSilence() {
    this.isReady = false;
    this.movie.pause();
    this.view.draw(null);
    this.wait(NO_ANSWER);
  }

  onClosed(sentence, code) {
    if (code === REFUSED) this.links.request(sentence);
    else this.stop(sentence);
  }

  /** The session stands still, with a message; the viewer may try again. */
  stop(sentence) {
    this.source.close();
    this.connection.close();
    this.view.draw(null);
    this.wait("");
    this.movie.pause();
    this.notify(sentence);
    this.root.querySelector(".again").hidden = false;
  }

  finish() {
    this.close();
    this.trigger("finished", Date.now());
  }

  hide() {
    const isHidden = this.root.classList.toggle("hidden");
    const button = this.root.querySelector(".hide");
    button.textContent = isHidden ? "Show my picture" : "Hide my picture";
    button.setAttribute("aria-pressed", String(isHidden));
  }

  // The film

  isPlaying() {
    const { movie } = this;
    return Boolean(this.data?.video) && !movie.paused && !movie.seeking && !movie.ended;
  }

  followFilm() {
    const { movie } = this;
    const next = (_now, picture) => {
      if (this.isPlaying()) this.clock.show(picture.expectedDisplayTime, picture.mediaTime);
      movie.requestVideoFrameCallback(next);
    };
    movie.requestVideoFrameCallback(next);
    const note = (event) => {
      if (event !== "play") this.clock.clear();
      this.connection.tell(eventMessage(event, Date.now() / 1000, movie.currentTime));
    };
    movie.addEventListener("playing", () => note("play"));
    movie.addEventListener("pause", () => note("pause"));
    movie.addEventListener("seeking", () => note("seek"));
    movie.addEventListener("ended", () => {
      note("end");
      this.finish();
    });
    // Reactions belong to the film at its own speed.
    movie.addEventListener("ratechange", () => (movie.playbackRate = 1));
    movie.addEventListener("error", () => this.onFilmError());
    movie.setAttribute("controlslist", "nodownload noplaybackrate");
    movie.disablePictureInPicture = true;
  }

  async onFilmError() {
    const link = this.movie.getAttribute("src");
    if (!link || this.over) return;
    try {
      const answer = await fetch(link, { headers: { Range: "bytes=0-0" } });
      if (answer.status === 403) this.links.request(await answer.text());
      else this.notify(answer.ok ? "This browser cannot play the film." : await answer.text());
    } catch {
      this.notify("The server does not answer.");
    }
  }

  loadFilm(at) {
    this.movie.src = this.data.video;
    this.movie.currentTime = at;
  }

  // Words

  notify(sentence) {
    this.text(".notice", sentence);
    this.root.querySelector(".notice").hidden = sentence === "";
  }

  wait(sentence) {
    this.text(".waiting", sentence);
    this.text(".state", sentence);
    if (sentence !== "") this.movie.controls = false;
  }

  text(name, content) {
    const element = this.root.querySelector(name);
    if (element.textContent !== content) element.textContent = content;
  }

  close() {
    this.over = true;
    this.source.close();
    this.connection.close();
    this.movie.pause();
    this.movie.removeAttribute("src");
    this.movie.load(); // otherwise the browser keeps reading the film
  }
}

const calm = new Calm(window);
export default mounted(".live", (root, trigger) => new Live(root, trigger));
