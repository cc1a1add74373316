import type { Custom } from './custom-types.js';

/** What your project replaces, by entity: `{ users: { columns: { email: EmailCell } } }`. The README has an example. */
export const custom: Custom = {};
