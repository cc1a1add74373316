import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spread } from './statistics.mjs';

/** Segments that are compared with one. */
export const segmentCounts = [1, 2, 4];

/** Reads the whole table in a process of its own each time, for its peak of memory; in turns. */
export async function measureScans({ endpoint, tableName, users }, rounds) {
  const samples = [];
  for (let round = 0; round < rounds; round++) {
    const sample = {};
    for (let i = 0; i < segmentCounts.length; i++) {
      const segments = segmentCounts[(i + round) % segmentCounts.length];
      sample[segments] = await scanOnce({ endpoint, tableName, segments });
      if (sample[segments].count !== users) throw new Error(`A scan gave ${sample[segments].count} of ${users} users`);
    }
    samples.push(sample);
  }
  return segmentCounts.map((segments) => {
    const own = samples.map((sample) => sample[segments]);
    return {
      segments,
      ms: spread(own.map(({ ms }) => ms)),
      cpuMs: spread(own.map(({ cpuMs }) => cpuMs)),
      peakMb: spread(own.map(({ peakMb }) => peakMb)),
      timesFaster: spread(samples.map((sample) => sample[1].ms / sample[segments].ms)),
    };
  });
}

/** One scan in a process of its own; `heapMb` is all the memory that it may take for what it keeps. */
export async function scanOnce({ endpoint, tableName, segments, heapMb }) {
  const child = fork(fileURLToPath(new URL('scan-worker.mjs', import.meta.url)), [], {
    execArgv: heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`],
    env: {
      ...process.env,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      LOG_LEVEL: 'ERROR',
      AWS_ENDPOINT_URL: endpoint,
      DYNAMODB_TABLE: tableName,
      SCAN_SEGMENTS: String(segments),
    },
  });
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`A scan by ${segments} segments ended with ${code}`);
  });
  const [result] = await Promise.race([once(child, 'message'), ended.then(() => [])]);
  await ended;
  return result;
}

/** A table that answers with pages of 1 MB, each after a time, any number of them at once, for as long as `work` takes. */
export async function withFarawayTable({ latencyMs, users }, work) {
  const child = fork(fileURLToPath(new URL('scan-stub.mjs', import.meta.url)), [], {
    execArgv: [],
    env: { ...process.env, STUB_LATENCY_MS: String(latencyMs), STUB_USERS: String(users) },
  });
  const [{ endpoint }] = await once(child, 'message');
  try {
    return await work({ endpoint, tableName: 'far', users });
  } finally {
    child.disconnect();
  }
}
