// What `pnpm build` puts in place of src/api-types.ts: the types of the API written out, so that the built client needs neither the API
// nor its types. The compiler writes out the type of a value that has no annotation; an alias it would only name.
import type { ErrorData as ApiErrorData, AppRouter as ApiRouter } from '@aws-starter-kit/api';
import type {
  AnyTRPCQueryProcedure,
  inferRouterInputs,
  inferRouterOutputs,
  TRPC_ERROR_CODE_NUMBER,
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
} from '@trpc/server';

declare function writtenOut<T>(): { [Key in keyof T]: T[Key] };
const errorData = writtenOut<ApiErrorData>();

/** What an error of the API says beside its message. */
export type ErrorData = typeof errorData;

interface ErrorShape {
  code: TRPC_ERROR_CODE_NUMBER;
  message: string;
  data: ErrorData;
}

/** Of a procedure only this is a client's business: context, permissions and cost stay with the API. */
declare function proceduresOf<Routers>(): {
  [Key in keyof Routers]: Routers[Key] extends { _def: { $types: { input: infer input; output: infer output } } }
    ? Routers[Key] extends AnyTRPCQueryProcedure
      ? TRPCQueryProcedure<{ input: input; output: output; meta: unknown; errorShape: ErrorShape }>
      : TRPCMutationProcedure<{ input: input; output: output; meta: unknown; errorShape: ErrorShape }>
    : ReturnType<typeof proceduresOf<Routers[Key]>>;
};
const procedures = proceduresOf<ApiRouter['_def']['record']>();

/** The type that gives a tRPC client its calls. */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  typeof procedures
>;
/** What each procedure takes: `RouterInputs['users']['create']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;
/** What each procedure gives: `RouterOutputs['users']['getById']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;
