import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { carryOut, type Plan, planEntity } from '../src/index.js';
import { bareRepository } from './bare-repository.js';

it('leaves all as it was where a step fails or is stopped', async () => {
  const root = bareRepository(onTestFinished);
  const plan = planEntity(root, { name: 'product', fields: 'name:string' });
  const state = () =>
    readdirSync(root, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((one) => !one.parentPath.includes('node_modules'))
      .map((one) => [
        join(one.parentPath, one.name),
        one.isFile() && readFileSync(join(one.parentPath, one.name), 'utf8'),
      ]);
  const before = state();
  const attempt = (changes: Partial<Plan>, signal = new AbortController().signal) =>
    carryOut({ ...plan, ...changes }, { root, signal });

  const broken = new Map([...plan.made, ['apps/api/src/products-router.ts', 'export const = ;']]);
  await expect(attempt({ made: broken })).rejects.toThrow(/^Its format failed, and all is as it was before/);
  expect(state()).toEqual(before);
  await expect(attempt({}, AbortSignal.abort())).rejects.toThrow('Stopped: all is as it was before');
  expect(state()).toEqual(before);
  const occupied = new Map([...plan.made, ['packages/users/README.md', 'written over']]);
  await expect(attempt({ made: occupied })).rejects.toThrow(/EEXIST/);
  expect(state()).toEqual(before);
});
