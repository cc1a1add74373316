import type { TestProject } from 'vitest/node';
import type {} from '../../../../test/provided-context.js';

/** Provides tests with the endpoint of the engine behind a policy that `run-tests-of.ts` has started. */
export function setup(project: TestProject): void {
  project.provide('endpoint', process.env.IAM_ENDPOINT ?? '');
  project.provide('engine', 'dynoxide');
  project.provide('engineMissing', '');
}
