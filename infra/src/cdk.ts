import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
/** Turns off telemetry, the check for a newer version, and the SDK's warning about Node 20. */
const quiet = {
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CDK_DISABLE_VERSION_CHECK: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** Exit code and output of a command. */
export interface CdkOutput {
  readonly exitCode: number;
  readonly output: string;
}

/**
 * Runs a CDK command in the root of the repository.
 * @param show also prints the output while the command runs
 */
export async function cdk(args: readonly string[], { show }: { show: boolean }): Promise<CdkOutput> {
  const child = spawn(process.execPath, [command, ...args, '--no-notices', '--no-version-reporting'], {
    cwd: root,
    env: { ...process.env, ...quiet, ...(show && process.stdout.isTTY && { FORCE_COLOR: '1' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    from.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (show) to.write(text);
    });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code ?? 1));
  });
  return { exitCode, output };
}
