import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { carryOut } from './carry-out.js';
import type { EntityRequest } from './entity.js';
import { withArticle } from './names.js';
import { type Plan, planEntity } from './plan.js';
import { Refusal } from './refusal.js';
import { showTree } from './show-tree.js';

const here = fileURLToPath(new URL('../../..', import.meta.url));
const print = (text: string) => void process.stdout.write(`${text}\n`);

type Settings = Omit<EntityRequest, 'name'> & { root: string; dryRun: boolean };

const program = new Command('gen').description('Writes the code that every entity needs.');

program
  .command('entity')
  .description('a package with schemas, model, service and tests, its router in the API, and where they are registered')
  .argument('<name>', 'what one of them is called, such as product or orderItem')
  .option('--fields <fields>', 'name:type of each, with spaces between them', '')
  .option('--plural <name>', 'what many are called, where English does not tell')
  .option('--belongs-to <entity>', 'an entity of which each has one: adds its id, and lists by it')
  .option('--root <folder>', 'another copy of this repository to write to', here)
  .option('--dry-run', 'show what would be written, and write nothing', false)
  .addHelpText(
    'after',
    `
Types:      string, text (long), number, integer, boolean, datetime, enum(one,other)
After them: ? optional   :unique no two have the same   :index listed by it (two at most)

  pnpm gen entity product --fields "name:string price:number sku:string:unique category:string:index"
  pnpm gen entity order --fields "status:enum(open,paid):index note:text? dueAt:datetime"
  pnpm gen entity orderItem --belongs-to order --fields "sku:string quantity:integer"`,
  )
  .action(async (name: string, { dryRun, root, ...options }: Settings) => {
    const plan = planEntity(root, { name, ...options });
    if (dryRun) return print(`${showTree(plan)}\n\nNothing was written: that was a dry run.`);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
    await carryOut(plan, { root, signal: stop.signal });
    print(`${showTree(plan)}\n\n${nextSteps(plan)}`);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function nextSteps({ entity: { one, many } }: Plan): string {
  return `Format, lint, types and tests hold as they are: npx vitest run packages/${many.kebab} apps/api/test/${many.kebab}
Make it yours: what ${withArticle(one.words)} may be in packages/${many.kebab}/src/${one.kebab}.ts, what a call costs in apps/api/src/${many.kebab}-router.ts`;
}
