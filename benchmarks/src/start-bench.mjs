import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { apiFlags } from './api-flags.mjs';
import { engines } from './engines.mjs';
import { keepResult, runOf } from './kept-results.mjs';
import { startIssuer } from './lambda-issuer.mjs';
import { makeBundles } from './start-bundles.mjs';
import { measureMemory } from './start-memory.mjs';
import { importing, listening, measureStarts } from './start-processes.mjs';
import { startChart, startReport } from './start-report.mjs';

const usage = `pnpm bench start [--rounds 11] [--save]      (after pnpm build)

  --rounds  of which the median is taken
  --save    writes results/start.md, start.svg and start.json`;

const entry = (name) => fileURLToPath(new URL(`../entries/${name}.mjs`, import.meta.url));
const apiMain = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));

/** What a start costs: import and first call of a function, size of its bundle, readiness and memory of the API. */
export async function benchStart(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '11' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  const rounds = Number(values.rounds);
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const folder = mkdtempSync(`${os.tmpdir()}/bench-start-`);
  const engine = await engines.dynoxide();
  const issuer = await startIssuer();
  try {
    const tableName = 'bench-start';
    await ensureTable({ client: createDynamoClient({ endpoint: engine.endpoint }), tableName });
    const env = {
      PATH: process.env.PATH,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL: engine.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'fake',
      AWS_SECRET_ACCESS_KEY: 'fake',
      DYNAMODB_TABLE: tableName,
      LOG_LEVEL: 'ERROR',
      RATE_LIMIT_PER_MINUTE: '0',
    };
    const production = {
      ...env,
      NODE_ENV: 'production',
      AUTH_ISSUER: issuer.url, // asked for keys at the first token only
      AUTH_AUDIENCE: issuer.audience,
    };
    const bundles = await makeBundles(folder);
    const imports = await measureStarts(
      [
        { name: 'nothing', run: importing(entry('bare'), env) },
        { name: 'DocumentClient, bundled', run: importing(bundles.documentClient.file, env) },
        { name: 'users, bundled', run: importing(bundles.lambda.file, env) },
        { name: 'DocumentClient, from node_modules', run: importing(entry('lambda-document-client'), env) },
        { name: 'users, from node_modules', run: importing(entry('lambda'), env) },
      ],
      rounds,
    );
    const servers = await measureStarts(
      [
        { name: 'a server that does nothing', run: listening([entry('bare-server')], env, '/') },
        { name: 'the API, bundled', run: listening([...apiFlags, bundles.api.file], production, '/readyz') },
        { name: 'the API, from node_modules', run: listening([...apiFlags, apiMain], production, '/readyz') },
      ],
      rounds,
    );
    const memory = await measureMemory([...apiFlags, bundles.api.file], production, await issuer.token());
    const data = { ...runOf(), rounds, bundles, imports, servers, memory };
    const markdown = startReport(data);
    process.stdout.write(`\n${markdown}`);
    if (values.save) keepResult('start', { markdown, data: withoutFiles(data), chart: startChart(data) });
  } finally {
    issuer.stop();
    await engine.stop();
    rmSync(folder, { recursive: true });
  }
}

const withoutFiles = ({ bundles, ...data }) => ({
  ...data,
  bundles: Object.fromEntries(Object.entries(bundles).map(([name, { file: _file, ...sizes }]) => [name, sizes])),
});
