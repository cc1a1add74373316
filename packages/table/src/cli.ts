import { existsSync } from 'node:fs';
import {
  createDynamoClient,
  type EnvironmentVariable,
  ensureTable,
  environmentVariables,
  type TableOptions,
  tableDefinition,
} from '@aws-starter-kit/dynamo';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checkExitCode, checkTable, checkText } from './check-table.js';
import { cloudFormationTemplate } from './cloudformation-template.js';
import { enableStream } from './enable-stream.js';
import { expireItems } from './expire-items.js';
import { explainFailure, type Place, placeName } from './explain-failure.js';
import { markTable } from './mark-table.js';
import { confirmWrite, targetOf } from './target.js';
import { updateTable } from './update-table.js';

const defaultTable = 'aws-starter-kit-table';
const interruptedExitCode = 130;
const checkFailed = 2;
/** A table is updated for minutes or hours: one request without an answer must not end that. */
const attemptsOfAnUpdate = 8;

interface Settings {
  table: string;
  aws?: boolean;
  yes?: boolean;
}

interface IndexSettings extends Settings {
  indexes: number;
  vectors: NonNullable<TableOptions['vectors']>;
}

interface NewTableSettings extends IndexSettings {
  stream: boolean;
}

interface CheckSettings extends NewTableSettings {
  ttl: string;
  production?: boolean;
  kmsKey?: string;
  json?: boolean;
}

interface PrintSettings extends NewTableSettings {
  format: 'json' | 'cloudformation';
  ttl?: string;
}

// a reader that closes the pipe, such as `head`, is not a failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
// As the API does. Variables that are set already take precedence.
if (existsSync('.env')) process.loadEnvFile('.env');

const program = new Command('table').description(
  "Prints, creates, checks, updates and marks the table. Region, endpoint and credentials come from AWS's usual variables; without an endpoint, it uses the engine of `pnpm dev`.",
);

command('print', 'print the definition of the table')
  .addOption(indexesOption())
  .addOption(vectorsOption())
  .addOption(streamOption())
  .addOption(
    new Option('--format <format>', 'input of CreateTable, or a template')
      .choices(['json', 'cloudformation'])
      .default('json'),
  )
  .option('--ttl <attribute>', 'in a template: the attribute that holds the expiry of items')
  .action(({ format, table, ttl: ttlAttribute, ...options }: PrintSettings) => {
    const definition =
      format === 'json' ? tableDefinition(table, options) : cloudFormationTemplate(table, { ttlAttribute, ...options });
    print(JSON.stringify(definition, null, 2));
  });

writing('create', 'create the table with its indexes, unless it exists')
  .addOption(indexesOption())
  .addOption(vectorsOption())
  .addOption(streamOption())
  .action((settings: NewTableSettings) =>
    at(settings, async (client, place) => {
      const { table, indexes, stream, vectors } = settings;
      const outcome = await ensureTable({ client, tableName: table, indexes, stream, vectors });
      print(`Table ${table} ${outcome === 'created' ? 'is created' : 'exists already'} at ${placeName(place)}.`);
    }),
  );

command('update', 'add the indexes that the table lacks, one after the other: shows the cost, then asks')
  .option('--aws', 'use AWS itself')
  .option('--yes', 'do not ask')
  .addOption(indexesOption())
  .addOption(vectorsOption())
  .action(({ indexes, vectors, yes, ...settings }: IndexSettings) => {
    const interrupted = new AbortController();
    const { signal } = interrupted;
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
    return at(
      { ...settings, yes: true },
      async (client, place) => {
        try {
          print(await updateTable({ client, place, indexes, vectors, yes, signal }));
        } catch (error) {
          if (!signal.aborted) throw error;
          const rest = 'DynamoDB goes on with the index that it is building; the same command adds the others';
          process.stderr.write(`\nInterrupted: ${rest}.\n`);
          process.exitCode = interruptedExitCode;
        }
      },
      attemptsOfAnUpdate,
    );
  });

command('check', 'compare the table with what is wanted, and print a command for each difference')
  .option('--aws', 'use AWS itself')
  .addOption(indexesOption())
  .addOption(vectorsOption())
  .addOption(streamOption())
  .option('--ttl <attribute>', 'the attribute that holds the expiry of items', 'expiresAt')
  .option('--production', 'check point-in-time recovery and deletion protection (default for AWS itself)')
  .option('--kms-key <arn>', 'the key that the table is encrypted with')
  .option('--json', 'print the report as JSON')
  .addHelpText('after', '\nExit code: 0 the table has the wanted settings, 1 it differs, 2 it could not be checked.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : checkFailed))
  .action(({ ttl: ttlAttribute, kmsKey: kmsKeyArn, json, ...settings }: CheckSettings) =>
    at({ ...settings, isReading: true, failed: checkFailed }, async (client, place) => {
      const check = await checkTable({ client, place, ttlAttribute, kmsKeyArn, ...settings });
      print(json ? JSON.stringify(check, null, 2) : checkText(check));
      process.exitCode = checkExitCode(check);
    }),
  );

writing('ttl', 'have DynamoDB delete expired items')
  .argument('<attribute>', 'the attribute that ttlAttribute() of the models returns, such as expiresAt')
  .action((attribute: string, settings: Settings) =>
    at(settings, async (client, place) => {
      const { table } = settings;
      const outcome = await expireItems({ client, tableName: table, attribute });
      const already = outcome === 'exists' ? ' already' : '';
      print(`Items of table ${table} at ${placeName(place)} expire by ${attribute}${already}.`);
    }),
  );

writing('stream', 'turn on the stream of changes, which packages/streams reads').action((settings: Settings) =>
  at(settings, async (client, place) => {
    const { table } = settings;
    const { arn, isNew } = await enableStream({ client, tableName: table });
    print(`Table ${table} at ${placeName(place)} has a stream${isNew ? '' : ' already'}: ${arn}`);
  }),
);

writing('mark', 'mark an empty table that was not made by create: every unique value in it will have its claim').action(
  (settings: Settings) =>
    at(settings, async (client, place) => {
      const { table } = settings;
      const outcome = await markTable({ client, tableName: table });
      print(`Table ${table} at ${placeName(place)} ${outcome === 'marked' ? 'is marked' : 'was marked already'}.`);
    }),
);

await program.parseAsync();

function command(name: string, description: string): Command {
  const table = new Option('--table <name>', 'name of the table').env('DYNAMODB_TABLE').default(defaultTable);
  return program.command(name).description(description).addOption(table.argParser(parseTableName));
}

function writing(name: string, description: string): Command {
  return command(name, description)
    .option('--aws', 'use AWS itself')
    .option('--yes', 'write beyond this machine without asking');
}

function indexesOption(): Option {
  return variableOption('DYNAMODB_INDEXES', new Option('--indexes <n>', 'number of indexes'));
}

function vectorsOption(): Option {
  const option = new Option('--vectors <list>', 'vector indexes, such as embedding:384:cosine');
  return variableOption('DYNAMODB_VECTORS', option).default([], 'none');
}

function streamOption(): Option {
  return variableOption('DYNAMODB_STREAM', new Option('--stream <on|off>', 'a stream of changes')).default(
    false,
    'off',
  );
}

/** Returns an option with the parser of an environment variable, whose value is its default. */
function variableOption(name: 'DYNAMODB_INDEXES' | 'DYNAMODB_STREAM' | 'DYNAMODB_VECTORS', option: Option): Option {
  const { default: byDefault, parse, allowed }: EnvironmentVariable<unknown> = environmentVariables[name];
  return option
    .env(name)
    .default(byDefault)
    .argParser((text) => {
      const value = text === '' ? byDefault : parse(text); // an empty variable counts as unset
      if (value === undefined) throw new InvalidArgumentError(`It may be ${allowed}.`);
      return value;
    });
}

function parseTableName(name: string): string {
  if (name === '') return defaultTable; // an empty variable counts as unset
  if (!/^[\w.-]{3,255}$/.test(name)) throw new InvalidArgumentError('A name has 3 to 255 of a-z A-Z 0-9 _ . -');
  return name;
}

/** Runs a command against the database. An error is printed in one line, and the exit code is `failed`. */
async function at(
  { table: tableName, aws, yes, isReading = false, failed = 1 }: Settings & { isReading?: boolean; failed?: number },
  run: (client: ReturnType<typeof createDynamoClient>, place: Place) => Promise<void>,
  maxAttempts = 1,
) {
  const place: Place = { tableName, region: '', endpoint: undefined };
  try {
    const { endpoint } = targetOf({ aws });
    place.endpoint = endpoint;
    const client = createDynamoClient({ maxAttempts, ...(endpoint !== undefined && { endpoint }) });
    place.region = await client.config.region();
    if (!isReading) await confirmWrite({ name: `table ${tableName} at ${placeName(place)}`, url: endpoint, yes });
    await run(client, place);
    client.destroy();
  } catch (error) {
    process.stderr.write(`${explainFailure(error, place)}\n`);
    process.exitCode = failed;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
