import { type BaseModel, DynamoModel, generateUUID, inspect } from '@aws-starter-kit/dynamo';
import { faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, it } from 'vitest';
import { type OlderTable, olderTable, type RawItem } from '../../../test/older-table.js';
import { examineTable, reportText } from '../src/index.js';
import { examineWhile } from './examine-while.js';
import { voucher, voucherClaim, voucherClaimId, vouchers } from './voucher-model.js';

const minute = 60_000;

interface Note extends BaseModel {
  text: string;
}

class NoteModel extends DynamoModel<Note> {
  protected getEntityName() {
    return 'Note';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(note: Note) {
    note.pk1 = 'NOTE';
    note.sk1 = 'ALL';
  }
}

/** The rest of a deleted entity, as a model leaves it after an attempt that got no answer. */
function tombstone(id: string, ageMs: number): RawItem {
  const fence = Date.now() - ageMs;
  return {
    id: `VOUCHER#${id}`,
    _tombstone: true,
    _fence: fence,
    expiresAt: Math.ceil((fence + 10 * minute) / 1000),
  };
}

const examine = ({ client, tableName }: OlderTable, fix: boolean) =>
  examineTable({ client, tableName, rate: 100_000, segments: 1, models: vouchers, fix });

describe.concurrent('a tombstone', () => {
  it('is removed once its fence is over ten minutes old, and has neither claims nor keys nor findings', async () => {
    const [young, old] = [tombstone('young', 9 * minute), tombstone('old', 11 * minute)];
    const table = await olderTable([young, old]);
    const found = await examine(table, false);
    expect(found).toMatchObject({ kept: [], counts: { items: 2, entities: 0, tombstones: 2, removedTombstones: 0 } });
    expect(await table.all()).toEqual([old, young]);

    const fixed = await examine(table, true);
    expect(fixed).toMatchObject({ kept: [], mark: 'was set now', counts: { tombstones: 2, removedTombstones: 1 } });
    expect(await table.all()).toEqual([{ id: 'UNIQUE#' }, young]);
    expect(reportText(fixed, { fix: true, place: 'here' })).toContain(
      '\nTombstones of deleted entities: 2, 1 of them removed\n',
    );
  });

  it('is recognised as the models leave it', async () => {
    const requestHandler = faultyHandler({ rules: [{ fault: 'lost-reply', operation: 'PutItem', times: 1 }] });
    const table = await olderTable([], { requestHandler });
    const model = new NoteModel(table);
    const { id } = await model.create({ text: 'deleted' });
    await model.delete(id);
    expect(await table.read(`NOTE#${id}`)).toBeDefined();

    const { client, tableName } = table;
    const models = [{ stores: inspect(model) }];
    const { kept, counts } = await examineTable({ client, tableName, rate: 100_000, segments: 1, models, fix: true });
    expect({ kept, counts }).toMatchObject({ kept: [], counts: { entities: 0, tombstones: 1, removedTombstones: 0 } });
  });

  it('of another model is left alone', async () => {
    const other = { ...tombstone('1', 11 * minute), id: 'OTHER#1' };
    const table = await olderTable([other]);
    expect((await examine(table, true)).counts).toMatchObject({ tombstones: 0, unknown: { OTHER: 1 } });
    expect(await table.read(other.id)).toEqual(other);
  });

  it('owns no claim: one that names it is an orphan', async () => {
    const young = tombstone('young', minute);
    const table = await olderTable([young, { id: voucherClaimId('code'), ownerId: young.id }]);
    expect((await examine(table, true)).kept).toEqual([
      { kind: 'orphan claim', ids: [young.id], what: 'code: owner is gone', outcome: 'repaired' },
    ]);
    expect(await table.all()).toEqual([{ id: 'UNIQUE#' }, young]);
  });

  it('gives way to an entity that holds the value of its claim', async () => {
    const young = tombstone('young', minute);
    const holder = voucher('holder', 'code');
    const table = await olderTable([young, { id: voucherClaimId('code'), ownerId: young.id }, holder]);
    await examine(table, true);
    expect(await table.all()).toEqual([{ id: 'UNIQUE#' }, voucherClaim(holder), holder, young]);
  });

  it('stays if its fence was raised in the meantime', async () => {
    const old = tombstone('raised', 11 * minute);
    const raised = { ...old, _fence: Date.now() };
    const table = await olderTable([old]);
    const { counts } = await examineWhile(table, 'DeleteItem', () => table.write(raised), { models: vouchers });
    expect(counts).toMatchObject({ tombstones: 1, removedTombstones: 0 });
    expect(await table.read(old.id)).toEqual(raised);
  });

  it('gets no index keys, though it was an entity with wrong ones when it was scanned', async () => {
    const item = voucher('deleted', 'code', { sk1: 'TITLE#stale' });
    const young = tombstone('deleted', 0);
    const table = await olderTable([item]);
    await examineWhile(table, 'GetItem', () => table.write(young), { models: vouchers });
    expect(await table.all()).toEqual([young]);
  });

  it('is not mistaken for the entity that has replaced it in the meantime', async () => {
    const old = tombstone('replaced', 11 * minute);
    const created = voucher('replaced', 'code', { _fence: old._fence });
    const table = await olderTable([old]);
    const create = () => table.write(created, voucherClaim(created));
    await examineWhile(table, 'DeleteItem', create, { models: vouchers });
    expect(await table.all()).toEqual([voucherClaim(created), created]);
  });
});
