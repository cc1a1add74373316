import { type EntityOf, key, type NewOf, orElse, padded, shardedCounter } from '@aws-starter-kit/dynamo';
import * as z from 'zod';
import { modelOf } from './model-of.js';

const ofIssue = { orgId: z.string(), projectId: z.string(), number: z.int().min(1) };

/** The vector index of the table by which similar issues are found. */
export const embedding = { attribute: 'embedding', dimensions: 256 } as const;

const issueSchema = {
  ...ofIssue,
  title: z.string().trim().min(1).max(200),
  text: z.string().max(20_000).default(''),
  status: z.enum(['open', 'closed']).default('open'),
  priority: z.int().min(1).max(5).default(3),
  labels: z.set(z.string()).min(1).optional(),
  assigneeId: z.string().optional(),
  due: z.iso.date().optional(),
  comments: z.int().default(0),
  embedding: z.array(z.number()).optional(), // of title and text, made by an embedding model
};
export type Issue = EntityOf<typeof issueSchema>;
export type NewIssue = Omit<NewOf<typeof issueSchema>, 'orgId' | 'number'>;

export class IssueModel extends modelOf('Issue', issueSchema) {
  readonly views = shardedCounter(this, 'views', { shards: 8 });
  protected override generateId({ projectId, number }: Pick<Issue, 'projectId' | 'number'>) {
    return issueId(projectId, number);
  }
  protected setGSIKeys(entity: Issue) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`ISSUE#${'projectId'}#${padded('number', 6)}`;
    entity.pk2 = key(entity)`PROJECT#${'projectId'}`;
    entity.sk2 = key(entity)`${'status'}#${padded('number', 6)}`;
    entity.pk3 = key(entity)`ASSIGNEE#${'assigneeId'}`; // without one, not in this index
    entity.sk3 = key(entity)`${'status'}#${orElse('due', 'never')}`;
  }
  protected override counters() {
    return ['comments'] as const; // a projection maintains it: see projections.ts
  }
  protected override vectorIndex() {
    return { ...embedding, partition: ['orgId'], filters: ['status'] } as const;
  }
}

/** The number is part of the id, so that no two issues of a project can have the same. */
export const issueId = (projectId: string, number: number) => `${projectId}-${number}`;

const commentSchema = { ...ofIssue, authorId: z.string(), text: z.string().trim().min(1).max(20_000) };
type Comment = EntityOf<typeof commentSchema>;

export class CommentModel extends modelOf('Comment', commentSchema) {
  protected setGSIKeys(entity: Comment) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`ISSUE#${'projectId'}#${padded('number', 6)}#COMMENT#${'createdAt'}`;
  }
  protected override keepsHistory() {
    return true; // what was edited can be seen, and undone
  }
}

/** The file itself is in a bucket, under the id. */
const attachmentSchema = { ...ofIssue, authorId: z.string(), name: z.string().max(200), bytes: z.int().min(0) };
type Attachment = EntityOf<typeof attachmentSchema>;

export class AttachmentModel extends modelOf('Attachment', attachmentSchema) {
  protected setGSIKeys(entity: Attachment) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`ISSUE#${'projectId'}#${padded('number', 6)}#FILE#${'name'}`;
  }
}
