import type { JsonSchema } from '../api/description.js';
import { formatAge, formatCell, formatTime } from './format-value.js';
import { kindOfSchema, kindOfValue, plainSchema } from './value-kind.js';

interface ValueViewProps {
  readonly value: unknown;
  readonly schema?: JsonSchema | undefined;
}

/** A value in full, by its kind: times with their age, lists and sets by element, maps by key. */
export function ValueView({ value, schema }: ValueViewProps) {
  if (value === undefined || value === null) return <span className="value-absent">–</span>;
  switch (kindOfValue(value)) {
    case 'dateTime':
      return <Time text={String(value)} />;
    case 'boolean':
      return <span className="value-badge">{formatCell(value)}</span>;
    case 'list':
      return <Elements values={value as readonly unknown[]} schema={plainSchema(schema).items} />;
    case 'map':
      return <Entries map={value as Readonly<Record<string, unknown>>} schema={schema} />;
    case 'number':
      return <span className="value-number">{formatCell(value)}</span>;
    default:
      if (value === '') return <span className="value-absent">empty text</span>;
      if (kindOfSchema(schema) === 'enum') return <span className="value-badge">{String(value)}</span>;
      return <span className="value-text">{String(value)}</span>;
  }
}

const Time = ({ text }: { readonly text: string }) => (
  <time dateTime={text} title={text}>
    {formatTime(text)} <span className="value-note">{formatAge(text)}</span>
  </time>
);

function Elements({
  values,
  schema,
}: {
  readonly values: readonly unknown[];
  readonly schema: JsonSchema | undefined;
}) {
  if (values.length === 0) return <span className="value-absent">no elements</span>;
  return (
    <ol className="value-list">
      {values.map((value, place) => (
        <li key={place}>
          <ValueView value={value} schema={schema} />
        </li>
      ))}
    </ol>
  );
}

function Entries({
  map,
  schema,
}: {
  readonly map: Readonly<Record<string, unknown>>;
  readonly schema: JsonSchema | undefined;
}) {
  const { properties = {} } = plainSchema(schema);
  const entries = Object.entries(map);
  if (entries.length === 0) return <span className="value-absent">no entries</span>;
  return (
    <dl className="value-map">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <ValueView value={value} schema={properties[name]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
