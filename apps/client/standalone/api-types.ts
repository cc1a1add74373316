// `pnpm build` replaces src/api-types.ts with this file: the types of the API in full, so that the built client does
// not depend on the API. The compiler expands the type of a value without an annotation, whereas it only names an
// alias.
import type { ErrorData as ApiErrorData, AppRouter as ApiRouter } from '@aws-starter-kit/api';
import type {
  AnyTRPCQueryProcedure,
  AnyTRPCSubscriptionProcedure,
  inferRouterInputs,
  inferRouterOutputs,
  TRPC_ERROR_CODE_NUMBER,
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';

declare function expanded<T>(): { [Key in keyof T]: T[Key] };
const errorData = expanded<ApiErrorData>();

/** The data of an error beside its message. */
export type ErrorData = typeof errorData;

interface ErrorShape {
  code: TRPC_ERROR_CODE_NUMBER;
  message: string;
  data: ErrorData;
}

/** The client needs input, output and error shape only. Context, permissions and cost stay in the API. */
declare function proceduresOf<Routers>(): {
  [Key in keyof Routers]: Routers[Key] extends { _def: { $types: { input: infer input; output: infer output } } }
    ? Routers[Key] extends AnyTRPCQueryProcedure
      ? TRPCQueryProcedure<{ input: input; output: output; meta: unknown; errorShape: ErrorShape }>
      : Routers[Key] extends AnyTRPCSubscriptionProcedure
        ? TRPCSubscriptionProcedure<{ input: input; output: output; meta: unknown; errorShape: ErrorShape }>
        : TRPCMutationProcedure<{ input: input; output: output; meta: unknown; errorShape: ErrorShape }>
    : ReturnType<typeof proceduresOf<Routers[Key]>>;
};
const procedures = proceduresOf<ApiRouter['_def']['record']>();

/** The router that the client is typed by. */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  typeof procedures
>;
/** The input of each procedure: `RouterInputs['users']['create']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;
/** The output of each procedure: `RouterOutputs['users']['getById']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;
