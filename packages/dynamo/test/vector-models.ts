import { type BaseModel, DynamoModel, generateUUID, key, type VectorDistance } from '../src/index.js';

export interface Note extends BaseModel {
  orgId: string;
  topic: string;
  title: string;
  isOpen?: boolean;
  level?: number;
  embedding?: number[];
  expiresAt?: number;
}

export const dimensions = 3;

/** Vector indexes of one attribute, by each distance: what a table of these models needs. */
export const vectors = (['cosine', 'euclidean', 'dotProduct'] as const).map((distance) => ({
  attribute: 'embedding',
  dimensions,
  distance,
}));

/** Searched within an organisation, by topic, state and level. */
export class NoteModel extends DynamoModel<Note> {
  protected readonly distance: VectorDistance = 'euclidean';
  protected getEntityName() {
    return 'Note';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(entity: Note) {
    entity.pk1 = 'NOTE';
    entity.sk1 = key(entity)`TITLE#${'title'}`;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
  protected override vectorIndex() {
    return {
      attribute: 'embedding',
      dimensions,
      distance: this.distance,
      partition: ['orgId'],
      filters: ['topic', 'isOpen', 'level'],
    } as const;
  }
  protected override normalise<D extends Partial<Note>>(data: D): D {
    return typeof data.topic === 'string' ? { ...data, topic: data.topic.toLowerCase() } : data;
  }
}

export class CosineNoteModel extends NoteModel {
  protected override readonly distance = 'cosine';
}
export class ProductNoteModel extends NoteModel {
  protected override readonly distance = 'dotProduct';
}

/** Shares the index of notes, has no partition, and keeps its versions. */
export class PageModel extends DynamoModel<Note> {
  protected getEntityName() {
    return 'Page';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys() {}
  protected override vectorIndex() {
    return { attribute: 'embedding', dimensions, distance: 'euclidean' } as const;
  }
  protected override keepsHistory() {
    return true;
  }
}
