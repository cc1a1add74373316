import type { BaseModel, ChangedEntity, StreamRecord } from '@aws-starter-kit/dynamo';

/** The part of a model that reads changes. A model within a scope has it too. */
export interface ChangingModel {
  /** Returns the entity of a record before and after the change, or null if the record is not of this model. */
  entityOf(record: StreamRecord): ChangedEntity<BaseModel> | null;
}

/** Models by the name that their changes have, such as `{ users, issues }`. */
export type Models = Readonly<Record<string, ChangingModel>>;

type EntityOf<M> = M extends { entityOf(record: StreamRecord): ChangedEntity<infer T> | null } ? T : never;

/** A change of an entity of one of the models, as a union that `model` and `type` discriminate. */
export type Change<M extends Models> = { [K in keyof M & string]: EntityChange<K, EntityOf<M[K]>> }[keyof M & string];

/** A change of an entity. */
export type EntityChange<Model extends string, T> = ChangeFields<Model, T> &
  (
    | { readonly type: 'created'; readonly before?: undefined; readonly after: T }
    | { readonly type: 'updated'; readonly before: T; readonly after: T }
    | { readonly type: 'deleted' | 'expired'; readonly before: T; readonly after?: undefined }
  );

/** The fields of every change. `(id, version, eventId)` is the same for each delivery of a change. */
interface ChangeFields<Model extends string, T> {
  /** The key of the model in `models`. */
  readonly model: Model;
  /** The entity after the change, or before it if the entity is gone. */
  readonly entity: T;
  /** Unprefixed. */
  readonly id: string;
  /** The version of `entity`. An increment of a declared counter does not change it. */
  readonly version: number;
  /** The id of the record in the stream. */
  readonly eventId: string;
  /** The time of the change, to the second, in ISO 8601 and UTC. */
  readonly at: string;
}

/** A change of any model. */
export type AnyChange = ChangeFields<string, unknown> & {
  readonly type: 'created' | 'updated' | 'deleted' | 'expired';
};

/** Returns a text that identifies a change. It is the same for each delivery of the change. */
export const changeKey = ({ eventId, model, type }: AnyChange): string => `${eventId}-${model}-${type}`;
