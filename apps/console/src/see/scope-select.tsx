import { useNavigate } from '@tanstack/react-router';
import type { ConsoleEntity } from '../api/description.js';
import { ErrorNote } from '../components/error-note.js';
import { Select } from '../components/select.js';
import { wordsOf } from '../values/words.js';
import { useScopes } from './use-scopes.js';

interface ScopeSelectProps {
  readonly entities: readonly ConsoleEntity[];
  readonly to: '/' | '/live';
  readonly scope: string | undefined;
}

/** Chooses the scope of the entities that have one. It shows nothing if none has, or there is no choice. */
export function ScopeSelect({ entities, to, scope }: ScopeSelectProps) {
  const navigate = useNavigate();
  const { scopes, error, input } = useScopes(entities);
  if (error) return <ErrorNote error={error} />;
  if (!scopes || scopes.length === 0 || !input) return null;
  return (
    <Select
      className="scope-select"
      label={wordsOf(input.replace(/Id$/, ''))}
      value={scope ?? scopes[0]?.id ?? ''}
      options={scopes.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(value) => navigate({ to, search: { scope: value }, replace: true })}
    />
  );
}
