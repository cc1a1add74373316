import {
  type BaseModel,
  DynamoModel,
  type DynamoModelOptions,
  generateUUID,
  type NewItem,
} from '@aws-starter-kit/dynamo';

/** As in the README's recipe for a new model: nothing declared. */
export interface ProductModel extends BaseModel {
  name: string;
  price: number;
  note?: string;
}
export class ProductDynamoModel extends DynamoModel<ProductModel> {
  protected getEntityName(): string {
    return 'Product';
  }

  // biome-ignore lint/correctness/noUnusedFunctionParameters: the recipe as it is written
  protected async generateId(data: ProductModel): Promise<string> {
    return generateUUID();
  }

  // biome-ignore lint/correctness/noUnusedFunctionParameters: the recipe as it is written
  protected setGSIKeys(entity: ProductModel, now: string): void {
    entity.pk1 = 'PRODUCT';
    entity.sk1 = `NAME#${entity.name}`;
  }
}

/** One unique attribute, everything declared; GSI1 by address, GSI2 by time. */
export interface Account extends BaseModel {
  email: string;
  name: string;
  note?: string;
  flag?: string;
  visits?: number;
}
export class AccountModel extends DynamoModel<Account> {
  protected getEntityName() {
    return 'Account';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(entity: Account, now: string) {
    Object.assign(entity, { pk1: 'ACCOUNT', sk1: `EMAIL#${entity.email}`, pk2: 'ACCOUNT', sk2: `CREATED#${now}` });
  }
  protected override uniqueAttributes() {
    return ['email'] as const;
  }
  protected override indexedAttributes(): readonly (keyof Account & string)[] | undefined {
    return ['email'];
  }
  protected override normaliseUnique(_: keyof Account & string, value: unknown) {
    return String(value).toLowerCase();
  }
}

/** Two unique attributes, one of them optional. */
export interface Member extends BaseModel {
  handle: string;
  phone?: string;
  name?: string;
}
export class MemberModel extends DynamoModel<Member> {
  protected getEntityName() {
    return 'Member';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
  protected override uniqueAttributes() {
    return ['handle', 'phone'] as const;
  }
  protected override indexedAttributes() {
    return [];
  }
}

/** No claims, ids chosen by the caller, a sparse index, and one that moves with each update. */
export interface Ticket extends BaseModel {
  ref: string;
  title?: string;
  assignee?: string;
  text?: string;
}
export class TicketModel extends DynamoModel<Ticket> {
  readonly partition: string;
  constructor(options: DynamoModelOptions, partition = 'TICKET') {
    super(options);
    this.partition = partition;
  }
  protected getEntityName() {
    return 'Ticket';
  }
  protected generateId(data: NewItem<Ticket>) {
    return data.ref;
  }
  protected setGSIKeys(entity: Ticket) {
    entity.pk1 = this.partition;
    entity.sk1 = `ASSIGNEE#${entity.assignee}`;
    entity.pk2 = this.partition;
    entity.sk2 = `CHANGED#${entity.updatedAt ?? entity.createdAt}`;
  }
  protected override indexedAttributes() {
    return ['assignee', 'updatedAt'] as const;
  }
}

/** Plain as can be: no claim, no key, so that a write is one request. */
export class PlainModel extends DynamoModel<Ticket> {
  protected getEntityName() {
    return 'Plain';
  }
  protected generateId(data: NewItem<Ticket>) {
    return data.ref;
  }
  protected setGSIKeys() {}
  protected override indexedAttributes() {
    return [];
  }
}

interface Circle extends BaseModel {
  kind: 'circle';
  radius: number;
}
interface Square extends BaseModel {
  kind: 'square';
  side: number;
}
export type Shape = Circle | Square;
export class ShapeModel extends DynamoModel<Shape> {
  protected getEntityName() {
    return 'Shape';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(entity: Shape) {
    entity.pk1 = 'SHAPE';
    entity.sk1 = entity.kind === 'circle' ? `CIRCLE#${entity.radius}` : `SQUARE#${entity.side}`;
  }
}

/** All of an async iterable. */
export async function collect<E>(pages: AsyncIterable<E>): Promise<E[]> {
  const all: E[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** With counters, an optional unique code, and a time of expiry. */
export interface Voucher extends BaseModel {
  status: 'open' | 'used';
  uses: number;
  code?: string;
  expiresAt?: number;
  scope?: string;
}
export class VoucherModel extends DynamoModel<Voucher> {
  protected getEntityName() {
    return 'Voucher';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(entity: Voucher) {
    entity.pk1 = 'VOUCHER';
    entity.sk1 = `SCOPE#${entity.scope}`;
  }
  protected override uniqueAttributes() {
    return ['code'] as const;
  }
  protected override indexedAttributes() {
    return ['scope'] as const;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}
