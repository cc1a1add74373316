import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { FargateApi } from './api-fargate.js';
import type { LambdaApi } from './api-lambda.js';
import type { Settings } from './settings.js';
import type { TableReference } from './table.js';
import type { Worker } from './worker.js';

/** What is watched. */
export interface Watched {
  readonly serviceName: string;
  readonly table: TableReference;
  readonly api: LambdaApi | FargateApi;
  readonly worker: Worker | undefined;
}

/** A condition that somebody has to act on. */
interface Condition {
  readonly id: string;
  /** A sentence for the person who is woken up. */
  readonly meaning: string;
  readonly runbook: Runbook;
  readonly metric: IMetric;
  /** The alarm goes off above it. */
  readonly above: number;
  /** Minutes, of the last five, in which the metric was above. @default 1 */
  readonly minutes?: number;
}

/** The documents in `docs/operations`. */
type Runbook = 'throttled' | 'errors' | 'unknown-outcomes' | 'stream-behind';

const minute = Duration.minutes(1);
const metricsNamespace = 'AwsStarterKit'; // of METRICS=emf

/** Operations that the models send. */
const operations = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'TransactWriteItems',
  'BatchWriteItem',
];

/** Lines of the audit trail that the metric of rejected tokens counts. */
export const rejectedToken = { stream: 'audit', event: 'security', status: 401 } as const;
const rejectedTokensPerMinute = 100;

/** Adds the alarms, and the topic that they notify. Returns them for the dashboard. */
export function addAlarms(scope: Construct, watched: Watched, { alarms: settings }: Settings): Alarm[] {
  const topic = addTopic(scope, settings);
  const conditions = [
    ...ofTable(watched.table),
    ...ofCalls(scope, watched, settings.p99Ms),
    ...(watched.api.kind === 'lambda' ? ofLambda(watched.api) : ofFargate(watched.api)),
    ...(watched.worker ? ofWorker(watched.worker) : []),
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
      treatMissingData: TreatMissingData.NOT_BREACHING, // these metrics are written only if something happens
    });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
    return alarm;
  });
}

function addTopic(scope: Construct, { topicArn, email }: Settings['alarms']) {
  if (topicArn !== undefined) return Topic.fromTopicArn(scope, 'AlarmTopic', topicArn);
  const topic = new Topic(scope, 'AlarmTopic', { enforceSSL: true });
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  return topic;
}

function ofTable({ name, indexNames }: TableReference): Condition[] {
  const dynamo = (metricName: string, dimensions: Record<string, string>) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: dimensions,
      statistic: Stats.SUM,
      period: minute,
    });
  const throttled = (dimensions: Record<string, string>) =>
    sumOf([dynamo('ReadThrottleEvents', dimensions), dynamo('WriteThrottleEvents', dimensions)], 'throttled requests');
  const systemErrors = operations.map((operation) => dynamo('SystemErrors', { TableName: name, Operation: operation }));
  return [
    {
      id: 'TableThrottled',
      meaning: `DynamoDB throttles requests to table ${name}.`,
      runbook: 'throttled',
      metric: throttled({ TableName: name }),
      above: 10,
      minutes: 2,
    },
    ...indexNames.map(
      (index): Condition => ({
        id: `${index}Throttled`,
        meaning: `DynamoDB throttles requests to index ${index} of table ${name}: often a hot partition.`,
        runbook: 'throttled',
        metric: throttled({ TableName: name, GlobalSecondaryIndexName: index }),
        above: 10,
        minutes: 2,
      }),
    ),
    {
      id: 'DynamoDBFails',
      meaning: `DynamoDB answers requests to table ${name} with 500.`,
      runbook: 'errors',
      metric: sumOf(systemErrors, 'system errors'),
      above: 10,
      minutes: 2,
    },
    {
      id: 'DynamoDBRejects',
      meaning:
        'DynamoDB rejects requests of this account and region as invalid, of all tables: often a bug or a missing index.',
      runbook: 'errors',
      metric: dynamo('UserErrors', {}),
      above: 50,
      minutes: 3,
    },
  ];
}

/** Conditions by the metrics of the API itself, on every platform. */
function ofCalls(scope: Construct, { serviceName, api }: Watched, p99Ms: number): Condition[] {
  const ofService = (metricName: string, statistic: string = Stats.SUM) =>
    new Metric({
      namespace: metricsNamespace,
      metricName,
      dimensionsMap: { service: serviceName },
      statistic,
      period: minute,
    });
  return [
    {
      id: 'CallsFail',
      meaning: 'More than 2 % of the calls of the API fail on our side.',
      runbook: 'errors',
      metric: new MathExpression({
        expression: 'IF(calls >= 20, 100 * FILL(errors, 0) / calls, 0)',
        usingMetrics: { errors: ofService('Errors'), calls: ofService('Calls') },
        label: '% of calls that fail',
        period: minute,
      }),
      above: 2,
      minutes: 3,
    },
    {
      id: 'CallsSlow',
      meaning: `One call in a hundred takes more than ${p99Ms} ms.`,
      runbook: 'errors',
      metric: ofService('Latency', Stats.p(99)),
      above: p99Ms,
      minutes: 5,
    },
    {
      id: 'OutcomesUnknown',
      meaning: 'Writes ended without an answer of the database: they may have been applied.',
      runbook: 'unknown-outcomes',
      metric: ofService('UnknownOutcomes'),
      above: 0,
    },
    {
      id: 'RequestsShed',
      meaning: 'The API rejects requests with 503, because it is overloaded.',
      runbook: 'errors',
      metric: ofService('Sheds'),
      above: 100,
      minutes: 3,
    },
    {
      id: 'TokensRejected',
      meaning: `More than ${rejectedTokensPerMinute} requests a minute have no valid token: an attack, or keys that changed.`,
      runbook: 'errors',
      metric: rejectedTokens(scope, api.logGroup, serviceName),
      above: rejectedTokensPerMinute,
      minutes: 3,
    },
  ];
}

function rejectedTokens(scope: Construct, logGroup: LogGroup, serviceName: string): Metric {
  const { stream, event, status } = rejectedToken;
  const filter = new MetricFilter(scope, 'RejectedTokens', {
    logGroup,
    filterPattern: FilterPattern.all(
      FilterPattern.stringValue('$.stream', '=', stream),
      FilterPattern.stringValue('$.event', '=', event),
      FilterPattern.numberValue('$.status', '=', status),
    ),
    metricNamespace: metricsNamespace,
    metricName: `RejectedTokens-${serviceName}`, // a metric of a filter has no dimension with a fixed value
    metricValue: '1',
  });
  return filter.metric({ statistic: Stats.SUM, period: minute });
}

function ofLambda({ lambda, httpApi }: LambdaApi): Condition[] {
  return [
    ...ofFunction('Api', lambda),
    {
      id: 'Answers5xx',
      meaning: 'The API answers with 5xx, also where its function failed before it could count.',
      runbook: 'errors',
      metric: httpApi
        ? httpApi.metricServerError({ period: minute })
        : lambda.metric('Url5xxCount', { statistic: Stats.SUM, period: minute }),
      above: 10,
      minutes: 3,
    },
  ];
}

const ofFunction = (name: string, lambda: LambdaApi['lambda']): Condition[] => [
  {
    id: `${name}FunctionFails`,
    meaning:
      'Invocations end with an error or a timeout of the function, such as a missing variable or too little memory.',
    runbook: 'errors',
    metric: lambda.metricErrors({ period: minute }),
    above: 0,
    minutes: 3,
  },
  {
    id: `${name}FunctionThrottled`,
    meaning: 'Lambda throttles the function: the concurrency of the account or of the function is used up.',
    runbook: 'throttled',
    metric: lambda.metricThrottles({ period: minute }),
    above: 0,
    minutes: 3,
  },
];

function ofFargate({ balancer, targets, service }: FargateApi): Condition[] {
  return [
    {
      id: 'Answers5xx',
      meaning: 'Tasks of the API, or the load balancer for want of a task, answer with 5xx.',
      runbook: 'errors',
      metric: sumOf(
        [
          targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: minute }),
          balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: minute }),
        ],
        'answers with 5xx',
      ),
      above: 10,
      minutes: 3,
    },
    {
      id: 'TasksUnhealthy',
      meaning: 'Tasks of the API do not answer /livez.',
      runbook: 'errors',
      metric: targets.metrics.unhealthyHostCount({ statistic: Stats.MAXIMUM, period: minute }),
      above: 0,
      minutes: 3,
    },
    {
      id: 'TasksBusy',
      meaning: 'Tasks use more than 85 % of their CPU time although more were started.',
      runbook: 'errors',
      metric: service.metricCpuUtilization({ period: minute }),
      above: 85,
      minutes: 5,
    },
  ];
}

const ofWorker = ({ lambda, givenUp }: Worker): Condition[] => [
  ...ofFunction('Worker', lambda),
  {
    id: 'StreamBehind',
    meaning: 'Changes wait for more than 5 minutes. After 24 hours, the stream forgets them.',
    runbook: 'stream-behind',
    metric: lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: minute }),
    above: 300_000,
    minutes: 5,
  },
  {
    id: 'ChangesGivenUp',
    meaning: 'Lambda gave up changes after all retries: their shard and sequence numbers are in the queue.',
    runbook: 'stream-behind',
    metric: givenUp.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: minute }),
    above: 0,
  },
];

/** Returns the sum of up to ten metrics, of which some may have no value. */
function sumOf(metrics: readonly IMetric[], label: string): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(named).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: expression.join(' + '), usingMetrics: named, label, period: minute });
}
