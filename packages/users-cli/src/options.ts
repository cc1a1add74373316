import { type Command, InvalidArgumentError, Option } from 'commander';
import { formats } from './file-format.js';
import { defaultOutput, outputs } from './output.js';

const defaultTable = 'aws-starter-kit-table';

/** Adds the options of a command that calls the API. */
export function apiOptions(command: Command): Command {
  const token = new Option('--token <token>', 'bearer token, which other users of the machine can see in an argument');
  return command
    .addOption(apiUrl())
    .addOption(token.env('API_TOKEN'))
    .addOption(output())
    .addHelpText('after', '\nWithout a token, a call of an API on this machine has the one of `pnpm dev`.');
}

function apiUrl(): Option {
  const defaultUrl = `http://127.0.0.1:${process.env.PORT || 3000}`;
  const url = new Option('--url <url>', 'URL of the API').env('API_URL').default(defaultUrl);
  return url.argParser((text) => parseUrl(text || defaultUrl)); // an empty variable counts as not set
}

/** The confirmation of a command that writes. */
export const yes = (): Option => new Option('--yes', 'write beyond this machine without asking');

/** Adds the options of a command that reads or writes a file of users. */
export const fileOptions = (command: Command): Command =>
  tableOptions(
    command.addOption(
      new Option('--format <format>', 'format of the file (default: by its extension)').choices(formats),
    ),
  );

/** Adds the options of a command that uses the table directly. */
export function tableOptions(command: Command): Command {
  const table = new Option('--table <name>', 'name of the table').env('DYNAMODB_TABLE').default(defaultTable);
  return command
    .addOption(table.argParser((text) => parseTableName(text || defaultTable)))
    .addOption(new Option('--aws', 'use the table in AWS'))
    .addOption(apiUrl().hideHelp())
    .addOption(output())
    .addHelpText(
      'after',
      '\nRegion, endpoint and credentials come from the usual variables of AWS; without an endpoint, the table is in the engine of `pnpm dev`.',
    );
}

export const expectedVersion = (): Option =>
  new Option('--expected-version <n>', 'fail unless the user has this version').argParser(
    wholeNumber(0, Number.MAX_SAFE_INTEGER),
  );

export function wholeNumber(from: number, to: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };
}

const output = () => new Option('--output <output>', 'format of the result').choices(outputs).default(defaultOutput());

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:3000.');
  return text.replace(/\/+$/, '');
}

function parseTableName(name: string): string {
  if (!/^[\w.-]{3,255}$/.test(name))
    throw new InvalidArgumentError('It must have 3 to 255 of the characters a-z A-Z 0-9 _ . -');
  return name;
}
