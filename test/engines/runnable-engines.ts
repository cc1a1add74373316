import { type EngineName, engineNames } from '../../packages/local-dynamo/src/engine-name.js';
import { EngineMissingError } from '../../packages/local-dynamo/src/errors.js';
import { findEngine } from '../../packages/local-dynamo/src/find-engine.js';

/**
 * The engines that can run here, for the projects of vitest.config.ts. One that cannot is left out, and that is said, with
 * the reason; in CI it is kept, so that its project fails: there it was meant to run.
 */
export async function runnableEngines(): Promise<readonly EngineName[]> {
  const isCi = !['', '0', 'false'].includes(process.env.CI ?? '');
  if (isCi) return engineNames;
  const reasons = await Promise.all(engineNames.map(whyMissing));
  sayOnce(reasons.filter((reason) => reason !== undefined).map((reason) => `\n  Tests are left out. ${reason}\n`));
  return engineNames.filter((_name, index) => reasons[index] === undefined);
}

function whyMissing(name: EngineName): Promise<string | undefined> {
  return findEngine(name).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof EngineMissingError) return error.message;
      throw error;
    },
  );
}

const said = Symbol.for('aws-starter-kit.said-which-engines-are-missing');

/** Vitest loads its configuration, and this module with it, once for each project. */
function sayOnce(lines: readonly string[]): void {
  if (said in globalThis) return;
  Object.defineProperty(globalThis, said, { value: true });
  process.stderr.write(lines.join(''));
}
