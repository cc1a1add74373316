import { type BaseModel, DynamoModel, type DynamoModelOptions, key, type NewItem } from '@aws-starter-kit/dynamo';
import { notePartition } from '../models.js';

/** A note whose index key is a rank, which many notes share. */
export interface MovingNote extends BaseModel {
  name: string;
  rank: number;
}

/** The shards of the index according to one deployment. */
export interface Layout {
  readonly shards: number | readonly [number, number];
  readonly write?: number;
}

/** Notes in an index whose number of shards is changed while they are written and read. */
export class MovingNoteModel extends DynamoModel<MovingNote> {
  readonly #layout: Layout;
  readonly #by: 'id' | 'rank';

  constructor(options: DynamoModelOptions, layout: Layout, by: 'id' | 'rank') {
    super(options);
    this.#layout = layout;
    this.#by = by;
  }
  protected getEntityName(): string {
    return 'Note';
  }
  protected generateId({ name }: NewItem<MovingNote>): string {
    return name;
  }
  protected setGSIKeys(entity: MovingNote): void {
    entity.pk1 = notePartition;
    entity.sk1 = key(entity)`RANK#${'rank'}`;
  }
  protected override indexShards() {
    return { GSI1: { ...this.#layout, by: this.#by } };
  }
}
