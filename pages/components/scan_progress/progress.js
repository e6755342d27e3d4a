// Progress of analyses, over one WebSocket for the whole page. The page runs again only when more than numbers changed.

import { Calm } from "../calm.js";
import { mounted } from "../mounted.js";
import { loadPlotly } from "../plotly_script.js";
import { backoff, reasonToRun } from "./changes.js";

// Milliseconds
const RECONNECT_AFTER = 1000;
const RECONNECT_AFTER_AT_MOST = 30000; // doubled each time that the server closes the connection for a reason
const SILENCE = 45000; // longer than the server is ever silent, a look at a busy database included
const IDLE = 3000; // until a page on which nothing happens loads what the next one needs
const SHOWN = 1000; // until one that shows an analysis does: the bar, and a click on it, go first
const SETTLED = 150; // until the list of films is drawn anew: a film that is added is requested to be analysed at once
const PATIENCE = 4000; // until a trigger that the page did not react to is sent again

// Codes with which the server closes a connection.
const EXPIRED = 1000; // regularly, to check again who listens
const TROUBLE = 1011;
const REFUSED = 4403;

class Connection {
  constructor() {
    this.views = new Set();
    this.token = "";
    this.message = null; // the newest one
    this.failures = 0; // closed by the server for a reason, in a row
    document.addEventListener("visibilitychange", () => this.deliver());
  }

  join(view) {
    this.views.add(view);
    this.open();
  }

  leave(view) {
    this.views.delete(view);
    if (!this.views.size) this.close();
  }

  open() {
    if (this.socket || this.reconnectTimer || !this.views.size) return;
    const address = new URL(`/api/analyses/${this.token}`, window.location.origin);
    address.protocol = address.protocol.replace("http", "ws");
    this.socket = new WebSocket(address);
    this.socket.onmessage = ({ data }) => {
      this.restartSilenceTimer();
      this.failures = 0;
      this.message = JSON.parse(data);
      this.deliver();
    };
    this.socket.onclose = ({ code }) => this.onClosed(code);
    this.restartSilenceTimer();
  }

  restartSilenceTimer() {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.onClosed(), SILENCE);
  }

  close() {
    clearTimeout(this.silenceTimer);
    if (this.socket) this.socket.onclose = this.socket.onmessage = null;
    this.socket?.close();
    this.socket = this.message = null;
  }

  onClosed(code) {
    const atOnce = code === EXPIRED && this.message;
    this.close();
    const trigger = { [REFUSED]: "renew", [TROUBLE]: "changed" }[code]; // the page says what is wrong with the library
    const wait = trigger ? backoff(this.failures++, RECONNECT_AFTER, RECONNECT_AFTER_AT_MOST) : RECONNECT_AFTER;
    if (trigger) [...this.views][0]?.send(trigger, `${this.token} ${this.failures}`);
    this.reconnectTimer = setTimeout(() => {
      this.reconnectTimer = null;
      this.open();
    }, atOnce ? 0 : wait);
  }

  deliver() {
    if (this.message && !document.hidden) this.views.forEach((view) => view.receive(this.message));
  }
}

const connection = new Connection();
const calm = new Calm(window);
const sent = new Map(); // by trigger and analysis: the last reason and its time; a view that is mounted anew knows them

class View {
  constructor(root) {
    this.root = root;
  }

  update(data, trigger) {
    this.data = data;
    this.trigger = trigger;
    connection.token = data.token;
    connection.join(this);
    clearTimeout(this.idle);
    this.idle = setTimeout(() => data.charts && loadPlotly(data.charts).catch(() => {}), data.scan ? SHOWN : IDLE);
    if (data.scan) this.draw(data);
  }

  close() {
    clearTimeout(this.idle);
    clearTimeout(this.settling);
    connection.leave(this);
  }

  draw({ done, words }) {
    const [line, bar] = this.root.children;
    this.root.hidden = false;
    if (line.textContent !== words) {
      line.textContent = words;
      bar.setAttribute("aria-valuetext", words);
    }
    const share = String(Math.floor(100 * done));
    if (bar.getAttribute("aria-valuenow") === share) return;
    bar.setAttribute("aria-valuenow", share);
    bar.firstElementChild.style.width = `${share}%`;
  }

  receive(message) {
    const analysis = message.analyses[this.data.scan];
    if (analysis) this.draw(analysis);
    const reason = reasonToRun(this.data, message);
    if (reason === null) return;
    if (this.data.scan || this.data.film) this.send("changed", reason);
    else this.settling ??= setTimeout(() => this.sendSettled(), SETTLED);
  }

  /** Run the page again for all changes of the last moment, unless it ran for them meanwhile. */
  sendSettled() {
    this.settling = null;
    const reason = connection.message && reasonToRun(this.data, connection.message);
    if (reason !== null) this.send("changed", reason);
  }

  /** Run the page again, once for the same reason unless it does not react. */
  send(trigger, reason) {
    const key = `${trigger} ${this.data.scan} ${this.data.film}`;
    const [lastReason, time] = sent.get(key) ?? [];
    if (lastReason === reason && Date.now() - time < PATIENCE) return;
    sent.set(key, [reason, Date.now()]);
    calm.when(() => connection.views.has(this) && this.trigger(trigger, Date.now()));
  }
}

export default mounted(".analysis", (root) => new View(root));
