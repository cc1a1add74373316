import type { History, Item, Write } from '../history.js';
import { entityIn, type Timeline } from './timeline.js';
import type { Report } from './violation.js';

/** One kept version, as it is stored. */
interface Version {
  readonly life: string;
  readonly version: number;
  readonly token: string;
  readonly isDeletion: boolean;
}

/** True for an item that keeps a version of a note. */
export const isKeptVersion = ({ id }: Item): boolean => String(id).startsWith('NOTE@');

/**
 * Checks runs that keep the versions of notes. Each state that was seen is a kept version. In each life of a note, the
 * versions are numbered from 1 without a gap, and end with its deletion or with the note in the table.
 */
export function checkKeptVersions(
  { table }: History,
  timelines: ReadonlyMap<string, Timeline>,
  writers: ReadonlyMap<string, Write>,
  report: Report,
): void {
  const kept = new Map<string, Version[]>();
  for (const item of table.filter(isKeptVersion)) {
    const id = String(item.pk1).replace('NOTE@', '');
    kept.set(id, [...(kept.get(id) ?? []), versionIn(item)]);
  }
  if (kept.size === 0) return;
  const stored = new Map(table.flatMap((item) => [[entityIn(item)?.id, item] as const]));
  for (const { id, hasEmail, states } of timelines.values()) {
    if (hasEmail) continue;
    const versions = kept.get(id) ?? [];
    for (const { version, token } of states.values()) {
      const isKept = versions.some((one) => one.version === version && one.token === token && !one.isDeletion);
      if (!isKept) report('lost-version', `version ${version} of ${id}, by ${token}, is not kept`);
    }
    for (const { version, token } of versions) {
      if (!writers.has(token)) report('unwritten-state', `version ${version} of ${id} is kept with ${token}`);
    }
    const item = stored.get(id);
    const lives = new Set([...versions.map(({ life }) => life), ...(item ? [String(item.createdAt)] : [])]);
    for (const life of lives) {
      const own = versions.filter((one) => one.life === life).sort((one, other) => one.version - other.version);
      const numbers = own.map(({ version }) => version).join(', ');
      const last = own.at(-1);
      if (own.some(({ version }, i) => version !== i + 1)) {
        report('lost-version', `the kept versions of ${id} are ${numbers}`);
      }
      const isLive = item && String(item.createdAt) === life;
      const isEnd = isLive
        ? last?.version === item.version && last?.token === item.name && !last?.isDeletion
        : last?.isDeletion;
      const end = isLive ? `at ${item.version}` : 'with a deletion';
      if (!isEnd) report('lost-version', `the kept versions of ${id} are ${numbers}, and should end ${end}`);
    }
  }
}

function versionIn({ life, version, entity, isDeleted }: Item): Version {
  const { name } = entity as { name?: unknown };
  return { life: String(life), version: Number(version), token: String(name), isDeletion: isDeleted === true };
}
