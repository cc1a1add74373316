import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';

interface ScriptedShard {
  readonly id: string;
  readonly parent?: string | undefined;
  readonly records: { sequence: number; body: object }[];
  isClosed: boolean;
  /** The oldest record that can still be read. */
  horizon: number;
}

interface ScriptedStream {
  readonly arn: string;
  status: 'ENABLED' | 'DISABLED';
  view: string;
  readonly shards: Map<string, ScriptedShard>;
}

type Body = Record<string, string | undefined>;

const digits = (sequence: number) => String(sequence).padStart(21, '0');

/**
 * Serves DynamoDB Streams on the wire, for cases that local engines cannot produce on demand: shards that split, replaced
 * streams, trimmed records, expired iterators and throttling.
 */
export async function scriptedStreams() {
  const streams: ScriptedStream[] = [];
  const requests: string[] = [];
  const faults: { operation: string; error: string; times: number }[] = [];
  let sequence = 0;
  let pageSize = 10;
  let epoch = 0; // iterators of earlier epochs have expired

  const rejection = (name: string) => ({
    status: name === 'InternalServerError' ? 500 : 400,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${name}` },
  });
  const streamOf = (arn = '') => streams.find((one) => one.arn === arn);

  function answer(operation: string, body: Body): { status?: number; body: object } {
    const stream = streamOf(body.StreamArn);
    if (operation === 'ListStreams') {
      return { body: { Streams: streams.map(({ arn }) => ({ StreamArn: arn, StreamLabel: arn.split('/').at(-1) })) } };
    }
    if (operation === 'DescribeStream') {
      if (!stream) return rejection('ResourceNotFoundException');
      const all = [...stream.shards.values()];
      const from = all.findIndex(({ id }) => id === body.ExclusiveStartShardId) + 1;
      const page = all.slice(from, from + 2); // small, so that there are several pages
      const Shards = page.map(({ id, parent, records, isClosed }) => ({
        ShardId: id,
        ...(parent && { ParentShardId: parent }),
        SequenceNumberRange: {
          StartingSequenceNumber: digits(records[0]?.sequence ?? 0),
          ...(isClosed && { EndingSequenceNumber: digits(records.at(-1)?.sequence ?? 0) }),
        },
      }));
      const last = from + 2 < all.length ? { LastEvaluatedShardId: page.at(-1)?.id } : {};
      return {
        body: { StreamDescription: { StreamStatus: stream.status, StreamViewType: stream.view, Shards, ...last } },
      };
    }
    if (operation === 'GetShardIterator') {
      const shard = stream?.shards.get(body.ShardId ?? '');
      if (!shard) return rejection('ResourceNotFoundException');
      const after = Number(body.SequenceNumber);
      if (body.ShardIteratorType === 'AFTER_SEQUENCE_NUMBER' && after < shard.horizon)
        return rejection('TrimmedDataAccessException');
      const newest = shard.records.at(-1)?.sequence ?? 0;
      const place =
        { AFTER_SEQUENCE_NUMBER: after, LATEST: newest, TRIM_HORIZON: shard.horizon }[body.ShardIteratorType ?? ''] ??
        0;
      return { body: { ShardIterator: iterator(body.StreamArn, shard.id, place) } };
    }
    const { arn, id, after, made } = JSON.parse(body.ShardIterator ?? '{}');
    const shard = streamOf(arn)?.shards.get(id);
    if (!shard) return rejection('ResourceNotFoundException');
    if (made < epoch) return rejection('ExpiredIteratorException');
    if (after < shard.horizon) return rejection('TrimmedDataAccessException');
    const records = shard.records.filter((one) => one.sequence > after).slice(0, pageSize);
    const last = records.at(-1)?.sequence ?? after;
    const isOver = shard.isClosed && last >= (shard.records.at(-1)?.sequence ?? 0);
    return {
      body: { Records: records.map((one) => one.body), ...(!isOver && { NextShardIterator: iterator(arn, id, last) }) },
    };
  }

  const iterator = (arn: string | undefined, id: string, after: number) =>
    JSON.stringify({ arn, id, after, made: epoch });

  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    requests.push(`${operation}${body.ShardIteratorType ? ` ${body.ShardIteratorType}` : ''}`);
    const fault = faults.find((one) => one.operation === operation && one.times > 0);
    if (fault) fault.times--;
    if (fault?.error === 'no answer') return;
    const given = fault ? rejection(fault.error) : answer(operation, body);
    response.writeHead(given.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(given.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBStreamsClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

  return {
    client,
    endpoint,
    requests,
    /** Makes the next requests of an operation fail; with `no answer`, they are never answered. */
    fail: (operation: string, error: string, times = 1) => void faults.push({ operation, error, times }),
    /** Sets the number of records in a page. */
    setPageSize: (records: number) => {
      pageSize = records;
    },
    /** Expires all iterators issued so far. */
    expireIterators: () => void epoch++,
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },

    /** Adds a stream, the newest one of the table. */
    addStream(label: string) {
      const stream: ScriptedStream = {
        arn: `arn:aws:dynamodb:us-east-1:1:table/scripted/stream/${label}`,
        ...{ status: 'ENABLED', view: 'NEW_AND_OLD_IMAGES', shards: new Map() },
      };
      streams.push(stream);
      const shardOf = (id: string) => stream.shards.get(id) as ScriptedShard;
      return {
        stream,
        addShard(id: string, parent?: string) {
          stream.shards.set(id, { id, parent, records: [], isClosed: false, horizon: 0 });
        },
        /** Adds the record of a created note: `a1` is version 1 of note a. */
        put(shardId: string, ...names: string[]) {
          for (const name of names) {
            const SequenceNumber = digits(++sequence);
            const image = (version: number) => ({
              ...{ id: { S: `NOTE#${name[0]}` }, createdAt: { S: '2026-11-30T11:00:00.000Z' } },
              ...{ version: { N: String(version) }, ref: { S: name[0] }, text: { S: String(version) } },
            });
            const version = Number(name.slice(1));
            const body = {
              eventID: `event-${sequence}`,
              dynamodb: {
                ...{ ApproximateCreationDateTime: Math.floor(Date.now() / 1000), SequenceNumber },
                ...{ StreamViewType: stream.view, NewImage: image(version) },
                ...(version > 1 && { OldImage: image(version - 1) }),
              },
            };
            shardOf(shardId).records.push({ sequence, body });
          }
        },
        close(id: string) {
          shardOf(id).isClosed = true;
        },
        /** Removes the oldest records of a shard. */
        trim(id: string, count: number) {
          const shard = shardOf(id);
          shard.horizon = shard.records.splice(0, count).at(-1)?.sequence ?? 0;
        },
        removeShard: (id: string) => void stream.shards.delete(id),
        disable() {
          stream.status = 'DISABLED';
          for (const shard of stream.shards.values()) shard.isClosed = true;
        },
      };
    },
    removeStream: () => void streams.shift(),
  };
}
