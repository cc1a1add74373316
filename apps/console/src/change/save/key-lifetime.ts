/** The API remembers a key for 24 hours. The rest is for the attempt itself, and for clocks that are set. */
const keyLifetimeMs = 24 * 3_600_000 - 10 * 60_000;

/** Returns whether the API may have forgotten a key that was first sent at this time: it would apply the call again. */
export const isKeyForgotten = (sentAt: number): boolean => Date.now() - sentAt > keyLifetimeMs;
