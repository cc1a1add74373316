import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compile } from '../src/types-compiler.mjs';
import { writeProject } from '../src/types-project.mjs';

/** What the compiler counts for a client that calls all procedures of a generated router, in this repository. */
async function instantiationsOf(procedures: number): Promise<number> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'types-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  writeProject(folder, procedures);
  const { instantiations } = await compile(join(folder, 'client/tsconfig.json'), { isSingleThreaded: true });
  return instantiations;
}

/** A tenth above what was counted. More is a reason to look, not to raise them. */
const most = { perProcedure: 1360, with200: 317_000 };

describe('the types of a router of 200 procedures', () => {
  it('cost its client a bounded number of instantiations, and each procedure more its own only', async () => {
    const few = await instantiationsOf(20);
    const many = await instantiationsOf(200);
    expect(many).toBeLessThanOrEqual(most.with200);
    expect((many - few) / 180).toBeLessThanOrEqual(most.perProcedure);
  });
});
