import type { DynamoModelOptions } from '@aws-starter-kit/dynamo/model';
import { UserModel, UserService } from '@aws-starter-kit/users';

/**
 * Returns the service of each entity that the API serves. To serve another one, add it here and its router in
 * router.ts. Touches no network.
 */
export const makeServices = (table?: DynamoModelOptions) => ({
  users: new UserService({ model: new UserModel(table) }),
});

export type Services = ReturnType<typeof makeServices>;

/**
 * Returns the models whose changes subscriptions and the worker send, by the names of their routers. Sends no request.
 */
export const liveModels = (table?: DynamoModelOptions) => ({ users: new UserModel(table) });
