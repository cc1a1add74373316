import { type Command, InvalidArgumentError, Option } from 'commander';
import { formats } from './file-format.js';
import { defaultOutput, outputs } from './speak.js';

const defaultTable = 'aws-starter-kit-table';

/** The options of a command that asks the API. */
export function apiOptions(command: Command): Command {
  const here = `http://127.0.0.1:${process.env.PORT || 3000}`;
  const url = new Option('--url <url>', 'where the API answers').env('API_URL').default(here);
  return command
    .addOption(url.argParser((text) => parseUrl(text || here))) // an empty variable counts as unset
    .addOption(new Option('--token <token>', 'bearer token; on this machine that of `pnpm dev`').env('API_TOKEN'))
    .addOption(output());
}

/** The options of a command that works at the table, by the service. */
export function tableOptions(command: Command): Command {
  const table = new Option('--table <name>', 'name of the table').env('DYNAMODB_TABLE').default(defaultTable);
  return command
    .addOption(new Option('--format <format>', 'of the file (default: by its name)').choices(formats))
    .addOption(table.argParser((text) => parseTableName(text || defaultTable)))
    .addOption(output())
    .addHelpText('after', "\nRegion, endpoint and credentials are taken from AWS's usual variables.");
}

export const expectedVersion = (): Option =>
  new Option('--expected-version <n>', 'only if the user still has this version').argParser(
    wholeNumber(0, Number.MAX_SAFE_INTEGER),
  );

export function wholeNumber(from: number, to: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${from} to ${to}.`);
  };
}

const output = () => new Option('--output <output>', 'of the answer').choices(outputs).default(defaultOutput());

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new InvalidArgumentError('Give one like http://127.0.0.1:3000.');
  return text.replace(/\/+$/, '');
}

function parseTableName(name: string): string {
  if (!/^[\w.-]{3,255}$/.test(name)) throw new InvalidArgumentError('A name has 3 to 255 of a-z A-Z 0-9 _ . -');
  return name;
}
