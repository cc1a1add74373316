const daySeconds = 86_400;
const inDays = (days: number): number => Math.floor(Date.now() / 1000) + days * daySeconds;
/** Times of expiry, in seconds since 1970. */
export const times = { past: inDays(-1), tomorrow: inDays(1), inAWeek: inDays(7) };
