import type { Operation } from './transport.js';

/** The fields of requests, answers and errors that hold ids or tell which operation was answered. */
interface Fields {
  readonly Key?: Entity;
  readonly Item?: Entity;
  readonly Attributes?: Entity;
  readonly Items?: readonly Entity[];
  readonly Count?: number;
  readonly SearchResults?: readonly unknown[];
  readonly TopK?: number;
  readonly ReturnValues?: string;
  readonly ProjectionExpression?: string;
  readonly TransactItems?: readonly Record<string, Fields>[];
  readonly CancellationReasons?: readonly Fields[];
  readonly RequestItems?: Tables;
  readonly Responses?: Tables | readonly unknown[];
  readonly UnprocessedKeys?: Tables;
  readonly UnprocessedItems?: unknown;
  readonly Statements?: readonly unknown[];
  readonly Keys?: readonly Entity[];
}
interface Entity {
  readonly id?: unknown;
}
type Tables = Readonly<Record<string, readonly Fields[] | Fields>>;

/** The field in which each operation answers. A reply that has the field of another operation is a reply to another request. */
const answerFields: Record<Operation, keyof Fields | undefined> = {
  GetItem: 'Item',
  PutItem: 'Attributes',
  UpdateItem: 'Attributes',
  DeleteItem: 'Attributes',
  TransactWriteItems: undefined,
  TransactGetItems: 'Responses',
  BatchGetItem: 'Responses',
  BatchExecuteStatement: 'Responses',
  Query: 'Items',
  Scan: 'Items',
  SearchVectors: 'SearchResults',
};
const allAnswerFields = ['Item', 'Attributes', 'Items', 'Responses', 'SearchResults', 'UnprocessedItems'] as const;

/**
 * Whether an output can be the answer to a request: it has the fields of the operation, and no item with another id. Proxies and
 * connections that are reused have been seen to deliver a reply twice, and then each request gets the answer to the one before.
 */
export function isAnswerTo(operation: Operation, input: object, output: object): boolean {
  const request: Fields = input;
  const answer: Fields = output;
  if (!hasFieldsOf(operation, answer)) return false;
  switch (operation) {
    case 'GetItem':
      return isRequested(answer.Item, request.Key, request.ProjectionExpression !== undefined);
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      if (request.ReturnValues === 'ALL_NEW' && answer.Attributes === undefined) return false;
      return isRequested(answer.Attributes, request.Key ?? request.Item, !request.ReturnValues?.startsWith('ALL'));
    case 'Query':
    case 'Scan':
      return answer.Items !== undefined || answer.Count !== undefined;
    case 'SearchVectors':
      return answer.SearchResults !== undefined && answer.SearchResults.length <= Number(request.TopK);
    case 'BatchGetItem':
      return isTables(answer.Responses) && hasOnlyRequestedKeys(request, answer.Responses, answer.UnprocessedKeys);
    case 'TransactGetItems':
      return isOfTransaction(request, answer);
    case 'BatchExecuteStatement':
      return Array.isArray(answer.Responses) && answer.Responses.length === request.Statements?.length;
    default:
      return true;
  }
}

/** Whether an output has no field in which another operation answers. */
export function hasFieldsOf(operation: Operation, output: Fields): boolean {
  const own = answerFields[operation];
  for (const field of allAnswerFields) if (field !== own && output[field] !== undefined) return false;
  return true;
}

/** Whether an error can be the answer to a request: the items that failed its conditions are those that it names. */
export function isErrorOf(input: object, error: object): boolean {
  const { TransactItems, Key, Item }: Fields = input;
  const { CancellationReasons, Item: found }: Fields = error;
  if (!CancellationReasons) return TransactItems !== undefined || isSameId(found, Key ?? Item);
  if (TransactItems?.length !== CancellationReasons.length) return false;
  return CancellationReasons.every((reason, i) => {
    const [action] = Object.values(TransactItems[i] ?? {});
    return isSameId(reason.Item, action?.Key ?? action?.Item);
  });
}

function isRequested(item: Entity | undefined, key: Entity | undefined, isPartial: boolean): boolean {
  if (item === undefined || (isPartial && item.id === undefined)) return true;
  return item.id === key?.id;
}

/** The items of errors are in DynamoDB's notation. */
function isSameId(item: Entity | undefined, key: Entity | undefined): boolean {
  const id = item?.id as { S?: unknown } | undefined;
  return id === undefined || id.S === key?.id;
}

/** Whether there is one result for each read, with no other item in it. */
const isOfTransaction = ({ TransactItems = [] }: Fields, { Responses }: Fields): boolean =>
  Array.isArray(Responses) &&
  Responses.length === TransactItems.length &&
  (Responses as readonly Fields[]).every(({ Item }, i) => isRequested(Item, TransactItems[i]?.Get?.Key, false));

const isTables = (responses: Fields['Responses']): responses is Tables =>
  responses !== undefined && !Array.isArray(responses);

/** Whether all that was read, or is left to do, was requested. */
function hasOnlyRequestedKeys({ RequestItems }: Fields, ...answered: (Tables | undefined)[]): boolean {
  const requested = new Set(idsIn(RequestItems));
  return answered.flatMap(idsIn).every((id) => id === undefined || requested.has(id));
}

function idsIn(tables: Tables | undefined): unknown[] {
  return Object.values(tables ?? {}).flatMap((table) => {
    const entries: readonly Entity[] = Array.isArray(table) ? table : ((table as Fields).Keys ?? []);
    return entries.map(({ id }) => id);
  });
}
