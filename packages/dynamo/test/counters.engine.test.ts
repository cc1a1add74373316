import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DynamoModelOptions, key, transact } from '../src/index.js';
import { capturedLogger } from './captured-logger.js';
import { NamedModel, type Project, ProjectModel } from './counter-models.js';
import { faultyTable } from './raw-table.js';

type Made = Awaited<ReturnType<typeof faultyTable>>;
let made: Made;
let projects: ProjectModel;
let named: NamedModel;
/** Models of another process: none of their requests is held. */
let others: { projects: ProjectModel; named: NamedModel };
beforeAll(async () => {
  made = await faultyTable();
  projects = new ProjectModel(made.table);
  named = new NamedModel(made.table);
  others = { projects: new ProjectModel(made.honest), named: new NamedModel(made.honest) };
});

const newProject = (attributes: Partial<Project> = {}) =>
  others.projects.create({ ref: randomUUID(), name: 'Web', ...attributes });
const stored = (id: string) => others.projects.getById(id, { consistent: true });
const one = { increment: { openIssues: 1 } } as const;
/** Many calls at the same time may take a slow machine longer than a call has by default. */
const patient = { ...one, deadlineMs: 60_000 } as const;
const times = <R>(n: number, work: () => Promise<R>) => Promise.all(Array.from({ length: n }, work));

describe('a count', () => {
  it('is one request, and leaves version and time of the update as they are', async () => {
    const { id } = await newProject();
    const before = await others.projects.update(id, { name: 'Site' });
    const requests = made.faults.counts.UpdateItem ?? 0;
    const counted = await projects.update(id, {}, { increment: { openIssues: 2, stock: -1 } });
    expect(made.faults.counts.UpdateItem).toBe(requests + 1);
    expect(counted).toEqual({ ...before, openIssues: 2, stock: -1 });
    expect(await stored(id)).toEqual(counted);
  });

  it('does not disturb an open form', async () => {
    const { id, version } = await newProject();
    const counts = times(50, () => projects.update(id, {}, patient));
    expect(
      await others.projects.update(id, { name: 'Site' }, { expectedVersion: version, deadlineMs: 60_000 }),
    ).toMatchObject({
      version: 2,
    });
    await counts;
    expect(await stored(id)).toMatchObject({ name: 'Site', openIssues: 50, version: 2 });
  });

  it('raises the version together with another change, and with any other operator', async () => {
    const { id } = await newProject();
    expect(await projects.update(id, { orgId: 'a' }, one)).toMatchObject({ openIssues: 1, version: 2 });
    expect(await projects.update(id, {}, { ...one, remove: ['orgId'] })).toMatchObject({ openIssues: 2, version: 3 });
    expect(await projects.update(id, { name: 'Site' }, one)).toMatchObject({ openIssues: 3, version: 4 });
    expect(await projects.update(id, { openIssues: 0 })).toMatchObject({ openIssues: 0, version: 5 });
  });

  it('at an expected version holds to it without raising it', async () => {
    const { id } = await newProject();
    expect(await projects.update(id, {}, { ...one, expectedVersion: 1 })).toMatchObject({ openIssues: 1, version: 1 });
    expect(await projects.update(id, {}, { ...one, expectedVersion: 1 })).toMatchObject({ openIssues: 2, version: 1 });
    await others.projects.update(id, { name: 'Site' });
    await expect(projects.update(id, {}, { ...one, expectedVersion: 1 })).rejects.toMatchObject({
      name: 'VersionConflictError',
      actualVersion: 2,
    });
    expect(await stored(id)).toMatchObject({ openIssues: 2, version: 2 });
  });

  it('never takes more than there is', async () => {
    const { id } = await newProject({ stock: 10 });
    const sell = () =>
      projects.update(id, {}, { if: { stock: { gte: 1 } }, increment: { stock: -1 }, deadlineMs: 60_000 });
    const sold = await Promise.allSettled(Array.from({ length: 30 }, sell));
    const errors = sold.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(errors).toHaveLength(20);
    for (const error of errors) expect(error).toMatchObject({ name: 'ConditionFailedError', attributes: ['stock'] });
    expect(await stored(id)).toMatchObject({ stock: 0, version: 1 });
  });

  it('finds no entity that is absent, deleted or expired', async () => {
    const expired = await newProject({ expiresAt: 1 });
    const { id } = await newProject();
    await others.projects.delete(id);
    for (const absent of [randomUUID(), id, expired.id]) {
      expect(await projects.update(absent, {}, one)).toBeNull();
      await expect(transact([projects.updating(absent, {}, { ...one, returns: 'none' })])).rejects.toMatchObject({
        cause: { name: 'EntityNotFoundError' },
      });
      await expect(transact([projects.updating(absent, {}, one)])).rejects.toMatchObject({
        cause: { name: 'EntityNotFoundError' },
      });
    }
    expect(await made.raw.get(`PROJECT#${expired.id}`)).not.toHaveProperty('openIssues');
  });

  it('keeps to its scope', async () => {
    const { id } = await newProject({ orgId: 'acme' });
    expect(await projects.within({ orgId: 'other' }).update(id, {}, one)).toBeNull();
    expect(await projects.within({ orgId: 'acme' }).update(id, {}, one)).toMatchObject({ openIssues: 1, version: 1 });
    const part = projects.within({ orgId: 'other' }).updating(id, {}, { ...one, returns: 'none' });
    await expect(transact([part])).rejects.toMatchObject({ cause: { name: 'EntityNotFoundError' } });
    expect(await stored(id)).toMatchObject({ openIssues: 1, version: 1 });
  });

  it('counts up null, in one go with others', async () => {
    const { id } = await newProject({ openIssues: null });
    await times(10, () => projects.update(id, {}, { ...patient, if: { name: 'Web' } }));
    expect(await stored(id)).toMatchObject({ openIssues: 10, version: 1 });
  });

  it('rejects what is no number, and a sum that is not exact', async () => {
    const { id } = await newProject({ openIssues: 'x' as never, stock: Number.MAX_SAFE_INTEGER });
    const invalid = { name: 'InvalidItemError', attribute: 'openIssues', reason: 'no counter' };
    await expect(projects.update(id, {}, one)).rejects.toMatchObject(invalid);
    const unsafe = { name: 'InvalidItemError', attribute: 'stock', reason: 'unsafe integer' };
    await expect(projects.update(id, {}, { increment: { stock: 1 } })).rejects.toMatchObject(unsafe);
  });

  it('is noted in the log without a new version', async () => {
    const { id } = await newProject();
    const { logger, lines } = capturedLogger('INFO');
    await new ProjectModel({ ...made.honest, logger }).update(id, {}, one);
    expect(lines.at(-1)).toMatchObject({ written: [{ entity: 'Project', id, versionBefore: 1, versionAfter: 1 }] });
  });

  it('at an entity that is deleted, with the version at which it is deleted', async () => {
    const { id } = await newProject();
    await projects.update(id, {}, one);
    await expect(projects.delete(id, { if: { openIssues: 0 } })).rejects.toMatchObject({
      name: 'ConditionFailedError',
    });
    expect(await projects.delete(id, { expectedVersion: 1 })).toBe(true);
    expect(await projects.create({ ref: id, name: 'Web' })).not.toHaveProperty('openIssues');
  });
});

describe('an update of other attributes', () => {
  it('that reads first does not overwrite counts, and returns them', async () => {
    const { id } = await newProject();
    made.gate.before('UpdateItem', 1, () => others.projects.update(id, {}, one));
    expect(await projects.update(id, { name: 'Site' })).toMatchObject({ name: 'Site', openIssues: 1, version: 2 });
    expect(await stored(id)).toMatchObject({ openIssues: 1, version: 2 });
  });

  it('that counts up null does not overwrite counts', async () => {
    const { id } = await newProject({ openIssues: null });
    made.gate.before('UpdateItem', 1, () => others.projects.update(id, {}, one));
    expect(await projects.update(id, { name: 'Site' }, one)).toMatchObject({ openIssues: 2, version: 2 });
  });

  it('in a transaction does not overwrite counts, and returns those that it read', async () => {
    const { id } = await others.named.create({ ref: randomUUID(), name: randomUUID(), openIssues: 1 });
    made.gate.before('TransactWriteItems', 1, () => others.named.update(id, {}, one));
    expect(await named.update(id, { name: randomUUID() })).toMatchObject({ openIssues: 1, version: 2 });
    expect(await named.getById(id, { consistent: true })).toMatchObject({ openIssues: 2, version: 2 });
  });

  it('that is written whole does not lose counts', async () => {
    const wide = Object.fromEntries(Array.from({ length: 276 }, (_, i) => [`attribute${i}`, 'x']));
    const { id } = await newProject({ ...wide, openIssues: 1 });
    made.gate.before('PutItem', 1, () => others.projects.update(id, {}, one));
    const changes = Object.fromEntries(Object.keys(wide).map((name) => [name, 'y']));
    const updated = await projects.update(id, { ...changes, name: 'Site' }, { if: { orgId: { exists: false } } });
    expect(updated).toMatchObject({ attribute275: 'y', name: 'Site', openIssues: 2, version: 2 });
    const counts = times(20, () => others.projects.update(id, {}, patient));
    await projects.update(id, { ...wide, name: 'Web' }, { deadlineMs: 60_000 });
    await counts;
    expect(await stored(id)).toMatchObject({ attribute275: 'x', openIssues: 22, version: 3 });
  });

  it('under a condition on a counter decides by the database, and is not applied late', async () => {
    const { id } = await newProject({ stock: 1 });
    made.gate.before('UpdateItem', 1, () => others.projects.update(id, {}, { increment: { stock: -1 } }));
    const options = { if: { stock: { gte: 1 } }, expectedVersion: 1 } as const;
    await expect(projects.update(id, { name: 'Site' }, options)).rejects.toMatchObject({
      name: 'ConditionFailedError',
      attributes: ['stock'],
    });
    const deliver = made.gate.hold('UpdateItem');
    await expect(projects.update(id, { name: 'Site' }, options)).rejects.toMatchObject({
      name: 'ConditionFailedError',
    });
    await others.projects.update(id, {}, { increment: { stock: 1 } });
    expect(await deliver()).toBe(400);
    expect(await stored(id)).toMatchObject({ name: 'Web', stock: 1, version: 1 });
  });
});

describe('in a transaction', () => {
  it('counts without a read and without a conflict', async () => {
    const { id, version } = await newProject();
    await times(20, () =>
      transact(
        [
          projects.updating(id, {}, { ...one, returns: 'none' }),
          projects.creating({ ref: randomUUID(), name: 'Issue' }),
        ],
        { deadlineMs: 60_000 },
      ),
    );
    expect(await projects.update(id, { name: 'Site' }, { expectedVersion: version })).toMatchObject({ openIssues: 20 });
  });

  it('gives the entity as read, with the count', async () => {
    const { id } = await newProject();
    made.gate.before('TransactWriteItems', 1, () => others.projects.update(id, { orgId: 'b' }));
    const [first] = await transact([projects.updating(id, {}, one)]);
    expect(first).toMatchObject({ openIssues: 1, orgId: 'b', version: 2 });
    made.gate.before('TransactWriteItems', 1, () => others.projects.update(id, {}, one));
    const [second] = await transact([projects.updating(id, {}, one)]);
    expect(second).toMatchObject({ openIssues: 2, version: 2 });
    expect(await stored(id)).toMatchObject({ openIssues: 3, version: 2 });
  });

  it('counts once under a key', async () => {
    const { id } = await newProject();
    const once = randomUUID();
    expect(await projects.update(id, {}, { ...one, once })).toMatchObject({ openIssues: 1, version: 1 });
    expect(await projects.update(id, {}, { ...one, once })).toMatchObject({ openIssues: 1, version: 1 });
  });

  it('is rejected under a condition that does not hold, and an expected version', async () => {
    const { id } = await newProject({ stock: 0 });
    for (const returns of ['none', undefined] as const) {
      const part = (options: object) => transact([projects.updating(id, {}, { ...options, returns } as never)]);
      const sell = { increment: { stock: -1 }, if: { stock: { gte: 1 } } };
      await expect(part(sell)).rejects.toMatchObject({
        cause: { name: 'ConditionFailedError', attributes: ['stock'] },
      });
      await expect(part({ ...one, expectedVersion: 2 })).rejects.toMatchObject({
        cause: { name: 'VersionConflictError', actualVersion: 1 },
      });
    }
  });

  it.each([false, true])('a check that fails is not undone by a late attempt (after a fence: %s)', async (isFenced) => {
    const { id } = await newProject({ stock: 0 });
    const ref = randomUUID();
    let deliver = async () => 0;
    const hold = () => {
      deliver = made.gate.hold('TransactWriteItems');
    };
    const raiseFence = async () => {
      const item = await made.raw.get(`PROJECT#${id}`);
      await made.raw.put({ ...item, id: `PROJECT#${id}`, _fence: Date.now() + 1_000 });
      hold();
    };
    if (isFenced) made.gate.before('TransactWriteItems', 1, raiseFence);
    else hold();
    const parts = [projects.checking(id, { if: { stock: 1 } }), projects.creating({ ref, name: 'x' })];
    await expect(transact(parts)).rejects.toMatchObject({ cause: { name: 'ConditionFailedError' } });
    await others.projects.update(id, {}, { increment: { stock: 1 } });
    expect(await deliver()).toBe(400);
    expect(await stored(ref)).toBeNull();
  });
});

describe('a declaration of counters', () => {
  const declared = (declarations: object, setGSIKeys?: (project: Project) => void) => {
    class Model extends ProjectModel {
      protected override setGSIKeys(project: Project): void {
        if (setGSIKeys) setGSIKeys(project);
        else super.setGSIKeys(project);
      }
    }
    Object.assign(Model.prototype, declarations);
    return new Model({ tableName: 'no-such-table' } as DynamoModelOptions);
  };
  const plainKeys = (project: Project) => {
    project.pk1 = `PROJECT#${project.name}`;
  };

  it.each<[string, object, ((project: Project) => void)?]>([
    [
      'openIssues of Project is a counter, and part of an index key',
      { indexedAttributes: () => ['name', 'openIssues'] },
    ],
    [
      'openIssues of Project is a counter, and part of an index key',
      {},
      (project) => {
        project.pk1 = key(project)`OPEN#${'openIssues'}`;
      },
    ],
    ['stock of Project is a counter, and a unique attribute', { uniqueAttributes: () => [['name', 'stock']] }],
    ['expiresAt of Project is a counter, and the time of expiry', { counters: () => ['expiresAt'] }],
    ['counters() of Project has version, which the model manages', { counters: () => ['version'] }],
    ['at most 20', { counters: () => Array.from({ length: 21 }, (_, i) => `n${i}`) }],
    ['declare indexedAttributes()', {}, plainKeys],
    [
      'setGSIKeys reads stock, which indexedAttributes() does not list',
      { indexedAttributes: () => ['name'] },
      (project) => {
        project.pk1 = `STOCK#${project.stock}`;
      },
    ],
  ])('is rejected at the first use: %s', async (message, declarations, setGSIKeys) => {
    await expect(declared(declarations, setGSIKeys).getById('a')).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    );
  });

  it('keeps counters out of scopes', () => {
    expect(() => projects.within({ stock: 1 })).toThrow('stock is a counter, which no scope can have');
  });

  it('takes numbers only', () => {
    class Wrong extends ProjectModel {
      // @ts-expect-error name is text
      protected override counters() {
        return ['name'] as const;
      }
    }
    expect(Wrong).toBeDefined();
  });
});
