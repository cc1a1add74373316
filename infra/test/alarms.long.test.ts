import { describe, expect, it } from 'vitest';
import { auditTrail } from '../../apps/api/src/telemetry/audit-trail.js';
import { emfMetrics } from '../../apps/api/src/telemetry/emf-metrics.js';
import { rejectedToken } from '../src/alarms/call-conditions.js';
import type { StageFile } from '../src/settings.js';
import { account, fargate, ofType, only, synthesized, type Template } from './synthesized.js';

interface MetricOfAlarm {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** Returns the metrics of an alarm, also those in an expression. */
function metricsOf(alarm: Record<string, unknown>): MetricOfAlarm[] {
  const parts = (alarm.Metrics ?? []) as { MetricStat?: { Metric: MetricOfAlarm } }[];
  const nested = parts.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  return alarm.MetricName === undefined ? nested : [alarm as unknown as MetricOfAlarm];
}

const alarmsOf = (template: Template) => ofType(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
const namesOf = (template: Template) =>
  alarmsOf(template).map(({ AlarmName }) => String(AlarmName).replace('aws-starter-kit-test-', ''));

const withStream = { name: 'users-test', stream: true };
const common = ['TableThrottled', 'GSI1Throttled', 'GSI2Throttled', 'DynamoDBFails', 'DynamoDBRejects'];
const ofCalls = ['CallsFail', 'CallsSlow', 'OutcomesUnknown', 'RequestsShed', 'TokensRejected'];
const ofWorker = ['WorkerFunctionFails', 'WorkerFunctionThrottled', 'StreamBehind', 'ChangesGivenUp'];

describe('the alarms of a stage', () => {
  it.each<[string, Partial<StageFile>, string[]]>([
    ['a function', {}, [...common, ...ofCalls, 'ApiFunctionFails', 'ApiFunctionThrottled', 'Answers5xx']],
    [
      'containers and a worker',
      { api: fargate, table: withStream, worker: {} },
      [...common, ...ofCalls, 'Answers5xx', 'TasksUnhealthy', 'TasksBusy', ...ofWorker],
    ],
  ])('watch the table, the calls and what runs: %s', (_, change, names) => {
    expect(namesOf(synthesized(change).api)).toEqual(names);
  });

  it('watch each index by itself', () => {
    const { api } = synthesized({ table: { name: 'users-test', indexes: 20 } });
    const dimensions = alarmsOf(api).flatMap((alarm) => metricsOf(alarm).flatMap((metric) => metric.Dimensions ?? []));
    const indexes = dimensions.filter(({ Name }) => Name === 'GlobalSecondaryIndexName').map(({ Value }) => Value);
    expect(new Set(indexes)).toEqual(new Set(Array.from({ length: 20 }, (_, index) => `GSI${index + 1}`)));
  });

  it('notify a topic of the stage, with an email, or another topic', () => {
    const own = synthesized({ alarms: { email: 'ops@example.com' } }).api;
    expect(only(own, 'AWS::SNS::Subscription')).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.com' });
    // the policy replaces that of SNS, by which alarms of the account may publish
    expect(only(own, 'AWS::SNS::TopicPolicy').PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
        }),
      ]),
    });
    const topicArn = `arn:aws:sns:us-east-1:${account}:ops`;
    const other = synthesized({ alarms: { topicArn } }).api;
    expect(ofType(other, 'AWS::SNS::Topic')).toEqual([]);
    for (const { AlarmActions } of alarmsOf(other)) expect(AlarmActions).toEqual([topicArn]);
    for (const { AlarmActions, OKActions } of alarmsOf(own))
      expect([AlarmActions, OKActions]).toEqual([OKActions, AlarmActions]);
  });

  it('are all on the dashboard', () => {
    const { api } = synthesized({ api: fargate, table: withStream, worker: {} });
    const text = JSON.stringify(only(api, 'AWS::CloudWatch::Dashboard').DashboardBody);
    const ids = Object.entries(api.Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
    expect(ids.length).toBeGreaterThan(15);
    expect(ids.filter(([id]) => !text.includes(id))).toEqual([]);
  });

  it('use metrics that the API writes', () => {
    const lines: string[] = [];
    const metrics = emfMetrics({ serviceName: 'aws-starter-kit-test', write: (line) => lines.push(line) });
    const call = { procedure: 'users.update', durationMs: 5, capacityUnits: 1 };
    metrics.callEnded({ ...call, code: 'INTERNAL_SERVER_ERROR', reason: 'OUTCOME_UNKNOWN' });
    metrics.requestShed();
    metrics.flush();
    const written = lines.flatMap((line) => {
      const {
        service,
        _aws: { CloudWatchMetrics },
      } = JSON.parse(line);
      return CloudWatchMetrics.flatMap(
        ({
          Namespace,
          Metrics,
          Dimensions,
        }: {
          Namespace: string;
          Metrics: { Name: string }[];
          Dimensions: string[][];
        }) =>
          Dimensions.filter((names) => names.join() === 'service').flatMap(() =>
            Metrics.map(({ Name }) => `${Namespace} ${Name} ${service}`),
          ),
      );
    });
    const used = alarmsOf(synthesized().api)
      .flatMap(metricsOf)
      .filter(({ Namespace, MetricName }) => Namespace === 'AwsStarterKit' && MetricName !== 'RejectedTokens')
      .map(
        ({ Namespace, MetricName, Dimensions: [{ Value } = { Value: '' }] = [] }) =>
          `${Namespace} ${MetricName} ${Value}`,
      );
    expect(new Set(used).size).toBe(5);
    expect(used.filter((metric) => !written.includes(metric))).toEqual([]);
  });

  it('count the lines of the audit trail about rejected tokens', () => {
    const lines: string[] = [];
    const audit = auditTrail({ serviceName: 'aws-starter-kit-test', write: (line) => lines.push(line) });
    audit.rejection({ id: '1', ip: '192.0.2.1', headers: {} } as never, null, {
      status: 401,
      reason: 'INVALID_TOKEN',
      route: '/trpc/:path',
    } as never);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { ...rejectedToken, service: 'aws-starter-kit-test' },
    ]);
    const filter = only(synthesized().api, 'AWS::Logs::MetricFilter');
    expect(filter.FilterPattern).toBe('{ ($.stream = "audit") && ($.event = "security") && ($.status = 401) }');
    expect(filter.MetricTransformations).toMatchObject([
      {
        MetricNamespace: 'AwsStarterKit',
        MetricName: 'RejectedTokens',
        Dimensions: [{ Key: 'service', Value: '$.service' }],
      },
    ]);
  });
});
