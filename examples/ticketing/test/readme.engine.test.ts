import { readFileSync } from 'node:fs';
import { type BaseModel, type DynamoModel, inspect } from '@aws-starter-kit/dynamo';
import { describe, expect, it } from 'vitest';
import { ticketing } from '../src/ticketing.js';
import { type CostOf, cellsOf, costsOf, countRequests, sumOf } from './costs.js';
import { patterns as theirPatterns } from './electrodb/patterns.js';
import { sample as theirSample, freshSystem as theirSystem } from './electrodb/sample.js';
import { linesOfCode } from './lines-of-code.js';
import { patterns, reads } from './patterns.js';
import { connect, freshSystem, sample } from './sample.js';

const at = (path: string) => new URL(path, import.meta.url);
const readme = readFileSync(at('../README.md'), 'utf8');

/** Returns the rows of the table below a heading, without its head, each with its cells. */
function tableOf(heading: string): string[][] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  const rows = table.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const ours = { declarations: ['issue', 'model-of', 'organisation', 'project', 'ticketing'], actions: ['actions'] };
const theirs = {
  declarations: ['organisation', 'project', 'schema', 'ticketing'],
  actions: ['member-actions', 'project-actions', 'transaction'],
};
const squeezed = (code: string) => code.replaceAll(/,(?=\s*[)\]}])|\s/g, '');

const attributes = 'id orgId email name key projectId number status assigneeId due memberId targetId createdAt'.split(
  ' ',
);
/** An item whose attributes have their own names as values, so that its keys show what they are made of. */
const named = Object.fromEntries(attributes.map((name) => [name, `{${name}}`]));

/** Returns the row of a model in the table of keys. */
async function rowOf([name, model]: readonly [string, DynamoModel<BaseModel>]) {
  const { prefix, keys, uniques, expiry } = inspect(model);
  const made = keys({ ...named, id: `${prefix}${named.id}` });
  const id = await model.newId(named);
  const code = (...texts: (string | undefined)[]) => texts.flatMap((text) => (text ? `\`${text}\`` : [])).join(' ');
  return [
    name,
    /^[\da-f-]{36}$/.test(id) ? 'random' : code(id),
    ...[1, 2, 3].map((n) => code(made[`pk${n}`], made[`sk${n}`])),
    uniques.map((unique) => code(unique.name)).join(),
    code(expiry),
  ];
}

/** Returns the number of entities in a result, of one library or the other. */
function sizeOf(result: unknown): number {
  if (typeof result === 'number') return result;
  const { items, data } = Object(result);
  const found = items ?? data ?? result;
  if (Array.isArray(found)) return found.length;
  const kinds = Object.values(Object(found));
  return kinds.every(Array.isArray) ? kinds.flat().length : 1;
}

describe('the README', () => {
  const rows = tableOf('Access patterns');

  it('has the keys that the models make', async () => {
    const { everything: _1, thread: _2, person: _3, ...models } = ticketing();
    const each = Object.entries(models) as unknown as [string, DynamoModel<BaseModel>][];
    expect(tableOf('Keys')).toEqual(await Promise.all(each.map(rowOf)));
  });

  it('shows the code as it is', () => {
    const [, block = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(readFileSync(at('../src/actions.ts'), 'utf8')).toContain(block);
    expect(block).toContain('openIssue');
  });

  it('has each access pattern with its call, as the test makes it', () => {
    const source = squeezed(readFileSync(at('patterns.ts'), 'utf8'));
    expect(rows.slice(0, -1).map(([name]) => name)).toEqual(Object.keys(patterns));
    const calls = rows.slice(0, -1).map(([, call = '']) => call.slice(1, -1));
    expect(calls.filter((call) => !source.includes(`=>${squeezed(call)}`))).toEqual([]);
  });

  it('is right about requests and units, of this system and of the same on ElectroDB', async ({ task }) => {
    const [client, otherClient] = [connect(), connect()];
    const [costOf, otherCostOf] = [client, otherClient].map(countRequests) as [CostOf, CostOf];
    const [db, { db: otherDb, threads }] = await Promise.all([freshSystem(client), theirSystem(otherClient)]);
    const [data, otherData] = await Promise.all([sample(db), theirSample(otherDb)]);
    const [costs, otherCosts] = await Promise.all([
      costsOf(patterns, (prepare) => prepare({ ...db, ...data, db }), costOf),
      costsOf(theirPatterns, (prepare) => prepare(otherDb, { ...otherData, threads }), otherCostOf),
    ]);
    const sizes = [...otherCosts].map(([name, { result }]) => [name, sizeOf(costs.get(name)?.result), sizeOf(result)]);
    expect(sizes.filter(([name, mine, theirs]) => String(name) in reads && mine !== theirs)).toEqual([]);
    const shared = [...costs].filter(([name]) => otherCosts.has(name)).map(([, cost]) => cost);
    const measured = [
      ...[...costs].map(([name, cost]) => [name, ...cellsOf(cost), ...cellsOf(otherCosts.get(name))]),
      ['all that both have', ...sumOf(shared), ...sumOf([...otherCosts.values()])],
    ];
    // DynamoDB Local reports a transaction of any size as 2 units: there, units of transactions are not compared
    const isCounted = task.file.projectName === 'dynoxide';
    const compared = (row: readonly string[]) =>
      isCounted || !/Transact|^all/.test(row.join()) ? row : [row[0], row[1], row[4]];
    expect(rows.map(([name = '', , ...cells]) => compared([name, ...cells]))).toEqual(measured.map(compared));
  });

  it('is right about the lines of both', () => {
    const linesOf = (folder: string, names: readonly string[]) =>
      linesOfCode(names.map((name) => at(`${folder}/${name}.ts`)));
    const lines = (kind: keyof typeof ours) => [linesOf('../src', ours[kind]), linesOf('electrodb', theirs[kind])];
    const [declarations, actions] = [lines('declarations'), lines('actions')];
    expect(tableOf('Lines')).toEqual([
      ['entities and collections', ...declarations.map(String)],
      ['actions', ...actions.map(String)],
      ['together', ...declarations.map((n, i) => String(n + (actions[i] ?? 0)))],
    ]);
  });
});
