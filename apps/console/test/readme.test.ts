import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { blocksOf } from '../../../test/docs/blocks.js';

it('shows a custom.tsx that the compiler has checked', () => {
  const block = blocksOf('apps/console/README.md').find(({ info }) => info === 'tsx');
  const checked = readFileSync(fileURLToPath(new URL('custom-example.tsx', import.meta.url)), 'utf8');
  expect(`${block?.text}\n`).toBe(checked.replace('../src/custom-types.js', './custom-types.js'));
});
