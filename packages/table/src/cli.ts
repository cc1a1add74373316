import { existsSync } from 'node:fs';
import { createDynamoClient, ensureTable, tableDefinition } from '@aws-starter-kit/dynamo';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cloudFormationTemplate } from './cloudformation-template.js';
import { expireItems } from './expire-items.js';
import { explainFailure, type Place, placeName } from './explain-failure.js';
import { markTable } from './mark-table.js';

const defaultTable = 'aws-starter-kit-table';

// As the API does; what the environment holds already comes first.
if (existsSync('.env')) process.loadEnvFile('.env');
// On Node 20 the SDK would precede each answer by eight lines about its versions of 2027.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const program = new Command('table').description(
  "Prints, creates and marks the table. Region, endpoint and credentials are taken from AWS's usual variables.",
);

command('print', 'print the definition of the table')
  .addOption(
    new Option('--format <format>', 'input of CreateTable, or a template')
      .choices(['json', 'cloudformation'])
      .default('json'),
  )
  .option('--ttl <attribute>', 'in a template: the attribute by which items expire')
  .action(({ format, table, ttl }: { format: string; table: string; ttl?: string }) => {
    const definition =
      format === 'json' ? tableDefinition(table) : cloudFormationTemplate(table, ttl ? { ttlAttribute: ttl } : {});
    print(JSON.stringify(definition, null, 2));
  });

command('create', 'create the table and its indexes, unless it is there').action(({ table }: { table: string }) =>
  at(table, async (client, place) => {
    const outcome = await ensureTable({ client, tableName: table });
    print(`Table ${table} ${outcome === 'created' ? 'is created' : 'exists already'} at ${placeName(place)}.`);
  }),
);

command('ttl', 'have DynamoDB delete what has expired')
  .argument('<attribute>', 'what ttlAttribute() of the models gives, such as expiresAt')
  .action((attribute: string, { table }: { table: string }) =>
    at(table, async (client, place) => {
      const outcome = await expireItems({ client, tableName: table, attribute });
      const already = outcome === 'exists' ? ' already' : '';
      print(`Items of table ${table} at ${placeName(place)} expire by ${attribute}${already}.`);
    }),
  );

command('mark', 'mark an empty table made otherwise: from now on each unique value has its claim').action(
  ({ table }: { table: string }) =>
    at(table, async (client, place) => {
      const outcome = await markTable({ client, tableName: table });
      print(`Table ${table} at ${placeName(place)} ${outcome === 'marked' ? 'is marked' : 'was marked already'}.`);
    }),
);

await program.parseAsync();

function command(name: string, description: string): Command {
  const table = new Option('--table <name>', 'name of the table').env('DYNAMODB_TABLE').default(defaultTable);
  return program.command(name).description(description).addOption(table.argParser(parseTableName));
}

function parseTableName(name: string): string {
  if (name === '') return defaultTable; // an empty variable counts as unset
  if (!/^[\w.-]{3,255}$/.test(name)) throw new InvalidArgumentError('A name has 3 to 255 of a-z A-Z 0-9 _ . -');
  return name;
}

/** Runs a command against the database; what goes wrong is said in one line. */
async function at(
  tableName: string,
  run: (client: ReturnType<typeof createDynamoClient>, place: Place) => Promise<void>,
) {
  const place: Place = { tableName, region: '', endpoint: process.env.AWS_ENDPOINT_URL || undefined };
  try {
    const client = createDynamoClient();
    place.region = await client.config.region();
    await run(client, place);
    client.destroy();
  } catch (error) {
    process.stderr.write(`${explainFailure(error, place)}\n`);
    process.exitCode = 1;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
