import { expect } from 'vitest';

/** As `expect.poll`, but looks often: what is waited for here takes milliseconds. */
export const eventually: typeof expect.poll = (read, options) => expect.poll(read, { interval: 5, ...options });
