import { randomBytes } from 'node:crypto';
import { type ApiClient, type AppRouter, isApiError } from '@aws-starter-kit/client';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { getUntypedClient } from '@trpc/client';
import type { ProcedureTool } from './procedure-tools.js';
import { explainFailure, toolError } from './tool-error.js';

/** Access of one caller's tools to the API. */
export interface ToolApi {
  readonly client: ApiClient;
  /** Its URL, for messages. */
  readonly url: string;
  /** Longest result, in characters. It fills the context of the assistant. */
  readonly maxAnswerChars: number;
}

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Calls the procedure of a tool. Returns a failure as a tool error without a stack trace, which the assistant sees.
 *
 * @param signal cancels a query, but not a mutation, whose outcome would then be unknown
 */
export async function callTool(
  tool: ProcedureTool,
  args: Arguments,
  { client, url, maxAnswerChars, signal }: ToolApi & { signal: AbortSignal },
): Promise<CallToolResult> {
  const { procedure, takesKey, wrapsOutput } = tool;
  const { idempotencyKey: given, ...others } = args;
  if (takesKey && given !== undefined && !isOurs(given))
    return toolError({
      code: 'BAD_REQUEST',
      message: 'idempotencyKey takes only the key of an earlier error of this call',
      next: 'Leave `idempotencyKey` out.',
    });
  const idempotencyKey = takesKey ? String(given ?? randomBytes(16).toString('hex')) : undefined;
  const input = inputOf(tool, takesKey ? others : args);
  const api = getUntypedClient<AppRouter>(client);
  try {
    const data =
      procedure.type === 'query'
        ? await api.query(procedure.path, input, { signal })
        : await api.mutation(procedure.path, input, idempotencyKey ? { context: { idempotencyKey } } : {});
    return answer(wrapsOutput ? { result: data ?? null } : data, maxAnswerChars);
  } catch (error) {
    return toolError(explainFailure(error, { url, idempotencyKey }));
  }
}

/** Returns whether the API accepts the token of a client, or undefined if the API does not answer. */
export async function isTokenAccepted(client: ApiClient): Promise<boolean | undefined> {
  try {
    await getUntypedClient<AppRouter>(client).query('mcp.token', undefined, { context: { deadlineMs: 2_000 } });
    return true;
  } catch (error) {
    if (isApiError(error, 'UNAUTHORIZED')) return false;
    return isApiError(error, 'NOT_FOUND') ? true : undefined; // the API has checked the token before it found no such procedure
  }
}

/** Idempotency keys that errors returned. A model might invent a key, or reuse an old one. */
const isOurs = (key: unknown): boolean => typeof key === 'string' && /^[\da-f]{32}$/.test(key);

function inputOf({ procedure, wrapsInput }: ProcedureTool, args: Arguments): unknown {
  if (wrapsInput) return args.input;
  return procedure.input === undefined && Object.keys(args).length === 0 ? undefined : args;
}

function answer(structuredContent: unknown, maxChars: number): CallToolResult {
  const text = JSON.stringify(structuredContent);
  if (text.length <= maxChars) return { content: [{ type: 'text', text }], structuredContent };
  const note = toolError({
    code: 'ANSWER_TOO_LARGE',
    message: `The answer has ${text.length} characters, more than ${maxChars}; only its beginning follows`,
    next: 'Ask for less, such as a smaller `limit`.',
  });
  return { ...note, content: [...note.content, { type: 'text', text: text.slice(0, maxChars) }] };
}
