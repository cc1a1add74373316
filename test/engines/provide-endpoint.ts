import type { TestProject } from 'vitest/node';
import { EngineMissingError, type EngineName, startLocalDynamo } from '../../packages/local-dynamo/src/index.js';
import type {} from '../provided-context.js';

/**
 * Starts one engine, in memory and on a free port, for all test files of a project. One that is not installed leaves its
 * files skipped, with the reason in words, but fails them in CI: there it was meant to run.
 */
export async function provideEndpoint(project: TestProject, engine: EngineName): Promise<() => Promise<void>> {
  // Java would spend more on making code fast than a run of tests ever gets back.
  process.env.JDK_JAVA_OPTIONS ??= '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
  project.provide('engine', engine);
  try {
    const { endpoint, stop } = await startLocalDynamo({ engine });
    project.provide('endpoint', endpoint);
    project.provide('engineMissing', '');
    return stop;
  } catch (error) {
    if (!(error instanceof EngineMissingError) || isCi()) throw error;
    process.stderr.write(`\n  The tests on ${engine} are NOT run. ${error.message}\n\n`);
    project.provide('endpoint', '');
    project.provide('engineMissing', error.message);
    return async () => {};
  }
}

function isCi(): boolean {
  return !['', '0', 'false'].includes(process.env.CI ?? '');
}
