import { Command } from 'commander';
import { deploy, destroy } from './deploy.js';
import { SettingsError } from './settings.js';
import { stageNames } from './stages.js';
import { synthesize } from './synthesize.js';
import { UsageError } from './usage-error.js';

const allowed = `one of ${stageNames().join(', ')}: the files of infra/stages`;

const program = new Command('infra').description('Synthesizes, plans and deploys the stacks of a stage.');

program
  .command('synth')
  .description('write the templates of stages to .local/infra, without a network')
  .argument('[stages...]', `${allowed} (default: all)`)
  .action((stages: string[]) =>
    explained(async () => {
      for (const stage of stages.length > 0 ? stages : stageNames()) await synthesize(stage);
    }),
  );

program
  .command('deploy')
  .description('show what a deployment would change, ask, and deploy')
  .argument('[stage]', allowed)
  .option('--yes', 'do not ask')
  .option('--plan', 'show the changes only')
  .action((stage: string | undefined, options: { yes?: boolean; plan?: boolean }) =>
    explained(() => deploy(named(stage, 'deploy'), options)),
  );

program
  .command('destroy')
  .description('delete the API of a stage; its table and users are kept')
  .argument('[stage]', allowed)
  .option('--yes', 'do not ask')
  .action((stage: string | undefined, options: { yes?: boolean }) =>
    explained(() => destroy(named(stage, 'destroy'), options)),
  );

await program.parseAsync();

function named(stage: string | undefined, command: string): string {
  if (stage === undefined) throw new UsageError(`Which stage? Run "pnpm ${command} <stage>" with ${allowed}`);
  return stage;
}

/** Runs a command. Prints a usage error without a stack, and sets the exit code 1. */
async function explained(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
