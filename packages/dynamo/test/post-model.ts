import { type BaseModel, DynamoModel, type DynamoModelOptions, key, shardedCounter } from '@aws-starter-kit/dynamo';

/** Has a sharded counter. */
export interface Post extends BaseModel {
  ref: string;
  title: string;
  slug?: string;
}

export class PostModel extends DynamoModel<Post> {
  readonly likes;

  constructor(options: DynamoModelOptions, counter: { shards: number; write?: number } = { shards: 8 }) {
    super(options);
    this.likes = shardedCounter(this, 'likes', counter);
  }
  protected getEntityName(): string {
    return 'Post';
  }
  protected generateId({ ref }: { ref: string }): string {
    return ref;
  }
  protected setGSIKeys(post: Post): void {
    post.pk1 = key(post)`POST`;
    post.sk1 = key(post)`TITLE#${'title'}`;
  }
}

/** Its slug is unique, so a delete is a transaction. */
export class SluggedModel extends PostModel {
  protected override getEntityName(): string {
    return 'Slugged';
  }
  protected override uniqueAttributes() {
    return ['slug'] as const;
  }
}
