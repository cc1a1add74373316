/** A request as the host of the process knows it: one invocation of a Lambda function. */
export interface Invocation {
  /** Time at which its answer has to be ready, by `performance.now()`. */
  readonly deadlineAt: number;
  /** The host's own ids of the request. Each line of the log and of the audit trail has them beside ours. */
  readonly ids: { readonly invocationId: string; readonly gatewayRequestId?: string };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a server, which serves requests until it is stopped. */
    invocation: Invocation | null;
  }
}
