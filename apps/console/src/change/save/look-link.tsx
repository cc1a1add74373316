import { Link } from '@tanstack/react-router';
import { useEntity } from '../../api/description.js';
import { scopeSearch } from '../scope-search.js';
import type { PendingCall } from './pending-calls.js';

/** Leads to where the user sees whether a change was saved: the page of its entity, or else the list. */
export function LookLink({ call }: { readonly call: PendingCall }) {
  const entity = useEntity(call.entity);
  if (!entity) return null;
  const input = Object(call.input) as Readonly<Record<string, unknown>>;
  const search = scopeSearch(entity.scope === undefined ? undefined : textOf(input[entity.scope]));
  const id = textOf(input.id);
  return id === undefined ? (
    <Link className="button" to="/e/$entity" params={{ entity: entity.name }} search={search}>
      Look
    </Link>
  ) : (
    <Link className="button" to="/e/$entity/$id" params={{ entity: entity.name, id }} search={search}>
      Look
    </Link>
  );
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
