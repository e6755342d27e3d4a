// The cards or rows that are in the document: those in view, by their places in the list.

import { CARD, card } from "./board.js";
import { row } from "./table.js";

export class Items {
  constructor(body, pictures) {
    this.body = body;
    this.pictures = pictures;
    this.drawn = new Map(); // element by place
  }

  [Symbol.iterator]() {
    return this.drawn.entries();
  }

  at(place) {
    return this.drawn.get(place) ?? null;
  }

  clear() {
    this.keep(() => false);
  }

  /** Remove all but those at places that `isKept` accepts. */
  keep(isKept) {
    for (const [place, item] of this.drawn) {
      if (isKept(place)) continue;
      this.pictures.drop(item);
      item.remove();
      this.drawn.delete(place);
    }
  }

  /** The element of a place, put before `next` if it is not drawn; `list` says how scenes are laid out. */
  make(place, list, next = null) {
    if (this.drawn.has(place)) return this.drawn.get(place);
    const { scenes, film, view, asked, columns, perRow, step, rowHeight } = list;
    const isBoard = view === "board";
    const made = isBoard ? card(scenes[place], film, this.pictures, asked) : row(scenes[place], film, this.pictures, columns);
    const [line, column] = [Math.floor(place / perRow), place % perRow];
    made.style.transform = `translate(${column * step}px, ${line * rowHeight}px)`;
    if (isBoard) {
      made.style.width = `${step - CARD.gap}px`;
      made.style.height = `${rowHeight - CARD.gap}px`;
      made.setAttribute("aria-posinset", String(place + 1));
      made.setAttribute("aria-setsize", String(scenes.length));
    } else made.setAttribute("aria-rowindex", String(place + 2));
    made.dataset.place = String(place);
    this.body.insertBefore(made, next);
    this.drawn.set(place, made);
    return made;
  }
}
