import type { TableOptions } from '@aws-starter-kit/dynamo';
import type { Place } from './explain-failure.js';

/** Returns the commands that fix a table, by the kind of difference. */
export function repairsOf(
  { tableName, region, endpoint }: Place,
  indexes: number,
  vectors: NonNullable<TableOptions['vectors']> = [],
) {
  const ours = (command: string) => `pnpm ${command} --table ${tableName}${endpoint === undefined ? ' --aws' : ''}`;
  const where = endpoint === undefined ? `--region ${region}` : `--region ${region} --endpoint-url ${endpoint}`;
  const aws = (operation: string, options: string) =>
    `aws dynamodb ${operation} ${where} --table-name ${tableName} ${options}`;
  const list = vectors.map(
    ({ attribute, dimensions, distance = 'cosine' }) => `${attribute}:${dimensions}:${distance}`,
  );
  const update = ours(`table update --indexes ${indexes}${list.length > 0 ? ` --vectors ${list.join()}` : ''}`);
  const deleteVectors = (index: string) =>
    aws('update-table', `--vector-index-updates '[{"Delete":{"IndexName":"${index}"}}]'`);
  const deleteIndex = (index: string) =>
    aws('update-table', `--global-secondary-index-updates '[{"Delete":{"IndexName":"${index}"}}]'`);
  const streamOff = aws('update-table', '--stream-specification StreamEnabled=false');
  return {
    anotherTable: `a key cannot be changed: create another table with ${'"pnpm table create --table <name>"'}`,
    onDemand: aws('update-table', '--billing-mode PAY_PER_REQUEST'),
    update,
    wait: `${update}, which waits until the index is ready`,
    replaceIndex: (index: string) => `if no model uses it: ${deleteIndex(index)}; then ${update}`,
    extraIndex: (index: string) => `set DYNAMODB_INDEXES if models use it, else ${deleteIndex(index)}`,
    replaceVectors: (index: string) => `if no model uses it: ${deleteVectors(index)}; then ${update}`,
    extraVectors: (index: string) => `add it to DYNAMODB_VECTORS if models use it, else ${deleteVectors(index)}`,
    stream: ours('table stream'),
    replaceStream: `once nothing reads it: ${streamOff}; then ${ours('table stream')}`,
    unusedStream: `set DYNAMODB_STREAM=on if something reads it, else ${streamOff}`,
    ttl: (attribute: string) => ours(`table ttl ${attribute}`),
    replaceTtl: (is: string, wanted: string) =>
      `${aws('update-time-to-live', `--time-to-live-specification Enabled=false,AttributeName=${is}`)}; an hour later ${ours(`table ttl ${wanted}`)}`,
    recovery: aws(
      'update-continuous-backups',
      '--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true',
    ),
    protection: aws('update-table', '--deletion-protection-enabled'),
    key: (arn: string) => aws('update-table', `--sse-specification Enabled=true,SSEType=KMS,KMSMasterKeyId=${arn}`),
    mark: ours('table mark'),
    doctor: ours('db:doctor --fix'),
  };
}

export type Repairs = ReturnType<typeof repairsOf>;
