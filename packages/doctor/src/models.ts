import { type BaseModel, type Inspection, inspect } from '@aws-starter-kit/dynamo';
import { UserModel, userSchema } from '@aws-starter-kit/users';

/** One kind of entity that the doctor examines. */
export interface ExaminedModel {
  /** How the model stores it: `inspect(new UserModel())`. */
  readonly stores: Inspection;
  /** What makes an entity unreadable for those who use it, a line for each thing and without values. @default nothing */
  readonly problems?: (entity: BaseModel) => readonly string[];
}

/** The models whose entities `pnpm db:doctor` examines: add yours here. Items of others are counted and left alone. */
export const examinedModels = (): ExaminedModel[] => [
  { stores: inspect(new UserModel()), problems: (user) => issuesOf(userSchema.safeParse(user)) },
];

interface Parsed {
  readonly error?: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
}

const issuesOf = ({ error }: Parsed): string[] =>
  (error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.') || 'item'}: ${message}`);
