import { UserModel } from '@aws-starter-kit/users';

/** Users whose indexes are spread: by email in GSI1, by id in GSI2. */
export class ShardedUserModel extends UserModel {
  #shards;
  constructor(options, shards) {
    super(options);
    this.#shards = shards;
  }
  indexShards() {
    return { GSI1: { shards: this.#shards, by: 'email' }, GSI2: { shards: this.#shards, by: 'id' } };
  }
}
