import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Condition, minute } from './condition.js';

export interface CallOptions {
  readonly serviceName: string;
  /** The log of the API. */
  readonly logGroup: LogGroup;
  readonly p99Ms: number;
}

/** The namespace of METRICS=emf. */
const namespace = 'AwsStarterKit';

/** Fields of the audit lines that the metric RejectedTokens counts. */
export const rejectedToken = { stream: 'audit', event: 'security', status: 401 } as const;
const rejectedTokensPerMinute = 100;

/** Conditions on the metrics that the API writes on every platform. */
export function callConditions(scope: Construct, { serviceName, logGroup, p99Ms }: CallOptions): Condition[] {
  const ofService = (metricName: string, statistic: string = Stats.SUM) =>
    new Metric({
      namespace,
      metricName,
      dimensionsMap: { service: serviceName },
      statistic,
      period: minute,
    });
  return [
    {
      id: 'CallsFail',
      meaning: 'More than 2 % of the calls fail on the side of the API.',
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
      meaning: `The p99 latency of calls is above ${p99Ms} ms.`,
      runbook: 'errors',
      metric: ofService('Latency', Stats.p(99)),
      above: p99Ms,
      minutes: 5,
    },
    {
      id: 'OutcomesUnknown',
      meaning: 'Writes got no answer from the database, and may have been applied.',
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
      meaning: `More than ${rejectedTokensPerMinute} requests a minute have no valid token: an attack, or changed keys of the issuer.`,
      runbook: 'errors',
      metric: rejectedTokens(scope, logGroup, serviceName),
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
    metricNamespace: namespace,
    metricName: 'RejectedTokens',
    dimensions: { service: '$.service' },
    metricValue: '1',
  });
  return filter.metric({ dimensionsMap: { service: serviceName }, statistic: Stats.SUM, period: minute });
}
