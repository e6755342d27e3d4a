// The words in which scenes are filtered: “fear > 30% length < 2s name:kitchen mixed”. All that is written has to hold.

import { fieldNamed } from "./fields.js";

/** Filters without a value; `text` is also how they are written. */
export const FLAGS = [
  { id: "mixed", text: "mixed" },
  { id: "clear", text: "clear" },
  { id: "few-frames", text: "few frames" },
  { id: "no-faces", text: "no faces" },
  { id: "not-enough", text: "not enough faces" },
  { id: "film", text: "film" },
  { id: "black", text: "black" },
  { id: "not-film", text: "not film" },
  { id: "named", text: "with name" },
  { id: "noted", text: "with notes" },
  { id: "targeted", text: "with target" },
  { id: "few-viewers", text: "not enough viewers" },
];
const LONGEST_FIRST = FLAGS.toSorted((a, b) => b.text.length - a.text.length);
const OPERATORS = { "≥": ">=", "=>": ">=", "≤": "<=", "=<": "<=", "==": "=" };
const BETWEEN = /^(?:[\s,&]+|and(?=\s))/i;
const COMPARED = /^(?:"([^"]*)"|([^\s"<>=≥≤:]+))\s*([<>]=?|=[<>=]?|[≥≤])\s*([^\s"<>=≥≤]*(?:\s*(?:%|s|sec|seconds?|min|minutes?)(?![^\s,]))?)/i;
const CONTAINS = /^(\w+):(?:"([^"]*)"|([^\s"]*))/;
const WORD = /^(?:"[^"]*"?|[^\s"]+|")/;
const NUMBER = /^\d+(?:[.,]\d+)?$/;
const IN_TEXT = ["name", "notes", "leading", "target", "audience"];
const OF_LABELS = ["leading", "audience"];
const EXAMPLE = { share: "30%", seconds: "2s", count: "5" };
const OF_UNIT = { share: "a share in percent", seconds: "a length in seconds", count: "a whole number" };

/** Conditions of a text, in its order; `problem` says in a sentence what cannot be read, and then there are none. */
export function parse(text, fields) {
  const conditions = [];
  let rest = text;
  for (;;) {
    for (let skipped = BETWEEN.exec(rest); skipped; skipped = BETWEEN.exec(rest)) rest = rest.slice(skipped[0].length);
    if (!rest) return { conditions, problem: "" };
    const found = flag(rest) ?? comparison(rest, fields) ?? contained(rest, fields) ?? unknown(rest, fields);
    if (found.problem) return { conditions: [], problem: found.problem };
    conditions.push(found.condition);
    rest = rest.slice(found.length);
  }
}

/** A condition as it is written, which `parse` reads again. */
export function written(condition) {
  if (condition.kind === "flag") return FLAGS.find(({ id }) => id === condition.flag).text;
  if (condition.kind === "text") return `${condition.field}:${quoted(condition.value)}`;
  return `${quoted(condition.field)} ${condition.operator} ${amount(condition)}`;
}

function amount({ unit, value }) {
  return { share: `${value}%`, seconds: `${value}s`, count: String(value) }[unit];
}

function quoted(text) {
  return /^[^\s"<>=≥≤:,]+$/.test(text) ? text : `"${text.replaceAll('"', "")}"`;
}

function flag(rest) {
  const lower = rest.toLowerCase();
  const found = LONGEST_FIRST.find(({ text }) => lower.startsWith(text) && /^(?:[\s,]|$)/.test(lower.slice(text.length)));
  if (!found) return null;
  return { condition: { kind: "flag", flag: found.id }, length: found.text.length };
}

function comparison(rest, fields) {
  const match = COMPARED.exec(rest);
  if (!match) return null;
  const [, inQuotes, plain, sign] = match;
  const value = match[4].replace(/,+$/, "");
  const name = inQuotes ?? plain;
  const field = fieldNamed(fields, name);
  if (!field || !(field.unit in EXAMPLE)) {
    return { problem: `There is no “${name}” to compare. Choose one of: ${comparable(fields)}.` };
  }
  const number = amountOf(value.trim(), field.unit);
  if (number === null) {
    const given = value.trim() ? `, not “${value.trim()}”` : " after the sign";
    return { problem: `Write ${OF_UNIT[field.unit]}${given}, as in “${quoted(field.id)} ${sign} ${EXAMPLE[field.unit]}”.` };
  }
  const operator = OPERATORS[sign] ?? sign;
  return { condition: { kind: "number", field: field.id, unit: field.unit, operator, value: number }, length: match[0].length };
}

/** The number that a text means: percent, seconds or a count; null where it means none. */
function amountOf(text, unit) {
  const plain = (digits) => (NUMBER.test(digits) ? Number(digits.replace(",", ".")) : null);
  if (unit === "count") return /^\d+$/.test(text) ? Number(text) : null;
  if (unit === "share") return plain(text.replace(/\s*%$/, ""));
  const clock = /^(?:(\d+):)?(\d+):(\d\d)$/.exec(text);
  if (clock) return 3600 * Number(clock[1] ?? 0) + 60 * Number(clock[2]) + Number(clock[3]);
  const [, digits, word] = /^(.*?)\s*(s|sec|seconds?|min|minutes?)?$/i.exec(text);
  const number = plain(digits);
  return number !== null && /^min/i.test(word ?? "") ? number * 60 : number;
}

function contained(rest, fields) {
  const match = CONTAINS.exec(rest);
  if (!match) return null;
  const field = match[1].toLowerCase();
  const value = (match[2] ?? match[3]).trim();
  const known = IN_TEXT.filter((name) => name !== "audience" || fieldNamed(fields, name));
  if (!known.includes(field)) return { problem: `There is no “${match[1]}:”. Write ${known.map((name) => `${name}:`).join(", ")}.` };
  const isOfLabels = OF_LABELS.includes(field);
  if (!value) return { problem: `Write what to look for right after “${field}:”, as in “${field}:${isOfLabels ? "fear" : "kitchen"}”.` };
  const label = isOfLabels && fields.find((each) => each.isLabel && each.id.toLowerCase() === value.toLowerCase());
  if (isOfLabels && !label) {
    return { problem: `No expression is called “${value}”. There are ${labelsOf(fields)}.` };
  }
  return { condition: { kind: "text", field, value: label ? label.id : value }, length: match[0].length };
}

function unknown(rest, fields) {
  const [word] = WORD.exec(rest);
  const field = fieldNamed(fields, word);
  if (field && field.unit in EXAMPLE) return { problem: `Compare it with a number: “${quoted(field.id)} > ${EXAMPLE[field.unit]}”.` };
  if (field) return { problem: `Write what to look for: “${field.id}:kitchen”.` };
  return { problem: `“${word}” is no filter by itself. For a name write name:${quoted(word.replaceAll('"', ""))}.` };
}

function comparable(fields) {
  return fields.filter(({ unit }) => unit in EXAMPLE).map(({ id }) => id).join(", ");
}

function labelsOf(fields) {
  return fields.filter(({ isLabel }) => isLabel).map(({ id }) => id).join(", ");
}
