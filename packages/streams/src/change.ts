import type { BaseModel, ChangedEntity, StreamRecord } from '@aws-starter-kit/dynamo';

/** A model, as far as its changes need it; also one within a scope. */
export interface ChangingModel {
  entityOf(record: StreamRecord): ChangedEntity<BaseModel> | null;
}

/** Models by the names that their changes have, such as `{ users, issues }`. */
export type Models = Readonly<Record<string, ChangingModel>>;

type EntityOf<M> = M extends { entityOf(record: StreamRecord): ChangedEntity<infer T> | null } ? T : never;

/** A change of an entity of one of the models. `model` and `type` tell the variants apart. */
export type Change<M extends Models> = { [K in keyof M & string]: EntityChange<K, EntityOf<M[K]>> }[keyof M & string];

/** A change of an entity. */
export type EntityChange<Model extends string, T> = ChangeFields<Model, T> &
  (
    | { readonly type: 'created'; readonly before?: undefined; readonly after: T }
    | { readonly type: 'updated'; readonly before: T; readonly after: T }
    | { readonly type: 'deleted' | 'expired'; readonly before: T; readonly after?: undefined }
  );

/** What each change has. `(id, version, eventId)` is the same for each delivery of a change. */
interface ChangeFields<Model extends string, T> {
  /** The name that the model was given. */
  readonly model: Model;
  /** The entity after the change; of one that is gone, as it was before. */
  readonly entity: T;
  /** Unprefixed. */
  readonly id: string;
  /** The version after the change; of an entity that is gone, its last. A count leaves it as it is. */
  readonly version: number;
  /** The id of the record in the stream. */
  readonly eventId: string;
  /** When it was made, to the second: ISO 8601, UTC. */
  readonly at: string;
}

/** A change of whatever models. */
export type AnyChange = ChangeFields<string, unknown> & {
  readonly type: 'created' | 'updated' | 'deleted' | 'expired';
};

/** Returns a text that is the same for each delivery of a change, and that no other change has. */
export const changeKey = ({ eventId, model, type }: AnyChange): string => `${eventId}-${model}-${type}`;
