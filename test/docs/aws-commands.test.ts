import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as sdk from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { blocksOf, commandsIn, documents } from './blocks.js';

// Without an account, the commands of the AWS CLI cannot run. Their operations and parameters are the same as in the
// SDK.

const models = join(
  dirname(createRequire(import.meta.url).resolve('@aws-sdk/client-dynamodb')),
  '../dist-types/models',
);
const types = readdirSync(models)
  .filter((file) => file.endsWith('.d.ts'))
  .map((file) => readFileSync(join(models, file), 'utf8'))
  .join('\n');

const pascal = (name: string) => name.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
const fieldsOf = (type: string): string[] | undefined => {
  const [, body] = new RegExp(`interface ${type} (?:extends \\w+ )?\\{\n(.*?)\n\\}`, 's').exec(types) ?? [];
  return body === undefined ? undefined : [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, field = '']) => field);
};

/** Returns the problem with a command, by the operations and parameters of the SDK. */
function problems(command: string): string[] {
  const [, service = '', operation = '', rest = ''] = /^aws (\S+) (\S+) ?(.*)$/.exec(command) ?? [];
  if (service !== 'dynamodb') return [`${service} is not checked`];
  const name = pascal(operation);
  const known = fieldsOf(`${name}Input`);
  if (!(`${name}Command` in sdk) || !known) return [`There is no operation ${operation}`];
  const flags = [...rest.matchAll(/--(no-)?([a-z-]+)(?: (?!--)(\S+))?/g)];
  return flags.flatMap(([, , flag = '', value = '']) => {
    const field = known.find((name) => name.toLowerCase() === pascal(flag).toLowerCase()); // SSESpecification
    if (field === undefined) return [`${operation} has no --${flag}`];
    // a structure in the short form: Enabled=true,SSEType=KMS
    const parts = [...value.matchAll(/(?:^|,)(\w+)=/g)].map(([, part = '']) => part);
    const members = parts.length > 0 ? fieldsOf(typeOf(`${name}Input`, field)) : [];
    return parts.filter((part) => !members?.includes(part)).map((part) => `--${flag} has no ${part}`);
  });
}

function typeOf(input: string, field: string): string {
  const [, body = ''] = new RegExp(`interface ${input} (?:extends \\w+ )?\\{\n(.*?)\n\\}`, 's').exec(types) ?? [];
  return new RegExp(`^ {4}${field}\\??: (\\w+)`, 'm').exec(body)?.[1] ?? '';
}

const commands = documents().flatMap((document) =>
  blocksOf(document)
    .flatMap(commandsIn)
    .filter((command) => command.startsWith('aws dynamodb '))
    .map((command) => ({ document, command })),
);

describe('a command of the AWS CLI in a document', () => {
  it.each(commands)('has an operation and parameters that exist: $command', ({ command }) => {
    expect(problems(command)).toEqual([]);
  });

  it.each([
    ['aws dynamodb restore-table --table-name x', ['There is no operation restore-table']],
    ['aws dynamodb describe-table --name x', ['describe-table has no --name']],
    [
      'aws dynamodb update-table --table-name x --sse-specification Enabled=true,Key=y',
      ['--sse-specification has no Key'],
    ],
  ])('is rejected: %s', (command, expected) => {
    expect(problems(command)).toEqual(expected);
  });
});
