import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { appRouter } from '@aws-starter-kit/api/router';
import { Ajv2020 } from 'ajv/dist/2020.js';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, it, onTestFinished } from 'vitest';
import { apiOnOwnEngine } from '../../../test/api-on-own-engine.js';
import { openApiDocument } from '../src/index.js';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = at('../.local/generated-client/'); // inside the package, so that the import of openapi-fetch resolves

it('generates a client whose calls of a running API match the document', async () => {
  const { url, token, stop } = await apiOnOwnEngine();
  onTestFinished(stop);
  const document = JSON.parse(JSON.stringify(openApiDocument({ router: appRouter, version: '1.0.0' })));

  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(`${folder}schema.d.ts`, astToString(await openapiTS(document)));
  await copyFile(at('generated-client/program.ts'), `${folder}program.ts`);
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom'], types: ['node'] },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  };
  await writeFile(`${folder}tsconfig.json`, JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  const tsc = at('../../../node_modules/.bin/tsc');
  const compiled = await run(tsc, ['-p', folder]).catch((error: { stdout: string }) => error);
  expect(compiled.stdout).toBe('');

  const env = { ...process.env, API_URL: url, API_TOKEN: token };
  const { stdout } = await run(process.execPath, [`${folder}program.js`], { env, maxBuffer: 2 ** 24 });
  const answers: { path: string; method: string; status: number; body: unknown }[] = JSON.parse(stdout);

  const ajv = new Ajv2020({ strict: false }).addSchema(document, 'document');
  const procedures = Object.keys(document.paths);
  expect([...new Set(answers.map(({ path }) => path))].filter((path) => procedures.includes(path)).sort()).toEqual(
    procedures.sort(),
  );
  for (const { path, method, status, body } of answers.filter(({ path }) => procedures.includes(path))) {
    const [key, response] = [path.replaceAll('/', '~1'), document.paths[path][method].responses[status]];
    const where = response.$ref ?? `#/paths/${key}/${method}/responses/${status}`;
    const isValid = ajv.getSchema(`document${where}/content/application~1json/schema`);
    expect(isValid?.(body), `${method} ${path}: ${JSON.stringify(isValid?.errors)}`).toBe(true);
  }
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400, 401, 404, 409]));
});
