import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type ApiContext, apiEnvironment } from './api-environment.js';
import { addFunction, type LoggedFunction } from './lambda-function.js';
import { removalPolicy } from './protection.js';
import type { LambdaSettings, Settings } from './settings.js';

/** The API's own deadline of a call is 5 s, and a function starts within 1 s. */
const timeoutSeconds = 15;
/** The maximum of Lambda. A subscription ends with its invocation; the client then subscribes again. */
const longestSeconds = 900;

export interface LambdaApi extends LoggedFunction {
  readonly kind: 'lambda';
  readonly url: string;
  /** Undefined if the API is behind a function URL. */
  readonly httpApi: HttpApi | undefined;
}

/** Adds the API on Lambda, behind an HTTP API or a function URL. The API itself verifies the tokens. */
export function addLambdaApi(
  scope: Construct,
  context: ApiContext,
  { bundleFolder, api }: { bundleFolder: string; api: LambdaSettings },
): LambdaApi {
  const { settings, table } = context;
  const logged = addFunction(scope, 'Api', {
    description: 'The API: the tRPC router on Fastify',
    bundleFolder,
    handler: api.front === 'function-url' ? 'streamHandler' : 'handler',
    memoryMb: api.memoryMb,
    timeoutSeconds: settings.liveChanges ? longestSeconds : timeoutSeconds,
    environment: apiEnvironment(context),
    reservedConcurrency: api.reservedConcurrency,
    access: {
      code: 'api',
      table,
      streamArn: settings.liveChanges ? table.streamArn : undefined,
      rateLimitTableArn: context.rateLimitTable?.tableArn,
    },
    settings,
  });
  if (api.front === 'function-url') {
    const url = logged.lambda.addFunctionUrl({
      authType: FunctionUrlAuthType.NONE, // AWS_IAM would require callers to sign requests with AWS credentials
      invokeMode: InvokeMode.RESPONSE_STREAM,
    });
    return { kind: 'lambda', ...logged, url: url.url, httpApi: undefined };
  }
  const httpApi = addHttpApi(scope, logged, { api, settings });
  return { kind: 'lambda', ...logged, url: httpApi.apiEndpoint, httpApi };
}

function addHttpApi(
  scope: Construct,
  { lambda }: LoggedFunction,
  { api, settings }: { api: LambdaSettings; settings: Settings },
): HttpApi {
  const httpApi = new HttpApi(scope, 'HttpApi', {
    description: 'The API',
    createDefaultStage: false,
    defaultIntegration: new HttpLambdaIntegration('Integration', lambda, { timeout: Duration.seconds(timeoutSeconds) }),
  });
  const log = new LogGroup(scope, 'AccessLog', {
    retention: settings.logRetentionDays,
    removalPolicy: removalPolicy(settings.isProtected),
  });
  new HttpStage(scope, 'DefaultStage', {
    httpApi,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: api.requestsPerSecond, burstLimit: api.burst },
    detailedMetricsEnabled: true,
    accessLogSettings: { destination: new LogGroupLogDestination(log), format: accessLogFormat },
  });
  Validations.of(httpApi).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'The API verifies each token itself, as on every platform. An authorizer would verify it a second time, keep rejected tokens out of the audit trail and the rate limit of networks, and block /livez and /readyz.',
  });
  return httpApi;
}

/**
 * Has no IP addresses and no paths, since the query of a path may contain an email. The audit trail of the API has the
 * callers.
 */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTime(),
    method: AccessLogField.contextHttpMethod(),
    status: AccessLogField.contextStatus(),
    responseLength: AccessLogField.contextResponseLength(),
    integrationLatency: AccessLogField.contextIntegrationLatency(),
    integrationStatus: AccessLogField.contextIntegrationStatus(),
    integrationError: AccessLogField.contextIntegrationErrorMessage(),
    error: AccessLogField.contextErrorResponseType(),
  }),
);
