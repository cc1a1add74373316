import type { Entity, JsonSchema } from '../api/description.js';
import { ValueView } from '../values/value-view.js';
import { wordsOf } from '../values/words.js';
import { versionDifferences } from './version-differences.js';

interface DifferencesProps {
  readonly schema: JsonSchema;
  readonly before: Entity | null;
  readonly after: Entity | null;
}

/** The attributes in which two versions differ, side by side. */
export function Differences({ schema, before, after }: DifferencesProps) {
  const differences = versionDifferences(before, after);
  if (differences.length === 0) return <p className="value-absent">Both have the same attributes.</p>;
  return (
    <table className="differences">
      <thead>
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {differences.map((one) => (
          <tr key={one.name}>
            <th scope="row">{wordsOf(one.name)}</th>
            <td className="difference-before">
              <ValueView value={one.before} schema={schema.properties?.[one.name]} />
            </td>
            <td className="difference-after">
              <ValueView value={one.after} schema={schema.properties?.[one.name]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
