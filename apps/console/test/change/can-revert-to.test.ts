import { describe, expect, it } from 'vitest';
import { canRevertTo } from '../../src/change/can-revert-to.js';

const version = (createdAt: string, number: number) => ({ id: 'n1', createdAt, version: number });
const first = [version('2026-01-01', 2), version('2026-01-01', 1)];
const second = [version('2026-02-01', 2), version('2026-02-01', 1)];
const kept = (list: readonly (typeof first)[number][], isDeleted = false) => [
  ...(isDeleted ? [{ entity: null }] : []),
  ...list.map((entity) => ({ entity })),
];
const offered = (value: (typeof first)[number] | undefined, versions: ReturnType<typeof kept>) =>
  versions.filter(({ entity }) => canRevertTo(entity, value, versions)).map(({ entity }) => entity);

describe('a revert', () => {
  it('is offered for the versions of the last life, except for the current one', () => {
    const versions = [...kept(second), ...kept(first, true)];
    expect(offered(second[0], versions)).toEqual([second[1]]);
  });

  it('is offered for all versions of the last life if the entity is deleted', () => {
    const versions = [...kept(second, true), ...kept(first, true)];
    expect(offered(undefined, versions)).toEqual(second);
  });

  it('is offered without times too', () => {
    const one = { id: 'n1', version: 1 };
    expect(canRevertTo(one, { id: 'n1', version: 2 }, [])).toBe(true);
    expect(canRevertTo(one, one, [])).toBe(false);
  });
});
