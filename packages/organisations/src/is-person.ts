import type { CallOptions, DynamoModelOptions } from '@aws-starter-kit/dynamo/model';
import { UserModel, UserService } from '@aws-starter-kit/users';
import type { Subject } from './organisation.js';
import { MemberModel, membershipsOf } from './organisation-models.js';

/**
 * Returns whether a subject is known as a person: it is bound to a user, or it created or joined an organisation itself. A
 * person becomes a member by consent only. The index of members may lag for a moment.
 */
export async function isPerson(
  subject: Subject,
  table: DynamoModelOptions | undefined,
  options: CallOptions,
): Promise<boolean> {
  const users = new UserService({ model: new UserModel(table) });
  if ((await users.getUserIdOfSubject(subject, options)) !== null) return true;
  const query = { index: 'GSI2', pk: membershipsOf(subject), filter: { name: { exists: false } }, limit: 1 } as const;
  return (await new MemberModel(table).query(query, options)).items.length > 0;
}
