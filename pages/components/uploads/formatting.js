// Numbers of an upload for people: pure functions.

const UNITS = ["kB", "MB", "GB"];

/** `value` (0 or more) with `digits` decimals (0 or 1); a tie goes to the even digit, as Python's format does. */
function fixed(value, digits) {
  const rounded = value.toFixed(digits); // of a tie, upward
  // A tie between tenths is an odd number of quarters, one between whole numbers an odd number of halves.
  const isTie = (value * (digits ? 4 : 2)) % 2 === 1;
  return isTie && Number(rounded.at(-1)) % 2 ? (value - 0.5 / 10 ** digits).toFixed(digits) : rounded;
}

/** A size in bytes, in steps of 1,000, equal to emotion_core.formatting.size: “12 kB”, “1.4 MB”, “120 GB”. */
export function size(octets) {
  const unit = octets < 1e6 ? 0 : octets < 1e9 ? 1 : 2;
  const value = octets / 1000 ** (unit + 1);
  return `${fixed(value, unit === 0 || value >= 100 ? 0 : 1)} ${UNITS[unit]}`;
}

/** Seconds as m:ss or h:mm:ss: from 10 seconds to below 1,000 hours equal to emotion_core.formatting.hms. */
export function hms(seconds) {
  const whole = Number(fixed(seconds, 0));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Whole percent of `whole` that `part` is, rounded down: 100 only when nothing is missing. */
export function percent(part, whole) {
  return whole ? Math.floor((100 * part) / whole) : 0;
}

/** The day of an ISO 8601 time, in this browser's time zone: “3 December”. */
export function day(iso) {
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
}
