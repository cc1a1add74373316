import type { _Record as StreamsRecord } from '@aws-sdk/client-dynamodb-streams';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { tableOf } from '@aws-starter-kit/dynamo';
import { streamsClientFor } from '../src/streams-client.js';

type Table = Parameters<typeof tableOf>[0];

/** Returns all records of a table's stream so far, in order, since local engines have one shard. */
export async function recordsOf(table: Table): Promise<StreamsRecord[]> {
  const { client, tableName: TableName } = tableOf(table);
  const streams = streamsClientFor(client);
  const [stream] = (await streams.send(new ListStreamsCommand({ TableName }))).Streams ?? [];
  const { StreamArn } = stream ?? {};
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const records: StreamsRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const first = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    for (let ShardIterator = first.ShardIterator; ShardIterator; ) {
      const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }));
      records.push(...Records);
      ShardIterator = Records.length > 0 ? NextShardIterator : undefined;
    }
  }
  streams.destroy();
  return records;
}
