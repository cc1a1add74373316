import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const { DYNAMODB_INDEXES = '2' } = parseEnv(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'));

/** Tables of tests have as many indexes as those of a clone: `.env.example` says how many, and `pnpm gen entity` raises it. */
export const tableSettings = { DYNAMODB_INDEXES };
