import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { streamSpecification, type TableOptions, tableDefinition } from '@aws-starter-kit/dynamo';
import type { Difference } from './difference.js';
import type { Repairs } from './repairs.js';
import type { TableState } from './table-state.js';
import { vectorDifferences } from './vector-differences.js';

/** The wanted settings of a table, besides its primary key. */
export interface WantedTable {
  /** Number of indexes, from 1 to 20. @default DYNAMODB_INDEXES, else 2 */
  readonly indexes?: number | undefined;
  /** @default DYNAMODB_STREAM, else false */
  readonly stream?: boolean | undefined;
  /** The vector indexes. @default DYNAMODB_VECTORS, else none */
  readonly vectors?: TableOptions['vectors'];
  /** The attribute for the time to live. @default expiresAt, by which the models expire their own records */
  readonly ttlAttribute?: string | undefined;
  /** True to require point-in-time recovery and deletion protection. */
  readonly production: boolean;
  /** The ARN of the KMS key that encrypts the table. @default not checked */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * Compares the state of a table with the wanted settings. Omits settings that the engine does not report: see
 * `uncheckedSettings`.
 */
export function tableDifferences(state: TableState, wanted: WantedTable, repairs: Repairs): Difference[] {
  const { table } = state;
  const { TableName = '' } = table;
  const { indexes, stream, vectors } = wanted;
  const definition = tableDefinition(TableName, { indexes, stream, vectors });
  const differences: (Difference | false | undefined)[] = [
    differs(
      'primary key',
      keysOf(table, table.KeySchema),
      keysOf(definition, definition.KeySchema),
      repairs.anotherTable,
    ),
    differs('billing', billingOf(table), 'on demand', repairs.onDemand),
    ...indexDifferences(table, definition, repairs),
    ...vectorDifferences(table, definition, repairs),
    streamDifference(table, definition.StreamSpecification !== undefined, repairs),
    ttlDifference(state, wanted.ttlAttribute ?? 'expiresAt', repairs),
    wanted.production &&
      state.isRecoverable !== 'unknown' &&
      differs('point-in-time recovery', onOff(state.isRecoverable), 'on', repairs.recovery),
    wanted.production &&
      table.DeletionProtectionEnabled !== undefined &&
      differs('deletion protection', onOff(table.DeletionProtectionEnabled), 'on', repairs.protection),
    differs(
      'replicas',
      (table.Replicas ?? []).map(({ RegionName }) => RegionName).join(', ') || 'none',
      'none',
      'delete them: between regions, the last writer wins, which breaks unique claims and versions',
    ),
    wanted.kmsKeyArn !== undefined &&
      differs(
        'encryption',
        table.SSEDescription?.KMSMasterKeyArn ?? "DynamoDB's own key",
        wanted.kmsKeyArn,
        repairs.key,
      ),
    state.isMarked === false && {
      ...{ setting: 'mark', is: 'missing', wanted: 'set' },
      repair: (table.ItemCount ?? 0) > 0 ? repairs.doctor : repairs.mark,
    },
  ];
  return differences.filter((one) => typeof one === 'object');
}

/** Returns the wanted settings that this database does not report. */
export function uncheckedSettings({ table, isRecoverable }: TableState): string[] {
  return [
    ...(isRecoverable === 'unknown' ? ['point-in-time recovery'] : []),
    ...(table.DeletionProtectionEnabled === undefined ? ['deletion protection'] : []),
  ];
}

const onOff = (isOn: boolean) => (isOn ? 'on' : 'off');

function differs(setting: string, is: string, wanted: string, repair: string | ((wanted: string) => string)) {
  if (is === wanted) return undefined;
  return { setting, is, wanted, repair: typeof repair === 'string' ? repair : repair(wanted) };
}

type Keys = readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[];
type Attributes = Pick<TableDescription, 'AttributeDefinitions'>;

/** Returns `pk1 HASH S, sk1 RANGE S`. */
function keysOf({ AttributeDefinitions = [] }: Attributes, keys: Keys = []): string {
  const typeOf = (name?: string) => AttributeDefinitions.find((one) => one.AttributeName === name)?.AttributeType;
  return keys.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType} ${typeOf(AttributeName)}`).join(', ');
}

/** AWS omits the summary for a table that was created with provisioned capacity. */
function billingOf({ BillingModeSummary: summary, ProvisionedThroughput: throughput }: TableDescription): string {
  const isProvisioned =
    summary?.BillingMode === 'PROVISIONED' || (!summary && (throughput?.WriteCapacityUnits ?? 0) > 0);
  return isProvisioned ? 'provisioned' : 'on demand';
}

function indexDifferences(table: TableDescription, definition: ReturnType<typeof tableDefinition>, repairs: Repairs) {
  const present = table.GlobalSecondaryIndexes ?? [];
  const names = new Set<string | undefined>(definition.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName));
  const wanted = definition.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => {
    const setting = `index ${IndexName}`;
    const index = present.find((one) => one.IndexName === IndexName);
    if (!index) return { setting, is: 'missing', wanted: 'present', repair: repairs.update };
    const { IndexStatus: status = 'ACTIVE', Projection: projection } = index;
    const keys = differs(
      setting,
      keysOf(table, index.KeySchema),
      keysOf(definition, KeySchema),
      repairs.replaceIndex(IndexName),
    );
    if (keys) return keys;
    const projected = `projection ${projection?.ProjectionType ?? 'ALL'}`;
    const projections = differs(
      setting,
      projected,
      `projection ${Projection.ProjectionType}`,
      repairs.replaceIndex(IndexName),
    );
    return projections ?? differs(setting, status.toLowerCase(), 'active', repairs.wait);
  });
  const extra = present
    .filter(({ IndexName }) => !names.has(IndexName))
    .map(({ IndexName = '' }) => ({
      ...{ setting: `index ${IndexName}`, is: 'present', wanted: 'absent: it adds to the cost of writes' },
      repair: repairs.extraIndex(IndexName),
    }));
  return [...wanted, ...extra];
}

function streamDifference({ StreamSpecification: stream }: TableDescription, isWanted: boolean, repairs: Repairs) {
  const wanted = isWanted ? streamSpecification.StreamViewType : 'off';
  const is = (stream?.StreamEnabled && stream.StreamViewType) || 'off';
  const repair = !isWanted ? repairs.unusedStream : is === 'off' ? repairs.stream : repairs.replaceStream;
  return differs('stream', is, wanted, repair);
}

function ttlDifference({ ttl }: TableState, wanted: string, repairs: Repairs) {
  const isOn = /^ENABL/.test(ttl?.TimeToLiveStatus ?? '');
  const is = isOn ? (ttl?.AttributeName ?? '') : 'off';
  return differs('time to live', is, wanted, isOn ? repairs.replaceTtl(is, wanted) : repairs.ttl(wanted));
}
