import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type as typeLine } from '../../test/docs/terminal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** No credentials, and each way to the network ends at a port where nothing listens. */
const offline = {
  ...{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_PROFILE: '', AWS_REGION: '' },
  ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
  ...{ HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '' },
};

/**
 * Runs a command line in the root, with no input for its questions. Does not use npx, which would wait minutes for the
 * registry.
 */
async function type(line: string, env: Record<string, string> = {}) {
  const { exitCode, output } = await typeLine(line, { folder: root, env: { ...offline, ...env } });
  return { exitCode, output };
}

describe('pnpm synth', () => {
  it('writes the templates and bundles of each stage, without a network and credentials', async () => {
    const { exitCode, output } = await type('pnpm synth');
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    for (const stage of ['staging', 'production']) {
      const stacks = `${stage}: aws-starter-kit-${stage}-api with \\d+ resources, aws-starter-kit-${stage}-data with \\d+ resources`;
      expect(output).toMatch(new RegExp(stacks));
      const folder = join(root, '.local/infra', stage);
      expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).missing).toBeUndefined();
      const bundles = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.mjs')));
      expect(bundles).toHaveLength(2); // API and worker
    }
  });

  it('reports an invalid stage in one line', async () => {
    expect(await type('pnpm synth qa')).toEqual({
      exitCode: 1,
      output: expect.stringContaining('There is no stage "qa": it may be production, staging\n'),
    });
  });
});

describe('pnpm deploy', () => {
  it('is our command instead of the command of pnpm, and requires a stage', async () => {
    const { exitCode, output } = await type('pnpm deploy');
    expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
    expect(output).toContain('Which stage? Run "pnpm deploy <stage>" with one of production, staging');
  });

  it.each(['pnpm deploy staging', 'pnpm run deploy staging --yes', 'pnpm run deploy staging --plan'])(
    'without credentials, says so in one line, and how to go on: %s',
    async (line) => {
      const { exitCode, output } = await type(line);
      expect(exitCode).toBe(1);
      expect(output).toContain(
        'No AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. "pnpm synth" needs none\n',
      );
      expect(output).not.toMatch(/\n\s+at .*:\d+:\d+/);
    },
  );

  it('fails without a network before it asks, with one line', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    const { exitCode, output } = await type('pnpm run deploy staging --yes', keys);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/(AWS does not answer in us-east-1|AWS does not accept these credentials): /);
  });
});

describe('pnpm destroy', () => {
  it('rejects a protected stage', async () => {
    const { exitCode, output } = await type('pnpm run destroy production --yes');
    expect(exitCode).toBe(1);
    expect(output).toContain(
      'production is protected: deploy it with isProtected false in infra/stages/production.json first',
    );
  });
});
