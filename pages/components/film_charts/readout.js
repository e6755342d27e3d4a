// What a chart says of the column under the pointer: pure but for the table's elements.

import { lastAtMost } from "./scenes.js";

/** Index of the column at `seconds`; of those on the axis of scenes, whose times follow each other too. */
export function columnAt(readouts, seconds) {
  return lastAtMost(readouts.starts, seconds);
}

/**
 * The second at which the column begins that lies `by` columns beside the one at `seconds`; null where there is none,
 * since the chart knows only the part that it shows.
 */
export function columnBeside(readouts, seconds, by) {
  return readouts.starts[columnAt(readouts, seconds) + by] ?? null;
}

/** Index of the label whose row has `y`, pixels from the plot's top; -1 between rows. */
export function rowAt(rows, y) {
  return rows.findIndex(([top, bottom]) => y >= top && y < bottom);
}

/** “12 % (8–15 %)”, without the interval where there is none, “–” where the share is missing. */
export function shareText(share, low, high) {
  if (share === null) return "–";
  return low === null ? `${share}\u00a0%` : `${share}\u00a0% (${low}–${high}\u00a0%)`;
}

/**
 * The parts of the readout of column `i`, with the share of label `k` unless it is -1 or leads; those of the audience, if
 * there are any, have their labels after the chart's own.
 */
export function readoutText({ readouts, labels, rows }, i, k) {
  const shareOf = (place, said) => {
    if (k < 0 || (readouts.shares[place]?.[i] ?? null) === null) return [];
    const numbers = shareText(readouts.shares[place][i], readouts.low[place][i], readouts.high[place][i]);
    return said.includes(`${labels[k]} ${numbers}`) ? [] : [`${labels[place]} ${numbers}`];
  };
  const [leading, audience] = [readouts.leading[i], readouts.audience?.[i]];
  const ofAudience = audience === undefined ? [] : [...shareOf(k + rows.length, audience), audience];
  return [readouts.titles[i], readouts.times[i], ...shareOf(k, leading), leading, ...ofAudience, readouts.evidence[i]];
}

/** The rows of a table of the columns that begin before `to` and end after `from` (seconds): cells of text. */
export function tableRows({ readouts, labels }, [from, to]) {
  const rows = [];
  readouts.starts.forEach((start, i) => {
    if (start >= to || readouts.ends[i] <= from) return;
    const shares = labels.map((_, k) => shareText(readouts.shares[k][i], readouts.low[k][i], readouts.high[k][i]));
    rows.push([readouts.titles[i], readouts.times[i], readouts.leading[i], readouts.evidence[i], ...shares]);
  });
  return rows;
}

/** An HTML table: a caption, column names, and rows whose first cell is their heading. */
export function tableElement(caption, names, rows) {
  const table = document.createElement("table");
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  for (const name of names) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [title, ...cells] of rows) {
    const row = body.insertRow();
    const heading = document.createElement("th");
    heading.scope = "row";
    heading.textContent = title;
    row.append(heading);
    for (const cell of cells) row.insertCell().textContent = cell;
  }
  return table;
}
