// The menu of changes of the chosen scenes.

import { element } from "./dom.js";

export class Menu {
  /** `onPick(change)` is called with what was picked; focus then goes back to where it was. */
  constructor(menu, onPick) {
    this.menu = menu;
    this.onPick = onPick;
    this.before = null;
    menu.addEventListener("keydown", (event) => this.onKey(event));
    menu.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !menu.contains(relatedTarget) && this.close());
    this.outside = (event) => event.composedPath().includes(menu) || this.close();
  }

  get isOpen() {
    return this.menu.matches(":popover-open");
  }

  /** Open at a place of the window with `items`: {change, label, keys, problem}; `before` gets the focus back. */
  open(items, { x, y }, before) {
    this.before = before;
    this.menu.replaceChildren(
      ...items.map(({ change, label, keys, problem }) => {
        const item = element(
          "button",
          { type: "button", role: "menuitem", tabIndex: -1, title: problem || null, "aria-disabled": problem ? "true" : null },
          element("span", {}, label),
          element("kbd", {}, keys),
        );
        item.addEventListener("click", () => !problem && this.pick(change));
        return item;
      }),
    );
    this.menu.showPopover();
    const { width, height } = this.menu.getBoundingClientRect();
    this.menu.style.left = `${Math.max(0, Math.min(x, window.innerWidth - width - 4))}px`;
    this.menu.style.top = `${Math.max(0, Math.min(y, window.innerHeight - height - 4))}px`;
    this.menu.firstElementChild.focus();
    window.addEventListener("pointerdown", this.outside, { capture: true });
  }

  pick(change) {
    this.close();
    this.onPick(change);
  }

  close() {
    if (!this.isOpen) return;
    window.removeEventListener("pointerdown", this.outside, { capture: true });
    this.menu.hidePopover();
    this.before?.focus();
  }

  onKey(event) {
    const items = [...this.menu.children];
    const at = items.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined && event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) this.close();
    else items.at(to % items.length).focus();
  }
}
