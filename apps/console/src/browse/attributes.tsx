import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type ConsoleEntity, type Entity, useDescription } from '../api/description.js';
import { CopyButton } from '../components/copy-button.js';
import { custom } from '../custom.js';
import { copyText } from '../values/format-value.js';
import { ValueView } from '../values/value-view.js';
import { wordsOf } from '../values/words.js';
import { columnsOf } from './columns.js';
import { referredBy, relatedLists } from './relations.js';

interface AttributesProps {
  readonly entity: ConsoleEntity;
  readonly value: Entity;
}

/** All attributes of an entity with buttons to copy them, and links to what they refer to. */
export function Attributes({ entity, value }: AttributesProps) {
  const names = columnsOf(entity).map(({ name }) => name);
  // what is stored may be from before the schema
  const others = Object.keys(value).filter((name) => !names.includes(name));
  return (
    <>
      <dl className="attributes">
        {[...names, ...others].map((name) => (
          <div key={name} className="attribute">
            <dt title={name}>{wordsOf(name)}</dt>
            <dd>
              <AttributeValue entity={entity} value={value} name={name} />
              {value[name] !== undefined && value[name] !== null && (
                <CopyButton text={copyText(value[name])} label={`Copy: ${wordsOf(name)}`} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      <RelatedLists entity={entity} value={value} />
    </>
  );
}

function AttributeValue({ entity, value, name }: AttributesProps & { readonly name: string }): ReactNode {
  const { entities } = useDescription();
  const Custom = custom[entity.name]?.columns?.[name];
  const attribute = value[name];
  if (Custom) return <Custom value={attribute} entity={value} />;
  const referred = typeof attribute === 'string' ? referredBy(name, entities) : undefined;
  if (!referred) return <ValueView value={attribute} schema={entity.schema.properties?.[name]} />;
  return (
    <Link
      to="/e/$entity/$id"
      params={{ entity: referred.name, id: String(attribute) }}
      search={sharedScope(entity, referred, value)}
      className="value-text"
    >
      {String(attribute)}
    </Link>
  );
}

function RelatedLists({ entity, value }: AttributesProps) {
  const related = relatedLists(entity, useDescription().entities);
  if (related.length === 0) return null;
  return (
    <section aria-labelledby="related">
      <h2 id="related">Related</h2>
      <ul className="related">
        {related.map(({ entity: other, list, param }) => (
          <li key={other.name}>
            <Link
              to="/e/$entity"
              params={{ entity: other.name }}
              search={{ list, [param]: value.id, ...sharedScope(entity, other, value) }}
            >
              {other.title} of this {entity.singular}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The scope of an entity is that of what it refers to, if both are within the same kind of scope. */
function sharedScope(from: ConsoleEntity, to: ConsoleEntity, value: Entity): { scope?: string } {
  const scope = to.scope !== undefined && to.scope === from.scope ? value[to.scope] : undefined;
  return typeof scope === 'string' ? { scope } : {};
}
