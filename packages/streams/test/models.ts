import { type BaseModel, DynamoModel, type NewItem } from '@aws-starter-kit/dynamo';

export interface Note extends BaseModel {
  ref: string;
  text?: string;
  team?: string;
  likes?: number;
  code?: string;
  expiresAt?: number;
}

/** Ids chosen by the caller, a unique code, a counter, and a time of expiry. */
export class NoteModel extends DynamoModel<Note> {
  protected getEntityName() {
    return 'Note';
  }
  protected generateId(data: NewItem<Note>) {
    return data.ref;
  }
  protected setGSIKeys() {}
  protected override indexedAttributes() {
    return [];
  }
  protected override uniqueAttributes() {
    return ['code'] as const;
  }
  protected override counters() {
    return ['likes'] as const;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
}

export interface Tally extends BaseModel {
  notes: number;
}

/** How many notes a team has. */
export class TallyModel extends DynamoModel<Tally> {
  protected getEntityName() {
    return 'Tally';
  }
  protected generateId() {
    return 'unused';
  }
  protected setGSIKeys() {}
  protected override indexedAttributes() {
    return [];
  }
  protected override counters() {
    return ['notes'] as const;
  }
}
