// The connection of a session: pictures go, readings come. It connects again by itself unless the server says why not.

import { closedBecause } from "./wording.js";

const AGAIN = 500; // milliseconds until it connects again
const SILENT = 15_000; // milliseconds without an answer after which it does so as well

export class Connection {
  /**
   * `hears(answer)` gets each answer, `ends(sentence)` why the connection is over for good, and `waits()` is called when
   * it cannot connect again.
   */
  constructor(hears, ends, waits) {
    this.hears = hears;
    this.ends = ends;
    this.waits = waits;
    this.isHeard = false; // whether the newest socket had an answer
    this.path = "";
    this.socket = null;
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  open() {
    this.close();
    const address = new URL(this.path, window.location.origin);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.isHeard = false;
    socket.onmessage = ({ data }) => {
      if (this.socket !== socket) return;
      clearTimeout(this.silence);
      this.isHeard = true;
      this.hears(JSON.parse(data));
    };
    socket.onclose = ({ code }) => this.socket === socket && this.onClosed(code);
    this.expect();
  }

  /** An answer is due. */
  expect() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (!this.isHeard) this.waits();
      this.open();
    }, SILENT);
  }

  onClosed(code) {
    this.close();
    const reason = closedBecause(code);
    if (reason !== null) {
      this.ends(reason, code);
      return;
    }
    if (!this.isHeard) this.waits();
    this.again = setTimeout(() => this.open(), code === 1000 ? 0 : AGAIN);
  }

  /** Send a picture, which is answered. */
  ask(picture) {
    if (!this.isOpen) return;
    this.socket.send(picture);
    this.expect();
  }

  /** Send an event, which is not. */
  tell(event) {
    if (this.isOpen) this.socket.send(event);
  }

  close() {
    clearTimeout(this.silence);
    clearTimeout(this.again);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }
}
