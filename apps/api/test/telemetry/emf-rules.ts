import { Ajv } from 'ajv';

const units = ['Count', 'Milliseconds'];
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

/** The rules of AWS's specification of the embedded metric format, with its limits, for the parts that we use. */
const validate = new Ajv({ allErrors: true }).compile({
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      additionalProperties: false,
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: text(1024),
              Dimensions: { type: 'array', minItems: 1, items: { type: 'array', maxItems: 30, items: text(250) } },
              Metrics: {
                type: 'array',
                minItems: 1,
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  properties: { Name: text(1024), Unit: { enum: units } },
                },
              },
            },
          },
        },
      },
    },
  },
});

interface Directive {
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

/** A line as CloudWatch reads it. */
export type EmfLine = Record<string, unknown> & { _aws: { CloudWatchMetrics: [Directive] } };

/** Returns the errors in a line, because of which CloudWatch would silently ignore the line or a part of it. */
export function emfProblems(line: string): string[] {
  const parsed = JSON.parse(line) as EmfLine;
  if (!validate(parsed))
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const [{ Dimensions, Metrics }] = parsed._aws.CloudWatchMetrics;
  const isValue = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
  const isMetric = (value: unknown) =>
    Array.isArray(value) ? value.length > 0 && value.length <= 100 && value.every(isValue) : isValue(value);
  return [
    ...Dimensions.flat().flatMap((name) => (typeof parsed[name] === 'string' ? [] : [`${name} is not a text`])),
    ...Metrics.flatMap(({ Name }) => (isMetric(parsed[Name]) ? [] : [`${Name} has no values, or too many`])),
    ...(Buffer.byteLength(line) > 256_000 ? ['The line is longer than a log event'] : []),
  ];
}
