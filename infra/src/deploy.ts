import { createDynamoClient } from '@aws-starter-kit/dynamo';
import { confirm } from '@aws-starter-kit/table';
import { type CdkOutput, cdk } from './cdk.js';
import { readStage } from './stages.js';
import { synthesize } from './synthesize.js';
import { UsageError } from './usage-error.js';

/**
 * Deploys the stacks of a stage: shows the changes, asks, deploys, and writes the outputs to
 * `.local/infra/<stage>-outputs.json`. @throws UsageError, SettingsError
 */
export async function deploy(
  stage: string,
  { yes = false, plan = false }: { yes?: boolean; plan?: boolean },
): Promise<void> {
  const { region } = readStage(stage);
  await assertCredentials(region);
  const app = await synthesize(stage);
  check(await cdk(['diff', '--app', app], { show: true }), region);
  if (plan) return;
  await ask(`Deploy these changes to ${stage}?`, yes, 'deploy', stage);
  const outputs = `.local/infra/${stage}-outputs.json`;
  const options = ['--require-approval', 'never', '--outputs-file', outputs, '--progress', 'events'];
  check(await cdk(['deploy', '--app', app, '--all', ...options], { show: true }), region);
  process.stdout.write(`${stage} is deployed. Its URLs and ids are in ${outputs}.\n`);
}

/** Deletes the API stack of a stage. The table and the users are in the data stack, which stays. */
export async function destroy(stage: string, { yes = false }: { yes?: boolean }): Promise<void> {
  const { region, isProtected } = readStage(stage);
  if (isProtected)
    throw new UsageError(`${stage} is protected: deploy it with isProtected false in infra/stages/${stage}.json first`);
  await assertCredentials(region);
  const app = await synthesize(stage);
  await ask(`Delete the API of ${stage}, its alarms and its dashboard?`, yes, 'destroy', stage);
  check(await cdk(['destroy', '--app', app, '--exclusively', '--force', `*-${stage}-api`], { show: true }), region);
  process.stdout.write(
    `The API of ${stage} is deleted. Its table and users are kept; see docs/operations/deploy.md.\n`,
  );
}

async function ask(question: string, yes: boolean, command: string, stage: string): Promise<void> {
  if (yes || (await confirm(`${question} [y/N] `))) return;
  // pnpm parses the options of its own commands, such as deploy; with `pnpm run`, it passes them on
  throw new UsageError(`Nothing was changed. To skip the question: pnpm run ${command} ${stage} --yes`);
}

/** Checks for credentials first, because bundles and templates take minutes. @throws UsageError */
async function assertCredentials(region: string): Promise<void> {
  const client = createDynamoClient({ region });
  try {
    await client.config.credentials();
  } catch (cause) {
    const ways = 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
    throw new UsageError(`No AWS credentials: ${ways}. "pnpm synth" needs none`, { cause });
  } finally {
    client.destroy();
  }
}

/** Failures of the CDK that the user can fix, by a pattern of its output. */
const known: readonly (readonly [RegExp, (region: string) => string])[] = [
  [
    /has it been bootstrapped|cdk-bootstrap\/\w+\/version not found|is not bootstrapped/i,
    (region) =>
      `The account is not prepared for the CDK in ${region}: run "pnpm --filter @aws-starter-kit/infra exec cdk bootstrap aws://<account>/${region}" once`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/,
    (region) => `AWS does not answer in ${region}: check the network and the proxy`,
  ],
  [
    /unable to resolve AWS account|security token included in the request is (invalid|expired)|ExpiredToken/i,
    () => 'AWS does not accept these credentials: sign in again, or set AWS_PROFILE or AWS_ACCESS_KEY_ID',
  ],
];

/** @throws UsageError if the CDK failed */
function check({ exitCode, output }: CdkOutput, region: string): void {
  if (exitCode === 0) return;
  const [, explain] = known.find(([pattern]) => pattern.test(output)) ?? [];
  throw new UsageError(explain?.(region) ?? 'The CDK failed: see its messages above');
}
