import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, SecretValue, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { addFunction, type LoggedFunction } from './lambda-function.js';
import type { Settings, WebhookSettings } from './settings.js';
import type { TableReference } from './table.js';

/** The handler starts no further change after 80 % of this time. */
const timeoutSeconds = 60;

export interface Worker extends LoggedFunction {
  /** Gets a message for each batch that Lambda gave up: the shard and the sequence numbers, without the items. */
  readonly givenUp: Queue;
}

/** Adds the function that handles the changes of the table in their order, from the oldest that the stream has. */
export function addWorker(
  scope: Construct,
  {
    serviceName,
    bundleFolder,
    table,
    streamArn,
    settings,
    worker,
  }: {
    serviceName: string;
    bundleFolder: string;
    table: TableReference;
    streamArn: string;
    settings: Settings;
    worker: NonNullable<Settings['worker']>;
  },
): Worker {
  const logged = addFunction(scope, 'Worker', {
    description: 'Handles the changes of the table',
    bundleFolder,
    handler: 'handler',
    memoryMb: 512,
    timeoutSeconds,
    environment: {
      NODE_ENV: 'production',
      SERVICE_NAME: serviceName,
      LOG_LEVEL: settings.logLevel,
      DYNAMODB_TABLE: table.name,
      DYNAMODB_INDEXES: String(settings.table.indexes),
      ...(worker.webhook && webhookVariables(worker.webhook)),
    },
    access: { code: 'worker', table, streamArn },
    settings,
  });
  const givenUp = new Queue(scope, 'GivenUpChanges', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14), // the longest; the stream itself forgets after a day
  });
  Validations.of(givenUp).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is itself the queue for what could not be handled: the destination of the event source mapping.',
  });
  new EventSourceMapping(scope, 'Changes', {
    target: logged.lambda,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: worker.batchSize,
    parallelizationFactor: worker.parallelBatchesPerShard, // Lambda keeps the order of each item
    reportBatchItemFailures: true, // without it, Lambda ignores which changes failed
    bisectBatchOnError: true, // for a function that dies, and so reports nothing
    retryAttempts: worker.retries,
    onFailure: new SqsDlq(givenUp),
  });
  return { ...logged, givenUp };
}

/**
 * CloudFormation reads the secret when it deploys: it is in no template, but in the configuration of the function. The
 * version is named, so that a new one is a change that is deployed.
 */
const webhookVariables = ({ url, secretArn, secretVersion }: WebhookSettings) => ({
  WEBHOOK_URL: url,
  WEBHOOK_SECRET: SecretValue.secretsManager(secretArn, { versionId: secretVersion }).unsafeUnwrap(),
});
