import { InvalidItemError, type InvalidItemReason } from '../invalid-item-error.js';

/** The parts of an update that tell which attributes it counts up. */
interface CountingUpdate {
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
}
interface CountingRequest extends CountingUpdate {
  readonly TransactItems?: readonly { readonly Update?: CountingUpdate | undefined }[] | undefined;
}

const reasons: readonly (readonly [RegExp, InvalidItemReason])[] = [
  [/38 (significant )?digits/i, 'over 38 digits'],
  [/number underflow/i, 'number out of range'],
];

/** Returns the error for a sum that DynamoDB cannot store, which only the database can tell; undefined for other failures. */
export function rejectedNumber(
  texts: readonly string[],
  request: CountingRequest,
  cause: unknown,
): InvalidItemError | undefined {
  const [, reason] = reasons.find(([pattern]) => texts.some((text) => pattern.test(text))) ?? [];
  if (!reason) return undefined;
  const updates = request.TransactItems?.map(({ Update }) => Update) ?? [request];
  return new InvalidItemError(updates.flatMap(countedPaths).join(', '), reason, { cause });
}

/** Returns the paths that an update counts up, but for the version. */
export function countedPaths(update: CountingUpdate | undefined): string[] {
  const { UpdateExpression = '', ExpressionAttributeNames: names = {} } = update ?? {};
  const paths = [...UpdateExpression.matchAll(/if_not_exists\((#[\w#.]+), :\w+\) \+/g)].map(([, path = '']) =>
    path.replace(/#\w+/g, (alias) => names[alias] ?? alias),
  );
  return paths.filter((path) => path !== 'version');
}
