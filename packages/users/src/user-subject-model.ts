import { createHash } from 'node:crypto';
import { type BaseModel, DynamoModel, type NewItem } from '@aws-starter-kit/dynamo/model';

/** A caller as an identity provider names it: `iss` and `sub` of its tokens. */
export interface Subject {
  issuer: string;
  subject: string;
}

/** The binding of a subject to a user. It outlives the user, so that the subject never becomes another user. */
export interface UserSubjectItem extends BaseModel, Subject {
  userId: string;
}

/** Stores which user a subject is. The unique claim on `userId` lets only one subject be bound to a user. */
export class UserSubjectModel extends DynamoModel<UserSubjectItem> {
  protected getEntityName(): string {
    return 'UserSubject';
  }

  protected generateId(data: NewItem<UserSubjectItem>): string {
    return subjectId(data);
  }

  protected setGSIKeys(): void {}

  protected override uniqueAttributes() {
    return ['userId'] as const;
  }

  protected override indexedAttributes() {
    return [] as const;
  }
}

/** Returns the id of a binding. A hash, since a subject may be longer than a key, or an email, and ids are logged. */
export const subjectId = ({ issuer, subject }: Subject): string =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
