/** The value at a part of a sorted list, 0.5 the median, between two neighbours where it falls there. */
export function quantile(list, part) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

export const median = (list) => quantile(list, 0.5);

/** The median of a list with its quarters, as `{ median, low, high }`. */
export const spread = (list) => ({ median: median(list), low: quantile(list, 0.25), high: quantile(list, 0.75) });
