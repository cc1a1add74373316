import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { type BaseModel, DynamoModel, inspect } from '../src/index.js';
import { ProductDynamoModel, VoucherModel } from './models.js';

interface Sample extends BaseModel {
  name?: string;
  big?: number;
  tags?: Set<string>;
  sizes?: Set<number>;
  photo?: Uint8Array;
  photos?: Set<Uint8Array>;
  nested?: { list: unknown[] };
  note?: string | null;
  orgId?: string;
}
class SampleModel extends DynamoModel<Sample> {
  protected getEntityName() {
    return 'Sample';
  }
  protected generateId() {
    return 'unused';
  }
  protected setGSIKeys() {}
  protected override keepsHistory() {
    return true;
  }
}
const samples = new SampleModel();

const stored = {
  ...{ id: 'SAMPLE#1', pk1: 'SAMPLE', sk1: 'NAME#Ada', _writeId: 'w', _countId: 'c', _fence: 1 },
  ...{ createdAt: '2026-11-30T00:00:00.000Z', version: 3, name: 'Ada', note: null },
  tags: new Set(['a', 'b']),
  sizes: new Set([1, 2]),
  photo: new Uint8Array([1, 2, 255]),
  photos: new Set([new Uint8Array([7])]),
  nested: { list: [1, 'two', { three: [new Uint8Array([3])] }] },
  big: 9007199254740993n,
};
const entity = {
  ...{
    id: '1',
    createdAt: stored.createdAt,
    version: 3,
    name: 'Ada',
    note: null,
    tags: stored.tags,
    sizes: stored.sizes,
  },
  ...{ photo: stored.photo, photos: stored.photos, nested: stored.nested, big: stored.big },
};

type Image = Record<string, object>;
/** A record in the form of GetRecords, with decoded bytes. */
const image = (item: object): Image => marshall(item, { removeUndefinedValues: true }) as Image;
/** A record in the form of a Lambda event: JSON, with bytes in Base64. */
const jsonImage = (item: object): Image =>
  JSON.parse(
    JSON.stringify(image(item), function (this: Record<string, unknown>, name, value: unknown) {
      return this[name] instanceof Uint8Array ? Buffer.from(this[name]).toString('base64') : value;
    }),
  );

describe('entityOf', () => {
  it.each([
    ['GetRecords', image],
    ['Lambda', jsonImage],
  ])('returns the entities of a record of %s as the model returns them', (_, imageOf) => {
    const before = { ...stored, version: 2, name: 'Countess' };
    const record = {
      dynamodb: { OldImage: imageOf(before), NewImage: imageOf(stored), StreamViewType: 'NEW_AND_OLD_IMAGES' },
    };
    expect(samples.entityOf(record)).toStrictEqual({
      before: { ...entity, version: 2, name: 'Countess' },
      after: entity,
    });
    expect(samples.entityOf({ dynamodb: { NewImage: imageOf(stored) } })).toStrictEqual({ after: entity });
    expect(samples.entityOf({ dynamodb: { OldImage: imageOf(stored) } })).toStrictEqual({ before: entity });
  });

  it.each([
    ['another entity', 'SAMPLES#1'],
    ['the prefix alone', 'SAMPLE#'],
    ['a prefix in another case', 'sample#1'],
    ['a claim', 'UNIQUE#SAMPLE#name#SAMPLE#1'],
    ['the mark', 'UNIQUE#'],
    ['a record of once', 'ONCE#SAMPLE#1'],
    ['a kept version', 'SAMPLE@1#2026#1'],
    ['a checkpoint of a stream', '#CHECKPOINT#SAMPLE#1'],
  ])('returns null for %s', (_, id) => {
    expect(samples.entityOf({ dynamodb: { NewImage: image({ ...stored, id }) } })).toBeNull();
  });

  it('treats a tombstone as absent', () => {
    const tombstone = image({ id: 'SAMPLE#1', _tombstone: true, _fence: 5, expiresAt: 9 });
    const item = image(stored);
    expect(samples.entityOf({ dynamodb: { OldImage: item, NewImage: tombstone } })).toStrictEqual({ before: entity });
    expect(samples.entityOf({ dynamodb: { OldImage: tombstone, NewImage: item } })).toStrictEqual({ after: entity });
    expect(samples.entityOf({ dynamodb: { OldImage: tombstone } })).toBeNull();
  });

  it('returns an entity that has expired, since its removal comes later', () => {
    const item = image({ id: 'VOUCHER#1', createdAt: 'then', version: 1, status: 'open', uses: 0, expiresAt: 1 });
    expect(new VoucherModel().entityOf({ dynamodb: { OldImage: item } })?.before).toMatchObject({ expiresAt: 1 });
  });

  it('treats an entity of another scope as absent, including one that leaves the scope', () => {
    const ours = image({ ...stored, orgId: 'a' });
    const theirs = image({ ...stored, orgId: 'b' });
    const ofA = samples.within({ orgId: 'a' });
    expect(ofA.entityOf({ dynamodb: { NewImage: theirs } })).toBeNull();
    expect(ofA.entityOf({ dynamodb: { OldImage: ours, NewImage: theirs } })).toStrictEqual({
      before: { ...entity, orgId: 'a' },
    });
  });

  it('returns version 0 for an item without a version', () => {
    const item = image({ id: 'PRODUCT#1', name: 'Lamp' });
    expect(new ProductDynamoModel().entityOf({ dynamodb: { NewImage: item } })).toStrictEqual({
      after: { id: '1', name: 'Lamp', version: 0 },
    });
  });

  it.each([
    [{ StreamViewType: 'NEW_IMAGE', NewImage: image(stored) }, 'has NEW_IMAGE alone; it needs NEW_AND_OLD_IMAGES'],
    [{ StreamViewType: 'KEYS_ONLY' }, 'has KEYS_ONLY alone; it needs NEW_AND_OLD_IMAGES'],
    [{}, 'has no image; it needs NEW_AND_OLD_IMAGES'],
    [undefined, 'has no image; it needs NEW_AND_OLD_IMAGES'],
  ])('rejects a record of another kind of stream (%#), and says what to do', (dynamodb, says) => {
    expect(() => samples.entityOf({ dynamodb })).toThrow(TypeError);
    expect(() => samples.entityOf({ dynamodb })).toThrow(says);
    expect(() => samples.entityOf({ dynamodb })).toThrow('run "pnpm table stream"');
  });
});

it('inspect accepts a model within a scope', () => {
  const vouchers = new VoucherModel().within({ scope: 'a' });
  expect(inspect(vouchers as unknown as VoucherModel)).toMatchObject({ prefix: 'VOUCHER#', expiry: 'expiresAt' });
});
