import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { FargateApi } from '../api-fargate.js';
import type { LambdaApi } from '../api-lambda.js';
import type { Settings } from '../settings.js';
import type { TableReference } from '../table.js';
import type { Worker } from '../worker.js';
import { callConditions } from './call-conditions.js';
import { fargateConditions, lambdaConditions, workerConditions } from './platform-conditions.js';
import { tableConditions } from './table-conditions.js';

/** The resources that the alarms watch. */
export interface Watched {
  readonly serviceName: string;
  readonly table: TableReference;
  readonly api: LambdaApi | FargateApi;
  readonly worker: Worker | undefined;
}

/** Adds the alarms, and the topic that they notify. Returns them for the dashboard. */
export function addAlarms(scope: Construct, watched: Watched, { alarms: settings }: Settings): Alarm[] {
  const topic = addTopic(scope, settings);
  const conditions = [
    ...tableConditions(watched.table),
    ...callConditions(scope, {
      serviceName: watched.serviceName,
      logGroup: watched.api.logGroup,
      p99Ms: settings.p99Ms,
    }),
    ...(watched.api.kind === 'lambda' ? lambdaConditions(watched.api) : fargateConditions(watched.api)),
    ...(watched.worker ? workerConditions(watched.worker) : []),
  ];
  return conditions.map(({ id, meaning, runbook, metric, above, minutes = 1 }) => {
    const alarm = new Alarm(scope, `Alarm-${id}`, {
      alarmName: `${watched.serviceName}-${id}`,
      alarmDescription: `${meaning} Runbook: docs/operations/${runbook}.md`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: minutes,
      treatMissingData: TreatMissingData.NOT_BREACHING, // the API writes no zeros
    });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
    return alarm;
  });
}

function addTopic(scope: Construct, { topicArn, email }: Settings['alarms']): ITopic {
  if (topicArn !== undefined) return Topic.fromTopicArn(scope, 'AlarmTopic', topicArn);
  const topic = new Topic(scope, 'AlarmTopic', { enforceSSL: true });
  // enforceSSL adds a topic policy, which replaces the default that lets services of the account publish
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  return topic;
}
