// The filter's field, the controls that write it, and the chips of what is in force.

import { element } from "../dom.js";
import { FLAGS, parse, written } from "./query.js";

const SIGNS = [
  [">", "above"],
  [">=", "at least"],
  ["<", "below"],
  ["<=", "at most"],
  ["=", "equal to"],
];
const UNITS = { share: "%", seconds: "s", count: "" };
const TEXTS = [
  ["name", "Name contains"],
  ["notes", "Notes contain"],
];
const PHRASES = { film: "part of the film", clear: "clear", mixed: "mixed only", "few-frames": "too few frames to tell" };

export class Filters {
  /** `onChange(conditions)` is called with each change by the user. */
  constructor(root, onChange) {
    this.onChange = onChange;
    this.conditions = [];
    this.fields = [];
    this.find = root.querySelector(".find");
    this.input = this.find.querySelector("input");
    this.builder = root.querySelector(".builder");
    [this.what, this.operator, this.value, this.unit] = [".what", ".operator", ".value", ".unit"].map((name) =>
      this.builder.querySelector(name),
    );
    this.chips = root.querySelector(".chips");
    this.problem = root.querySelector(".problem");
    this.find.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add(this.input.value, this.input);
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("input", () => this.tell(""));
    const pick = this.find.querySelector(".pick");
    pick.addEventListener("click", () => {
      this.builder.hidden = !this.builder.hidden;
      pick.setAttribute("aria-expanded", String(!this.builder.hidden));
      if (!this.builder.hidden) this.what.focus();
    });
    this.operator.append(...SIGNS.map(([value, text]) => element("option", { value }, text)));
    this.what.addEventListener("change", () => this.drawBuilder());
    this.builder.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add(this.built(), this.value);
    });
  }

  /** Take a film's fields, and read `text` again with them, as after a change of the film or from the address. */
  update(fields, text) {
    this.fields = fields;
    const { conditions, problem } = parse(text, fields);
    this.conditions = conditions;
    this.tell(problem && `The filter of this address was left out. ${problem}`);
    const chosen = this.what.value;
    this.what.replaceChildren(...choices(fields));
    if ([...this.what.options].some(({ value }) => value === chosen)) this.what.value = chosen;
    this.drawBuilder();
    this.draw();
  }

  /** The conditions in force as text. */
  get text() {
    return this.conditions.map(written).join(" ");
  }

  add(text, field) {
    const { conditions, problem } = parse(text, this.fields);
    this.tell(problem);
    if (problem || conditions.length === 0) return;
    const known = new Set(this.conditions.map(written));
    this.conditions = [...this.conditions, ...conditions.filter((condition) => !known.has(written(condition)))];
    field.value = "";
    this.changed();
  }

  changed() {
    this.draw();
    this.onChange(this.conditions);
  }

  /** Backspace in the empty field takes the last filter back into it. */
  onKey(event) {
    if (event.key === "Escape") {
      this.input.value = "";
      this.tell("");
    }
    if (event.key !== "Backspace" || this.input.value || this.conditions.length === 0) return;
    event.preventDefault();
    this.input.value = written(this.conditions.at(-1));
    this.conditions = this.conditions.slice(0, -1);
    this.changed();
  }

  tell(sentence) {
    this.problem.textContent = sentence;
    this.problem.hidden = !sentence;
    this.input.setAttribute("aria-invalid", String(Boolean(sentence)));
  }

  draw() {
    this.chips.hidden = this.conditions.length === 0;
    const chips = this.conditions.map((condition, place) => {
      const text = written(condition);
      const chip = element(
        "button",
        { type: "button", class: "chip", "aria-label": `Remove the filter ${text}`, title: "Remove" },
        element("span", {}, text),
        element("span", { "aria-hidden": "true" }, "×"),
      );
      chip.addEventListener("click", () => {
        this.conditions = this.conditions.filter((each) => each !== condition);
        this.changed();
        (this.chips.children[Math.min(place, this.conditions.length - 1)] ?? this.input).focus();
      });
      return chip;
    });
    if (chips.length > 1) {
      const all = element("button", { type: "button", class: "clear" }, "Clear all");
      all.addEventListener("click", () => {
        this.conditions = [];
        this.changed();
        this.input.focus();
      });
      chips.push(all);
    }
    this.chips.replaceChildren(...chips);
  }

  drawBuilder() {
    const [kind, id] = split(this.what.value);
    const field = this.fields.find((each) => each.id === id);
    this.operator.hidden = kind !== "number";
    this.value.hidden = kind === "flag";
    this.value.inputMode = kind === "text" ? "text" : "decimal";
    this.unit.textContent = kind === "number" ? UNITS[field.unit] : "";
  }

  /** The filter of the controls as text. */
  built() {
    const [kind, id] = split(this.what.value);
    if (kind === "flag") return FLAGS.find((each) => each.id === id).text;
    const value = this.value.value.trim();
    if (kind === "text") return `${id}:"${value.replaceAll('"', "")}"`;
    return `"${id}" ${this.operator.value} ${value}`;
  }
}

function choices(fields) {
  const option = (kind, id, text) => element("option", { value: `${kind} ${id}` }, text);
  const group = (label, options) => (options.length ? [element("optgroup", { label }, ...options)] : []);
  const numbers = (isOne, text) => fields.filter((field) => field.unit in UNITS && isOne(field)).map((field) => option("number", field.id, text(field)));
  const hasAudience = fields.some(({ isAudience }) => isAudience);
  return [
    ...group("Share of an expression", numbers(({ isLabel }) => isLabel, ({ id }) => id)),
    ...group("Numbers", numbers(({ isLabel, isAudience }) => !isLabel && !isAudience, ({ title }) => title)),
    ...group("Share of the audience", numbers(({ isAudience }) => isAudience, ({ title }) => title)),
    ...group("Text", TEXTS.map(([id, text]) => option("text", id, text))),
    ...group("Kind", FLAGS.filter(({ id }) => hasAudience || id !== "few-viewers").map(({ id, text }) => option("flag", id, PHRASES[id] ?? text))),
  ];
}

function split(value) {
  const at = value.indexOf(" ");
  return [value.slice(0, at), value.slice(at + 1)];
}
