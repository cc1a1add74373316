import * as sdk from '@aws-sdk/lib-dynamodb';
import { hasFieldsOf, isAnswerTo, isErrorOf } from './answer-check.js';
import { deepCopy } from './deep-copy.js';
import { readNumber } from './number-value.js';
import { BadResponseError, errorType, isClockError, jsonIn, type Reply } from './reply.js';
import { TokenRefresh } from './token-refresh.js';
import { type Attempt, attemptIsOver, type Operation, type Transport } from './transport.js';

const commands = {
  GetItem: sdk.GetCommand,
  PutItem: sdk.PutCommand,
  UpdateItem: sdk.UpdateCommand,
  DeleteItem: sdk.DeleteCommand,
  TransactWriteItems: sdk.TransactWriteCommand,
  TransactGetItems: sdk.TransactGetCommand,
  BatchGetItem: sdk.BatchGetCommand,
  BatchExecuteStatement: sdk.BatchExecuteStatementCommand,
  Query: sdk.QueryCommand,
  Scan: sdk.ScanCommand,
  SearchVectors: sdk.SearchVectorsCommand,
};

type Client = sdk.DynamoDBDocumentClient;
type RequestHandler = Client['config']['requestHandler'];

/** The options of one request, which the SDK hands on to the request handler. */
interface AttemptOptions {
  readonly abortSignal: AbortSignal;
  readonly operation: Operation;
  readonly attempt: Attempt;
  /** Set by the request handler. */
  reply?: SocketReply;
}

/** A reply with the socket that it came from, if Node's handler received it. */
interface SocketReply extends Reply {
  readonly socket: { destroy(): void } | undefined;
}

/** Returns a transport that sends requests by the SDK, with all middleware of the client. */
export function sdkTransport(client: Client): Transport {
  const tokens = new TokenRefresh(client.config.credentials);
  const single = withoutRetries(client, tokens);
  return (operation, input) => {
    // the compiler cannot follow which input belongs to which command
    const Command = commands[operation] as new (input: unknown) => sdk.GetCommand;
    const unchanged = isRead(operation) ? input : deepCopy(input);
    return async (attempt) => {
      const controller = new AbortController();
      attempt.onOver = () => controller.abort();
      if (tokens.hasRejected) {
        const credentials = await client.config.credentials();
        if (tokens.isRejected(credentials)) await tokens.replace(credentials);
      }
      const options: AttemptOptions = { operation, attempt, abortSignal: controller.signal };
      try {
        const output = await single.send(new Command(unchanged), options);
        if (options.reply && !isAnswerTo(operation, unchanged, output)) throw foreign(options.reply);
        return output;
      } catch (error) {
        throw checkedError(error as Error, unchanged, options.reply);
      }
    };
  };
}

/** The inputs of reads are made by the model for one request. */
const isRead = (operation: Operation) => /^(Get|BatchGet|TransactGet|Query|Scan|Search)/.test(operation);

function checkedError(error: Error, input: object, reply: SocketReply | undefined): Error {
  if (!reply || error instanceof BadResponseError) return error;
  if (!('$fault' in error)) return new BadResponseError('cannot be read', reply, { cause: error });
  return isErrorOf(input, error) ? error : foreign(reply);
}

/** The replies to come on this connection may be off by one too, so it ends here. */
function foreign(reply: SocketReply): Error {
  reply.socket?.destroy();
  return new BadResponseError('belongs to another request', reply);
}

/**
 * The same client, but its retries are ours: only one layer may retry a request. It also marshals in one way whatever the client's own
 * settings are, since neither stored values nor answers may depend on the maker of the client.
 */
function withoutRetries(client: Client, tokens: TokenRefresh<{ sessionToken?: string }>): Client {
  const middlewareStack = client.middlewareStack.clone();
  // the signing middleware asks for this name's place in the stack, so it stays and does nothing
  const passThrough = <H>(next: H): H => next;
  middlewareStack.add(passThrough, {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  });
  const config = {
    ...client.config,
    requestHandler: checkingReplies(client, tokens),
    translateConfig: {
      marshallOptions: { removeUndefinedValues: true },
      unmarshallOptions: { wrapNumbers: readNumber },
    },
  };
  return Object.create(client, { middlewareStack: { value: middlewareStack }, config: { value: config } });
}

/** The client's request handler, which rejects replies that are not DynamoDB's before the SDK reads them, or sets its clock by them. */
function checkingReplies({ config }: Client, tokens: TokenRefresh<{ sessionToken?: string }>) {
  const { requestHandler, streamCollector } = config;
  const handle: RequestHandler['handle'] = async (request, handlerOptions) => {
    const options = handlerOptions as AttemptOptions;
    if (options.attempt.isOver) throw attemptIsOver();
    options.attempt.isSent = true; // credentials and endpoint are resolved by now
    const { response } = await requestHandler.handle(request, options);
    const { statusCode: status, headers, body: stream } = response;
    const socket = stream?.socket;
    const body = Buffer.from(stream === undefined ? '' : await streamCollector(stream));
    const reply: SocketReply = { status, headers, body, socket };
    options.reply = reply;
    response.body = body;
    const type = status < 300 ? undefined : errorType(reply);
    // the SDK ignores fields that it does not expect, and takes an empty body for an empty output
    if (!type && !hasFieldsOf(options.operation, jsonIn(reply))) throw foreign(reply);
    if (!type || !isClockError(type)) delete headers.date;
    if (type === 'ExpiredTokenException') tokens.reject(request.headers['x-amz-security-token']);
    return { response };
  };
  return { metadata: requestHandler.metadata, handle };
}
