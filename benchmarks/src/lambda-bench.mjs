import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { bundleLambda } from '@aws-starter-kit/lambda-bundle';
import { runtimeClient, startFunction } from '@aws-starter-kit/lambda-runtime';
import { engines } from './engines.mjs';
import { keepResult, runOf } from './kept-results.mjs';
import { gatewayEvent } from './lambda-events.mjs';
import { startIssuer } from './lambda-issuer.mjs';
import { lambdaReport } from './lambda-report.mjs';
import { median, spread } from './statistics.mjs';

const usage = `pnpm bench lambda [--rounds 15] [--save]      (after pnpm build)

  --rounds  of which the median is taken
  --save    writes results/lambda.md and lambda.json`;

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const warmCalls = 200;

/** What a Lambda function costs in AWS's runtime client: bundle, initialization, first call, warm calls, memory. */
export async function benchLambda(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '15' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(`${usage}\n`);
  const client = await runtimeClient();
  if (client.missing !== undefined) throw new Error(client.missing);
  const rounds = Number(values.rounds);
  const folder = mkdtempSync(`${os.tmpdir()}/bench-lambda-`);
  const engine = await engines.dynoxide();
  const issuer = await startIssuer();
  try {
    const tableName = 'bench-lambda';
    await ensureTable({ client: createDynamoClient({ endpoint: engine.endpoint }), tableName });
    const env = { AWS_ENDPOINT_URL: engine.endpoint, DYNAMODB_TABLE: tableName, LOG_LEVEL: 'INFO' };
    const bundle = (name, entry) => bundleLambda({ entry: at(entry), outFile: `${folder}/${name}/index.mjs` });
    const stock = await bundle('stock', '../entries/lambda-stock.mjs');
    const api = await bundle('api', '../../apps/api/src/lambda.ts');
    const nothing = await bundle('nothing', '../entries/bare.mjs');
    const ofApi = { ...env, AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: issuer.audience };
    const token = await issuer.token();
    const functions = [
      { name: 'nothing', bundle: nothing, env, calls: {} },
      { name: 'stock tRPC and DocumentClient', bundle: stock, env, calls: { id: `USER#${randomUUID()}` } },
      { name: 'the API', bundle: api, env: ofApi, calls: { id: 'nobody', token } },
    ];
    const samples = await measure(functions, { client, rounds });
    const data = { ...runOf(), rounds, warmCalls, ...resultOf(functions, samples) };
    const markdown = lambdaReport(data);
    process.stdout.write(`\n${markdown}`);
    if (values.save) keepResult('lambda', { markdown, data });
  } finally {
    issuer.stop();
    await engine.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Each function starts in a process of its own, in turns; the first round only fills the file cache. */
async function measure(functions, { client, rounds }) {
  const samples = new Map(functions.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < functions.length; i++) {
      const one = functions[(i + round + functions.length) % functions.length];
      const sample = await runOnce(one, client);
      if (round >= 0) samples.get(one.name).push(sample);
    }
  }
  return samples;
}

/** Starts a function, and reads a user that does not exist: once, and then until the calls are warm. */
async function runOnce({ bundle, env, calls }, client) {
  const running = await startFunction({ file: bundle.file, env, client });
  try {
    const call = async () => {
      const began = performance.now();
      const { response, error } = await running.invoke(gatewayEvent(calls)).outcome;
      if (error) throw new Error(error.errorMessage);
      if (calls.id !== undefined && response.statusCode !== 404) throw new Error(`It answered ${response.statusCode}`);
      return performance.now() - began;
    };
    const initCpuMs = running.cpuMs();
    const firstCallMs = await call();
    const startCpuMs = running.cpuMs();
    const warm = [];
    for (let i = 0; i < warmCalls; i++) warm.push(await call());
    const { initMs } = running;
    return {
      initMs,
      firstCallMs,
      startMs: initMs + firstCallMs,
      initCpuMs,
      startCpuMs,
      warmCallMs: median(warm.slice(warmCalls / 2)),
      peakMb: running.peakMb(),
    };
  } finally {
    await running.stop();
  }
}

/** The spread of each figure, and of the differences to the stock function within a round. */
function resultOf(functions, samples) {
  const stock = samples.get('stock tRPC and DocumentClient');
  return {
    functions: functions.map(({ name, bundle: { bytes, gzipBytes, packages } }) => {
      const list = samples.get(name);
      const fields = Object.keys(list[0]);
      return {
        name,
        bytes,
        gzipBytes,
        packages: packages.length,
        ...Object.fromEntries(fields.map((field) => [field, spread(list.map((sample) => sample[field]))])),
        beside: Object.fromEntries(
          fields.map((field) => [field, spread(list.map((sample, i) => sample[field] - stock[i][field]))]),
        ),
      };
    }),
  };
}
