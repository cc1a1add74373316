import {
  type CallOptions,
  DynamoModel,
  type DynamoModelOptions,
  generateUUID,
  type NewItem,
} from '@aws-starter-kit/dynamo/model';
import { remainingOptions } from './remaining-options.js';
import { normaliseEmail, type UserItem } from './user.js';
import { UserSubjectModel } from './user-subject-model.js';

/** The partition of all users, in both indexes. */
export const userPartition = 'USER';

/** Stores users: GSI1 orders them by email, GSI2 by time of creation, and each email has a unique claim. */
export class UserModel extends DynamoModel<UserItem> {
  readonly #options: DynamoModelOptions | undefined;
  #subjects: UserSubjectModel | undefined;

  constructor(options?: DynamoModelOptions) {
    super(options);
    this.#options = options;
  }

  /** The subjects to which users are bound, in the same table. */
  get subjects(): UserSubjectModel {
    this.#subjects ??= new UserSubjectModel(this.#options);
    return this.#subjects;
  }

  protected getEntityName(): string {
    return 'User';
  }

  protected generateId(): string {
    return generateUUID();
  }

  protected setGSIKeys(entity: UserItem, now: string): void {
    entity.pk1 = userPartition;
    entity.sk1 = `EMAIL#${entity.email}`;
    entity.pk2 = userPartition;
    entity.sk2 = `CREATED#${now}`;
  }

  protected override uniqueAttributes() {
    return ['email'] as const;
  }

  protected override indexedAttributes() {
    return ['email'] as const;
  }

  protected override normalise<D extends Partial<NewItem<UserItem>>>(data: D): D {
    // Node 20 allocates a hidden class for each literal that continues after a spread, which takes longer than the rest
    return typeof data.email === 'string' ? Object.assign({}, data, { email: normaliseEmail(data.email) }) : data;
  }

  protected override normaliseUnique(_attribute: string, value: unknown): string {
    return normaliseEmail(String(value));
  }

  /** Finds users from before there were claims, whose index keys hold the email as it was typed. */
  protected override async findLegacyOwner(
    _attribute: string,
    value: unknown,
    options?: CallOptions,
  ): Promise<string | null> {
    const user = await this.getByEmail(String(value), options);
    return user?.id ?? null;
  }

  /**
   * Finds a user by email in GSI1, with eventual consistency. Older data may hold the email as it was typed, so that is
   * looked up too.
   */
  async getByEmail(email: string, options?: CallOptions): Promise<UserItem | null> {
    const spellings = new Set([normaliseEmail(email), email.trim(), email]);
    const rest = remainingOptions(options);
    for (const spelling of spellings) {
      if (spelling === '' || Buffer.byteLength(spelling) > 1000 || !spelling.isWellFormed()) continue; // no sort key can hold these
      const query = { index: 'GSI1', pk: userPartition, sk: { eq: `EMAIL#${spelling}` }, limit: 1 } as const;
      const [user] = (await this.query(query, rest())).items;
      if (user) return user;
    }
    return null;
  }

  /**
   * Returns the users created after a time (ISO 8601 in UTC with milliseconds, like `createdAt`), in order of creation.
   */
  async getByCreatedAfter(timestamp: string, options?: CallOptions): Promise<UserItem[]> {
    const users: UserItem[] = [];
    const query = { index: 'GSI2', pk: userPartition, sk: { gt: `CREATED#${timestamp}` } } as const;
    for await (const page of this.queryPages(query, options)) for (const user of page) users.push(user);
    return users;
  }
}
