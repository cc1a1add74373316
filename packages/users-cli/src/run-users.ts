import { Command, CommanderError, Option } from 'commander';
import { ApiFailure } from './api-access.js';
import {
  type ApiSettings,
  type ChangeSettings,
  countCommand,
  createCommand,
  deleteCommand,
  getCommand,
  type ListSettings,
  listCommand,
  updateCommand,
} from './api-commands.js';
import type { FileSettings, ImportSettings } from './file-commands.js';
import { FileProblem } from './file-problem.js';
import { apiOptions, expectedVersion, tableOptions, wholeNumber } from './options.js';
import { Interruption, isBrokenPipe, remark } from './speak.js';

export const exitCodes = { done: 0, refused: 1, failed: 2, interrupted: 130 } as const;

/** Runs `users` with these arguments. What a person can mend is said in a line or two on stderr. @returns the exit code */
export async function runUsers(args: readonly string[]): Promise<number> {
  let isWhole = true;
  const program = usersProgram((outcome) => {
    isWhole = outcome;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return isWhole ? exitCodes.done : exitCodes.refused;
  } catch (error) {
    if (isBrokenPipe(error)) return exitCodes.done;
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.failed; // it has said why
    const isKnown = error instanceof ApiFailure || error instanceof FileProblem || error instanceof Interruption;
    remark(isKnown ? error.message : String(Object(error).stack ?? error));
    if (error instanceof Interruption) return exitCodes.interrupted;
    return error instanceof ApiFailure && error.isRefusal ? exitCodes.refused : exitCodes.failed;
  }
}

/** What works at the table is loaded by its commands only: it brings the AWS SDK. */
const fileCommands = () => import('./file-commands.js');

/** @param onImport is told whether all rows were taken */
function usersProgram(onImport: (isWhole: boolean) => void): Command {
  const program = new Command('users')
    .description('Looks up, lists and changes users by the API; imports and exports them straight at the table.')
    .addHelpText(
      'after',
      `
A user is named by id or by address. Answers are tables on a terminal and JSON in a pipe.
Exit code: 0 done, 1 refused (no such user, address taken, rows refused), 2 it could not run, 130 interrupted.`,
    )
    .exitOverride();
  const command = (usage: string, description: string) => program.command(usage).description(description);

  apiOptions(command('get <user>', 'show a user')).action((who: string, settings: ApiSettings) =>
    getCommand(who, settings),
  );

  const list = command('list', 'list users by time of creation')
    .option('--limit <n>', 'how many', wholeNumber(1, 10_000), 20)
    .addOption(new Option('--order <order>', 'oldest or newest first').choices(['asc', 'desc']))
    .addOption(new Option('--after <date>', 'created after this, such as 2024-01-01').conflicts('order'))
    .option('--cursor <cursor>', 'go on where a list ended');
  apiOptions(list).action((settings: ListSettings) => listCommand(settings));

  apiOptions(command('create <email> <name>', 'create a user')).action(
    (email: string, name: string, settings: ApiSettings) => createCommand(email, name, settings),
  );

  const update = command('update <user>', 'change name or address')
    .option('--name <name>', 'the new name')
    .option('--email <email>', 'the new address')
    .addOption(expectedVersion());
  apiOptions(update).action((who: string, settings: ChangeSettings) => {
    if (settings.name !== undefined || settings.email !== undefined) return updateCommand(who, settings);
    return update.error('error: nothing to change: add --name or --email');
  });

  const remove = command('delete <user>', 'delete a user').addOption(expectedVersion());
  apiOptions(remove).action((who: string, settings: ChangeSettings) => deleteCommand(who, settings));

  apiOptions(command('count', 'count all users')).action((settings: ApiSettings) => countCommand(settings));

  const load = command('import <file>', 'create a user for each row of a CSV or NDJSON file; goes on where it stopped')
    .option('--delimiter <text>', 'what stands between two values of CSV (default: ",")')
    .option('--rate <rows>', 'rows a second, at most (default: no limit)', wholeNumber(1, 1_000_000))
    .option('--refused <file>', 'where refused rows go (default: "<file>.refused.csv")');
  tableOptions(load).action(async (file: string, settings: ImportSettings) =>
    onImport(await (await fileCommands()).importCommand(file, settings)),
  );

  const save = command(
    'export [file]',
    'write all users to a CSV or NDJSON file, or to stdout; goes on where it stopped',
  );
  tableOptions(save).action(async (file: string | undefined, settings: FileSettings) =>
    (await fileCommands()).exportCommand(file, settings),
  );
  return program;
}
