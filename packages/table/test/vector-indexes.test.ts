import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '@aws-starter-kit/dynamo';
import { describe, expect, it } from 'vitest';
import { cloudFormationTemplate } from '../src/cloudformation-template.js';
import { costText, indexPlan } from '../src/index-plan.js';
import { repairsOf } from '../src/repairs.js';
import { vectorDifferences } from '../src/vector-differences.js';

const embedding = { attribute: 'embedding', dimensions: 3 };
const photo = { attribute: 'photo', dimensions: 5, distance: 'euclidean' as const };
const vectors = [embedding, photo];
const definition = tableDefinition('notes', { indexes: 2, vectors });
const tableWith = (VectorIndexes: TableDescription['VectorIndexes']): TableDescription => ({
  ...tableDefinition('notes', { indexes: 2, vectors: [] }),
  TableStatus: 'ACTIVE',
  ...(VectorIndexes && { VectorIndexes }),
});
const [first, second] = definition.VectorIndexes ?? [];

describe('the plan of an update', () => {
  it('has the vector indexes that are missing, and says what they cost', () => {
    const plan = indexPlan(tableWith([{ ...first }]), 3, vectors);
    expect(plan.missingVectors.map(({ IndexName }) => IndexName)).toEqual(['photo-euclidean']);
    expect(costText(plan)).toMatch(
      /^Adds GSI3 and photo-euclidean\. .*\nCost: at most 0 write units\. .*\nA vector index is charged by the bytes of its vectors;/,
    );
    expect(costText(indexPlan(tableWith([{ ...first }]), 2, vectors))).not.toContain('write unit');
  });

  it('names a vector index that is being built, and rejects one that is being deleted or differs', () => {
    const state = (IndexStatus: 'CREATING' | 'DELETING') => tableWith([{ ...first, IndexStatus }]);
    expect(indexPlan(state('CREATING'), 2, [embedding]).building).toEqual(['embedding-cosine']);
    expect(() => indexPlan(state('DELETING'), 2, [embedding])).toThrow(
      'Index embedding-cosine of table notes is being',
    );
    const other = tableWith([{ ...first, Dimensions: 4 }]);
    expect(() => indexPlan(other, 2, [embedding])).toThrow('embedding-cosine is (embedding 4 COSINE (vk0 HASH');
  });

  it('rejects more than DynamoDB allows', () => {
    const others = Array.from({ length: 5 }, (_, n) => ({ IndexName: `other-${n}` }));
    expect(() => indexPlan(tableWith(others), 2, [embedding])).toThrow(
      'would have 6 vector indexes, and DynamoDB allows 5',
    );
  });
});

describe('the check of a table', () => {
  const repairs = repairsOf({ tableName: 'notes', region: 'eu-west-1', endpoint: undefined }, 2, vectors);

  it('finds none, one that is missing, that differs, that is not ready, and one that nobody asked for', () => {
    const differences = (indexes: TableDescription['VectorIndexes']) =>
      vectorDifferences(tableWith(indexes), definition, repairs).map(({ setting, is, repair }) => [
        setting,
        is,
        repair,
      ]);
    const update = 'pnpm table update --indexes 2 --vectors embedding:3:cosine,photo:5:euclidean --table notes --aws';
    const remove = (index: string) =>
      `aws dynamodb update-table --region eu-west-1 --table-name notes --vector-index-updates '[{"Delete":{"IndexName":"${index}"}}]'`;
    expect(differences([{ ...first }, { ...second }])).toEqual([]);
    expect(differences([{ ...second, IndexStatus: 'CREATING' }])).toEqual([
      ['vector index embedding-cosine', 'missing', update],
      ['vector index photo-euclidean', 'creating', `${update}, which waits until the index is ready`],
    ]);
    const schema = '(vk0 HASH, vk1 INLINE_FILTER, vk2 INLINE_FILTER, vk3 INLINE_FILTER, vk4 INLINE_FILTER) KEYS_ONLY';
    expect(differences([{ ...first, Dimensions: 4 }, { ...second }, { IndexName: 'old' }])).toEqual([
      [
        'vector index embedding-cosine',
        `embedding 4 COSINE ${schema}`,
        `if no model uses it: ${remove('embedding-cosine')}; then ${update}`,
      ],
      ['vector index old', 'present', `add it to DYNAMODB_VECTORS if models use it, else ${remove('old')}`],
    ]);
  });
});

it('a template has the vector indexes and the attributes of their keys', () => {
  expect(cloudFormationTemplate('notes', { indexes: 1, vectors })).toMatchObject({
    Resources: { Table: { Properties: { VectorIndexes: [first, second] } } },
  });
});
