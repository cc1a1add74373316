import { beforeEach, describe, expect, it } from 'vitest';
import { DocModel, KeyedDocModel } from './operator-models.js';
import { faultyTable } from './raw-table.js';

type Made = Awaited<ReturnType<typeof faultyTable>>;
let made: Made;
beforeEach(async () => {
  made ??= await faultyTable();
  made.faults.setRules([]);
});

const unknown = { name: 'WriteOutcomeUnknownError' };
const element = { log: ['x'] };
/** The status of a request whose condition fails. */
const rejected = 400;

describe.each([
  ['in one request', DocModel],
  ['where keys are computed anew', KeyedDocModel],
] as const)('an append %s', (_, Model) => {
  async function prepared() {
    const [models, others] = [new Model(made.table), new Model(made.honest)];
    const { id } = await others.create({});
    return { models, others, id, stored: () => others.getById(id, { consistent: true }) };
  }

  it('is applied once though its reply was lost', async () => {
    const { models, id, stored } = await prepared();
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    expect(await models.update(id, {}, { append: element })).toMatchObject({ ...element, version: 2 });
    expect(await stored()).toMatchObject({ ...element, version: 2 });
  });

  it('with an expected version is retried, and applied once', async () => {
    const { models, id, stored } = await prepared();
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    const update = models.update(id, {}, { append: element, expectedVersion: 1 });
    expect(await update).toMatchObject({ ...element, version: 2 });
    expect(await stored()).toMatchObject({ ...element, version: 2 });
  });

  it('is unknown, never twice, where others wrote after its lost reply', async () => {
    const { models, others, id, stored } = await prepared();
    made.faults.setRules([{ fault: 'lost-reply', operation: 'UpdateItem', times: 1 }]);
    made.gate.before('UpdateItem', 2, async () => {
      await others.update(id, {}, { append: { log: ['other'] } });
      await others.update(id, {}, { append: { log: ['another'] } });
    });
    await expect(models.update(id, {}, { append: element })).rejects.toMatchObject(unknown);
    expect(await stored()).toMatchObject({ log: ['x', 'other', 'another'], version: 4 });
  });

  it('that arrives once more after its call has ended changes nothing', async () => {
    const { models, others, id, stored } = await prepared();
    const deliver = made.gate.hold('UpdateItem', { isApplied: true });
    expect(await models.update(id, {}, { append: element })).toMatchObject(element);
    expect(await deliver()).toBe(rejected);
    await others.update(id, {}, { append: { log: ['other'] } });
    expect(await deliver()).toBe(rejected);
    expect(await stored()).toMatchObject({ log: ['x', 'other'], version: 3 });
  });

  it('that arrives only after its call has ended changes nothing', async () => {
    const { models, id, stored } = await prepared();
    const deliver = made.gate.hold('UpdateItem');
    const outcome = await models.update(id, {}, { append: element }).catch(({ name }) => ({ name }));
    expect(await deliver()).toBe(rejected);
    const isBlind = Model === DocModel; // it is not retried, since nothing would tell both attempts from one
    expect(outcome).toMatchObject(isBlind ? unknown : element);
    expect((await stored())?.log).toEqual(isBlind ? undefined : ['x']);
  });
});

describe('an append below an absent parent, in two requests', () => {
  const prepared = async () => (await new DocModel(made.honest).create({})).id;
  const stored = async (id: string) => (await new DocModel(made.honest).getById(id, { consistent: true }))?.meta;
  const append = (id: string) => new DocModel(made.table).update(id, {}, { append: { 'meta.log': ['x'] } });

  it('is unknown where the first reply was lost, and not applied', async () => {
    const id = await prepared();
    const deliver = made.gate.hold('UpdateItem', { isApplied: true });
    await expect(append(id)).rejects.toMatchObject(unknown);
    expect(await deliver()).toBe(rejected);
    expect(await stored(id)).toBeUndefined();
  });

  it('is applied once where the second reply was lost', async () => {
    const id = await prepared();
    let deliver = async () => 0;
    made.gate.before('UpdateItem', 1, async () => {
      deliver = made.gate.hold('UpdateItem', { isApplied: true });
    });
    expect(await append(id)).toMatchObject({ meta: { log: ['x'] }, version: 2 });
    expect(await deliver()).toBe(rejected);
    expect(await stored(id)).toEqual({ log: ['x'] });
  });
});
