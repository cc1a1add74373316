export {
  type ListOptions,
  listProcedures,
  listSubscriptions,
  type Procedure,
  type Subscription,
} from './list-procedures.js';
export { simplifySchema } from './simplify-schema.js';
