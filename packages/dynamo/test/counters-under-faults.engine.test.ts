import { randomUUID } from 'node:crypto';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { transact } from '../src/index.js';
import { type Project, ProjectModel } from './counter-models.js';
import { faultyTable } from './raw-table.js';

type Made = Awaited<ReturnType<typeof faultyTable>>;
let made: Made;
let projects: ProjectModel;
/** Models of another process: none of their requests is held. */
let others: { projects: ProjectModel };
beforeAll(async () => {
  made = await faultyTable();
  projects = new ProjectModel(made.table);
  others = { projects: new ProjectModel(made.honest) };
});

const newProject = (attributes: Partial<Project> = {}) =>
  others.projects.create({ ref: randomUUID(), name: 'Web', ...attributes });
const stored = (id: string) => others.projects.getById(id, { consistent: true });
const one = { increment: { openIssues: 1 } } as const;
const unknown = { name: 'WriteOutcomeUnknownError' };

/** Attempts that arrive late, and attempts that are applied, lose their answer, and arrive once more. */
const arrivals = [
  ['late', { isApplied: false }],
  ['twice', { isApplied: true }],
] as const;

describe.each(arrivals)('a count whose attempt gets no answer, and arrives %s', (_, how) => {
  it('counts once at most, and says what became of it', async () => {
    const { id } = await newProject();
    const deliver = made.gate.hold('UpdateItem', how);
    const counting = projects.update(id, {}, one);
    if (how.isApplied) expect(await counting).toMatchObject({ openIssues: 1, version: 1 });
    else await expect(counting).rejects.toMatchObject(unknown);
    const count = how.isApplied ? 1 : 0;
    expect(await deliver()).toBe(400);
    await others.projects.update(id, {}, one);
    expect(await deliver()).toBe(400);
    expect(await stored(id)).toMatchObject({ openIssues: count + 1, version: 1 });
  });

  it('is not taken for the count of another, and an update in between does not hide it', async () => {
    const { id } = await newProject();
    const deliver = made.gate.hold('UpdateItem', how);
    // the fence is the second UpdateItem that gets there
    made.gate.before('UpdateItem', 1, () => others.projects.update(id, { orgId: 'b' }));
    const counting = projects.update(id, {}, one);
    if (how.isApplied) expect(await counting).toMatchObject({ openIssues: 1, orgId: 'b', version: 2 });
    else await expect(counting).rejects.toMatchObject(unknown);
    expect(await deliver()).toBe(400);
    const other = made.gate.hold('UpdateItem', how);
    made.gate.before('UpdateItem', 1, () => others.projects.update(id, {}, one));
    await expect(projects.update(id, {}, one)).rejects.toMatchObject(unknown);
    expect(await other()).toBe(400);
    expect(await stored(id)).toMatchObject({ openIssues: how.isApplied ? 3 : 1, version: 2 });
  });

  it('is not counted for an entity that was created since', async () => {
    const { id } = await newProject();
    const deliver = made.gate.hold('UpdateItem', how);
    made.gate.before('UpdateItem', 1, () => others.projects.delete(id));
    await expect(projects.update(id, {}, one)).rejects.toMatchObject(unknown);
    await others.projects.create({ ref: id, name: 'Anew' });
    expect(await deliver()).toBe(400);
    expect(await stored(id)).not.toHaveProperty('openIssues');
  });

  it('is not counted again at an expected version, which it leaves as it is', async () => {
    const { id } = await newProject();
    const deliver = made.gate.hold('UpdateItem', how);
    const counting = projects.update(id, {}, { ...one, expectedVersion: 1 });
    if (how.isApplied) expect(await counting).toMatchObject({ openIssues: 1, version: 1 });
    else await expect(counting).rejects.toMatchObject(unknown);
    await others.projects.update(id, {}, one);
    expect(await deliver()).toBe(400);
    expect(await stored(id)).toMatchObject({ openIssues: how.isApplied ? 2 : 1, version: 1 });
  });

  it('is counted once in a transaction', async () => {
    for (const options of [{}, { returns: 'none' }] as const) {
      const { id } = await newProject();
      const deliver = made.gate.hold('TransactWriteItems', how);
      await transact([projects.updating(id, {}, { ...one, ...(options as { returns: 'none' }) })]);
      await others.projects.update(id, {}, one);
      await deliver();
      expect(await stored(id)).toMatchObject({ openIssues: 2, version: 1 });
    }
  });
});

it('is counted once where it has an answer, and once at most where its outcome is unknown', async () => {
  const { id } = await newProject({ stock: 0 });
  const when = (body: object) => JSON.stringify(body).includes('_countId');
  made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', rate: 0.2, when }]);
  const amounts = Array.from({ length: 26 }, (_, i) => 4 ** i);
  const counts = await Promise.allSettled(
    amounts.map((stock) => projects.update(id, {}, { increment: { stock }, deadlineMs: 60_000 })),
  );
  made.faults.setRules([]);
  expect(made.faults.injected['lost-reply']).toBeGreaterThan(0);
  const { stock, version } = (await stored(id)) as Project;
  // each digit is how often a count was applied
  const applied = [...(stock ?? 0).toString(4).padStart(26, '0')].reverse();
  for (const [i, count] of counts.entries()) {
    if (count.status === 'rejected') expect(count.reason).toMatchObject(unknown);
    expect(count.status === 'fulfilled' ? ['1'] : ['0', '1']).toContain(applied[i]);
  }
  expect(version).toBe(1);
});

describe('a count that the network delivers twice', () => {
  /** Models whose writes arrive twice: their callers get the answer to the second delivery. */
  const doubled = async (between: () => Promise<unknown> = async () => {}) => {
    const inner = new NodeHttpHandler();
    const handler = {
      async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
        await inner.handle(Object.assign(Object.create(Object.getPrototypeOf(request)), request), options);
        await between();
        return inner.handle(request, options);
      },
    };
    return new ProjectModel({ ...made.honest, client: (await freshTable({ requestHandler: handler })).client });
  };

  it('counts once, and is answered', async () => {
    const { id } = await newProject();
    expect(await (await doubled()).update(id, {}, one)).toMatchObject({ openIssues: 1, version: 1 });
    expect(await stored(id)).toMatchObject({ openIssues: 1, version: 1 });
  });

  it('and whose entity was deleted in between is not said to have found none', async () => {
    const { id } = await newProject();
    // a recent fence: its delete leaves a tombstone
    await made.raw.put({ ...(await made.raw.get(`PROJECT#${id}`)), id: `PROJECT#${id}`, _fence: Date.now() - 1_000 });
    const models = await doubled(() => others.projects.delete(id));
    await expect(models.update(id, {}, one)).rejects.toMatchObject(unknown);
  });
});

it('a count passes a fence that a process with a faster clock has raised', async () => {
  const { id } = await newProject();
  await made.raw.put({ ...(await made.raw.get(`PROJECT#${id}`)), id: `PROJECT#${id}`, _fence: Date.now() + 60_000 });
  expect(await projects.update(id, {}, one)).toMatchObject({ openIssues: 1, version: 1 });
});
