import { setTimeout as sleep } from 'node:timers/promises';
import { issuerAuthentication, issuerIsMissing } from './auth/authentication.js';
import { composeApi } from './composition.js';
import { bufferedHandler, streamingHandler } from './lambda/handlers.js';
import { readLambdaEnv, withoutStack } from './lambda/lambda-env.js';
import { invocationOf } from './lambda/send-request.js';
import { auditTrail } from './telemetry/audit-trail.js';
import { flushLines } from './telemetry/buffered-stdout.js';
import { jsonLogger } from './telemetry/logger.js';

/** After SIGTERM, Lambda gives a function 300 ms with an external extension, and 500 ms with an internal one. */
const closeWithinMs = 250;

// The initialization sends no request, and reads neither credentials nor random numbers: many instances may be restored
// from one snapshot of it.
const env = readLambdaEnv(process.env);
const { SERVICE_NAME: serviceName, LOG_LEVEL: logLevel } = env;
const logger = jsonLogger({ serviceName, logLevel });
const authenticate = issuerAuthentication(env);
if (!authenticate) throw withoutStack(issuerIsMissing('In a function'));
const api = await composeApi(env, {
  authenticate,
  logger,
  audit: auditTrail({ serviceName }),
  invocationOf,
});
await api.app.ready();

process.on('uncaughtExceptionMonitor', (error) => {
  logger.critical('Stopped by an uncaught error', error); // the runtime ends the process
});
process.once('SIGTERM', async () => {
  await Promise.race([api.close(), sleep(closeWithinMs)]);
  logger.info('Closed after SIGTERM');
  flushLines();
  process.kill(process.pid, 'SIGKILL'); // process.exit() waits for the runtime's thread, which waits for the next event
});

/** The handler of an API Gateway HTTP API with the payload format 2.0, or of a function URL with `BUFFERED`. */
export const handler = bufferedHandler({ api, logger });

const streaming = streamingHandler({ api, logger });

/** The handler of a function URL with `RESPONSE_STREAM`, for subscriptions. Only Lambda's runtime can stream. */
export const streamHandler =
  globalThis.awslambda?.streamifyResponse?.<Parameters<typeof streaming>[0]>(streaming) ?? streaming;
