import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { FargateApi } from '../api-fargate.js';
import type { LambdaApi } from '../api-lambda.js';
import type { Worker } from '../worker.js';
import { type Condition, minute, sumOf } from './condition.js';

/** Conditions of the API on Lambda. */
export function lambdaConditions({ lambda, httpApi }: LambdaApi): Condition[] {
  return [
    ...functionConditions('Api', lambda),
    {
      id: 'Answers5xx',
      meaning: 'The API answers with 5xx. This includes failures before the API could record metrics.',
      runbook: 'errors',
      metric: httpApi
        ? httpApi.metricServerError({ period: minute })
        : lambda.metric('Url5xxCount', { statistic: Stats.SUM, period: minute }),
      above: 10,
      minutes: 3,
    },
  ];
}

const functionConditions = (name: string, lambda: LambdaApi['lambda']): Condition[] => [
  {
    id: `${name}FunctionFails`,
    meaning:
      'Invocations fail with an error or a timeout, for example because of a missing variable or too little memory.',
    runbook: 'errors',
    metric: lambda.metricErrors({ period: minute }),
    above: 0,
    minutes: 3,
  },
  {
    id: `${name}FunctionThrottled`,
    meaning: 'Lambda throttles the function: the concurrency limit of the account or of the function is reached.',
    runbook: 'throttled',
    metric: lambda.metricThrottles({ period: minute }),
    above: 0,
    minutes: 3,
  },
];

/** Conditions of the API on Fargate. */
export function fargateConditions({ balancer, targets, service }: FargateApi): Condition[] {
  return [
    {
      id: 'Answers5xx',
      meaning: 'The tasks of the API answer with 5xx, or the load balancer does because it has no healthy task.',
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
      meaning: 'Tasks use more than 85 % of their CPU in spite of auto scaling.',
      runbook: 'errors',
      metric: service.metricCpuUtilization({ period: minute }),
      above: 85,
      minutes: 5,
    },
  ];
}

/** Conditions of the function that handles changes. */
export const workerConditions = ({ lambda, givenUp }: Worker): Condition[] => [
  ...functionConditions('Worker', lambda),
  {
    id: 'StreamBehind',
    meaning: 'Changes wait for more than 5 minutes. The stream deletes them after 24 hours.',
    runbook: 'stream-behind',
    metric: lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: minute }),
    above: 300_000,
    minutes: 5,
  },
  {
    id: 'ChangesGivenUp',
    meaning: 'Lambda discarded changes after all retries. Their shard and sequence numbers are in the queue.',
    runbook: 'stream-behind',
    metric: givenUp.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: minute }),
    above: 0,
  },
];
