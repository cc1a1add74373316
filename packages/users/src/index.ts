export { EmailTakenError, InvalidUserError } from './errors.js';
export {
  type CreateUser,
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
  type CreateUsersResult,
  type ListOptions,
  UserService,
  type UserServiceOptions,
  userService,
} from './user-service.js';
