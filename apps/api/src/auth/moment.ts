/** A point in time on both clocks: the monotonic one and the wall clock. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export const thisMoment = (): Moment => ({ monotonicMs: performance.now(), wallMs: Date.now() });

/**
 * Returns the milliseconds since a moment, by the clock on which more time has passed. The monotonic clock may stop
 * while a Lambda function is frozen, and the wall clock may be set back.
 */
export const elapsedMs = ({ monotonicMs, wallMs }: Moment): number =>
  Math.max(performance.now() - monotonicMs, Date.now() - wallMs);
