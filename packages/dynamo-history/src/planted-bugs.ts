import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';

/**
 * Bugs to be planted between the models and the SDK, by changing requests and answers, so that the checker can show that it finds them.
 * Each is one that systems of this kind have had. A condition is not taken out but made to hold always: its names and values stay in use.
 */
export const plantedBugs = {
  'claim-deleted-without-owner-check': onTransaction((action) => {
    if (action.Delete && isClaim(action.Delete)) alwaysTrue(action.Delete);
  }),

  'update-without-version-guard': onUpdate((update) => {
    const clause = clauseOn(update, 'version', '=');
    if (clause) replaceIn(update, clause, `(${clause} OR attribute_exists(id))`);
  }),

  'update-makes-what-is-missing': onUpdate((update) => {
    replaceIn(update, 'attribute_exists(id)', '(attribute_exists(id) OR attribute_not_exists(id))');
  }),

  'retry-counted-twice': onUpdate((update) => {
    const clause = clauseOn(update, '_writeId', '<>');
    if (clause) replaceIn(update, clause, `(${clause} OR attribute_exists(id))`);
  }),

  'look-up-then-put': async ({ input, lookUp, next }) => {
    for (const { Put } of input.TransactItems ?? []) {
      if (!Put || !isClaim(Put)) continue;
      const claim = await lookUp(Put.TableName, Put.Item?.id);
      if (!claim) alwaysTrue(Put);
    }
    return next(input);
  },

  'unprocessed-reported-as-done': async ({ input, next }) => {
    const output = await next(input);
    delete output.UnprocessedItems;
    delete output.UnprocessedKeys;
    return output;
  },

  'own-write-taken-for-a-foreign-one': async ({ input, next }) => {
    try {
      return await next(input);
    } catch (error) {
      for (const { Item } of [error as Refusal, ...((error as Refusal).CancellationReasons ?? [])]) {
        if (Item?._writeId) Item._writeId = { S: 'somebody else' };
      }
      throw error;
    }
  },

  'new-token-for-each-attempt': ({ input, next }) =>
    next(input.ClientRequestToken ? { ...input, ClientRequestToken: randomUUID() } : input),

  'read-joins-an-earlier-flight': ({ operation, input, next, flights }) => {
    if (operation !== 'GetItemCommand') return next(input);
    const key = JSON.stringify(input.Key);
    const earlier = flights.get(key);
    if (earlier) return earlier.catch(() => next(input));
    const flight = next(input).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  },
} satisfies Record<string, Bug>;

export type PlantedBug = keyof typeof plantedBugs;

type Attributes = Record<string, unknown>;

/** The conditional part of a request, or of one action of a transaction, as the document client takes it. */
interface Conditional {
  readonly TableName: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  ConditionExpression?: string;
}

type Action = { readonly [name in 'Put' | 'Update' | 'Delete']?: Conditional };
type Request = Partial<Conditional> & {
  readonly TransactItems?: readonly Action[];
  readonly ClientRequestToken?: string;
};
type Answer = Record<string, unknown>;
type Refusal = { Item?: Attributes; CancellationReasons?: { Item?: Attributes }[] };

interface Passing {
  readonly operation: string;
  readonly input: Request;
  readonly next: (input: Request) => Promise<Answer>;
  readonly lookUp: (tableName: string, id: unknown) => Promise<unknown>;
  readonly flights: Map<string, Promise<Answer>>;
}
type Bug = (passing: Passing) => Promise<Answer>;

/** Plants a bug into a client. `sound` is another client, for the bug's own requests. */
export function plant(bug: PlantedBug, client: DynamoDBDocumentClient, sound: DynamoDBDocumentClient): void {
  const flights = new Map<string, Promise<Answer>>();
  const lookUp: Passing['lookUp'] = async (TableName, id) =>
    (await sound.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }))).Item;
  const run: Bug = plantedBugs[bug];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      let response: Awaited<ReturnType<typeof next>> | undefined;
      const output = await run({
        operation: context.commandName ?? '',
        input: structuredClone(args.input) as Request,
        lookUp,
        flights,
        next: async (input) => {
          response = await next({ ...args, input });
          return response.output as unknown as Answer;
        },
      });
      return { ...response, output } as Awaited<ReturnType<typeof next>>;
    },
    { step: 'serialize', priority: 'high', name: 'plantedBug' },
  );
}

function onTransaction(change: (action: Action) => void): Bug {
  return ({ input, next }) => {
    for (const action of input.TransactItems ?? []) change(action);
    return next(input);
  };
}

function onUpdate(change: (update: Conditional) => void): Bug {
  return ({ input, next }) => {
    if (input.UpdateExpression) change(input as Conditional);
    for (const { Update } of input.TransactItems ?? []) if (Update) change(Update);
    return next(input);
  };
}

const isClaim = ({ Key, Item }: Conditional): boolean => String((Key ?? Item)?.id).startsWith('UNIQUE#');

function alwaysTrue(conditional: Conditional): void {
  conditional.ConditionExpression = `(${conditional.ConditionExpression}) OR attribute_exists(id) OR attribute_not_exists(id)`;
}

/** `#a4 = :v3`, where #a4 stands for the attribute. */
function clauseOn(
  { ConditionExpression = '', ExpressionAttributeNames = {} }: Conditional,
  attribute: string,
  sign: string,
) {
  const clauses = ConditionExpression.match(/#\w+ (=|<>) :\w+/g) ?? [];
  return clauses.find((clause) => {
    const [alias = '', is] = clause.split(' ');
    return ExpressionAttributeNames[alias] === attribute && is === sign;
  });
}

function replaceIn(conditional: Conditional, clause: string, by: string): void {
  conditional.ConditionExpression = conditional.ConditionExpression?.replace(clause, by) ?? '';
}
