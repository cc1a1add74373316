import { expect, it } from 'vitest';
import { metricsRing } from '../src/index.js';

const minute = 60_000;
const call = { procedure: 'users.create', code: 'OK', durationMs: 5, capacityUnits: 3 };

/** Returns a ring whose clock the test moves. */
function ring() {
  let ms = Date.UTC(2026, 0, 1, 12, 0, 30);
  const metrics = metricsRing(() => ms);
  return {
    metrics,
    pass: (more: number) => {
      ms += more;
    },
  };
}

it('adds up the calls of a minute, by procedure', () => {
  const { metrics } = ring();
  metrics.callEnded(call);
  metrics.callEnded({ ...call, code: 'CONFLICT', durationMs: 2 });
  metrics.callEnded({ ...call, code: 'TIMEOUT' });
  metrics.callEnded({ ...call, procedure: 'users.list', code: 'TOO_MANY_REQUESTS', isThrottled: true });
  metrics.requestShed();
  expect(metrics.read()).toEqual({
    startedAt: '2026-01-01T12:00:30.000Z',
    minutes: [
      {
        at: '2026-01-01T12:00:00.000Z',
        shed: 1,
        procedures: {
          'users.create': { calls: 3, errors: 1, throttled: 0, units: 9, durationMs: 12 },
          'users.list': { calls: 1, errors: 1, throttled: 1, units: 3, durationMs: 5 },
        },
      },
    ],
  });
});

it('has a slot for each minute since the start, also without calls', () => {
  const { metrics, pass } = ring();
  metrics.callEnded(call);
  pass(2 * minute);
  metrics.callEnded(call);
  const { minutes } = metrics.read();
  expect(minutes.map(({ at, procedures }) => [at.slice(11, 16), procedures['users.create']?.calls])).toEqual([
    ['12:00', 1],
    ['12:01', undefined],
    ['12:02', 1],
  ]);
});

it('keeps an hour, however long it runs', () => {
  const { metrics, pass } = ring();
  for (let n = 0; n < 150; n++) {
    metrics.callEnded(call);
    pass(minute);
  }
  const { minutes } = metrics.read();
  expect(minutes).toHaveLength(60);
  expect(minutes[0]?.at).toBe('2026-01-01T13:31:00.000Z');
  expect(minutes.filter(({ procedures }) => procedures['users.create']?.calls === 1)).toHaveLength(59);
});
