import { expect } from 'vitest';

/** Polls like `expect.poll`, but more often, since these conditions take milliseconds. */
export const eventually: typeof expect.poll = (read, options) => expect.poll(read, { interval: 5, ...options });
