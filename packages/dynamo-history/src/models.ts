import { type BaseModel, DynamoModel, type NewItem } from '@aws-starter-kit/dynamo';
import { type UserItem, UserModel } from '@aws-starter-kit/users';
import type { Seen } from './history.js';

/** Users whose id is the token of the call that makes them, so that even a create of unknown outcome can be followed. */
export class TracedUserModel extends UserModel {
  protected override generateId(data?: NewItem<UserItem>): string {
    return data?.name ?? '';
  }
}

export interface Note extends BaseModel {
  name: string;
}

/** All notes stand in one partition. */
export const notePartition = 'NOTE';

/**
 * Nothing unique, nothing declared: the model's other half. Creates and deletes are single requests, deletes of many are plain
 * batches, and each update reads first, since its index key moves with the name.
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
}

/** What the history keeps of an entity. */
export function seen(entity: Note | UserItem): Seen {
  const { id, version, name } = entity;
  return { id, version, token: name, ...('email' in entity && { email: entity.email }) };
}
