import { type BaseModel, DynamoModel, type DynamoModelOptions, key, type NewItem } from '@aws-starter-kit/dynamo';

export interface Entry extends BaseModel {
  ref: string;
  group: string;
  name: string;
  rank: number;
  note?: string;
}

type Shards = number | readonly [number, number];

/** How the indexes of a model are spread: GSI1, by name, by its sort key; GSI2, by rank, by the id. */
export interface Layout {
  readonly shards: Shards;
  readonly write?: number;
}

/** An entity in two indexes, with its id chosen by the caller. */
export class EntryModel extends DynamoModel<Entry> {
  readonly #layout: Layout;
  readonly #name: string;

  constructor(options: DynamoModelOptions, layout: Layout, name = 'Entry') {
    super(options);
    this.#layout = layout;
    this.#name = name;
  }
  protected getEntityName() {
    return this.#name;
  }
  protected generateId({ ref }: NewItem<Entry>) {
    return ref;
  }
  protected setGSIKeys(entity: Entry) {
    entity.pk1 = key(entity)`IN#${'group'}`;
    entity.sk1 = key(entity)`N${'name'}`;
    entity.pk2 = key(entity)`IN#${'group'}`;
    entity.sk2 = key(entity)`R#${'rank'}`;
  }
  protected override indexShards() {
    return { GSI1: { ...this.#layout, by: 'name' }, GSI2: { ...this.#layout, by: 'id' } } as const;
  }
}
