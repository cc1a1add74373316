import { isDeepStrictEqual } from 'node:util';
import {
  type BaseModel,
  type ChangedEntity,
  type DynamoModel,
  inspect,
  type StreamRecord,
} from '@aws-starter-kit/dynamo';
import type { Change, ChangingModel, Models } from './change.js';

/** A stream record, in the form of a Lambda event or of GetRecords. */
export interface ChangeRecord extends StreamRecord {
  readonly eventID?: string | undefined;
  readonly userIdentity?: unknown;
  readonly dynamodb?:
    | (NonNullable<StreamRecord['dynamodb']> & {
        /** Seconds since 1970, or a Date. */
        readonly ApproximateCreationDateTime?: number | Date | undefined;
        readonly SequenceNumber?: string | undefined;
      })
    | undefined;
}

/**
 * Returns the changes in a record, in order. There is none if the record does not concern an entity of these models, or
 * changes only its keys or internal attributes. There are two for a create over an expired entity.
 * @throws TypeError for a record that is not of a stream with NEW_AND_OLD_IMAGES
 */
export function changesOf<const M extends Models>(models: M, record: ChangeRecord): Change<M>[] {
  return Object.entries(models).flatMap(([model, changing]) => {
    const images = changing.entityOf(record);
    if (!images) return [];
    const { before, after } = images;
    const common = { model, eventId: eventIdOf(record), at: timeOf(record).toISOString() };
    return typesOf(changing, images, record).map((type) => {
      const entity = (type === 'created' || type === 'updated' ? after : before) as BaseModel;
      return {
        type,
        ...{ ...common, entity, id: entity.id, version: entity.version },
        ...(type !== 'created' && { before }),
        ...((type === 'created' || type === 'updated') && { after }),
      } as unknown as Change<M>;
    });
  });
}

function typesOf(
  model: ChangingModel,
  { before, after }: ChangedEntity<BaseModel>,
  record: ChangeRecord,
): Change<Models>['type'][] {
  if (!before) return ['created'];
  if (!after) return [isRemovalByTimeToLive(record) || hadExpired(model, before, record) ? 'expired' : 'deleted'];
  if (isNewLife(before, after)) return ['expired', 'created'];
  return isDeepStrictEqual(before, after) ? [] : ['updated']; // a raised fence, corrected index keys
}

/** Returns whether a write replaced an expired entity with a new one. No other entity is replaced in one write. */
const isNewLife = (before: BaseModel, after: BaseModel) =>
  before.createdAt !== after.createdAt || after.version < before.version;

/** Returns whether a write removed an expired entity, for example to give its unique value to another entity. */
function hadExpired(model: ChangingModel, before: BaseModel, record: ChangeRecord): boolean {
  const { expiry } = inspect(model as unknown as DynamoModel<BaseModel>);
  const at = expiry === undefined ? undefined : (before as unknown as Record<string, unknown>)[expiry];
  return typeof at === 'number' && at * 1000 <= timeOf(record).getTime();
}

/** Returns whether DynamoDB removed an expired item. Lambda and the SDK spell the field differently. */
function isRemovalByTimeToLive({ userIdentity }: ChangeRecord): boolean {
  const { principalId, PrincipalId = principalId } = (userIdentity ?? {}) as Record<string, unknown>;
  return PrincipalId === 'dynamodb.amazonaws.com';
}

function eventIdOf({ eventID }: ChangeRecord): string {
  if (!eventID) throw new TypeError('The record has no eventID: pass it as Lambda or GetRecords returned it');
  return eventID;
}

function timeOf({ dynamodb }: ChangeRecord): Date {
  const time = dynamodb?.ApproximateCreationDateTime;
  if (time === undefined)
    throw new TypeError('The record has no ApproximateCreationDateTime: pass it as Lambda or GetRecords returned it');
  return typeof time === 'number' ? new Date(time * 1000) : time;
}
