/** Returns a sequence of numbers in [0, 1) that depends only on its key, so that each request can have its own, whatever runs concurrently. */
export function seededRandom(...key: readonly (string | number)[]): () => number {
  let state = fnv1a(key.join('|'));
  // mulberry32: 32 bits of state, passes gjrand; enough to choose faults
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
