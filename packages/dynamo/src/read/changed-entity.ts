import { type BaseModel, type StoredItem, toEntity } from '../entity/entity.js';
import { type EntityDefinition, isInScope, isTombstone } from '../entity/entity-definition.js';
import { readValues } from '../transport/lean/attribute-json.js';

type Image = Readonly<Record<string, object>>;

/** The parts of a DynamoDB stream record that a model reads, in the form of a Lambda event or of GetRecords. */
export interface StreamRecord {
  readonly dynamodb?:
    | {
        /** The item before the change, in DynamoDB JSON; absent if it was created. */
        readonly OldImage?: Image | undefined;
        /** The item after the change; absent if it was removed. */
        readonly NewImage?: Image | undefined;
        readonly StreamViewType?: string | undefined;
      }
    | undefined;
}

/** An entity before and after a change. A side is absent if the entity did not exist then. */
export interface ChangedEntity<T> {
  before?: T;
  after?: T;
}

/**
 * Returns the entity before and after the change in a record, or null if the record does not concern an entity of the
 * definition. It ignores expiry, so that a record means the same whenever it is read.
 * @throws TypeError for a record without both images
 */
export function changedEntity<T extends BaseModel>(
  definition: EntityDefinition,
  { dynamodb: change }: StreamRecord,
): ChangedEntity<T> | null {
  const view = change?.StreamViewType ?? bothImages;
  if (view !== bothImages || !(change?.OldImage || change?.NewImage)) {
    throw new TypeError(
      `The record of the stream has ${view === bothImages ? 'no image' : `${view} alone`}; it needs ${bothImages}: turn the stream off, then run "pnpm table stream"`,
    );
  }
  const before = entityIn<T>(definition, change.OldImage);
  const after = entityIn<T>(definition, change.NewImage);
  return before || after ? { ...(before && { before }), ...(after && { after }) } : null;
}

const bothImages = 'NEW_AND_OLD_IMAGES';

function entityIn<T extends BaseModel>(definition: EntityDefinition, image: Image | undefined): T | undefined {
  const { prefix } = definition;
  const { S: id = '' } = (image?.id ?? {}) as { S?: string };
  if (!image || !id.startsWith(prefix) || id === prefix) return undefined; // claims, records of `once`, kept versions, other entities
  const item = readValues(image as Parameters<typeof readValues>[0]) as StoredItem;
  return isTombstone(item) || !isInScope(definition, item) ? undefined : toEntity<T>(item, prefix);
}
