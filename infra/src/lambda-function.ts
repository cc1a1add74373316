import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { removalPolicy } from './protection.js';
import type { Settings } from './settings.js';
import { addTableRole, type TableRoleOptions } from './table-role.js';

export interface FunctionOptions {
  readonly description: string;
  /** The folder with the bundle `index.mjs`. */
  readonly bundleFolder: string;
  /** The export of the bundle that Lambda calls. */
  readonly handler: 'handler' | 'streamHandler';
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Record<string, string>;
  readonly reservedConcurrency?: number | undefined;
  readonly access: Pick<TableRoleOptions, 'code' | 'table' | 'streamArn' | 'rateLimitTableArn'>;
  readonly settings: Settings;
}

/** A function and its log group. */
export interface LoggedFunction {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
}

/** Adds a function with its own log group, and its own role with access to the table, the log group and X-Ray. */
export function addFunction(scope: Construct, id: string, options: FunctionOptions): LoggedFunction {
  const { settings, reservedConcurrency } = options;
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: settings.logRetentionDays,
    removalPolicy: removalPolicy(settings.isProtected),
  });
  const log = new PolicyStatement({
    sid: 'WriteLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
  const role = addTableRole(scope, `${id}Role`, {
    service: 'lambda.amazonaws.com',
    ...options.access,
    isTraced: true,
    others: { log: new PolicyDocument({ statements: [log] }) },
  });
  const lambda = new LambdaFunction(scope, `${id}Function`, {
    description: options.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(options.bundleFolder),
    handler: `index.${options.handler}`,
    role,
    memorySize: options.memoryMb,
    timeout: Duration.seconds(options.timeoutSeconds),
    environment: options.environment,
    ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    logGroup,
    loggingFormat: LoggingFormat.TEXT, // the lines are JSON already; with LoggingFormat.JSON, Lambda's log level would override LOG_LEVEL
    tracing: Tracing.ACTIVE,
  });
  return { lambda, logGroup };
}
