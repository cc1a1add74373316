import { type CallOptions, DynamoModel, generateUUID, type NewItem } from '@aws-starter-kit/dynamo';
import { normaliseEmail, type UserItem } from './user.js';

/** All users stand in one partition of each index. */
export const userPartition = 'USER';

/** Storage of users: GSI1 by address, GSI2 by time of creation, a claim on each address. */
export class UserModel extends DynamoModel<UserItem> {
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
    return typeof data.email === 'string' ? { ...data, email: normaliseEmail(data.email) } : data;
  }

  protected override normaliseUnique(_attribute: string, value: unknown): string {
    return normaliseEmail(String(value));
  }

  /** Data older than claims: the index knows an address as it was typed then, and as it is typed now. */
  protected override async findUnclaimed(
    _attribute: string,
    value: unknown,
    options?: CallOptions,
  ): Promise<string | null> {
    const user = await this.getByEmail(String(value), options);
    return user?.id ?? null;
  }

  /** The user with an address, by GSI1: eventually consistent. In older data also under the address as typed. */
  async getByEmail(email: string, options?: CallOptions): Promise<UserItem | null> {
    const spellings = new Set([normaliseEmail(email), email.trim(), email]);
    for (const spelling of spellings) {
      if (spelling === '' || Buffer.byteLength(spelling) > 1000 || !spelling.isWellFormed()) continue; // no sort key is so
      const query = { index: 'GSI1', pk: userPartition, sk: { eq: `EMAIL#${spelling}` }, limit: 1 } as const;
      const [user] = (await this.query(query, options)).items;
      if (user) return user;
    }
    return null;
  }

  /** Users created after a time (`createdAt` form: ISO 8601, UTC, milliseconds), in order of creation. */
  async getByCreatedAfter(timestamp: string, options?: CallOptions): Promise<UserItem[]> {
    const users: UserItem[] = [];
    const query = { index: 'GSI2', pk: userPartition, sk: { gt: `CREATED#${timestamp}` } } as const;
    for await (const page of this.queryPages(query, options)) for (const user of page) users.push(user);
    return users;
  }
}
