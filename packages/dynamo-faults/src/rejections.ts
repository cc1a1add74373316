import { answer, type Body, type Call, type HttpResponse, readAnswer } from './wire.js';

/** Answers with which DynamoDB rejects a request. Texts and shapes are those of AWS. */

export function throttle({ random }: Call): HttpResponse {
  const [name, message] =
    random() < 0.5
      ? [
          'ProvisionedThroughputExceededException',
          `${exceeded} Consider increasing your provisioning level with the UpdateTable API.`,
        ]
      : ['ThrottlingException', tableIsScaling];
  return rejection(name, { message });
}

export function throttledTransaction(call: Call): HttpResponse {
  return cancelled(
    call,
    call.random() < 0.5 ? ['ThrottlingError', tableIsScaling] : ['ProvisionedThroughputExceeded', exceeded],
  );
}

export function conflict(call: Call): HttpResponse {
  return call.operation.startsWith('Transact')
    ? cancelled(call, ['TransactionConflict', ongoing])
    : rejection('TransactionConflictException', { message: ongoing });
}

export function transactionInProgress(): HttpResponse {
  return rejection('TransactionInProgressException', {
    Message: 'The transaction with the given request token is already in progress.',
  });
}

export function serverError(): HttpResponse {
  return rejection(
    'InternalServerError',
    { message: 'The request processing has failed because of an unknown error' },
    500,
  );
}

/** The engine handles the request, and the caller receives an error. */
export async function serverErrorAfterCommit({ forward }: Call): Promise<HttpResponse> {
  await readAnswer(await forward());
  return serverError();
}

/** A partition is exhausted. @param reasons of a transaction: the actions that would have written to it */
export function throttledPartition(operation: string, reasons: readonly boolean[] = []): HttpResponse {
  if (!operation.startsWith('Transact')) return rejection('ThrottlingException', { message: partitionIsHot });
  return cancelledFor(reasons, ['ThrottlingError', partitionIsHot]);
}

const exceeded = 'The level of configured provisioned throughput for the table was exceeded.';
const tableIsScaling =
  'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so exceptions may occur temporarily.';
const partitionIsHot =
  'Throughput exceeds the current throughput limit for one or more partitions of your table or index.';
const ongoing = 'Transaction is ongoing for the item';

function rejection(name: string, fields: Body, statusCode = 400): HttpResponse {
  return answer(statusCode, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, ...fields });
}

/** A transaction that is cancelled because of one action has one reason for each action, in their order. */
function cancelled({ body, random }: Call, [Code, Message]: [string, string]): HttpResponse {
  const actions = Array.isArray(body.TransactItems) ? body.TransactItems.length : 1;
  const failing = Math.floor(random() * actions);
  return cancelledFor(
    Array.from({ length: actions }, (_, i) => i === failing),
    [Code, Message],
  );
}

function cancelledFor(isFailing: readonly boolean[], [Code, Message]: [string, string]): HttpResponse {
  const reasons = isFailing.map((failing) => (failing ? { Code, Message } : { Code: 'None' }));
  return rejection('TransactionCanceledException', {
    CancellationReasons: reasons,
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((r) => r.Code).join(', ')}]`,
  });
}
