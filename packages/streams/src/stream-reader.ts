import {
  DescribeStreamCommand,
  type DescribeStreamCommandOutput,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type Shard,
  type _Record as StreamsRecord,
  type _Stream as TableStream,
} from '@aws-sdk/client-dynamodb-streams';
import { TableNotFoundError } from '@aws-starter-kit/dynamo';
import { type Patience, patiently } from './patience.js';

/** A stream and its readable shards. */
export interface StreamDescription {
  /** False if the stream was turned off: it gets no further changes. */
  readonly isEnabled: boolean;
  /** The images that its records hold. */
  readonly view: string | undefined;
  readonly shards: readonly Shard[];
}

/** The start of reading in a shard: after a sequence number, or at either end. */
export type ShardStart = { readonly after: string } | 'TRIM_HORIZON' | 'LATEST';

/** Records of a shard, and the iterator of the next page; undefined if the shard is closed and read to its end. */
export interface RecordPage {
  readonly records: readonly StreamsRecord[];
  readonly next: string | undefined;
}

/** DynamoDB's limit of records in a page, which also has at most 1 MB. */
export const recordsInAPage = 1000;

/** Returns the requests to DynamoDB Streams. Each is retried until it succeeds. */
export function streamReader(client: DynamoDBStreamsClient, patience: Patience) {
  const abortSignal = patience.signal;
  return {
    /** Returns the streams that a table had within the last 24 hours, oldest first. @throws TableNotFoundError */
    async listStreams(TableName: string): Promise<string[]> {
      const streams: TableStream[] = [];
      let last: string | undefined;
      do {
        const request = new ListStreamsCommand({ TableName, ...(last && { ExclusiveStartStreamArn: last }) });
        const { Streams = [], LastEvaluatedStreamArn } = await patiently(
          () => client.send(request, { abortSignal }),
          patience,
        ).catch((error: Error) => {
          throw error.name === 'ResourceNotFoundException'
            ? new TableNotFoundError(TableName, { cause: error })
            : error;
        });
        streams.push(...Streams);
        last = LastEvaluatedStreamArn;
      } while (last);
      const labelled = streams.map(({ StreamArn = '', StreamLabel = '' }) => ({ StreamArn, StreamLabel }));
      return labelled.sort((a, b) => (a.StreamLabel < b.StreamLabel ? -1 : 1)).map(({ StreamArn }) => StreamArn);
    },

    /** Returns a stream, or undefined if it is gone: 24 hours after it was turned off, or with its table. */
    async describe(StreamArn: string): Promise<StreamDescription | undefined> {
      const shards: Shard[] = [];
      for (let last: string | undefined; ; ) {
        const request = new DescribeStreamCommand({ StreamArn, ...(last && { ExclusiveStartShardId: last }) });
        const send = () => client.send(request, { abortSignal });
        const output: DescribeStreamCommandOutput | undefined = await patiently(send, patience).catch(undefinedIfGone);
        if (!output) return undefined;
        const { StreamDescription: stream = {} } = output;
        shards.push(...(stream.Shards ?? []));
        last = stream.LastEvaluatedShardId;
        const isEnabled = stream.StreamStatus !== 'DISABLED' && stream.StreamStatus !== 'DISABLING';
        if (!last) return { isEnabled, view: stream.StreamViewType, shards };
      }
    },

    /** Returns an iterator, which expires after 15 minutes. */
    async iterator(StreamArn: string, ShardId: string, start: ShardStart): Promise<string> {
      const request = new GetShardIteratorCommand({
        ...{ StreamArn, ShardId },
        ...(typeof start === 'string'
          ? { ShardIteratorType: start }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: start.after }),
      });
      const { ShardIterator = '' } = await patiently(() => client.send(request, { abortSignal }), patience);
      return ShardIterator;
    },

    async page(ShardIterator: string): Promise<RecordPage> {
      const request = new GetRecordsCommand({ ShardIterator, Limit: recordsInAPage });
      const { Records = [], NextShardIterator } = await patiently(
        () => client.send(request, { abortSignal }),
        patience,
      );
      return { records: Records, next: NextShardIterator };
    },
  };
}

function undefinedIfGone(error: Error): undefined {
  if (error.name !== 'ResourceNotFoundException') throw error;
}

export type StreamReader = ReturnType<typeof streamReader>;
