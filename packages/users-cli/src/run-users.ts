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
import { apiOptions, expectedVersion, fileOptions, wholeNumber, yes } from './options.js';
import { Interruption, isBrokenPipe, printNote } from './output.js';
import { addPersonalData } from './personal-data-program.js';
import { RejectedError } from './rejected-error.js';
import { terminalText } from './terminal-text.js';

export const exitCodes = { done: 0, rejected: 1, failed: 2, interrupted: 130 } as const;

/** Runs `users` with these arguments, and returns the exit code. A failure is explained on stderr in a line or two. */
export async function runUsers(args: readonly string[]): Promise<number> {
  let isComplete = true;
  const program = usersProgram((outcome) => {
    isComplete = outcome;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return isComplete ? exitCodes.done : exitCodes.rejected;
  } catch (error) {
    if (isBrokenPipe(error)) return exitCodes.done;
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.failed; // commander has printed the reason
    const isKnown = [ApiFailure, FileProblem, Interruption, RejectedError].some((kind) => error instanceof kind);
    printNote(isKnown ? (error as Error).message : String(Object(error).stack ?? error));
    if (error instanceof Interruption) return exitCodes.interrupted;
    const isRejection = error instanceof RejectedError || (error instanceof ApiFailure && error.isRejection);
    return isRejection ? exitCodes.rejected : exitCodes.failed;
  }
}

/** Loaded only for commands that use the table, because it imports the AWS SDK. */
const fileCommands = () => import('./file-commands.js');

/** @param onOutcome called with whether all was stored, or erased */
function usersProgram(onOutcome: (isComplete: boolean) => void): Command {
  const program = new Command('users')
    .description('Reads and changes users through the API; imports, exports and erases them directly in the table.')
    .addHelpText(
      'after',
      `
<user> is an id or an email. Results are tables on a terminal and JSON in a pipe.
Exit code: 0 success, 1 rejected (no such user, email taken, rows rejected), 2 the command could not run, 130 interrupted.`,
    )
    .configureOutput({ writeErr: (text) => void process.stderr.write(terminalText(text)) })
    .exitOverride();
  const command = (usage: string, description: string) => program.command(usage).description(description);

  apiOptions(command('get <user>', 'show a user')).action((user: string, settings: ApiSettings) =>
    getCommand(user, settings),
  );

  const list = command('list', 'list users by time of creation')
    .option('--limit <n>', 'how many users', wholeNumber(1, 10_000), 20)
    .addOption(new Option('--order <order>', 'oldest (asc) or newest (desc) first').choices(['asc', 'desc']))
    .addOption(new Option('--after <date>', 'created after this date, such as 2024-01-01').conflicts('order'))
    .option('--cursor <cursor>', 'continue where a list ended');
  apiOptions(list).action((settings: ListSettings) => listCommand(settings));

  apiOptions(command('create <email> <name>', 'create a user').addOption(yes())).action(
    (email: string, name: string, settings: ApiSettings) => createCommand(email, name, settings),
  );

  const update = command('update <user>', 'change the name or the email')
    .option('--name <name>', 'the new name')
    .option('--email <email>', 'the new email')
    .addOption(expectedVersion())
    .addOption(yes());
  apiOptions(update).action((user: string, settings: ChangeSettings) => {
    if (settings.name !== undefined || settings.email !== undefined) return updateCommand(user, settings);
    return update.error('error: nothing to change: add --name or --email');
  });

  const remove = command('delete <user>', 'delete a user').addOption(expectedVersion()).addOption(yes());
  apiOptions(remove).action((user: string, settings: ChangeSettings) => deleteCommand(user, settings));

  apiOptions(command('count', 'count all users')).action((settings: ApiSettings) => countCommand(settings));

  const load = command(
    'import <file>',
    'create a user for each row of a CSV or NDJSON file; resumes after an interruption',
  )
    .option('--delimiter <text>', 'delimiter of CSV values (default: ",")')
    .option('--rate <rows>', 'maximum number of rows per second (default: no limit)', wholeNumber(1, 1_000_000))
    .option('--refused <file>', 'file for rejected rows, which must not exist (default: "<file>.refused.csv")')
    .addOption(yes());
  fileOptions(load).action(async (file: string, settings: ImportSettings) =>
    onOutcome(await (await fileCommands()).importCommand(file, settings)),
  );

  const save = command(
    'export [file]',
    'write all users to a CSV or NDJSON file, or to stdout; resumes after an interruption',
  );
  fileOptions(save).action(async (file: string | undefined, settings: FileSettings) =>
    (await fileCommands()).exportCommand(file, settings),
  );

  addPersonalData(program, onOutcome);
  return program;
}
