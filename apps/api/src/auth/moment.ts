/** A moment, by both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export const thisMoment = (): Moment => ({ monotonicMs: performance.now(), wallMs: Date.now() });

/**
 * Returns the milliseconds since a moment: the longer time of both clocks. While a Lambda function is frozen, its
 * monotonic clock may stand still; the wall clock may be set back.
 */
export const elapsedMs = ({ monotonicMs, wallMs }: Moment): number =>
  Math.max(performance.now() - monotonicMs, Date.now() - wallMs);
