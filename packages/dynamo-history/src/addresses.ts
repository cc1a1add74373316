/** Few, so that everybody wants the same ones. */
const shared = Array.from({ length: 8 }, (_, i) => `a${i}@example.com`);
/** Addresses that two users hold from the start: one with a claim, one from older data without. */
export const doubled = Array.from({ length: 16 }, (_, i) => `old${i}@example.com`);

const addresses = [...shared, ...doubled];

/** The address at a share of the list; the first ones are wanted more than the last. */
export const addressAt = (share: number): string => addresses[Math.floor(share ** 1.5 * addresses.length)] ?? '';
