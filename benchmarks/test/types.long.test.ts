import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compile } from '../src/types-compiler.mjs';
import { writeModels } from '../src/types-models.mjs';
import { writeProject } from '../src/types-project.mjs';

/** What the compiler counts for a project that is written into an empty folder. */
async function instantiationsOf(write: (folder: string) => void, project: string): Promise<number> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'types-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  write(folder);
  const { instantiations } = await compile(join(folder, project), { isSingleThreaded: true });
  return instantiations;
}

/** A client that calls all procedures of a generated router, in this repository. */
const ofProcedures = (count: number) =>
  instantiationsOf((folder) => writeProject(folder, count), 'client/tsconfig.json');
const ofModels = (count: number) => instantiationsOf((folder) => writeModels(folder, count), 'tsconfig.json');

/** Up to a tenth above what was counted. More is a reason to look, not to raise them. */
const most = { perProcedure: 1360, with200: 321_000, perModel: 8000 };

describe('the types of a router of 200 procedures', () => {
  it('cost its client a bounded number of instantiations, and each procedure more its own only', async () => {
    const few = await ofProcedures(20);
    const many = await ofProcedures(200);
    expect(many).toBeLessThanOrEqual(most.with200);
    expect((many - few) / 180).toBeLessThanOrEqual(most.perProcedure);
  });
});

describe('the types of 50 models of 40 attributes', () => {
  it('cost a bounded number of instantiations each', async () => {
    expect(((await ofModels(50)) - (await ofModels(5))) / 45).toBeLessThanOrEqual(most.perModel);
  });
});
