import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ensureTable } from '@aws-starter-kit/dynamo';
import { expect, inject, it } from 'vitest';
import '../../../test/provided-context.js';
import { runScript } from '../../../test/run-script.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

it('runs the examples of the README and gets their output', async () => {
  const readme = await readFile(at('../README.md'), 'utf8');
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example]) => example ?? '');
  expect(examples).toHaveLength(2);
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  const tableName = `readme-${randomUUID()}`;
  const endpoint = inject('endpoint');
  await ensureTable({ tableName, endpoint });
  // inside the package, so that the imports of packages resolve
  const script = at(`../.local/readme-${process.pid}.ts`);
  await mkdir(at('../.local'), { recursive: true });
  const imports = new Set(examples.flatMap((example) => example.match(/^import .*$/gm) ?? []));
  const bodies = examples.map((example) => `{\n${example.replaceAll(/^import .*$/gm, '')}}\n`);
  await writeFile(script, [...mergedImports(imports), ...bodies].join('\n'));
  try {
    const env = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', DYNAMODB_TABLE: tableName, LOG_LEVEL: 'ERROR' };
    const { exitCode, stdout, stderr } = await runScript(script, { env });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: output, stderr: '' });
  } finally {
    await rm(script);
  }
});

/** Merges the imports of both examples into one line for each package. */
function mergedImports(lines: Iterable<string>): string[] {
  const names = new Map<string, Set<string>>();
  for (const line of lines) {
    const [, list = '', from = ''] = /^import \{ (.*) \} from '(.*)';$/.exec(line) ?? [];
    names.set(from, new Set([...(names.get(from) ?? []), ...list.split(', ')]));
  }
  return [...names].map(([from, list]) => `import { ${[...list].join(', ')} } from '${from}';`);
}
