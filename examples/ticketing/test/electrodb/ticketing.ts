import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Service } from 'electrodb';
import { Claim, Invitation, Member, Organisation, Session } from './organisation.js';
import { Attachment, Audit, Comment, Issue, Label, Project } from './project.js';

export const ticketing = (client: DynamoDBDocumentClient, table: string) =>
  new Service(
    {
      organisation: Organisation,
      member: Member,
      invitation: Invitation,
      session: Session,
      claim: Claim,
      project: Project,
      label: Label,
      issue: Issue,
      comment: Comment,
      attachment: Attachment,
      audit: Audit,
    },
    { client, table },
  );

/** Of a collection, only the attributes that all entities of a service have in their sort keys are typed: so these have a service of their own. */
export const threads = (client: DynamoDBDocumentClient, table: string) =>
  new Service({ issue: Issue, comment: Comment, attachment: Attachment }, { client, table });

export type Threads = ReturnType<typeof threads>;
export type Ticketing = ReturnType<typeof ticketing>;
