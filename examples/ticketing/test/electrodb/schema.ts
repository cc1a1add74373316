import { randomUUID } from 'node:crypto';

export const model = <const E extends string>(entity: E) => ({ entity, version: '1', service: 'ticketing' });

export const entityId = { type: 'string', required: true, readOnly: true, default: () => randomUUID() } as const;
export const reference = { type: 'string', required: true, readOnly: true } as const;
export const createdAt = {
  type: 'string',
  required: true,
  readOnly: true,
  default: () => new Date().toISOString(),
} as const;
export const email = {
  type: 'string',
  required: true,
  validate: /^\S+@\S+$/,
  set: (value?: string) => value?.toLowerCase(),
} as const;
/** Padded in keys, so that they are in the order of the numbers. */
export const issueNumber = {
  type: 'number',
  required: true,
  readOnly: true,
  padding: { length: 6, char: '0' },
} as const;

const inDays = (days: number) => Math.floor(Date.now() / 1000) + days * 86_400;
export const expiresAfter = (days: number) =>
  ({ type: 'number', required: true, default: () => inDays(days) }) as const;
