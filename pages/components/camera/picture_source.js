// The camera: its pictures, one at a time and small. There is no queue: while one is being read, newer ones are counted.

import { bytesOf } from "./messages.js";

const WIDTH = 320; // pixels: a face of a tenth of it is as small as a scan reads
const QUALITY = 0.8;
const GAP = 55; // milliseconds between two pictures at least: some 15 a second of a camera of 30

export class PictureSource {
  /** `video` shows the camera. `take(jpeg, time, dropped)` gets a picture; `lost()` is called when the camera goes. */
  constructor(video, take, lost) {
    this.video = video;
    this.take = take;
    this.lost = lost;
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.stream = null;
    this.busy = true; // whether no picture is wanted now
    this.dropped = 0;
    this.last = 0;
  }

  /** Open the camera. Throws what getUserMedia throws. */
  async open() {
    this.close();
    if (!navigator.mediaDevices) throw new DOMException("", "NotSupportedError");
    const wanted = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, facingMode: "user" };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    this.stream = stream;
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => {
      if (this.stream === stream) this.lost();
    });
    this.last = this.dropped = 0;
    this.video.srcObject = stream;
    await this.video.play();
    this.follow(stream);
  }

  follow(stream) {
    const next = (now, picture) => {
      if (this.stream !== stream) return;
      this.onPicture(picture.captureTime ?? now, now);
      this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  onPicture(time, now) {
    if (this.busy) this.dropped += this.last > 0; // before the first one none was wanted
    else if (now - this.last >= GAP) {
      this.last = now;
      this.busy = true;
      this.take(this.jpeg(), time, this.dropped);
      this.dropped = 0;
    }
  }

  /** The camera's picture now. Encoded at once: canvas.toBlob waits until the page is idle, which beside a film it is not. */
  jpeg() {
    const { video, canvas, context } = this;
    canvas.width = WIDTH;
    canvas.height = Math.max(1, Math.round((WIDTH * video.videoHeight) / video.videoWidth));
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return bytesOf(canvas.toDataURL("image/jpeg", QUALITY));
  }

  /** The picture was read: take the next one. */
  ready() {
    this.busy = false;
  }

  close() {
    const { stream } = this;
    this.stream = null;
    this.busy = true;
    this.video.srcObject = null;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }
}
