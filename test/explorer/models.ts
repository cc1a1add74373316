import { type BaseModel, DynamoModel, inspect, key } from '@aws-starter-kit/dynamo';

/** All ids are chosen by the caller, so that an id recurs after a delete. */
interface Referenced extends BaseModel {
  ref: string;
}

/** No claim and all declared: a write is one request, without a prior read. */
interface Note extends Referenced {
  text?: string;
  n?: number;
  log?: string[];
  meta?: { text?: string };
}
class NoteModel extends DynamoModel<Note> {
  protected getEntityName(): string {
    return 'Note';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(note: Note): void {
    Object.assign(note, { pk1: 'NOTE', sk1: `REF#${note.ref}` });
  }
  protected override indexedAttributes() {
    return ['ref'] as const;
  }
}

/** Nothing declared: each update reads, and recomputes an index key. */
class KeyedModel extends DynamoModel<Note> {
  protected getEntityName(): string {
    return 'Keyed';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(note: Note): void {
    Object.assign(note, { pk1: 'KEYED', sk1: `TEXT#${note.text}` });
  }
}

/** Counts beside versions: a count is one request, and a change of the text reads first. */
class TallyModel extends DynamoModel<Note> {
  protected getEntityName(): string {
    return 'Tally';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(note: Note): void {
    Object.assign(note, { pk1: 'TALLY', sk1: key(note)`TEXT#${'text'}` });
  }
  protected override counters() {
    return ['n'] as const;
  }
}

/** Its versions are kept: every write is a transaction. */
class PaperModel extends DynamoModel<Note> {
  protected getEntityName(): string {
    return 'Paper';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(): void {}
  protected override indexedAttributes() {
    return [];
  }
  protected override keepsHistory(): boolean {
    return true;
  }
}

/** A unique attribute: creates, deletes and changes of the email are transactions. */
interface Account extends Referenced {
  email: string;
  name?: string;
}
class AccountModel extends DynamoModel<Account> {
  protected getEntityName(): string {
    return 'Account';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(account: Account): void {
    Object.assign(account, { pk1: 'ACCOUNT', sk1: `EMAIL#${account.email}` });
  }
  protected override uniqueAttributes() {
    return ['email'] as const;
  }
  protected override indexedAttributes() {
    return ['email'] as const;
  }
}

/** Expires, and has nothing unique. */
interface Lease extends Referenced {
  expiresAt: number;
  text?: string;
}
class LeaseModel extends DynamoModel<Lease> {
  protected getEntityName(): string {
    return 'Lease';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(): void {}
  protected override indexedAttributes() {
    return [];
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}

/** Expires together with its claim. */
interface Voucher extends Lease {
  code: string;
}
class VoucherModel extends DynamoModel<Voucher> {
  protected getEntityName(): string {
    return 'Voucher';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(): void {}
  protected override uniqueAttributes() {
    return ['code'] as const;
  }
  protected override indexedAttributes() {
    return [];
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}

const classes = {
  notes: NoteModel,
  keyed: KeyedModel,
  tallies: TallyModel,
  papers: PaperModel,
  accounts: AccountModel,
  leases: LeaseModel,
  vouchers: VoucherModel,
};
export type ModelName = keyof typeof classes;

/** A model as the explorer calls it: the attributes given are made for it. */
export type AnyModel = Pick<
  DynamoModel<Note>,
  | 'create'
  | 'creating'
  | 'restore'
  | 'update'
  | 'updating'
  | 'batchUpdate'
  | 'delete'
  | 'deleting'
  | 'revert'
  | 'within'
>;
export type Models = Readonly<Record<ModelName, AnyModel>>;

/** The models on one client. */
export function modelsOn(options: ConstructorParameters<typeof NoteModel>[0]): Models {
  const models = Object.entries(classes).map(([name, Model]) => [name, new Model(options)]);
  return Object.fromEntries(models) as Models;
}

/** How the models store their entities, by prefix. */
export const inspections = Object.fromEntries(
  Object.values(classes)
    .map((Model) => new Model())
    .map((model) => inspect<never>(model as never))
    .map((inspection) => [inspection.prefix, inspection]),
);

export const prefixes: Readonly<Record<ModelName, string>> = {
  notes: 'NOTE#',
  keyed: 'KEYED#',
  tallies: 'TALLY#',
  papers: 'PAPER#',
  accounts: 'ACCOUNT#',
  leases: 'LEASE#',
  vouchers: 'VOUCHER#',
};
