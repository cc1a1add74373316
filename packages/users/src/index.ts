// InvalidUserError is the former name of InvalidInputError.
export { InvalidInputError, InvalidInputError as InvalidUserError } from '@aws-starter-kit/dynamo/model';
export { toTimestamp } from './creation-time.js';
export { EmailTakenError } from './errors.js';
export {
  type CreateUser,
  comparableEmail,
  completeUserSchema,
  createUserSchema,
  normaliseEmail,
  type UpdateUser,
  type User,
  type UserItem,
  updateUserSchema,
  userSchema,
} from './user.js';
export { UserModel } from './user-model.js';
export {
  type CountOptions,
  type CreateUsersResult,
  type ListOptions,
  UserService,
  type UserServiceOptions,
  userService,
} from './user-service.js';
export { type Subject, type UserSubjectItem, UserSubjectModel } from './user-subject-model.js';
