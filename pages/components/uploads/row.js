// A row of the list of uploads. Names and messages come from outside: they become text, never HTML.

import { percent, size } from "./formatting.js";

function element(name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

export class Row {
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
    this.confirming = false; // whether the removal waits for its second click
  }

  show(state, part, whole, text) {
    const share = percent(part, whole);
    const hasBar = whole > 0 && !["failed", "done"].includes(state);
    this.root.dataset.state = state;
    this.share.textContent = hasBar ? `${share} %` : "";
    this.bar.hidden = !hasBar;
    this.bar.setAttribute("aria-valuenow", String(share));
    this.bar.firstChild.style.width = `${share}%`;
    this.line.textContent = text;
    this.line.title = text;
  }

  /** Offer buttons, each [label, action]. The same buttons stay in place, so that focus and a click under way do too. */
  offer(...buttons) {
    const labels = buttons.map(([label]) => label).join();
    if (this.buttons.dataset.labels === labels) return;
    const focused = this.buttons.contains(this.root.getRootNode().activeElement);
    this.buttons.dataset.labels = labels;
    this.buttons.replaceChildren(
      ...buttons.map(([label, action]) => {
        const button = element("button", "button", label);
        button.type = "button";
        button.setAttribute("aria-label", `${label} ${this.name.textContent}`);
        button.addEventListener("click", action);
        return button;
      }),
    );
    if (focused) this.buttons.firstChild?.focus();
  }

  /** Offer `others`, and a removal that asks for a second click if `part` bytes are on the server. */
  offerRemoval(part, remove, ...others) {
    const confirm = (confirming) => {
      this.confirming = confirming;
      this.offerRemoval(part, remove, ...others);
    };
    if (this.confirming) {
      this.line.textContent = `Throw away the ${size(part)} that are here?`;
      this.offer(["Throw away", remove], ["Keep", () => confirm(false)]);
      return;
    }
    this.offer(...others, ["Remove", () => (part ? confirm(true) : remove())]);
  }
}
