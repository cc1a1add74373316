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

async function scanOnce({ endpoint, tableName, segments }) {
  const child = fork(fileURLToPath(new URL('scan-worker.mjs', import.meta.url)), [], {
    execArgv: [],
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
