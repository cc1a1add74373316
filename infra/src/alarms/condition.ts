import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** A condition that somebody has to act on. */
export interface Condition {
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
export type Runbook = 'throttled' | 'errors' | 'unknown-outcomes' | 'stream-behind';

export const minute = Duration.minutes(1);

/** Returns the sum of up to ten metrics, of which some may have no value. */
export function sumOf(metrics: readonly IMetric[], label: string): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(named).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: expression.join(' + '), usingMetrics: named, label, period: minute });
}
