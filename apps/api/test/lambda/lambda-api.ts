import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { freshTable } from '../../../../test/fresh-table.js';
import { composeApi } from '../../src/composition.js';
import { bufferedHandler } from '../../src/lambda/handlers.js';
import { readLambdaEnv } from '../../src/lambda/lambda-env.js';
import { invocationOf } from '../../src/lambda/send-request.js';
import { apiLogger } from '../../src/telemetry/logger.js';
import { capturedLogger } from '../captured-logger.js';
import { capturedTrail } from '../captured-trail.js';
import { authenticate } from '../local-tokens.js';
import { type EventParts, gatewayEvent } from './gateway-event.js';

export type LambdaApi = Awaited<ReturnType<typeof lambdaApi>>;

/** Composes the API as lambda.ts does, with a table of its own. */
export async function lambdaApi(variables: Record<string, string> = {}) {
  const { endpoint, region, tableName } = await freshTable();
  const table = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, DYNAMODB_TABLE: tableName };
  const captured = capturedLogger();
  const logger = apiLogger(captured.logger);
  const { audit, trail } = capturedTrail();
  const env = readLambdaEnv({ ...table, RATE_LIMIT_PER_MINUTE: '0', ...variables });
  const api = await composeApi(env, { authenticate, logger, audit, invocationOf });
  await api.app.ready();
  const handler = bufferedHandler({ api, logger });
  let invocations = 0;
  return {
    lines: captured.lines,
    audit: trail,
    /** Invokes the function with an event that differs in these parts. */
    invoke: (parts: EventParts, remainingMs = 30_000) =>
      handler(gatewayEvent(parts), {
        awsRequestId: `invocation-${++invocations}`,
        getRemainingTimeInMillis: () => remainingMs,
      }),
    stop: api.close,
  };
}

/** The parts of a tRPC response that the tests read. */
interface Answer {
  result: { data: { id: string } };
}

/** Returns the JSON in the body of an answer. */
export const jsonOf = ({ body = '' }: APIGatewayProxyStructuredResultV2): Answer => JSON.parse(body);
