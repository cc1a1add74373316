import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteCommand, DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { generateUUID } from '@aws-starter-kit/dynamo';
import { expect } from 'vitest';
import { olderUser, type RawItem } from '../../../../test/older-table.js';
import { runScript } from '../../../../test/run-script.js';
import { badWeather } from '../../../dynamo-history/src/weather.js';
import type { EnforcedEngine } from '../enforcement/enforced-engine.js';

/** Runs a command as a process of a principal, and expects its exit code. */
async function command(
  engine: EnforcedEngine,
  principal: string,
  [program, ...args]: [program: 'users' | 'db:doctor' | 'table', ...string[]],
  tableName: string,
  expected: number | 'any' = 0,
): Promise<void> {
  const path = { users: 'packages/users-cli', 'db:doctor': 'packages/doctor', table: 'packages/table' }[program];
  const env = { ...engine.env(principal), DYNAMODB_TABLE: tableName, API_URL: undefined };
  await engine.step(`pnpm ${program} ${args[0] ?? ''}`.trim(), async () => {
    const { exitCode, stdout, stderr } = await runScript(`${path}/src/cli.ts`, { args, env });
    if (expected !== 'any' && exitCode !== expected)
      expect.unreachable(`${program} ${args.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
  });
}

/** `pnpm users import` and `export`, the commands that use the table itself. The others call the API. */
export async function userCommands(engine: EnforcedEngine, tableName: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'iam-users-'));
  try {
    const file = join(folder, 'users.csv');
    const rows = ['ada', 'grace', 'edsger'].map((name) => `${name}@example.com,${name}`);
    await writeFile(file, ['email,name', ...rows, ''].join('\n'));
    await command(engine, 'cli', ['users', 'import', file], tableName);
    await writeFile(file, ['email,name', ...rows, 'ada@example.com,Another', ''].join('\n'));
    await command(engine, 'cli', ['users', 'import', file], tableName, 1); // one email is taken
    await command(engine, 'cli', ['users', 'export', join(folder, 'out.csv')], tableName);
    await engine.client().send(new DeleteCommand({ TableName: tableName, Key: { id: 'UNIQUE#' } }));
    engine.setFaults(badWeather(1.5)); // on a table with older data: it has no mark
    const more = Array.from({ length: 300 }, (_, i) => `user-${i % 280}@example.com,User`);
    await writeFile(file, ['email,name', ...more, ''].join('\n'));
    await command(engine, 'cli', ['users', 'import', file], tableName, 'any');
  } finally {
    engine.setFaults([]);
    await rm(folder, { recursive: true });
  }
}

/** Items with every finding that the doctor repairs by a request of its own kind. */
function findings(): RawItem[] {
  const claim = (email: string, ownerId: string) => ({ id: `UNIQUE#USER#email#${email}`, ownerId });
  const stale = olderUser('new@example.com', { sk1: 'EMAIL#old@example.com' });
  return [
    olderUser('unclaimed@example.com'), // its claim is put
    olderUser('Twin@example.com'), // two owners of a value: left to the operator
    olderUser('twin@example.com'),
    stale, // its keys are updated
    claim('new@example.com', stale.id),
    claim('orphan@example.com', `USER#${generateUUID()}`), // is deleted
  ];
}

/** `pnpm db:doctor`, with and without `--fix`, on a table with findings, until it marks the table. */
export async function doctorCommands(engine: EnforcedEngine, tableName: string): Promise<void> {
  const admin = engine.client();
  const items = findings();
  const puts = items.map((Item) => ({ PutRequest: { Item } }));
  await admin.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }));
  await admin.send(new DeleteCommand({ TableName: tableName, Key: { id: 'UNIQUE#' } }));
  const folder = await mkdtemp(join(tmpdir(), 'iam-doctor-'));
  const state = ['--state', join(folder, 'state')] as const;
  try {
    await command(engine, 'doctor', ['db:doctor', ...state], tableName, 1);
    await command(engine, 'doctor-fix', ['db:doctor', '--fix', ...state], tableName, 1);
    for (const { id, email } of items)
      if (String(email).toLowerCase() === 'twin@example.com')
        await admin.send(new DeleteCommand({ TableName: tableName, Key: { id } }));
    await command(engine, 'doctor-fix', ['db:doctor', '--fix', ...state], tableName);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `pnpm table` with each of its commands that send requests. */
export async function tableCommands(engine: EnforcedEngine, tableName: string): Promise<void> {
  const table = (args: string[], expected = 0) =>
    command(engine, 'table', ['table', ...(args as [string])], tableName, expected);
  await table(['create', '--indexes', '2']);
  await table(['update', '--indexes', '3', '--yes']);
  await table(['stream']);
  await table(['ttl', 'expiresAt']);
  const admin = engine.client();
  await admin.send(new DeleteCommand({ TableName: tableName, Key: { id: 'UNIQUE#' } }));
  await table(['mark']);
}
