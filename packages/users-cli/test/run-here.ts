import { vi } from 'vitest';
import { runUsers } from '../src/run-users.js';

export interface Output {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs `users` in this process with the given variables. A process for each command would take most of the time of its
 * test.
 */
export async function usersHere(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
): Promise<Output> {
  const output = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text, ...more) => {
      output[name] += text;
      for (const done of more) if (typeof done === 'function') done();
      return true;
    }),
  );
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    return { exitCode: await runUsers(args), ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
