import * as fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import { CosineNoteModel, type Note, NoteModel, ProductNoteModel, vectors } from './vector-models.js';

const table = inject('engine') === 'dynoxide' ? freshTable({}, { vectors }) : undefined;

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const distances = {
  cosine: (a: readonly number[], b: readonly number[]) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  euclidean: (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((x, i) => x - (b[i] ?? 0))),
  dotProduct: dot,
} as const;
const models = { cosine: CosineNoteModel, euclidean: NoteModel, dotProduct: ProductNoteModel } as const;

const vector = fc
  .array(fc.integer({ min: -40, max: 40 }), { minLength: 3, maxLength: 3 })
  .map((numbers) => numbers.map((x) => x / 8)) // exact in 32 bits
  .filter((numbers) => numbers.some((x) => x !== 0)); // no angle has a vector without length
const topic = fc.constantFrom('a', 'b');
const note = fc.record({ topic, embedding: vector, isOpen: fc.boolean() }, { requiredKeys: ['topic', 'isOpen'] });
const change = fc.record({
  of: fc.nat(29),
  to: fc.oneof(
    fc.record({ topic }),
    fc.record({ embedding: vector }),
    fc.record({ isOpen: fc.boolean(), embedding: fc.constant(null) }),
    fc.constant('delete' as const),
  ),
});
const search = fc.record({
  near: vector,
  limit: fc.integer({ min: 1, max: 12 }),
  filter: fc.record({ topic, isOpen: fc.boolean() }, { requiredKeys: [] }),
});

let runs = 0;

describe.runIf(table)('a search finds what a comparison of all entities in memory finds', () => {
  it.each(['cosine', 'euclidean', 'dotProduct'] as const)('by %s', async (distance) => {
    const model = new models[distance](await (table ?? freshTable()));
    const distanceOf = distances[distance];
    const isGreaterNearer = distance === 'dotProduct';
    await fc.assert(
      fc.asyncProperty(
        fc.array(note, { minLength: 1, maxLength: 30 }),
        fc.array(change, { maxLength: 8 }),
        fc.array(search, { minLength: 1, maxLength: 5 }),
        async (notes, changes, searches) => {
          const orgId = `${distance} ${++runs}`;
          const { success } = await model.batchCreate(notes.map((one, i) => ({ ...one, orgId, title: String(i) })));
          const stored = new Map<string, Note>(success.map((one) => [one.id, one]));
          for (const { of, to } of changes) {
            const id = success[of]?.id;
            if (id === undefined) continue;
            if (to === 'delete') {
              await model.delete(id);
              stored.delete(id);
              continue;
            }
            const updated = await model.update(id, to);
            if (updated) stored.set(id, updated);
          }
          for (const { near, limit, filter } of searches) {
            const candidates = [...stored.values()].flatMap((one) => {
              const matches = Object.entries(filter).every(([name, value]) => one[name as keyof Note] === value);
              return matches && one.embedding ? [distanceOf(near, one.embedding)] : [];
            });
            const expected = candidates.sort((a, b) => (isGreaterNearer ? b - a : a - b)).slice(0, limit);
            const found = await model.search({ near, limit, filter: { ...filter, orgId } });
            expect(found).toHaveLength(expected.length);
            for (const [i, { entity, score }] of found.entries()) {
              expect(entity).toEqual(stored.get(entity.id));
              expect(score).toBeCloseTo(expected[i] ?? Number.NaN, 4);
              expect(score).toBeCloseTo(distanceOf(near, entity.embedding ?? []), 4);
            }
            expect(new Set(found.map(({ entity }) => entity.id)).size).toBe(found.length);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
