import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';

/**
 * Bugs that are planted between the models and the SDK, by changing requests and answers, so that the checker can show that it finds them. Each is one
 * that systems of this kind have had. A condition is not removed, but made to hold always, so that its names and values stay in use.
 */
export const plantedBugs = {
  'claim-deleted-without-owner-check': onTransaction((action) => {
    if (action.Delete && isClaim(action.Delete)) alwaysTrue(action.Delete);
  }),

  'update-without-version-guard': onUpdate((update) => {
    const clause = clauseOn(update, 'version', '=');
    if (clause) replaceIn(update, clause, `(${clause} OR attribute_exists(id))`);
  }),

  'update-creates-a-missing-entity': onUpdate((update) => {
    replaceIn(update, 'attribute_exists(id)', '(attribute_exists(id) OR attribute_not_exists(id))');
  }),

  'append-sent-again-after-a-lost-reply': sentAgain('_writeId', ({ UpdateExpression }) =>
    Boolean(UpdateExpression?.includes('list_append')),
  ),

  'count-sent-again-after-a-lost-reply': sentAgain('_countId', ({ ExpressionAttributeNames: names = {} }) =>
    Object.values(names).includes('_countId'),
  ),

  'retry-applied-twice': onUpdate((update) => {
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
    delete output.UnprocessedKeys;
    if (Array.isArray(output.Responses)) for (const response of output.Responses) delete response.Error;
    return output;
  },

  'own-write-taken-for-a-foreign-one': async ({ input, next }) => {
    try {
      return await next(input);
    } catch (error) {
      for (const { Item } of [error as Rejection, ...((error as Rejection).CancellationReasons ?? [])]) {
        if (Item?._writeId) Item._writeId = { S: 'another write' };
      }
      throw error;
    }
  },

  'new-token-for-each-attempt': ({ input, next }) =>
    next(input.ClientRequestToken ? { ...input, ClientRequestToken: randomUUID() } : input),

  'unfenced-retry': async ({ input, lookUp, next }) => {
    if (input.Item?._tombstone) return {};
    if (!isFence(input)) return next(input);
    const stored = await lookUp(input.TableName ?? '', input.Key?.id);
    return stored ? { Attributes: stored } : next(input); // without an item the request is rejected, and writes nothing
  },

  'transaction-part-not-checked': onTransaction((action) => {
    if (action.ConditionCheck) alwaysTrue(action.ConditionCheck);
  }),

  'record-of-a-call-overwritten': onTransaction((action) => {
    if (String(action.Put?.Item?.id).startsWith('ONCE#')) alwaysTrue(action.Put as Conditional);
  }),

  'read-joins-an-earlier-one': ({ operation, input, next, reads }) => {
    if (operation !== 'GetItemCommand') return next(input);
    const key = JSON.stringify(input.Key);
    const earlier = reads.get(key);
    if (earlier) return earlier.catch(() => next(input));
    const read = next(input).finally(() => reads.delete(key));
    reads.set(key, read);
    return read;
  },
} satisfies Record<string, Bug>;

export type PlantedBug = keyof typeof plantedBugs;

type Attributes = Record<string, unknown>;

/** The conditional part of a request, or of one action of a transaction, as the document client accepts it. */
interface Conditional {
  readonly TableName: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  ConditionExpression?: string;
}

type Action = { readonly [name in 'Put' | 'Update' | 'Delete' | 'ConditionCheck']?: Conditional };
type Request = Partial<Conditional> & {
  readonly TransactItems?: readonly Action[];
  readonly ClientRequestToken?: string;
};
type Answer = Record<string, unknown>;
type Rejection = { Item?: Attributes; CancellationReasons?: { Item?: Attributes }[] };

interface Passing {
  readonly operation: string;
  readonly input: Request;
  readonly next: (input: Request) => Promise<Answer>;
  readonly lookUp: (tableName: string, id: unknown) => Promise<Attributes | undefined>;
  readonly reads: Map<string, Promise<Answer>>;
}
type Bug = (passing: Passing) => Promise<Answer>;

/** Plants a bug into a client. `direct` is another client, for the bug's own requests. */
export function plant(bug: PlantedBug, client: DynamoDBDocumentClient, direct: DynamoDBDocumentClient): void {
  const reads = new Map<string, Promise<Answer>>();
  const lookUp: Passing['lookUp'] = async (TableName, id) =>
    (await direct.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }))).Item;
  const run: Bug = plantedBugs[bug];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      let response: Awaited<ReturnType<typeof next>> | undefined;
      const output = await run({
        operation: context.commandName ?? '',
        input: structuredClone(args.input) as Request,
        lookUp,
        reads,
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

const isAnswer = (error: unknown): boolean => (error as { $fault?: string }).$fault === 'client';

/** Sends an update once more after an attempt without an answer, although its stamp shows that it was applied. */
function sentAgain(stamp: string, isMeant: (input: Request) => boolean): Bug {
  return async ({ input, next }) => {
    try {
      return await next(input);
    } catch (error) {
      if (!input.UpdateExpression || !isMeant(input) || isAnswer(error)) throw error;
      const clause = clauseOn(input as Conditional, stamp, '<>');
      if (clause) replaceIn(input as Conditional, clause, `(${clause} OR attribute_exists(id))`);
      return next(input);
    }
  };
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

/** The request that raises a fence sets nothing else. */
const isFence = ({ UpdateExpression = '', ExpressionAttributeNames: names = {} }: Partial<Conditional>): boolean => {
  const [, name = ''] = /^SET (#\w+) = :\w+$/.exec(UpdateExpression) ?? [];
  return names[name] === '_fence';
};

const isClaim = ({ Key, Item }: Conditional): boolean => String((Key ?? Item)?.id).startsWith('UNIQUE#');

function alwaysTrue(conditional: Conditional): void {
  conditional.ConditionExpression = `(${conditional.ConditionExpression}) OR attribute_exists(id) OR attribute_not_exists(id)`;
}

/** Returns the clause on an attribute, such as `#a4 = :v3`. */
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
