/** One line of the definition of a table. */
export interface TableFact {
  readonly name: string;
  readonly value: string;
}

export interface TableIndex {
  readonly name: string;
  readonly keys: string;
  readonly projection: string;
  readonly status: string;
}

type Json = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown): Json => Object(value) as Json;
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(objectOf) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const onOff = (value: unknown): string | undefined => (typeof value === 'boolean' ? (value ? 'on' : 'off') : undefined);

type Differences = readonly { readonly setting: string; readonly is: string }[];

/**
 * Returns the settings of an answer of `DescribeTable`, and time to live, which the check has read. Those that the engine
 * does not tell are left out.
 */
export function tableFacts(definition: Json, differences: Differences): TableFact[] {
  const stream = objectOf(definition.StreamSpecification);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Status', text(definition.TableStatus)?.toLowerCase()],
    ['Primary key', keysOf(definition.KeySchema, definition)],
    ['Billing', billingOf(definition)],
    ['Stream', stream.StreamEnabled === true ? (text(stream.StreamViewType) ?? 'on') : 'off'],
    ['Time to live', differences.find(({ setting }) => setting === 'time to live')?.is ?? 'as wanted'],
    ['Deletion protection', onOff(definition.DeletionProtectionEnabled)],
    ['Encryption', encryptionOf(definition)],
    [
      'Replicas',
      listOf(definition.Replicas)
        .map(({ RegionName }) => text(RegionName))
        .join(', ') || undefined,
    ],
    ['Items', countOf(definition.ItemCount)],
    ['Size', sizeOf(definition.TableSizeBytes)],
    ['ARN', text(definition.TableArn)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]));
}

/** Returns the indexes of an answer of `DescribeTable`, by name. */
export function tableIndexes(definition: Json): TableIndex[] {
  return listOf(definition.GlobalSecondaryIndexes)
    .map((index) => ({
      name: text(index.IndexName) ?? '',
      keys: keysOf(index.KeySchema, definition),
      projection: text(objectOf(index.Projection).ProjectionType) ?? 'ALL',
      status: text(index.IndexStatus)?.toLowerCase() ?? 'active',
    }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

/** `pk1 (HASH, S), sk1 (RANGE, S)` */
function keysOf(keys: unknown, { AttributeDefinitions }: Json): string {
  const types = listOf(AttributeDefinitions);
  return listOf(keys)
    .map(({ AttributeName, KeyType }) => {
      const type = text(types.find((one) => one.AttributeName === AttributeName)?.AttributeType);
      return `${text(AttributeName)} (${[text(KeyType), type].filter(Boolean).join(', ')})`;
    })
    .join(', ');
}

/** AWS leaves the summary out for a table that was provisioned from the beginning. */
function billingOf({ BillingModeSummary, ProvisionedThroughput }: Json): string {
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = objectOf(ProvisionedThroughput);
  const mode =
    text(objectOf(BillingModeSummary).BillingMode) ?? (Number(write) > 0 ? 'PROVISIONED' : 'PAY_PER_REQUEST');
  return mode === 'PROVISIONED' ? `provisioned: ${read} read units, ${write} write units` : 'on demand';
}

function encryptionOf({ SSEDescription }: Json): string {
  const { KMSMasterKeyArn } = objectOf(SSEDescription);
  return text(KMSMasterKeyArn) ?? "DynamoDB's own key";
}

/** DynamoDB updates both figures about every six hours. */
const countOf = (value: unknown) => (typeof value === 'number' ? `about ${value.toLocaleString()}` : undefined);

function sizeOf(bytes: unknown): string | undefined {
  if (typeof bytes !== 'number') return undefined;
  const power = Math.min(4, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const unit = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'][power];
  const size = bytes / 1000 ** power;
  return `about ${size.toLocaleString(undefined, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: 1 })}`;
}

/** Returns the command in the text of a repair, to copy; undefined if it has none. */
export function commandOf(repair: string): string | undefined {
  return /^(pnpm|aws) /.test(repair) ? repair.replace(/, which waits until the index is ready$/, '') : undefined;
}
