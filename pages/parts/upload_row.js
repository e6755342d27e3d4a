// A row of the list of uploads. Names and messages are others' words: they become text, never HTML.

const NAMES = ["kB", "MB", "GB"];

function size(octets) {
  const unit = octets < 1e6 ? 0 : octets < 1e9 ? 1 : 2;
  const value = octets / 1000 ** (unit + 1);
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${NAMES[unit]}`;
}

function clock(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function percent(part, whole) {
  return whole ? Math.floor((100 * part) / whole) : 0; // 100 only when all of it is there
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function day(iso) {
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
}

class Row {
  // One upload, or what another window left of one.
  constructor(name) {
    this.root = element("li", "row");
    this.name = element("span", "name", name);
    this.share = element("span", "share");
    this.bar = element("div", "bar");
    this.bar.setAttribute("role", "progressbar");
    this.bar.setAttribute("aria-label", name);
    this.bar.append(element("div", "done"));
    this.line = element("p", "line");
    this.buttons = element("div", "buttons");
    const facts = element("div", "facts");
    const head = element("div", "head");
    head.append(this.name, this.share);
    facts.append(head, this.bar, this.line);
    this.root.append(facts, this.buttons);
    this.asked = false;
  }

  show(state, part, whole, text) {
    const share = percent(part, whole);
    const barred = whole > 0 && !["failed", "done"].includes(state);
    this.root.dataset.state = state;
    this.share.textContent = barred ? `${share} %` : "";
    this.bar.hidden = !barred;
    this.bar.setAttribute("aria-valuenow", String(share));
    this.bar.firstChild.style.width = `${share}%`;
    this.line.textContent = text;
    this.line.title = text;
  }

  offer(...buttons) {
    // [label, what it does]; the same buttons stay where they are, so that focus and a click under way do.
    const wanted = buttons.map(([label]) => label).join();
    if (this.buttons.dataset.wanted === wanted) return;
    const focused = this.buttons.contains(this.root.getRootNode().activeElement);
    this.buttons.dataset.wanted = wanted;
    this.buttons.replaceChildren(
      ...buttons.map(([label, act]) => {
        const button = element("button", "button", label);
        button.type = "button";
        button.setAttribute("aria-label", `${label} ${this.name.textContent}`);
        button.addEventListener("click", act);
        return button;
      }),
    );
    if (focused) this.buttons.firstChild?.focus();
  }

  offerRemoval(part, remove, ...others) {
    // What has arrived is thrown away after a second click only.
    const draw = () => this.offerRemoval(part, remove, ...others);
    if (this.asked) {
      this.line.textContent = `Throw away the ${size(part)} that are here?`;
      this.offer(["Throw away", remove], ["Keep", () => { this.asked = false; draw(); }]);
      return;
    }
    this.offer(...others, ["Remove", () => { if (part) { this.asked = true; draw(); } else remove(); }]);
  }
}
