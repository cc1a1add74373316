import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { freshTable } from '../../../test/fresh-table.js';
import type { UpdateRules } from '../src/index.js';
import { type Doc, DocModel, KeyedDocModel } from './operator-models.js';

/** A plain model in memory of an entity and of what operators do to it. It shares no code with the package. */
type Value = unknown;
type Holder = Record<string, Value>;
class Rejected extends Error {}

const operations: Record<string, (met: Value, operand: never) => Value> = {
  set: (_, operand) => operand,
  remove: () => undefined,
  increment: (met, by: number) => {
    if (met === undefined || met === null) return by;
    if (typeof met !== 'number') throw new Rejected();
    return Math.round((met + by) * 4) / 4; // quarters are exact
  },
  append: (met, elements: Value[]) => {
    if (met === undefined || met === null) return elements;
    if (!Array.isArray(met)) throw new Rejected();
    return met.concat(elements);
  },
  addToSet: (met, elements: Value[]) => {
    if (met === undefined || met === null) return new Set(elements);
    return new Set([...setOf(met, elements), ...elements]);
  },
  deleteFromSet: (met, elements: Value[]) => {
    if (met === undefined || met === null) return met;
    const left = [...setOf(met, elements)].filter((one) => !elements.includes(one));
    return left.length > 0 ? new Set(left) : undefined;
  },
};

function setOf(met: Value, [first]: Value[]): Set<Value> {
  if (!(met instanceof Set) || typeof [...met][0] !== typeof first) throw new Rejected();
  return met;
}

function applied(entity: Holder, update: Update): Holder {
  const next = structuredClone(entity);
  for (const { operator, path, operand } of update) {
    const names = path.split('.');
    const last = names.pop() as string;
    const holders: [Holder, string][] = [];
    let holder: Holder = next;
    for (const name of names) {
      holders.push([holder, name]);
      const inner = holder[name] ?? {};
      if (typeof inner !== 'object' || Array.isArray(inner) || inner instanceof Set) throw new Rejected();
      holder = inner as Holder;
    }
    const value = operations[operator]?.(holder[last], operand as never);
    if (value !== undefined) {
      holder[last] = value;
      let inner = holder;
      for (const [outer, name] of holders.reverse()) {
        outer[name] = inner;
        inner = outer;
      }
    } else delete holder[last];
  }
  return next;
}

interface Step {
  readonly operator: string;
  readonly path: string;
  readonly operand: Value;
}
type Update = readonly Step[];

const paths = ['count', 'log', 'tags', 'marks', 'meta', 'meta.count', 'meta.log', 'meta.text', 'meta.deep'].concat([
  'meta.deep.count',
  'meta.deep.log',
  'meta.deep.text',
  'log.x',
  'tags.x',
  'count.x.y',
]);
const path = fc.constantFrom(...paths);
const attribute = fc.constantFrom('tags', 'marks', 'log', 'meta');
const element = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 2, 3));
const elements = fc.oneof(
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
  fc.uniqueArray(fc.constantFrom(1, 2, 3), { minLength: 1 }),
);
const value = fc.oneof(
  element,
  fc.constant(null),
  fc.array(element, { maxLength: 2 }),
  elements.map((list) => new Set<Value>(list)),
  fc.constantFrom({}, { text: 'x' }, { deep: null }, { deep: { count: 1 } }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ operator: fc.constant('set'), path, operand: value }),
  fc.record({ operator: fc.constant('remove'), path, operand: fc.constant(undefined) }),
  fc.record({ operator: fc.constant('increment'), path, operand: fc.constantFrom(1, -2, 0.25) }),
  fc.record({
    operator: fc.constant('append'),
    path,
    operand: fc.array(fc.anything({ values: [element], maxDepth: 0 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ operator: fc.constantFrom('addToSet', 'deleteFromSet'), path: attribute, operand: elements }),
);
const isApart = (one: Step, other: Step) =>
  !`${one.path}.`.startsWith(`${other.path}.`) && !`${other.path}.`.startsWith(`${one.path}.`);
const update: fc.Arbitrary<Update> = fc
  .array(step, { minLength: 1, maxLength: 4 })
  .map((steps) => steps.filter((one, i) => steps.slice(0, i).every((other) => isApart(one, other))));

function rulesOf(steps: Update): UpdateRules<Doc> {
  const rules: Record<string, unknown> = {};
  for (const { operator, path, operand } of steps) {
    if (operator === 'remove') rules.remove = [...((rules.remove as string[]) ?? []), path];
    else rules[operator] = { ...(rules[operator] as object), [path]: operand };
  }
  return rules as UpdateRules<Doc>;
}

const managed = ['id', 'createdAt', 'updatedAt', 'version'];
const visible = (entity: object) =>
  Object.fromEntries(Object.entries(entity).filter(([name]) => !managed.includes(name)));

let models: readonly (DocModel | KeyedDocModel)[];
beforeAll(async () => {
  const table = await freshTable();
  models = [new DocModel(table), new KeyedDocModel(table)];
});

it('a sequence of updates leads where it leads in memory, and rejects what is rejected there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(update, { minLength: 1, maxLength: 6 }), async (updates) => {
      for (const model of models) {
        let expected: Holder = {};
        let { id, version } = await model.create({});
        for (const steps of updates) {
          const call = model.update(id, {}, rulesOf(steps));
          try {
            expected = applied(expected, steps);
            version++;
          } catch (error) {
            if (!(error instanceof Rejected)) throw error;
            await expect(call).rejects.toMatchObject({ name: 'InvalidItemError' });
            continue;
          }
          const updated = await call;
          expect(visible(updated as Doc)).toEqual(expected);
          expect(updated?.version).toBe(version);
          expect(await model.getById(id, { consistent: true })).toEqual(updated);
        }
      }
    }),
    { numRuns: Number(process.env.RUNS || 20) },
  );
});
