import { type EntityOf, key } from '@aws-starter-kit/dynamo';
import * as z from 'zod';
import { modelOf } from './model-of.js';

const projectSchema = {
  orgId: z.string(),
  key: z.string().regex(/^[A-Z]{2,10}$/),
  name: z.string().trim().min(1).max(100),
  lastIssue: z.int().default(0),
  openIssues: z.int().default(0),
};
export type Project = EntityOf<typeof projectSchema>;

export class ProjectModel extends modelOf('Project', projectSchema) {
  protected setGSIKeys(entity: Project) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`PROJECT#${'key'}`;
  }
  protected override uniqueAttributes() {
    return [['orgId', 'key']] as const;
  }
  protected override counters() {
    return ['lastIssue', 'openIssues'] as const;
  }
}

const labelSchema = {
  orgId: z.string(),
  projectId: z.string(),
  name: z.string().trim().min(1).max(40),
  color: z.string().regex(/^#[0-9a-f]{6}$/),
};
export type Label = EntityOf<typeof labelSchema>;

export class LabelModel extends modelOf('Label', labelSchema) {
  protected override generateId({ projectId, name }: Pick<Label, 'projectId' | 'name'>) {
    return `${projectId}-${name}`;
  }
  protected setGSIKeys(entity: Label) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`LABEL#${'projectId'}#${'name'}`;
  }
}

const auditSchema = { orgId: z.string(), actorId: z.string(), action: z.string(), targetId: z.string() };

export class AuditModel extends modelOf('Audit', auditSchema) {
  protected setGSIKeys(entity: EntityOf<typeof auditSchema>) {
    entity.pk1 = key(entity)`ORG#${'orgId'}`;
    entity.sk1 = key(entity)`AUDIT#${'createdAt'}`;
    entity.pk2 = key(entity)`TARGET#${'targetId'}`;
    entity.sk2 = key(entity)`AUDIT#${'createdAt'}`;
  }
}
