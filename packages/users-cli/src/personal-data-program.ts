import type { Command } from 'commander';
import { tableOptions, yes } from './options.js';
import type { ErasureSettings, PersonExportSettings } from './personal-data-commands.js';

/** Loaded only for these commands, because it imports the AWS SDK. */
const commands = () => import('./personal-data-commands.js');

/**
 * Adds `personal-data export` and `personal-data erase`.
 * @param onOutcome called with true if nothing remains of an erased person
 */
export function addPersonalData(program: Command, onOutcome: (isComplete: boolean) => void): void {
  const group = program
    .command('personal-data')
    .description('exports or erases all that the table holds about a person');
  const command = (usage: string, description: string) =>
    group.command(usage).description(description).option('--email <email...>', 'a former email, to look for it too');

  const save = command('export <user>', 'write all that the table holds about a person as JSON');
  save.option('--out <file>', 'the file, readable by you only (default: stdout)');
  tableOptions(save).action(async (user: string, settings: PersonExportSettings) =>
    (await commands()).exportPersonCommand(user, settings),
  );

  const erase = command('erase [user]', 'erase all that the table holds about a person; can be repeated')
    .option('--record <file>', 'the record of erasures, to which this one is added', '.local/erasures.ndjson')
    .option('--recorded <file>', 'erase all users of a record again, after a restore')
    .addOption(yes());
  tableOptions(erase).action(async (user: string | undefined, settings: ErasureSettings) => {
    if ((user === undefined) === (settings.recorded === undefined))
      return erase.error('error: name either a user or --recorded <file>');
    onOutcome(await (await commands()).erasePersonCommand(user, settings));
  });
}
