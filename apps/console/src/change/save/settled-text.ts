import type { Settled } from './settle-call.js';

/** Tells that a change was saved: `Created user “Ada”`, and since when if that was in doubt. */
export function settledText(done: string, { applied, isDeletedSince }: Omit<Settled, 'answer'>): string {
  if (isDeletedSince) return `${done}: an attempt before was saved, and somebody has deleted it since`;
  if (applied === 'earlier') return `${done}: the first attempt was saved, only its answer was lost`;
  return applied === 'now' ? `${done}: saved now, the attempts before were not` : done;
}
