import { type BaseModel, DynamoModel, type NewItem } from '@aws-starter-kit/dynamo';
import { type UserItem, UserModel } from '@aws-starter-kit/users';
import type { Seen } from './history.js';

/** Users whose id is the token of their create, so that even a create of unknown outcome can be traced. */
export class TracedUserModel extends UserModel {
  protected override generateId(data?: NewItem<UserItem>): string {
    return data?.name ?? '';
  }
}

export interface Note extends BaseModel {
  name: string;
  log?: string[];
  count?: number;
}

/** The index partition of all notes. */
export const notePartition = 'NOTE';

/**
 * Nothing unique. Creates and deletes are single requests, batches are statements, and a count is one request. Each other update reads first, since
 * its index key changes with the name.
 */
export class NoteModel extends DynamoModel<Note> {
  protected getEntityName(): string {
    return 'Note';
  }

  protected generateId(data: NewItem<Note>): string {
    return data.name;
  }

  protected setGSIKeys(entity: Note): void {
    entity.pk1 = notePartition;
    entity.sk1 = `NAME#${entity.name}`;
  }

  protected override indexedAttributes() {
    return ['name'] as const;
  }

  protected override counters() {
    return ['count'] as const;
  }
}

/** Notes whose versions are kept: each of their writes is a transaction, except a count. */
class KeptNoteModel extends NoteModel {
  protected override keepsHistory(): boolean {
    return true;
  }
}

/** Returns the model of the notes of a run: with every third seed their versions are kept. */
export const noteModelOf = (seed: number): typeof NoteModel => (seed % 3 === 0 ? KeptNoteModel : NoteModel);

/** Returns what the history keeps of an entity. */
export function seen(entity: Note | UserItem): Seen {
  const { id, version, name } = entity;
  const { log } = entity as Note;
  return { id, version, token: name, ...('email' in entity && { email: entity.email }), ...(log && { log }) };
}
