/** Data about a request from the host of the process, such as an invocation of a Lambda function. */
export interface Invocation {
  /** Time at which the response has to be ready, on the clock of `performance.now()`. */
  readonly deadlineAt: number;
  /** Ids that the host gave to the request. All its log and audit lines have them in addition to `requestId`. */
  readonly ids: { readonly invocationId: string; readonly gatewayRequestId?: string };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a server, which has no invocations. */
    invocation: Invocation | null;
  }
}
