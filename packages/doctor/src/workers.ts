/**
 * Runs `count` workers at once. When one fails, the others are told to stop and awaited, so that nothing is running any
 * more when this rejects with the first failure.
 */
export async function runWorkers(
  count: number,
  work: (n: number) => Promise<void>,
  stop: (reason: unknown) => void,
): Promise<void> {
  const failures: unknown[] = [];
  const worker = async (_: unknown, n: number) => {
    try {
      await work(n);
    } catch (error) {
      failures.push(error);
      stop(error);
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  if (failures.length > 0) throw failures[0];
}
