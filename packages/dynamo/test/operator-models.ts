import { type BaseModel, DynamoModel, generateUUID } from '@aws-starter-kit/dynamo';

/** With a value of each type that an operator takes, at the top and nested. */
export interface Doc extends BaseModel {
  title?: string;
  count?: number;
  log?: unknown[] | null;
  tags?: Set<string>;
  marks?: Set<number>;
  blobs?: Set<Uint8Array>;
  meta?: {
    count?: number;
    log?: unknown[];
    text?: string;
    deep?: { count?: number; text?: string; log?: unknown[]; deeper?: { deepest?: { count?: number } } };
  } | null;
  /** Unique. */
  code?: string;
}

/** All declared: an update is one request, unless it concerns `title` or `code`. */
export class DocModel extends DynamoModel<Doc> {
  protected getEntityName() {
    return 'Doc';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(doc: Doc) {
    Object.assign(doc, { pk1: 'DOC', sk1: `TITLE#${doc.title}` });
  }
  protected override uniqueAttributes() {
    return ['code'] as const;
  }
  protected override indexedAttributes() {
    return ['title'] as const;
  }
}

/** Nothing declared: each update reads first. Keys follow from what operators change. */
export class KeyedDocModel extends DynamoModel<Doc> {
  protected getEntityName() {
    return 'KeyedDoc';
  }
  protected generateId() {
    return generateUUID();
  }
  protected setGSIKeys(doc: Doc) {
    Object.assign(doc, { pk1: 'KEYED', sk1: `TEXT#${doc.meta?.text ?? 'none'}` });
    Object.assign(doc, { pk2: 'KEYED', sk2: `LOG#${doc.log?.length ?? 0}#${doc.count ?? 0}` });
  }
}
