import { listProcedures, type Procedure, procedureDescription, simplifySchema } from '@aws-starter-kit/openapi';
import type { Tool } from '@modelcontextprotocol/server';
import type { AnyTRPCRouter } from '@trpc/server';
import * as z from 'zod';
import { UsageError } from './usage-error.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A tool that calls a procedure. */
export interface ProcedureTool {
  readonly procedure: Procedure;
  /** The definition that clients see. */
  readonly definition: Tool;
  /** True if the input is not an object, and is passed as the argument `input`. */
  readonly wrapsInput: boolean;
  /** True if the output is not an object, and is returned as the field `result`. */
  readonly wrapsOutput: boolean;
  /** True if the tool has the argument `idempotencyKey` for the key of the call. */
  readonly takesKey: boolean;
}

/** Longest name that all clients accept. */
const maxNameLength = 64;

/**
 * Returns a tool for each query and mutation of a router, by name. `only` selects procedures by patterns, such as
 * `users.*`.
 *
 * @throws UsageError if two tools would have one name, or a pattern matches nothing
 */
export function procedureTools(
  router: AnyTRPCRouter,
  only: readonly string[] = ['*'],
): ReadonlyMap<string, ProcedureTool> {
  const procedures = listProcedures(router, { defaultOutput: z.unknown() });
  const tools = new Map<string, ProcedureTool>();
  for (const procedure of procedures.filter(selected(procedures, only))) {
    const tool = toolOf(procedure);
    const { name } = tool.definition;
    const other = tools.get(name)?.procedure.path;
    if (other) throw new UsageError(`${other} and ${procedure.path} would both be the tool ${name}: rename one`);
    if (name.length > maxNameLength)
      throw new UsageError(`The tool ${name} has more than ${maxNameLength} characters: rename ${procedure.path}`);
    tools.set(name, tool);
  }
  return tools;
}

function selected(procedures: readonly Procedure[], patterns: readonly string[]) {
  const expressions = patterns.map((pattern) => {
    const parts = pattern.split('*').map((text) => text.replace(/[^\w]/g, '\\$&'));
    const expression = new RegExp(`^${parts.join('.*')}$`);
    if (procedures.some(({ path }) => expression.test(path))) return expression;
    const known = [...new Set(procedures.map(({ tag }) => `${tag}.*`))].join(', ');
    throw new UsageError(`No procedure matches ${pattern}: name some as in ${known}`);
  });
  return ({ path }: Procedure) => expressions.some((expression) => expression.test(path));
}

function toolOf(procedure: Procedure): ProcedureTool {
  const { path, type, input = z.strictObject({}), output } = procedure;
  const { schema: inputSchema, isWrapped: wrapsInput } = asObject(input, 'input', 'input');
  const { schema: outputSchema, isWrapped: wrapsOutput } = asObject(output, 'result', 'output');
  const takesKey = procedure.takesKey && !('idempotencyKey' in (inputSchema.properties ?? {}));
  if (takesKey) inputSchema.properties = { ...inputSchema.properties, idempotencyKey };
  const isUntyped = output instanceof z.ZodUnknown || output instanceof z.ZodVoid;
  const definition = {
    name: path.replace(/[^\w-]/g, '_'),
    title: titleOf(path),
    description: [procedureDescription(procedure), pagingOf(inputSchema, outputSchema)].filter(Boolean).join(' '),
    inputSchema,
    ...(!isUntyped && { outputSchema }),
    annotations: {
      readOnlyHint: type === 'query',
      // an addition is not destructive; any other mutation may be, since its name does not tell
      destructiveHint: type === 'mutation' && !/^(create|add|invite|accept)/.test(lastPart(path)),
      idempotentHint: !procedure.takesKey,
      openWorldHint: false,
    },
  };
  return { procedure, definition: definition as Tool, wrapsInput, wrapsOutput, takesKey };
}

const idempotencyKey: JsonSchema = {
  type: 'string',
  description: 'Only for a repeated call after an error that gave this key. Leave it out otherwise.',
};

/** Returns the JSON Schema of an object: that of the schema, or of an object with the schema as its only property. */
function asObject(schema: z.ZodType, name: string, io: 'input' | 'output'): { schema: JsonSchema; isWrapped: boolean } {
  const own = jsonSchema(schema, io);
  if (own.type === 'object') return { schema: own, isWrapped: false };
  return { schema: jsonSchema(z.object({ [name]: schema }), io), isWrapped: true };
}

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any', // a class or a transformation of an output: its JSON form is unknown
    override: ({ jsonSchema }) => simplifySchema(jsonSchema, io),
  });

const lastPart = (path: string) => path.slice(path.lastIndexOf('.') + 1);

/** `users.getById` → `Users: get by id`. */
function titleOf(path: string): string {
  const words = path.split('.').map((part) => part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  const text = [words.slice(0, -1).join(' '), words.at(-1)].filter(Boolean).join(': ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function pagingOf({ properties: input = {} }: JsonSchema, { properties: output = {} }: JsonSchema): string {
  if (!('cursor' in input && 'nextCursor' in output)) return '';
  return 'Returns a page; its `nextCursor`, if there is one, is the `cursor` of the next page.';
}
