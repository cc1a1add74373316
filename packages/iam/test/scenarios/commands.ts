import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteCommand, DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { generateUUID } from '@aws-starter-kit/dynamo';
import { MemberService, OrganisationService } from '@aws-starter-kit/organisations';
import { UserModel, UserService } from '@aws-starter-kit/users';
import { expect } from 'vitest';
import { olderUser, type RawItem } from '../../../../test/older-table.js';
import { runScript } from '../../../../test/run-script.js';
import type { EnforcedEngine } from '../enforcement/enforced-engine.js';
import { lostWrites } from './lost-writes.js';

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
  const words = args.filter((arg, i) => i < 2 && /^(--fix|[a-z-]+)$/.test(arg) && !arg.startsWith('--s'));
  await engine.step(['pnpm', program, ...words].join(' '), async () => {
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
    engine.setFaults(lostWrites);
    const others = Array.from({ length: 60 }, (_, i) => `user-${i % 40}@example.com,User ${i}`);
    await writeFile(file, ['email,name', ...others, ''].join('\n'));
    await command(engine, 'cli', ['users', 'import', file], tableName, 'any');
    await command(engine, 'cli', ['users', 'import', file], tableName, 'any'); // their emails are taken
    await engine.client().send(new DeleteCommand({ TableName: tableName, Key: { id: 'UNIQUE#' } }));
    await command(engine, 'cli', ['users', 'import', file], tableName, 'any'); // as a table of an older system
  } finally {
    engine.setFaults([]);
    await rm(folder, { recursive: true });
  }
}

/** Items with findings that make the doctor send each kind of request. */
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
    { id: `USER#${generateUUID()}`, _tombstone: true, _fence: Date.now() - 11 * 60_000 }, // has nothing left to keep out
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
  await table(['check', '--indexes', '2'], 1);
  await table(['update', '--indexes', '3', '--yes']);
  await table(['stream']);
  await table(['ttl', 'expiresAt']);
  const admin = engine.client();
  await admin.send(new DeleteCommand({ TableName: tableName, Key: { id: 'UNIQUE#' } }));
  await table(['mark']);
}

/** Stores a person with all kinds of items. */
async function newPerson(engine: EnforcedEngine, tableName: string, name: string) {
  const table = { client: engine.client('person'), tableName }; // meets faults
  const users = new UserService({ model: new UserModel(table) });
  const issuer = 'https://login.example.com/';
  const [email, former] = [`${name}@example.com`, `${name}.before@example.com`] as const;
  const user = await users.createUser({ email: former, name: 'Ada' }, { once: `create ${name}` });
  const { id } = user ?? expect.unreachable();
  const subject = { issuer, subject: `auth0|${name}` };
  await users.getUserIdOfSubject({ ...subject, verifiedEmail: former });
  const organisations = new OrganisationService(table);
  const admin = { issuer, subject: 'auth0|admin', email: 'admin@example.com' };
  const organisation = await organisations.createOrganisation({ name: 'Acme' }, admin);
  const members = new MemberService({ organisationId: organisation?.id ?? '' }, table);
  const { token } = await members.invite({ email: former });
  await organisations.acceptInvitation(token, { ...subject, email: former });
  await users.updateUser(id, { email });
  await members.invite({ email });
  return { id, email };
}

/** Fences an item, as a write with an abandoned attempt does: a delete within ten minutes leaves a tombstone. */
async function fence(engine: EnforcedEngine, TableName: string, id: string): Promise<void> {
  const values = { UpdateExpression: 'SET #fence = :now', ExpressionAttributeValues: { ':now': Date.now() } };
  const names = { ExpressionAttributeNames: { '#fence': '_fence' } };
  await engine.client().send(new UpdateCommand({ TableName, Key: { id }, ...values, ...names }));
}

/** `pnpm users personal-data`, then on a table with data of an older system, while writes are lost. */
export async function personalDataCommands(engine: EnforcedEngine, tableName: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'iam-personal-data-'));
  const record = join(folder, 'erasures.ndjson');
  const run = (args: string[], expected: number | 'any' = 0) =>
    command(engine, 'personal-data', ['users', 'personal-data', ...args], tableName, expected);
  try {
    const ada = await newPerson(engine, tableName, 'ada');
    await run(['export', ada.email, '--out', join(folder, 'ada.json')]);
    await run(['erase', ada.id, '--record', record]);
    await run(['erase', '--recorded', record]);
    engine.setFaults(lostWrites);
    const others = await Promise.all(['grace', 'eve', 'mary'].map((name) => newPerson(engine, tableName, name)));
    for (const { id } of others) await fence(engine, tableName, `USER#${id}`);
    await engine.client().send(new DeleteCommand({ TableName: tableName, Key: { id: 'UNIQUE#' } }));
    await run(['export', 'nobody@example.com', '--out', join(folder, 'nobody.json')], 1); // looked up in the index
    for (const { id } of others) await run(['erase', id, '--record', record], 'any');
    await run(['erase', '--recorded', record], 'any');
  } finally {
    engine.setFaults([]);
    await rm(folder, { recursive: true });
  }
}
