import { existsSync } from 'node:fs';
import { environmentVariables } from '@aws-starter-kit/dynamo';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { type Place, policyOptionsOf } from './arns.js';
import { cloudFormationPolicy } from './cloudformation-policy.js';
import { policyDocument } from './policy-document.js';
import { type Role, roleNeeds, roles } from './roles.js';

interface PrintSettings extends Place {
  readonly format: 'json' | 'cloudformation';
}

// not a failure: a reader such as `head` has closed the pipe
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
// Like the API: variables that are already set take precedence.
if (existsSync('.env')) process.loadEnvFile('.env');

const program = new Command('iam').description(
  'Prints the least IAM policy of a role. Sends no requests, so it needs no credentials.',
);

program
  .command('print')
  .description('print a policy')
  .addArgument(new Argument('<role>', 'the sender of the requests: see `pnpm iam roles`').choices(roles))
  .addOption(variable('DYNAMODB_TABLE', new Option('--table <name>', 'name of the table')))
  .addOption(variable('AWS_REGION', new Option('--region <region>', 'region of the table')))
  .addOption(
    new Option('--account <id>', 'the AWS account of the table, 12 digits').argParser(
      matching(/^\d{12}$/, '12 digits'),
    ),
  )
  .addOption(
    new Option('--partition <name>', 'aws, or that of China or GovCloud')
      .choices(['aws', 'aws-cn', 'aws-us-gov'])
      .default('aws'),
  )
  .option('--stream', 'the API sends live changes (DYNAMODB_STREAM=on)', process.env.DYNAMODB_STREAM === 'on')
  .addOption(
    new Option('--rate-limit-table <name>', 'the table of shared rate limits')
      .env('RATE_LIMIT_TABLE')
      .argParser(matching(/^[\w.-]{3,255}$/, environmentVariables.DYNAMODB_TABLE.allowed)),
  )
  .addOption(
    new Option('--kms-key <arn>', 'the customer-managed key of the table').argParser(
      matching(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a key, arn:aws:kms:…:key/…'),
    ),
  )
  .addOption(
    new Option('--format <format>', 'a policy document, or a template with a managed policy')
      .choices(['json', 'cloudformation'])
      .default('json'),
  )
  .action((role: Role, { format, ...place }: PrintSettings) => {
    if (format === 'json' && !place.account) {
      process.stderr.write(
        'The ARNs of a policy contain the account: add --account <id>; "aws sts get-caller-identity --query Account" prints yours\n',
      );
      process.exitCode = 1;
      return;
    }
    const policy = policyDocument(role, policyOptionsOf(place));
    print(format === 'json' ? policy : cloudFormationPolicy(role, place));
  });

program
  .command('roles')
  .description('list the roles')
  .action(() => {
    const width = Math.max(...roles.map((role) => role.length));
    for (const role of roles) process.stdout.write(`${role.padEnd(width)}  ${roleNeeds[role].of}\n`);
  });

await program.parseAsync();

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function matching(pattern: RegExp, allowed: string) {
  return (text: string) => {
    if (text !== '' && !pattern.test(text)) throw new InvalidArgumentError(`It may be ${allowed}.`);
    return text;
  };
}

/** Returns an option with the rules of an environment variable, whose value is its default. */
function variable(name: 'DYNAMODB_TABLE' | 'AWS_REGION', option: Option): Option {
  const { default: byDefault, parse, allowed } = environmentVariables[name];
  return option
    .env(name)
    .default(byDefault)
    .argParser((text) => {
      const value = text === '' ? byDefault : parse(text); // an empty variable counts as unset
      if (value === undefined) throw new InvalidArgumentError(`It may be ${allowed}.`);
      return value;
    });
}
