import type * as sdk from '@aws-sdk/lib-dynamodb';

/** DynamoDB's operations that the model uses, each with its input and output. */
export interface Operations {
  GetItem: [sdk.GetCommandInput, sdk.GetCommandOutput];
  PutItem: [sdk.PutCommandInput, sdk.PutCommandOutput];
  UpdateItem: [sdk.UpdateCommandInput, sdk.UpdateCommandOutput];
  DeleteItem: [sdk.DeleteCommandInput, sdk.DeleteCommandOutput];
  TransactWriteItems: [sdk.TransactWriteCommandInput, sdk.TransactWriteCommandOutput];
  TransactGetItems: [sdk.TransactGetCommandInput, sdk.TransactGetCommandOutput];
  BatchGetItem: [sdk.BatchGetCommandInput, sdk.BatchGetCommandOutput];
  BatchExecuteStatement: [sdk.BatchExecuteStatementCommandInput, sdk.BatchExecuteStatementCommandOutput];
  Query: [sdk.QueryCommandInput, sdk.QueryCommandOutput];
  Scan: [sdk.ScanCommandInput, sdk.ScanCommandOutput];
  SearchVectors: [sdk.SearchVectorsCommandInput, sdk.SearchVectorsCommandOutput];
}
export type Operation = keyof Operations;

/** One attempt to send a request. A plain object: an AbortSignal would be a tenth of the cost of a call. */
export interface Attempt {
  /** Set by the call: nobody waits any more; what is not sent yet is not sent. */
  isOver: boolean;
  /** Set by the transport right before the first byte can reach the network: before that, nothing can have happened. */
  isSent: boolean;
  /** Set by the transport; called by the call when the attempt is over before there is an answer: resets the socket. */
  onOver?: () => void;
  /** Set by the call; called by a transport that has its answer and still needs time to read it: from then on it is over neither by time nor by an abort. */
  onAnswer?: () => void;
}

/** Returns the error of an attempt that ended before its answer. */
export const attemptIsOver = () => Object.assign(new Error('The attempt is over'), { code: 'ABORT_ERR' });

/**
 * A request that is encoded once: each attempt sends the same bytes under a new signature. An attempt has no deadline of its own, and
 * rejects with the SDK's exceptions.
 */
export type EncodedRequest<N extends Operation> = (attempt: Attempt) => Promise<Operations[N][1]>;

/** Returns true for the name of an attribute that the caller does not need: items of the answer may come without it. */
export type LeaveOut = (name: string) => boolean;

/** Encodes a request at once, so that later changes of the caller's objects cannot reach it. Throws if a value cannot be stored. */
export type Transport = <N extends Operation>(
  operation: N,
  input: Operations[N][0],
  leaveOut?: LeaveOut,
) => EncodedRequest<N>;
