import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compile } from '../src/types-compiler.mjs';
import { writeModels } from '../src/types-models.mjs';
import { writeProject } from '../src/types-project.mjs';

/** What the compiler counts for a project that is written into an empty folder. */
async function instantiationsOf(write: (folder: string) => unknown, project: string): Promise<number> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'types-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await write(folder);
  return instantiationsIn(join(folder, project));
}
async function instantiationsIn(project: string): Promise<number> {
  const { instantiations } = await compile(project, { isSingleThreaded: true });
  return instantiations;
}

/** A client that calls all procedures of a generated router, in this repository. */
const ofProcedures = (count: number) =>
  instantiationsOf((folder) => writeProject(folder, count), 'client/tsconfig.json');
const ofModels = (count: number) => instantiationsOf((folder) => writeModels(folder, count), 'tsconfig.json');

/** The same client with the declarations of the API, like a client in another repository. */
const ofDeclarations = (count: number) =>
  instantiationsOf(async (folder) => {
    writeProject(folder, count);
    await compile(join(folder, 'api/tsconfig.dist.json'));
  }, 'client/tsconfig.dist.json');

/**
 * Bounds: at most 2 % above the counted number, or 10 % for models. Look for the reason of a higher number before you
 * raise a bound. A client that compiles the sources of the API has a bound only for each procedure: four fifths of the
 * rest are the code of the API and of its packages, which the compiler checks too.
 */
const most = { perProcedure: 1250, with200Declared: 205_000, perModel: 8000 };

describe('the types of a router of 200 procedures', () => {
  it('cost only the instantiations of its own for each further procedure', async () => {
    const few = await ofProcedures(20);
    const many = await ofProcedures(200);
    expect((many - few) / 180).toBeLessThanOrEqual(most.perProcedure);
  });

  it('cost a client that uses the declarations a bounded number of instantiations', async () => {
    expect(await ofDeclarations(200)).toBeLessThanOrEqual(most.with200Declared);
  });
});

describe('the types of 50 models of 40 attributes', () => {
  it('cost a bounded number of instantiations each', async () => {
    expect(((await ofModels(50)) - (await ofModels(5))) / 45).toBeLessThanOrEqual(most.perModel);
  });
});
