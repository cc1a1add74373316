import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { applyPlan, type Plan, planEntity } from '../src/index.js';
import { bareRepository } from './bare-repository.js';

it('reverts everything if a step fails or is stopped', async () => {
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
  const apply = (changes: Partial<Plan>, signal = new AbortController().signal) =>
    applyPlan({ ...plan, ...changes }, { root, signal });

  const broken = new Map([...plan.created, ['apps/api/src/trpc/products-router.ts', 'export const = ;']]);
  await expect(apply({ created: broken })).rejects.toThrow(/^Formatting failed\. All changes were reverted\./);
  expect(state()).toEqual(before);
  await expect(apply({}, AbortSignal.abort())).rejects.toThrow('Stopped. All changes were reverted.');
  expect(state()).toEqual(before);
  const existing = new Map([...plan.created, ['packages/users/README.md', 'overwritten']]);
  await expect(apply({ created: existing })).rejects.toThrow(/EEXIST/);
  expect(state()).toEqual(before);
});
