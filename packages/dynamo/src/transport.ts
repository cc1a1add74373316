import * as sdk from '@aws-sdk/lib-dynamodb';

/** DynamoDB's operations that the model uses, each with its input and output. */
export interface Operations {
  GetItem: [sdk.GetCommandInput, sdk.GetCommandOutput];
  PutItem: [sdk.PutCommandInput, sdk.PutCommandOutput];
  UpdateItem: [sdk.UpdateCommandInput, sdk.UpdateCommandOutput];
  DeleteItem: [sdk.DeleteCommandInput, sdk.DeleteCommandOutput];
  TransactWriteItems: [sdk.TransactWriteCommandInput, sdk.TransactWriteCommandOutput];
  BatchGetItem: [sdk.BatchGetCommandInput, sdk.BatchGetCommandOutput];
  BatchWriteItem: [sdk.BatchWriteCommandInput, sdk.BatchWriteCommandOutput];
  Query: [sdk.QueryCommandInput, sdk.QueryCommandOutput];
  Scan: [sdk.ScanCommandInput, sdk.ScanCommandOutput];
}
export type Operation = keyof Operations;

/** One attempt to send a request. Lighter than an AbortSignal, which would be a tenth of what a call costs. */
export interface Attempt {
  /** Nobody waits any more: what is not sent yet is not sent. */
  isOver: boolean;
  /** Called when it is over before there is an answer; frees the socket. */
  onOver?: () => void;
}

/** Sends one request once: no retries, no deadline of its own. Rejects with the SDK's exceptions. */
export type Transport = <N extends Operation>(
  operation: N,
  input: Operations[N][0],
  attempt: Attempt,
) => Promise<Operations[N][1]>;

const commands = {
  GetItem: sdk.GetCommand,
  PutItem: sdk.PutCommand,
  UpdateItem: sdk.UpdateCommand,
  DeleteItem: sdk.DeleteCommand,
  TransactWriteItems: sdk.TransactWriteCommand,
  BatchGetItem: sdk.BatchGetCommand,
  BatchWriteItem: sdk.BatchWriteCommand,
  Query: sdk.QueryCommand,
  Scan: sdk.ScanCommand,
};

/** The SDK as transport. */
export function sdkTransport(client: sdk.DynamoDBDocumentClient): Transport {
  const single = withoutRetries(client);
  return (operation, input, attempt) => {
    const controller = new AbortController();
    attempt.onOver = () => controller.abort();
    // the compiler cannot follow which input belongs to which command
    const Command = commands[operation] as new (input: unknown) => sdk.GetCommand;
    return single.send(new Command(input), { abortSignal: controller.signal });
  };
}

/**
 * The same client, but its retries are ours: only one layer may repeat a request. It also marshals in one way whatever the client's own
 * setting is, since what is stored must not depend on who made the client.
 */
function withoutRetries(client: sdk.DynamoDBDocumentClient): sdk.DynamoDBDocumentClient {
  const middlewareStack = client.middlewareStack.clone();
  // the signing middleware asks for this name's place in the stack, so it stays and does nothing
  const once = <H>(next: H): H => next;
  middlewareStack.add(once, { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high', override: true });
  const config = { ...client.config, translateConfig: { marshallOptions: { removeUndefinedValues: true } } };
  return Object.create(client, { middlewareStack: { value: middlewareStack }, config: { value: config } });
}
