import type { Count, History } from '../history.js';
import { entityIn, isOpen, mayDelete } from './timeline.js';
import type { Report } from './violation.js';

/**
 * At the end, each counter has as many increments as were acknowledged, and at most those of unknown outcome besides. A note that may have been
 * deleted may be in a second life, whose counter began anew.
 */
export function checkCounts({ entries, table }: History, report: Report): void {
  const deleted = new Set(entries.flatMap((entry) => (entry.op === 'delete' && mayDelete(entry) ? entry.id : [])));
  const counts = new Map<string, Count[]>();
  for (const entry of entries) {
    if (entry.op === 'count') counts.set(entry.id, [...(counts.get(entry.id) ?? []), entry]);
  }
  for (const item of table) {
    const id = entityIn(item)?.id;
    if (id === undefined || deleted.has(id)) continue;
    const own = counts.get(id) ?? [];
    const [acknowledged, open] = [own.filter(({ outcome }) => outcome.is === 'ok'), own.filter(isOpen)];
    const stored = Number(item.count ?? 0);
    const description = `${id} was counted ${acknowledged.length} times, and perhaps ${open.length} times more; it has ${stored}`;
    if (stored < acknowledged.length) report('lost-write', description, ...acknowledged);
    if (stored > acknowledged.length + open.length) report('applied-twice', description, ...own);
  }
}
