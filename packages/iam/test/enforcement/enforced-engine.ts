import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { type FaultRule, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { startFaultProxy } from '../../../dynamo-history/src/fault-proxy.js';
import { startLocalDynamo } from '../../../local-dynamo/src/index.js';
import type { PolicyDocument } from '../../src/index.js';
import { administrator, enforcingHandler, type RecordedCall } from './enforcing-handler.js';

/** A call, and the step of a scenario that sent it. */
export interface SteppedCall extends RecordedCall {
  /** Such as `users.create` or `pnpm table create`. */
  readonly step: string | undefined;
}

export interface EnforcedEngine {
  readonly endpoint: string;
  readonly calls: readonly SteppedCall[];
  /** Returns a client of a principal, by default of an administrator. */
  client(principal?: string): ReturnType<typeof createDynamoClient>;
  /** Returns the environment variables for a process of a principal. */
  env(principal: string): Record<string, string>;
  /** Runs a step of a scenario, and attributes all requests meanwhile to it. One step at a time. */
  step<R>(name: string, run: () => Promise<R>): Promise<R>;
  /** Injects faults into allowed requests from now on, except for those of the administrator. */
  setFaults(rules: readonly FaultRule[]): void;
  stop(): Promise<void>;
}

/** Starts an engine behind the policies of principals, named by their access keys. */
export async function enforcedEngine(policies: Readonly<Record<string, PolicyDocument>>): Promise<EnforcedEngine> {
  const { endpoint, stop } = await startLocalDynamo({ engine: 'dynoxide' });
  const faults = faultyHandler({ rules: [] });
  let current: string | undefined;
  const calls: SteppedCall[] = [];
  const handler = enforcingHandler(policies, {
    faults,
    onCall: (call) => calls.push({ ...call, step: current }),
  });
  const proxy = await startFaultProxy(endpoint, handler);
  return {
    endpoint: proxy.endpoint,
    calls,
    client: (accessKeyId = administrator) =>
      createDynamoClient({
        endpoint: proxy.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey: 'local' },
      }),
    env: (principal) => ({
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: principal,
      AWS_SECRET_ACCESS_KEY: 'local',
    }),
    async step(name, run) {
      current = name;
      try {
        return await run();
      } finally {
        current = undefined;
      }
    },
    setFaults: (rules) => faults.setRules(rules),
    stop: async () => {
      proxy.stop();
      await stop();
    },
  };
}
