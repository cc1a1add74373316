import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { completeOptions, type Options } from './answers.js';
import { readTemplateRecord } from './copy-template.js';
import { createProject } from './create-project.js';
import { UsageError } from './usage-error.js';

const dist = fileURLToPath(new URL('.', import.meta.url));

const program = new Command('create-aws-starter-kit')
  .description('Creates a project: a typed API on DynamoDB, with tests, that runs on your machine.')
  .version(readTemplateRecord(dist).version)
  .argument('[folder]', 'new or empty folder; its last part is the name of the project')
  .option('--name <name>', 'name of the project, if it is not that of the folder')
  .option('--scope <scope>', 'scope of its packages (default: @ and the name)')
  .option('--no-install', 'do not install dependencies')
  .option('--dev', 'run `pnpm dev` after the installation')
  .option('--no-dev', 'do not run it')
  .option('--no-git', 'do not make a git repository')
  .option('-y, --yes', 'ask nothing: take the default of what is not given', false)
  .addHelpText(
    'after',
    `
  npm create aws-starter-kit@latest my-app
  npm create aws-starter-kit@latest my-app -- --scope @acme --dev --yes`,
  )
  .action(async (folder: string | undefined, given: Omit<Options, 'folder'>) => {
    const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const answers = await completeOptions({ folder, ...given }, { isTerminal });
    const print = (line: string) => void process.stdout.write(`${line}\n`);
    process.exitCode = await createProject({ ...answers, dist, print });
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
