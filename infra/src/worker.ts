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
  /**
   * Receives a message for each batch that Lambda discarded, with the shard and the sequence numbers, without the
   * items.
   */
  readonly givenUp: Queue;
}

/** Adds the function that handles the changes of the table in order, from the oldest in the stream. */
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
    retentionPeriod: Duration.days(14), // the maximum; the stream itself keeps changes for one day
  });
  Validations.of(givenUp).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is itself the dead-letter queue: the failure destination of the event source mapping.',
  });
  new EventSourceMapping(scope, 'Changes', {
    target: logged.lambda,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: worker.batchSize,
    parallelizationFactor: worker.parallelBatchesPerShard, // Lambda keeps the order of each item
    reportBatchItemFailures: true, // without it, Lambda ignores which changes failed
    bisectBatchOnError: true, // for a function that crashes, and so reports nothing
    retryAttempts: worker.retries,
    onFailure: new SqsDlq(givenUp),
  });
  return { ...logged, givenUp };
}

/**
 * CloudFormation resolves the secret during the deployment: it is in the configuration of the function, and in no
 * template. The version is named, so that CloudFormation detects a new one as a change.
 */
const webhookVariables = ({ url, secretArn, secretVersion }: WebhookSettings) => ({
  WEBHOOK_URL: url,
  WEBHOOK_SECRET: SecretValue.secretsManager(secretArn, { versionId: secretVersion }).unsafeUnwrap(),
});
