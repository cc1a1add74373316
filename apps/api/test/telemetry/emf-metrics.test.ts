import { describe, expect, it } from 'vitest';
import { emfMetrics } from '../../src/telemetry/emf-metrics.js';
import { type EmfLine, emfProblems } from './emf-rules.js';

const ended = { procedure: 'users.getById', code: 'OK', durationMs: 1.5, capacityUnits: 0.5 };

/** Returns metrics and the lines that they write. */
function written() {
  const texts: string[] = [];
  const metrics = emfMetrics({ serviceName: 'test-api', write: (line) => texts.push(line) });
  const lines = () => texts.map((text) => JSON.parse(text) as EmfLine);
  return { metrics, texts, lines };
}

describe('metrics in the embedded metric format', () => {
  it('have one line for each procedure and class of codes, with every latency', () => {
    const { metrics, texts, lines } = written();
    metrics.callEnded(ended);
    metrics.callEnded({ ...ended, durationMs: 2.5 });
    metrics.callEnded({ ...ended, code: 'NOT_FOUND' });
    expect(texts).toEqual([]);
    metrics.flush();
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'AwsStarterKit',
              Dimensions: [['service'], ['service', 'procedure'], ['service', 'codeClass']],
              Metrics: [
                { Name: 'Calls', Unit: 'Count' },
                { Name: 'Latency', Unit: 'Milliseconds' },
                { Name: 'CapacityUnits', Unit: 'Count' },
              ],
            },
          ],
        },
        service: 'test-api',
        procedure: 'users.getById',
        codeClass: 'ok',
        Calls: 2,
        Latency: [1.5, 2.5],
        CapacityUnits: 1,
      },
      expect.objectContaining({ codeClass: 'rejected', Calls: 1 }),
    ]);
    expect(texts.flatMap(emfProblems)).toEqual([]);
    expect(texts.every((text) => text.indexOf('\n') === text.length - 1)).toBe(true);
  });

  it.each([
    ['an unexpected error', { code: 'INTERNAL_SERVER_ERROR' }, { codeClass: 'failed', Errors: 1 }],
    ['a deadline', { code: 'TIMEOUT' }, { codeClass: 'failed', Errors: 1 }],
    ['throttling', { code: 'TOO_MANY_REQUESTS', isThrottled: true }, { codeClass: 'failed', Errors: 1, Throttles: 1 }],
    ['a queue that is full', { code: 'TOO_MANY_REQUESTS' }, { codeClass: 'rejected' }],
    [
      'an unknown outcome',
      { code: 'SERVICE_UNAVAILABLE', reason: 'OUTCOME_UNKNOWN' },
      { codeClass: 'failed', Errors: 1, UnknownOutcomes: 1 },
    ],
  ])('count %s', (_, call, expected) => {
    const { metrics, texts, lines } = written();
    metrics.callEnded({ ...ended, ...call });
    metrics.flush();
    const { _aws, service, procedure, Calls, Latency, CapacityUnits, ...others } = lines()[0] as EmfLine;
    expect(others).toEqual(expected);
    expect(texts.flatMap(emfProblems)).toEqual([]);
  });

  it('write a line at 100 calls, since CloudWatch ignores further values', () => {
    const { metrics, texts, lines } = written();
    for (let call = 1; call <= 250; call++) metrics.callEnded({ ...ended, durationMs: call });
    expect(lines().map(({ Calls }) => Calls)).toEqual([100, 100]);
    metrics.flush();
    expect(lines().map(({ Calls }) => Calls)).toEqual([100, 100, 50]);
    expect(lines().flatMap(({ Latency }) => Latency)).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
    expect(texts.flatMap(emfProblems)).toEqual([]);
  });

  it('have the shed requests and the calls in flight, and no line for an idle process', () => {
    const { metrics, texts, lines } = written();
    let calls = 0;
    metrics.watchCalls(() => calls);
    metrics.flush();
    expect(texts).toEqual([]);
    calls = 7;
    metrics.requestShed();
    metrics.requestShed();
    metrics.flush();
    calls = 0;
    metrics.flush();
    expect(lines()).toEqual([expect.objectContaining({ service: 'test-api', Sheds: 2, CallsInFlight: 7 })]);
    expect(texts.flatMap(emfProblems)).toEqual([]);
  });
});

describe('the rules of the format', () => {
  const line = (change: object) => {
    const { metrics, lines } = written();
    metrics.callEnded(ended);
    metrics.flush();
    return emfProblems(JSON.stringify({ ...lines()[0], ...change }));
  };

  it.each([
    [{ Latency: Array(101).fill(1) }, ['Latency has no values, or too many']],
    [{ procedure: 1 }, ['procedure is not a text']],
    [{ _aws: {} }, [" must have required property 'Timestamp'", " must have required property 'CloudWatchMetrics'"]],
  ])('reject %o', (change, problems) => {
    expect(line(change).map((problem) => problem.replace('/_aws', ''))).toEqual(problems);
  });
});
