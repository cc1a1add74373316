import {
  DockerfileParser,
  type Instruction,
  JSONInstruction,
  ModifiableInstruction,
  PropertyInstruction,
} from 'dockerfile-ast';

/** An instruction of a Dockerfile, its line continuations joined. */
export interface Step {
  readonly line: number;
  readonly keyword: string;
  /** Such as `['mount', 'type=cache,target=/npm']`. */
  readonly flags: readonly (readonly [name: string, value: string])[];
  /** The text after the flags. */
  readonly text: string;
  /** The strings of the exec form: `CMD ["node", "main.js"]`. */
  readonly exec: readonly string[] | undefined;
  /** The names and values of ARG, ENV and LABEL. */
  readonly properties: readonly (readonly [name: string, value: string | undefined])[];
}

export interface Stage {
  readonly from: Step;
  readonly steps: readonly Step[];
}

/** The known keywords, each with its flags. Anything else is an error. */
const known: Readonly<Record<string, readonly string[]>> = {
  ARG: [],
  CMD: [],
  COPY: ['from'],
  ENTRYPOINT: [],
  ENV: [],
  EXPOSE: [],
  FROM: ['platform'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'retries'],
  LABEL: [],
  RUN: ['mount'],
  STOPSIGNAL: [],
  USER: [],
  WORKDIR: [],
};

/** Returns the arguments before the first stage, and the stages. @throws Error for an unknown instruction or flag */
export function readDockerfile(text: string): { args: Step[]; stages: Stage[] } {
  const steps = DockerfileParser.parse(text).getInstructions().map(toStep);
  const first = steps.findIndex(({ keyword }) => keyword === 'FROM');
  const stages: { from: Step; steps: Step[] }[] = [];
  for (const step of steps.slice(first)) {
    if (step.keyword === 'FROM') stages.push({ from: step, steps: [] });
    else stages.at(-1)?.steps.push(step);
  }
  return { args: steps.slice(0, first), stages };
}

function toStep(instruction: Instruction): Step {
  const keyword = instruction.getKeyword();
  const line = instruction.getRange().start.line + 1;
  const flags =
    instruction instanceof ModifiableInstruction
      ? instruction.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? ''] as const)
      : [];
  const unknown = flags.filter(([name]) => !known[keyword]?.includes(name));
  if (known[keyword] === undefined)
    throw new Error(`Line ${line} of the Dockerfile has ${keyword}, which the test cannot run`);
  if (unknown.length > 0)
    throw new Error(`Line ${line} of the Dockerfile has --${unknown[0]?.[0]}, which the test cannot run`);
  const text = instruction.getArgumentsContent() ?? '';
  const isExec = /^(CMD\s+)?\[/.test(text) && (instruction instanceof JSONInstruction || keyword === 'HEALTHCHECK');
  return {
    ...{ line, keyword, flags, text },
    exec: isExec ? JSON.parse(text.replace(/^CMD\s+/, '')) : undefined,
    properties:
      instruction instanceof PropertyInstruction
        ? instruction.getProperties().map((property) => [property.getName(), property.getValue() ?? undefined] as const)
        : [],
  };
}

/** Replaces `$NAME` and `${NAME}`. @throws Error for a name without a value, and for other forms, such as `${NAME:-default}` */
export function expand(text: string, variables: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(/\$(?:\{([^}]*)\}|(\w+))/g, (form, braced, bare) => {
    const name = braced ?? bare;
    if (!/^\w+$/.test(name) || !(name in variables)) throw new Error(`${form} has no value here`);
    return variables[name] ?? '';
  });
}
