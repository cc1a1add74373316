import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { applyPlan } from './apply-plan.js';
import type { EntityRequest } from './entity.js';
import { formatTree } from './format-tree.js';
import { withArticle } from './names.js';
import { type Plan, planEntity } from './plan.js';
import { UsageError } from './usage-error.js';

// a reader that closes the pipe, such as `head`, is not a failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const here = fileURLToPath(new URL('../../..', import.meta.url));
const print = (text: string) => void process.stdout.write(`${text}\n`);

type Settings = Omit<EntityRequest, 'name'> & { root: string; dryRun: boolean };

const program = new Command('gen').description('Generates the code of an entity.');

program
  .command('entity')
  .description('generates a package with schemas, model, service and tests, and a router, and registers them')
  .argument('<name>', 'the singular name, such as product or orderItem')
  .option('--fields <fields>', 'name:type of each field, separated by spaces', '')
  .option('--index <names>', 'fields of a list: a shared one, then those that order it; can be repeated', collect, [])
  .option('--plural <name>', 'the plural name, if it is irregular')
  .option('--belongs-to <entity>', 'the parent entity: adds its id, and a list by parent')
  .option('--check', 'with --belongs-to: creates and moves entities only under a parent that exists', false)
  .option('--within <scope>', 'organisation: each entity belongs to one, and so do its procedures')
  .option('--root <folder>', 'another copy of this repository', here)
  .option('--dry-run', 'print the files without writing them', false)
  .addHelpText(
    'after',
    `
Types:    string, text (long), number, integer, boolean, date, datetime, enum(one,other), list, set, map (of strings)
Options:  ? optional   :unique no two hold the same value   :index can be listed by it, in order of creation

  pnpm gen entity product --fields "name:string price:number sku:string:unique category:string:index"
  pnpm gen entity issue --fields "title:string status:enum(open,closed) dueOn:date?" --index "status,updatedAt desc" --index "status,dueOn"
  pnpm gen entity order --fields "status:enum(open,paid):index note:text? dueAt:datetime"
  pnpm gen entity orderItem --belongs-to order --check --fields "sku:string quantity:integer"
  pnpm gen entity ticket --within organisation --fields "title:string status:enum(open,closed):index"`,
  )
  .action(async (name: string, { dryRun, root, ...options }: Settings) => {
    const plan = planEntity(root, { name, ...options });
    if (dryRun) return print(`${formatTree(plan)}\n\nDry run: nothing was written.`);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
    await applyPlan(plan, { root, signal: stop.signal });
    print(`${formatTree(plan)}\n\n${nextSteps(plan)}`);
  });

/** Collects the values of an option that can be repeated. */
function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function nextSteps({ entity: { one, many }, indexes }: Plan): string {
  const more = `The table needs ${indexes} indexes: DYNAMODB_INDEXES=${indexes} is set in .env, for \`pnpm dev\`, and in .env.example, for tests.
Restart \`pnpm dev\`, then add them to its table: pnpm table update
Do the same with other tables before you deploy: docs/add-an-index.md
`;
  return `${indexes === undefined ? '' : more}Run its tests: pnpm test packages/${many.kebab} apps/api/test/trpc/${many.kebab}
Then adapt it: the fields of ${withArticle(one.words)} are in packages/${many.kebab}/src/${one.kebab}.ts, permissions and costs of calls in apps/api/src/trpc/${many.kebab}-router.ts`;
}
