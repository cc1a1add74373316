import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableReference } from '../table.js';
import { type Condition, minute, sumOf } from './condition.js';

/** Conditions on the metrics that DynamoDB writes. */
export function tableConditions({ name, indexNames }: TableReference): Condition[] {
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
        'DynamoDB rejects requests to any table of this account and region as invalid: often a bug or a missing index.',
      runbook: 'errors',
      metric: dynamo('UserErrors', {}),
      above: 50,
      minutes: 3,
    },
  ];
}

/** Operations that the models use. */
const operations = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'TransactGetItems',
  'TransactWriteItems',
  'BatchExecuteStatement',
];
