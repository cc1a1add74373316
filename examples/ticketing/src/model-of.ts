import {
  DynamoModel,
  type EntityOf,
  generateUUID,
  type NewItem,
  type NewOf,
  type SchemaOf,
} from '@aws-starter-kit/dynamo';
import type * as z from 'zod';

/** Returns the base class of a model: the name and the schema of its entity, and random ids. */
export function modelOf<S extends Readonly<Record<string, z.ZodType>>>(name: string, schema: S) {
  abstract class EntityModel extends DynamoModel<EntityOf<S>, NewOf<S>> {
    protected getEntityName() {
      return name;
    }
    protected generateId(_: NewItem<EntityOf<S>>): string {
      return generateUUID();
    }
    protected override schema() {
      return schema as unknown as SchemaOf<EntityOf<S>>;
    }
  }
  return EntityModel;
}
