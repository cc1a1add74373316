import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { type LocalDynamo, startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiProcess, startApi } from '../api-process.js';
import { makeRequest, type RawRequest, seededRandom, type Vocabulary } from './requests.js';
import { statusesOf, talk } from './talk.js';

/** `pnpm fuzz` in apps/api sends 100,000. A seed repeats a run. */
const requests = Number(process.env.FUZZ_REQUESTS ?? 10_000);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const atOnce = 32;
const slowestMs = 2000;

const tableName = 'secret-table-of-the-fuzzer';
/** Contents that no answer may have: stacks, file paths, ARNs, the table, internal names. */
const leaks =
  /\n\s+at |\\n\s+at |node_modules|file:\/\/|\.[cm]?[jt]s:\d|arn:aws|FST_|ZodError|DynamoDB|ECONN|secret-table/i;

interface Finding {
  kind: string;
  request: string;
  answer: string;
}

describe('with any bytes', () => {
  let engine: LocalDynamo;
  let api: ApiProcess;
  let vocabulary: Vocabulary;
  beforeAll(async () => {
    engine = await startLocalDynamo();
    const options = { client: createDynamoClient({ endpoint: engine.endpoint }), tableName };
    await ensureTable(options);
    const users = new UserService({ model: new UserModel(options) });
    const made = Array.from({ length: 50 }, (_, i) => ({ email: `known${i}@secret.example`, name: 'Known' }));
    vocabulary = { ids: (await users.createUsers(made)).success.map(({ id }) => id) };
    api = await startApi({
      AWS_ENDPOINT_URL: engine.endpoint,
      DYNAMODB_TABLE: tableName,
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'DEBUG',
      DRAIN_MS: '0',
    });
    vocabulary.authorization = api.headers.authorization;
  });
  afterAll(async () => {
    api?.kill('SIGTERM');
    await api?.ended;
    await engine?.stop();
  });

  it(`the API neither fails nor hangs nor leaks: ${requests} requests by seed ${seed}`, async () => {
    const random = seededRandom(seed);
    const port = Number(new URL(api.url).port);
    const findings: Finding[] = [];
    const statuses: Record<number, number> = {};
    const slowest: number[] = [];
    let hasEnded = false;
    void api.ended.then(() => {
      hasEnded = true;
    });
    const check = (request: RawRequest, answer: string, tookMs: number) => {
      const found = statusesOf(answer);
      for (const status of found) statuses[status] = (statuses[status] ?? 0) + 1;
      const kinds = [
        (found.includes(500) || answer.includes('"httpStatus":500')) && 'answered 500',
        leaks.test(answer) && 'leaked',
        tookMs > slowestMs && `took ${tookMs} ms`,
        hasEnded && 'the process ended',
      ].filter((kind) => kind !== false);
      for (const kind of kinds)
        findings.push({
          kind,
          request: Buffer.concat(request.pieces).toString('latin1').slice(0, 600),
          answer: answer.slice(0, 1500),
        });
      slowest.push(tookMs);
    };
    let sent = 0;
    const worker = async () => {
      while (sent < requests && findings.length < 20 && !hasEnded) {
        const request = makeRequest(random, vocabulary);
        sent += request.count;
        let { answer, tookMs } = await talk(port, request);
        // once more: the machine may have been suspended
        if (tookMs > slowestMs) ({ answer, tookMs } = await talk(port, request));
        check(request, answer, tookMs);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    slowest.sort((a, b) => b - a);
    process.stdout.write(`fuzz: ${JSON.stringify({ seed, sent, statuses, slowestMs: Math.round(slowest[0] ?? 0) })}\n`);

    expect(findings).toEqual([]);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    for (const path of ['/', '/docs', '/openapi.json', '/metrics']) // they are for development, or on another port
      expect((await fetch(api.url + path)).status).toBe(404);
    expect(statuses[200]).toBeGreaterThan(requests / 100);
    const lines = api.output().split('\n');
    expect(lines.length).toBeGreaterThan(requests / 10);
    expect(lines.filter((line) => /secret\.example/i.test(decodeURIComponentLoosely(line)))).toEqual([]);
  }, 3_600_000);
});

const decodeURIComponentLoosely = (text: string) => text.replaceAll(/%40/g, '@').replaceAll(/%2e/gi, '.');
