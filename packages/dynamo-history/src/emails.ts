/** Few, so that many calls concern the same one. */
const shared = Array.from({ length: 8 }, (_, i) => `a${i}@example.com`);
/** Emails that two users hold from the start: one with a claim, and one from older data without. */
export const doubled = Array.from({ length: 16 }, (_, i) => `old${i}@example.com`);

const emails = [...shared, ...doubled];

/** Returns the email at a share of the list, from 0 to 1; the first ones are chosen more often. */
export const emailAt = (share: number): string => emails[Math.floor(share ** 1.5 * emails.length)] ?? '';
