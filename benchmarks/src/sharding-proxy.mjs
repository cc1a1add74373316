import { throttlingHandler } from '@aws-starter-kit/dynamo-faults';
import { startFaultProxy } from '@aws-starter-kit/dynamo-history';

/** A process of its own: the proxy before the engine. */
let limits;
process.on('message', async (message) => {
  if (message.take) {
    const throttled = [...limits.throttled.values()].reduce((sum, n) => sum + n, 0);
    const uncounted = Object.values(limits.uncounted).reduce((sum, n) => sum + n, 0);
    return process.send({ throttled, uncounted, passed: limits.passed });
  }
  limits = throttlingHandler(message.limits);
  const { endpoint } = await startFaultProxy(message.endpoint, limits);
  process.send({ endpoint });
});
process.on('disconnect', () => process.exit());
