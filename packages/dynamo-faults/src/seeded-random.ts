/**
 * A sequence of numbers in [0, 1) that depends on nothing but the parts of its key.
 * So each request can have a sequence of its own, whatever else happens at the same time.
 */
export function seededRandom(...key: readonly (string | number)[]): () => number {
  let state = fnv1a(key.join('|'));
  // mulberry32: 32 bits of state, passes gjrand; plenty for choosing faults
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
