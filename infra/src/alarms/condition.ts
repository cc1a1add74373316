import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** A condition that requires an operator to act. */
export interface Condition {
  readonly id: string;
  /** A sentence for the operator on call. */
  readonly meaning: string;
  readonly runbook: Runbook;
  readonly metric: IMetric;
  /** Threshold of the metric. */
  readonly above: number;
  /** Minutes of the last five in which the metric has to exceed the threshold. @default 1 */
  readonly minutes?: number;
}

/** The documents in `docs/operations`. */
export type Runbook = 'throttled' | 'errors' | 'unknown-outcomes' | 'stream-behind';

export const minute = Duration.minutes(1);

/** Returns the sum of up to ten metrics. A metric without data counts as zero. */
export function sumOf(metrics: readonly IMetric[], label: string): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(named).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: expression.join(' + '), usingMetrics: named, label, period: minute });
}
