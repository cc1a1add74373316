import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EnforcedEngine } from './enforced-engine.js';

const root = new URL('../../../../', import.meta.url);

export interface TestRun {
  readonly passed: number;
  readonly failed: number;
  /** The titles of failed tests and files. */
  readonly failures: readonly string[];
}

/**
 * Runs test files of other packages on an engine behind policies. The clients under test have the principal `subject`;
 * other requests of the tests have the principal of an administrator.
 */
export async function runTestsOf(paths: readonly string[], engine: EnforcedEngine): Promise<TestRun> {
  const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
  const vitest = fileURLToPath(new URL('node_modules/vitest/vitest.mjs', root)); // not among its exports
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name));
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, '--reporter=json', ...paths], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), IAM_ENDPOINT: engine.endpoint, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const report = JSON.parse(output.slice(output.indexOf('{'))) as Report;
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === 'failed');
    const titles = failed.map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]?.split('\n')[0]}`);
    return titles.length > 0 || status === 'passed' ? titles : [`${name}: ${message.split('\n')[0]}`];
  });
  return { passed: report.numPassedTests, failed: report.numFailedTests, failures };
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}
