import { createHash } from 'node:crypto';
import { createDynamoClient, ensureTable } from '@aws-starter-kit/dynamo';
import { type PausedRequest, pausingHandler } from '@aws-starter-kit/dynamo-faults';
import { startLocalDynamo } from '@aws-starter-kit/local-dynamo';
import type { Stored, StoredRecord } from './family.js';
import { keepingPrefix } from './kept-versions.js';
import { inspections, type Models, modelsOn, prefixes } from './models.js';
import { rawTable } from './raw-table.js';
import type { Item } from './state.js';

const tableName = 'explorer';

/** A client on its own, as that of one process: its models, and whoever decides on its requests. */
export interface Client {
  readonly models: Models;
  onRequest: (request: PausedRequest) => void;
}

export interface ExploredTable {
  /** Three callers' clients. They are replaced now and then, since the retry budget of a client is meant for better days. */
  clients(): readonly [Client, Client, Client];
  store(entities: readonly (Stored | StoredRecord)[], local: <T>(value: T) => T): Promise<readonly Item[]>;
  read(ids: readonly string[]): Promise<Item[]>;
  stop(): Promise<void>;
}

const runsOfAClient = 20;

/** Starts an engine with an empty table. */
export async function openTable(): Promise<ExploredTable> {
  const { endpoint, stop } = await startLocalDynamo({ engine: 'dynoxide' });
  const local = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const client = createDynamoClient(local);
  await ensureTable({ client, tableName });
  client.destroy();
  const raw = rawTable(endpoint, tableName);
  const [a, b, c] = [openClient(local), openClient(local), openClient(local)];
  let runs = 0;
  return {
    clients: () => {
      if (++runs % runsOfAClient === 0) for (const { renew } of [a, b, c]) renew();
      return [a, b, c];
    },
    async store(entities, name) {
      const items = entities.flatMap((entity) => itemsOf(entity, name));
      if (items.length > 0) await raw.put(items);
      return items;
    },
    read: (ids) => raw.read(ids),
    stop: async () => {
      raw.stop();
      await stop();
    },
  };
}

function openClient(options: Parameters<typeof createDynamoClient>[0]) {
  const requestHandler = pausingHandler((request) => client.onRequest(request));
  const open = () => modelsOn({ client: createDynamoClient({ ...options, requestHandler }), tableName });
  const client = {
    models: open(),
    onRequest: (_: PausedRequest): void => {},
    renew: () => {
      client.models = open();
    },
  };
  return client;
}

/** An entity as its model stores it, with its claim; or the record of a key. */
function itemsOf(stored: Stored | StoredRecord, local: <T>(value: T) => T): Item[] {
  if ('record' in stored) {
    const digest = createHash('sha256').update('["null"]').update(local(stored.record)).digest('hex');
    return [{ id: `ONCE#${digest}`, call: 'another', expiresAt: stored.expiresAt }];
  }
  const { model, ref, attributes } = stored;
  const prefix = prefixes[model];
  const entity = { ...local({ ref, ...attributes }), version: 1, createdAt: '2024-01-01T00:00:00.000Z' };
  const item = { ...entity, id: prefix + local(ref), _writeId: 'stored before' };
  const inspection = inspections[prefix];
  const expiresAt = 'expiresAt' in attributes ? { expiresAt: attributes.expiresAt } : {};
  // an expired entity still has its claim: it is not asked for with its time of expiry
  const claims = inspection?.claims({ ...item, expiresAt: undefined } as never) ?? [];
  return [
    ...(prefix === keepingPrefix ? [versionOf(entity)] : []),
    { ...item, ...inspection?.keys(item as never) },
    ...claims.map(({ id }) => ({ id, ownerId: item.id, ...expiresAt })),
  ];
}

/** The first version of an entity whose versions are kept. */
function versionOf(entity: { readonly ref: string; readonly createdAt: string }): Item {
  const pk1 = `PAPER@${entity.ref}`;
  const sk1 = `${entity.createdAt}#${'1'.padStart(16, '0')}`;
  const { createdAt: life } = entity;
  return { id: `${pk1}#${sk1}`, pk1, sk1, version: 1, life, at: life, entity: { ...entity, id: entity.ref } };
}
