import { type BaseModel, DynamoModel, key } from '@aws-starter-kit/dynamo';

/** With counters, and a name that its key is made of. */
export interface Project extends BaseModel {
  ref: string;
  name: string;
  orgId?: string;
  openIssues?: number | null;
  stock?: number;
  expiresAt?: number;
  wide?: Record<string, number>;
}

export class ProjectModel extends DynamoModel<Project> {
  protected getEntityName(): string {
    return 'Project';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(project: Project): void {
    project.pk1 = key(project)`PROJECT`;
    project.sk1 = key(project)`NAME#${'name'}`;
  }
  protected override ttlAttribute() {
    return 'expiresAt' as const;
  }
  protected override counters() {
    return ['openIssues', 'stock'] as const;
  }
}

/** Its name is unique: a change of the name is a transaction. */
export class NamedModel extends ProjectModel {
  protected override getEntityName(): string {
    return 'Named';
  }
  protected override uniqueAttributes() {
    return ['name'] as const;
  }
}
