import { type BaseModel, type Inspection, inspect } from '@aws-starter-kit/dynamo';
import { rulesOf } from '@aws-starter-kit/fields';
import { completeUserSchema, UserModel, UserSubjectModel } from '@aws-starter-kit/users';

/** A model whose entities the doctor examines. */
export interface ExaminedModel {
  /** How the model stores its entity: `inspect(new UserModel())`. */
  readonly stores: Inspection;
  /**
   * Returns the reasons for which readers of an entity could not parse it, one line each and without values. @default
   * none
   */
  readonly problems?: (entity: BaseModel) => readonly string[];
  /** Returns the defaults of the attributes that an entity lacks. @default none */
  readonly defaults?: (entity: BaseModel) => Readonly<Record<string, unknown>>;
}

/** The models that `pnpm db:doctor` examines: add yours here. Items of other models are counted and left alone. */
export const examinedModels = (): ExaminedModel[] => [
  { stores: inspect(new UserModel()), ...rulesOf(completeUserSchema) },
  { stores: inspect(new UserSubjectModel()) },
];
