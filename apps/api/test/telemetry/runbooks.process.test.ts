import { readdirSync, readFileSync } from 'node:fs';
import { streamHandler } from '@aws-starter-kit/streams';
import { UserModel } from '@aws-starter-kit/users';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from '../../../../test/docs/blocks.js';
import { emfMetrics } from '../../src/telemetry/emf-metrics.js';
import { capturedLogger } from '../captured-logger.js';
import { headersOf } from '../local-tokens.js';
import { type RunningApi, runningApi } from '../running-api.js';
import { emfProblems } from './emf-rules.js';
import { fieldOf, type Line, parseInsights } from './insights.js';

const folder = 'docs/operations';
const pages = readdirSync(folder).filter((file) => file.endsWith('.md'));
const queries = pages.flatMap((page) =>
  blocksOf(`${folder}/${page}`)
    .filter(({ info }) => info === 'insights')
    .map(({ text, line }) => ({ name: `${page}:${line}`, page, text })),
);

/** Lines of successful calls, and of calls under each fault: the log, the audit trail, and the metrics. */
const healthy: Line[] = [];
const faulty: Record<'throttle' | 'hang' | 'refused' | 'token' | 'stream', Line[]> = {
  ...{ throttle: [], hang: [], refused: [], token: [], stream: [] },
};
const emf: string[] = [];

/** Removes and returns the lines since the last call. */
const take = ({ lines, audit }: RunningApi, to: Line[]) => to.push(...lines.splice(0), ...audit.splice(0));

/** Starts an API, makes successful calls, and then calls under a fault. */
async function callUnder(fault: 'throttle' | 'hang' | 'refused'): Promise<void> {
  const metrics = emfMetrics({ serviceName: 'api-test', write: (line) => emf.push(line) });
  const api = await runningApi({ metrics });
  const { users } = api.client;
  const ada = await users.create.mutate({ email: 'ada@example.com', name: 'Ada' });
  const eve = await users.create.mutate({ email: 'eve@example.com', name: 'Eve' });
  await users.getById.query({ id: ada.id });
  take(api, healthy);
  api.database.setRules([{ fault }]);
  await Promise.allSettled([
    users.getById.query({ id: ada.id }),
    users.update.mutate({ id: ada.id, data: { name: 'x' } }),
    users.create.mutate({ email: 'x@example.com', name: 'x' }),
    users.update.mutate({ id: eve.id, data: { email: 'y@example.com' } }),
  ]);
  take(api, faulty[fault]);
  await fetch(`${api.url}/trpc/users.count`, { headers: await headersOf({ aud: 'another' }) });
  take(api, faulty.token);
  metrics.flush();
  await api.stop();
}

beforeAll(async () => {
  await Promise.all((['throttle', 'hang', 'refused'] as const).map(callUnder)); // each waits for a deadline
  faulty.stream.push(...(await linesOfFailedChange()));
});

async function linesOfFailedChange(): Promise<Line[]> {
  const { logger, lines } = capturedLogger();
  const handler = streamHandler(
    { users: new UserModel() },
    { logger, onChange: () => Promise.reject(new Error('The receiver is down')) },
  );
  const NewImage = { id: { S: 'USER#1' }, email: { S: 'a@example.com' }, name: { S: 'A' }, version: { N: '1' } };
  const dynamodb = { Keys: { id: { S: 'USER#1' } }, NewImage, SequenceNumber: '1', ApproximateCreationDateTime: 1 };
  await handler(
    { Records: [{ eventID: '1', eventName: 'INSERT', dynamodb }] } as never,
    {
      getRemainingTimeInMillis: () => 10_000,
    } as never,
  );
  return lines;
}

/** The fault that the first query of each page has to find. */
const faultOf: Record<string, keyof typeof faulty> = {
  'throttled.md': 'throttle',
  'hot-partition.md': 'throttle',
  'unknown-outcomes.md': 'hang',
  'region-failure.md': 'refused',
  'stream-behind.md': 'stream',
};

describe('a query of the runbooks', () => {
  it.each(queries)('finds lines that have its fields: $name', ({ text }) => {
    const all = [...healthy, ...Object.values(faulty).flat()];
    // the ids in the text are examples
    const requestId = String(healthy.find(({ message }) => message === 'users.create')?.requestId);
    const { matches, fields } = parseInsights(
      text.replace(/(?<=requestId = ")[^"]+/, requestId).replace('auth0|5f7c8ec7c33c6c004bbafe82', 'local'),
    );
    const found = all.filter(matches);
    expect(found).not.toEqual([]);
    for (const field of fields)
      expect({ field, isThere: found.some((line) => fieldOf(line, field) !== undefined) }).toEqual({
        field,
        isThere: true,
      });
  });

  it.each(Object.entries(faultOf))(
    'finds its fault, and nothing in the lines of successful calls: the first query of %s',
    (page, fault) => {
      const [query] = queries.filter((query) => query.page === page);
      const { matches } = parseInsights(query?.text ?? '');
      expect(faulty[fault].filter(matches)).not.toEqual([]);
      expect(healthy.filter(matches)).toEqual([]);
    },
  );
});

describe('the reader of queries', () => {
  it.each([
    ['stats count(*) as calls by code\n| filter code = "OK"', 'After stats, only its results are left'],
    ['parse @message "x"', 'Unknown command'],
    ['filter code like "x"', '= expected in'],
    ['stats avg(durationMs) by code', 'Unknown function'],
  ])('rejects unknown syntax: %s', (text, message) => {
    expect(() => parseInsights(text)).toThrow(message);
  });
});

describe('the metrics of the runbooks', () => {
  it('are those that are written under these faults', () => {
    const lines = emf.map((line) => JSON.parse(line));
    expect(emf.flatMap(emfProblems)).toEqual([]);
    const sum = (name: string) => lines.reduce((total, line) => total + (line[name] ?? 0), 0);
    expect(sum('Throttles')).toBe(4);
    expect(sum('UnknownOutcomes')).toBe(2); // a change of an email reads first
    expect(sum('Errors')).toBe(12);
    expect(sum('Calls')).toBe(21);
    const readme = readFileSync(`${folder}/README.md`, 'utf8');
    const written = lines.flatMap((line) =>
      line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name),
    );
    for (const name of new Set<string>(written)) expect(readme).toContain(`| \`${name}\``);
    for (const [page, name] of [
      ['throttled.md', 'Throttles'],
      ['unknown-outcomes.md', 'UnknownOutcomes'],
      ['errors.md', 'Errors'],
    ])
      expect(readFileSync(`${folder}/${page}`, 'utf8')).toContain(`\`${name}\``);
  });
});
