import type { TestProject } from 'vitest/node';
import type {} from '../../../../test/provided-context.js';

/** Gives tests the endpoint of an engine behind a policy, which `run-tests-of.ts` has started. */
export function setup(project: TestProject): void {
  project.provide('endpoint', process.env.IAM_ENDPOINT ?? '');
  project.provide('engineMissing', '');
}
