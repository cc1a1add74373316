import { describe, expect, it } from 'vitest';
import { parseVectors } from '../src/connection/vector-settings.js';
import { checkVector, rejectVectorParts, resolveVectorIndex, vectorKeys } from '../src/entity/vector-index.js';
import { tableDefinition } from '../src/index.js';
import { entityDefinitionOf } from '../src/model-declarations.js';
import { checkedSearch } from '../src/read/search-vectors.js';
import { NoteModel, PageModel } from './vector-models.js';

const embedding = { attribute: 'embedding', dimensions: 2 };
const resolved = (more: object = {}) => {
  const vectors = resolveVectorIndex('Note', { ...embedding, ...more });
  if (!vectors) throw new Error('none');
  return vectors;
};

describe('vectorIndex()', () => {
  it('is by cosine, without partition and filters, unless it says otherwise', () => {
    const none = { distance: 'cosine', indexName: 'embedding-cosine', partition: [], filters: [] };
    expect(resolved()).toEqual({ ...embedding, ...none });
    expect(resolveVectorIndex('Note', undefined)).toBeUndefined();
  });

  it.each([
    [{ attribute: '' }, 'the attribute ""'],
    [{ attribute: 'a:b' }, 'the attribute "a:b"'],
    [{ attribute: 'vk0' }, 'the attribute vk0; it takes an attribute of the entity'],
    [{ dimensions: 0 }, '0 dimensions; it takes a whole number from 1 to 4096'],
    [{ dimensions: 4097 }, '4097 dimensions'],
    [{ dimensions: 1.5 }, '1.5 dimensions'],
    [{ distance: 'manhattan' }, 'the distance manhattan; it takes cosine, euclidean, dotProduct'],
    [{ filters: ['a', 'b', 'c', 'd', 'e'] }, '5 filters; it takes at most 4'],
    [{ filters: ['id'] }, 'id as partition or filter'],
    [{ partition: ['embedding'] }, 'embedding as partition or filter'],
    [{ partition: ['a'], filters: ['a'] }, 'a twice'],
  ])('rejects %j', (declared, fault) => {
    expect(() => resolved(declared)).toThrow(TypeError);
    expect(() => resolved(declared)).toThrow(`vectorIndex() of Note has ${fault}`);
  });

  it('makes attributes that are compared indexed, so that an update of them moves the keys', () => {
    const { indexed } = entityDefinitionOf(new NoteModel());
    expect(indexed).toEqual(['title', 'orgId', 'topic', 'isOpen', 'level']);
  });
});

describe('the keys of a vector index', () => {
  it.each([
    [{}, {}],
    [{ orgId: 'a' }, { vk0: 'NOTE#a' }],
    [{ orgId: null, topic: 'x' }, {}],
    [
      { orgId: 'a#b/ü', topic: '' },
      { vk0: 'NOTE#a%23b%2F%C3%BC', vk1: '=' },
    ],
    [
      { orgId: 7, topic: 'x', isOpen: false },
      { vk0: 'NOTE#7', vk1: '=x', vk2: '=false' },
    ],
    [{ orgId: 'a', isOpen: ['no'] }, { vk0: 'NOTE#a' }],
  ])('of %j are %j', (entity, keys) => {
    expect(vectorKeys(resolved({ partition: ['orgId'], filters: ['topic', 'isOpen'] }), 'NOTE#', entity)).toEqual(keys);
  });

  it('tell combinations apart', () => {
    const vectors = resolved({ partition: ['a', 'b'] });
    expect(vectorKeys(vectors, 'NOTE#', { a: 'x#y', b: 'z' })).not.toEqual(
      vectorKeys(vectors, 'NOTE#', { a: 'x', b: 'y#z' }),
    );
  });

  it('hold as many bytes as DynamoDB allows', () => {
    const vectors = resolved({ filters: ['topic'] });
    const fault = { name: 'InvalidItemError', attribute: 'topic', reason: 'sk over 1,024 bytes' };
    expect(() => vectorKeys(vectors, 'NOTE#', { topic: 'ü'.repeat(512) })).toThrow(expect.objectContaining(fault));
    expect(vectorKeys(vectors, 'NOTE#', { topic: 'x'.repeat(1023) })).toMatchObject({ vk0: 'NOTE#' });
    const parted = resolved({ partition: ['a', 'b'] });
    const wide = { name: 'InvalidItemError', attribute: 'a+b', reason: 'pk over 2,048 bytes' };
    expect(() => vectorKeys(parted, 'NOTE#', { a: 'ü'.repeat(350), b: 1 })).toThrow(expect.objectContaining(wide));
  });
});

describe('a vector', () => {
  it.each([[undefined], [[1, -2]], [[0, 3.4e38]], [[-0, 1e-130]]])('can be %j', (value) => {
    expect(() => checkVector(resolved(), { embedding: value })).not.toThrow();
  });

  it.each([
    ['text', 'embedding', 'it takes a list of 2 numbers'],
    [null, 'embedding', 'it takes a list of 2 numbers'],
    [[1], 'embedding', 'it has 1 numbers, and its vector index takes 2'],
    [[1, '2'], 'embedding[1]', 'it takes a finite number'],
    [[Number.NaN, 1], 'embedding[0]', 'it takes a finite number'],
    [[1, 3.5e38], 'embedding[1]', 'it takes a finite number'],
  ])('cannot be %j', (value, attribute, advice) => {
    const check = () => checkVector(resolved(), { embedding: value });
    expect(check).toThrow(expect.objectContaining({ name: 'InvalidItemError', attribute, reason: 'no vector' }));
    expect(check).toThrow(advice);
    expect(() => checkVector(undefined, { embedding: value })).not.toThrow();
  });

  it('is replaced as a whole', () => {
    expect(() => rejectVectorParts(resolved(), ['title', 'embedding'])).toThrow('a vector is replaced as a whole');
  });

  it('that is not one is rejected by each write, before anything is sent', async () => {
    const notes = new NoteModel({ endpoint: 'http://127.0.0.1:1' });
    const one = { orgId: 'a', topic: 't', title: 'x', embedding: [1] };
    const error = { reason: 'no vector', message: expect.stringContaining('it has 1 numbers') };
    await expect(notes.create(one)).rejects.toMatchObject(error);
    await expect(notes.update('1', { embedding: [1] })).rejects.toMatchObject(error);
    await expect(notes.batchUpdate(['1'], { embedding: [1] })).rejects.toMatchObject(error);
    await expect(notes.update('1', {}, { append: { embedding: [1] } })).rejects.toMatchObject({ reason: 'no vector' });
    const { failed } = await notes.batchCreate([one]);
    expect(failed).toMatchObject([{ error }]);
  });
});

describe('a search', () => {
  const notes = entityDefinitionOf(new NoteModel());
  const near = [1, 2, 3];

  it('asks for ids of one partition, with the values of the filter', () => {
    const filter = { orgId: 'a', topic: 'TEA', level: 3 };
    expect(checkedSearch(notes, 'table', { near: new Float32Array([1, 1e-45, 0]), filter, limit: 5 })).toEqual({
      request: {
        TableName: 'table',
        IndexName: 'embedding-euclidean',
        SearchVector: [1, Math.fround(1e-45), 0],
        SearchConditionExpression: 'vk0 = :vk0 AND vk1 = :vk1 AND vk3 = :vk3',
        ExpressionAttributeValues: { ':vk0': 'NOTE#a', ':vk1': '=tea', ':vk3': '=3' },
        ProjectionExpression: 'id',
      },
      limit: 5,
      wanted: { orgId: 'a', topic: 'tea', level: 3 },
    });
    const { request } = checkedSearch(entityDefinitionOf(new PageModel()), 'table', { near });
    expect(request).toMatchObject({
      SearchConditionExpression: 'vk0 = :vk0',
      ExpressionAttributeValues: { ':vk0': 'PAGE#' },
    });
  });

  it('names the attribute of a value that no key can hold', () => {
    const search = (filter: object) => () => checkedSearch(notes, 'table', { near, filter });
    const error = (attribute: string, reason: string) =>
      expect.objectContaining({ name: 'InvalidItemError', attribute, reason });
    expect(search({ orgId: 'a', topic: 'x'.repeat(1024) })).toThrow(error('topic', 'sk over 1,024 bytes'));
    expect(search({ orgId: 'x'.repeat(2048) })).toThrow(error('orgId', 'pk over 2,048 bytes'));
  });

  it.each([
    [{ near }, '`filter` needs orgId: the vector index of Note is partitioned by it'],
    [{ near, filter: { orgId: 'a', title: 'x' } }, 'cannot compare title: add it to `partition` or `filters`'],
    [{ near, filter: { orgId: 'a', id: 'x' } }, 'cannot compare id'],
    [{ near, filter: { orgId: { ne: 'a' } } }, 'orgId of the filter takes text, a number or a boolean'],
    [{ near: [1, 2], filter: { orgId: 'a' } }, 'near has 2 numbers; the vector index embedding-euclidean takes 3'],
    [{ near: null, filter: { orgId: 'a' } }, 'near has 0 numbers'],
    [{ near: [1, 2, Number.NaN], filter: { orgId: 'a' } }, 'near has NaN'],
    [{ near: [1, 2, 1e39], filter: { orgId: 'a' } }, 'near has 1e+39'],
    [{ near, filter: { orgId: 'a' }, limit: 0 }, 'limit is 0; it takes a whole number from 1 to 100'],
    [{ near, filter: { orgId: 'a' }, limit: 101 }, 'limit is 101'],
  ])('rejects %j', (query, message) => {
    expect(() => checkedSearch(notes, 'table', query as never)).toThrow(message);
  });

  it('needs a vector index of the model', () => {
    const without = { ...notes, vectors: undefined };
    expect(() => checkedSearch(without, 'table', { near })).toThrow('Note has no vector index: declare vectorIndex()');
  });
});

describe('the vector indexes of a table', () => {
  it.each([
    ['embedding:384', [{ attribute: 'embedding', dimensions: 384, distance: 'cosine' }]],
    [
      'a:3:euclidean, a:3:dotProduct',
      [
        { attribute: 'a', dimensions: 3, distance: 'euclidean' },
        { attribute: 'a', dimensions: 3, distance: 'dotProduct' },
      ],
    ],
  ])('are read from %s', (text, settings) => {
    expect(parseVectors(text)).toEqual(settings);
  });

  it.each([
    'a',
    'a:',
    ':3',
    'a:x',
    'a:5000',
    'a:3:other',
    'a:3:cosine:4',
    'a:3,',
    'a:3,a:3',
    'a:3,a:4:euclidean',
    'a:1,b:1,c:1,d:1,e:1,f:1',
  ])('are not read from %s', (text) => {
    expect(parseVectors(text)).toBeUndefined();
  });

  it('are part of its definition, which is as before without them', () => {
    const { VectorIndexes, AttributeDefinitions } = tableDefinition('table', { indexes: 1, vectors: [embedding] });
    expect(VectorIndexes).toEqual([
      {
        IndexName: 'embedding-cosine',
        VectorAttribute: { AttributeName: 'embedding' },
        Dimensions: 2,
        DistanceFunction: 'COSINE',
        SearchSchema: [
          { AttributeName: 'vk0', SearchSchemaElementType: 'HASH' },
          ...['vk1', 'vk2', 'vk3', 'vk4'].map((AttributeName) => ({
            AttributeName,
            SearchSchemaElementType: 'INLINE_FILTER',
          })),
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    const names = AttributeDefinitions.map(({ AttributeName }) => AttributeName);
    expect(names).toEqual(['id', 'pk1', 'sk1', 'vk0', 'vk1', 'vk2', 'vk3', 'vk4']);
    expect(tableDefinition('table', { indexes: 1, vectors: [] })).not.toHaveProperty('VectorIndexes');
    const twice = () => tableDefinition('table', { vectors: [embedding, embedding] });
    expect(twice).toThrow('vectors has the index embedding-cosine twice: models share it');
  });
});
