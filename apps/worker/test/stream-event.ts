import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

/** A change of a user: the version before and after. */
export interface UserChange {
  readonly id: string;
  readonly from?: number;
  readonly to?: number;
}

const imageOf = (id: string, version: number) =>
  marshall({
    id: `USER#${id}`,
    email: `${id}@example.com`,
    name: 'Ada Lovelace',
    createdAt: '2026-11-30T11:00:00.000Z',
    version,
  }) as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];

/** Returns an event of Lambda for the changes of users, in order. */
export const streamEvent = (changes: readonly UserChange[]): DynamoDBStreamEvent => ({
  Records: changes.map(({ id, from, to }, i) => ({
    eventID: `event-${i}`,
    eventName: from === undefined ? 'INSERT' : to === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:123456789012:table/users/stream/2026-11-30T00:00:00.000',
    dynamodb: {
      ApproximateCreationDateTime: 1_764_504_000,
      Keys: marshall({ id: `USER#${id}` }) as { id: { S: string } },
      SequenceNumber: String(1000 + i),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      SizeBytes: 100,
      ...(from !== undefined && { OldImage: imageOf(id, from) }),
      ...(to !== undefined && { NewImage: imageOf(id, to) }),
    },
  })),
});
