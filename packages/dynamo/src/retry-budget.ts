const capacity = 100;
const earnedPerAnswer = 0.1;

/**
 * Bounds repeats over all calls of a process to one table: a full bucket for bad luck, then one repeat for each ten answers. So at 5 %
 * faults each fault is repeated, and in an outage the load on the database hardly grows.
 */
export class RetryBudget {
  #tokens = capacity;

  /** Takes one repeat, or says that there is none left. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** An answer came: a tenth of a repeat is earned. */
  earn(): void {
    this.#tokens = Math.min(capacity, this.#tokens + earnedPerAnswer);
  }
}
