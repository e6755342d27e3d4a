// The range of frames that an editor marks with in and out: pure rules.

export const NONE = { first: null, last: null };

/** The range after its first frame was marked; an end that would lie before it is gone. */
export function withFirst(range, frame) {
  return { first: frame, last: range.last !== null && range.last >= frame ? range.last : null };
}

/** The range after its last frame was marked; a beginning that would lie after it is gone. */
export function withLast(range, frame) {
  return { first: range.first !== null && range.first <= frame ? range.first : null, last: frame };
}

/** Whether both ends are marked. */
export function isWhole({ first, last }) {
  return first !== null && last !== null;
}

/** The part of a film of `frames` frames that a range takes, from 0 to 1: {left, width}; null where nothing is marked. */
export function partOf({ first, last }, frames) {
  if (first === null && last === null) return null;
  const [from, to] = [first ?? last, last ?? first];
  return { left: from / frames, width: (to + 1 - from) / frames };
}
