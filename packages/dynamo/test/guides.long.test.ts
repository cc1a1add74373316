import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { runScript } from '../../../test/run-script.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test.each(['reading', 'history', 'vectors', 'shards', 'counters'])(
  'the program of the guide to %s prints what the guide says',
  async (name) => {
    const guide = await readFile(at(`../docs/${name}.md`), 'utf8');
    const blocks = (kind: string) =>
      [...guide.matchAll(new RegExp(`\`\`\`${kind}\\n(.*?)\`\`\``, 'gs'))].map(([, block = '']) => block);
    // inside the package, so that it finds it by its name
    const script = at(`../.local/${name}-${process.pid}.ts`);
    await mkdir(at('../.local'), { recursive: true });
    await writeFile(script, blocks('ts').join('\n'));
    try {
      const env = { AWS_ENDPOINT_URL: inject('endpoint'), LOG_LEVEL: 'ERROR' };
      const run = await runScript(script, { env });
      expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: blocks('text').join('') });
    } finally {
      await rm(script);
    }
  },
);
