// A function as AWS Lambda runs it: what it imports is what a start costs.
import { userService } from '@aws-starter-kit/users';

export const handler = ({ id }) => userService.getUserById(id);
