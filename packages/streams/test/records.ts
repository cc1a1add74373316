import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { _Record as StreamsRecord } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

/** Returns a record of GetRecords in the form of a Lambda event: seconds, Base64 and other field names. */
export function asLambdaRecord({ eventID, eventName, dynamodb, userIdentity }: StreamsRecord): DynamoDBRecord {
  const { ApproximateCreationDateTime: time, ...change } = dynamodb ?? {};
  const { PrincipalId: principalId, Type: type } = userIdentity ?? {};
  const json = JSON.stringify(change, function (this: Record<string, unknown>, name, value: unknown) {
    return this[name] instanceof Uint8Array ? Buffer.from(this[name]).toString('base64') : value;
  });
  return {
    ...{ eventID, eventName, eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'us-east-1' },
    dynamodb: { ApproximateCreationDateTime: Math.floor((time?.getTime() ?? 0) / 1000), ...JSON.parse(json) },
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:123456789012:table/users/stream/2026-11-30T00:00:00.000',
    ...(userIdentity && { userIdentity: { principalId, type } }),
  };
}

let serial = 100_000_000_000_000_000_000n;

/** Returns a handmade record in the form of GetRecords. */
export function record(
  images: { before?: Record<string, AttributeValue>; after?: Record<string, AttributeValue> },
  { at = new Date('2026-11-30T12:00:00Z'), ...more }: { at?: Date } & Partial<StreamsRecord> = {},
): StreamsRecord {
  const { before, after } = images;
  return {
    eventID: randomUUID(),
    eventName: before && after ? 'MODIFY' : after ? 'INSERT' : 'REMOVE',
    dynamodb: {
      ApproximateCreationDateTime: at,
      SequenceNumber: String(++serial),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ...(before && { OldImage: before }),
      ...(after && { NewImage: after }),
    },
    ...more,
  };
}
