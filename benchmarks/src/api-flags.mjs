import { readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync(new URL('../../apps/api/package.json', import.meta.url), 'utf8'));

/** The flags of Node with which the API is started in production. */
export const apiFlags = scripts.start.split(' ').filter((word) => word.startsWith('--'));
