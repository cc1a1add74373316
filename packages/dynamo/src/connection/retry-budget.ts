const capacity = 100;
const earnedPerAnswer = 0.1;
const conflictsEarnedPerAnswer = 1;

/**
 * Bounds the retries of all calls of a process to one table. Retries after a failure: a bucket of 100, and one more for each ten answers. So
 * at 5 % faults each fault is retried, and in an outage the load on the database hardly grows. Retries after a conflict with another writer
 * have a bucket of their own: contention makes at most 100 more requests than there are answers.
 */
export class RetryBudget {
  #tokens = capacity;
  #conflictTokens = capacity;

  /** Takes one retry. Returns false if none is left. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes one retry after a conflict. Returns false if none is left. */
  takeConflict(): boolean {
    if (this.#conflictTokens < 1) return false;
    this.#conflictTokens -= 1;
    return true;
  }

  /** Counts an answer, which earns a tenth of a retry, and one retry after a conflict. */
  earn(): void {
    this.#tokens = Math.min(capacity, this.#tokens + earnedPerAnswer);
    this.#conflictTokens = Math.min(capacity, this.#conflictTokens + conflictsEarnedPerAnswer);
  }
}
