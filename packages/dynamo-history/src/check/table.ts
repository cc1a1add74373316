import type { History, Item } from '../history.js';
import { isKeptVersion } from './kept-versions.js';
import { entityIn, isTombstone, type Timeline } from './timeline.js';
import type { Report } from './violation.js';

const claimPrefix = 'UNIQUE#USER#email#';
const markerId = 'UNIQUE#';

/** At the end, the table holds claims and owners in pairs, index keys as computed anew, records of `once`, kept versions, tombstones, and nothing else. */
export function checkTable({ table }: History, timelines: ReadonlyMap<string, Timeline>, report: Report): void {
  const owners = new Map<string, string>(); // email → stored id of its owner
  for (const { id, ownerId } of table) {
    const text = String(id);
    if (text.startsWith(claimPrefix)) owners.set(text.slice(claimPrefix.length), String(ownerId));
  }
  const holders = new Map<string, string>(); // stored id → email
  for (const item of table) {
    if (isKeptVersion(item)) continue;
    const id = String(item.id);
    const entity = entityIn(item);
    if (!entity) {
      if (id !== markerId && !id.startsWith(claimPrefix) && !id.startsWith('ONCE#') && !isTombstone(item))
        report('unwritten-state', `the table holds ${id}`);
      continue;
    }
    checkKeys(item, id, report);
    if (entity.email === undefined) continue;
    holders.set(id, entity.email);
    const owner = owners.get(entity.email);
    if (owner === id || neverChangedEmail(timelines.get(entity.id))) continue;
    const instead = owner === undefined ? 'has no claim' : `is claimed by ${owner}`;
    report('owner-without-claim', `${id} has ${entity.email}, which ${instead}`);
  }
  for (const [email, owner] of owners) {
    const has = holders.get(owner);
    if (has === email) continue;
    const why = has === undefined ? 'which does not exist' : `which has ${has}`;
    report('claim-without-owner', `the claim on ${email} belongs to ${owner}, ${why}`);
  }
}

/** Older data gets its claim at its next change of email, not before. */
function neverChangedEmail(timeline: Timeline | undefined): boolean {
  if (timeline?.initial?.version !== 0) return false;
  const { email } = timeline.initial;
  return [...timeline.states.values()].every((state) => state.email === email);
}

function checkKeys(item: Item, id: string, report: Report): void {
  const wanted: Item = id.startsWith('USER#')
    ? { pk1: 'USER', sk1: `EMAIL#${item.email}`, pk2: 'USER', sk2: `CREATED#${item.createdAt}` }
    : { pk1: 'NOTE', sk1: item.rank === undefined ? `NAME#${item.name}` : `RANK#${item.rank}` };
  for (const name of ['pk1', 'sk1', 'pk2', 'sk2']) {
    if (item[name] !== wanted[name]) report('stale-key', `${id} has ${name} ${item[name]}, not ${wanted[name]}`);
  }
}
