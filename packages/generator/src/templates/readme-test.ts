import type { Entity } from '../entity.js';

/** `test/readme.long.test.ts`: runs the example, and checks that the README names every method. */
export const readmeTest = ({ one }: Entity): string => `
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';
import { ${one.pascal}Service } from '../src/index.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const readme = await readFile(at('../README.md'), 'utf8');

test('the example prints the output in the README', async () => {
  const [, example = ''] = /\`\`\`ts\\n(.*?)\`\`\`/s.exec(readme) ?? [];
  const [, output] = /\`\`\`text\\n(.*?)\`\`\`/s.exec(readme) ?? [];
  // inside the package, so that the import of the package resolves
  const script = at(\`../.local/readme-\${process.pid}.ts\`);
  await mkdir(at('../.local'), { recursive: true });
  await writeFile(script, example);
  try {
    const env = { AWS_ENDPOINT_URL: inject('endpoint'), LOG_LEVEL: 'ERROR' };
    const { exitCode, stdout, stderr } = await runScript(script, { env });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: output, stderr: '' });
  } finally {
    await rm(script);
  }
});

test('the README names every method of the service', () => {
  const methods = Object.getOwnPropertyNames(${one.pascal}Service.prototype).filter((name) => !/^(constructor|#)/.test(name));
  expect(methods.filter((name) => !readme.includes(\`\\\`\${name}(\`))).toEqual([]);
});
`;
