// Which scenes are chosen, which has the focus, and from where Shift extends. Scenes are told by id.

export class Choice {
  constructor() {
    this.ids = new Set();
    this.active = null; // has the focus
    this.anchor = null; // where Shift extends from
  }

  /** Choose the scene at `place` of a list of ids; `extend` those up to it, `add` it as well. */
  choose(ids, place, { extend = false, add = false } = {}) {
    const id = ids[place];
    const from = ids.indexOf(this.anchor);
    if (extend && from >= 0) {
      this.ids = new Set(ids.slice(Math.min(from, place), Math.max(from, place) + 1));
    } else {
      if (!add) this.ids = new Set([id]);
      else if (!this.ids.delete(id)) this.ids.add(id);
      this.anchor = id;
    }
    this.active = id;
  }

  chooseAll(ids) {
    this.ids = new Set(ids);
  }

  /** After scenes changed: a scene that is gone leaves the choice, and the focus goes to the scene with its first frame. */
  follow(before, after) {
    const known = new Set(after.map(({ id }) => id));
    const had = this.ids.size > 0;
    this.ids = new Set([...this.ids].filter((id) => known.has(id)));
    const gone = this.active !== null && !known.has(this.active) && before.find(({ id }) => id === this.active);
    if (gone) this.active = after.findLast((scene) => scene.frame_in <= gone.frame_in)?.id ?? null;
    if (this.active !== null && had && this.ids.size === 0) this.ids.add(this.active);
    if (!known.has(this.anchor)) this.anchor = this.active;
  }
}
