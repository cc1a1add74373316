import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../api/api-context.js';
import type { ConsoleEntity } from '../api/description.js';
import { Button } from '../components/button.js';
import { ErrorNote } from '../components/error-note.js';
import { Select } from '../components/select.js';
import { TextField } from '../components/text-field.js';
import { wordsOf } from '../values/words.js';

interface ScopePickerProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  readonly onChange: (scope: string) => void;
}

interface Scope {
  readonly id: string;
  readonly name?: string;
}

/** Of this tab: other entities begin in the scope that was chosen last. */
const lastKey = 'console.scope';

/** The scope in which a list is: a choice of those that the caller belongs to, or an id where none lists them. */
export function ScopePicker({ entity, scope, onChange }: ScopePickerProps) {
  const api = useApi();
  const { scopes } = entity;
  const label = wordsOf((entity.scope ?? '').replace(/Id$/, ''));
  const { data, error, refetch } = useQuery({
    queryKey: ['scopes', scopes?.path],
    queryFn: async ({ signal }) => (await api.query(scopes?.path ?? '', undefined, { signal })) as readonly Scope[],
    enabled: scopes !== undefined,
  });
  const [draft, setDraft] = useState(scope ?? '');
  useEffect(() => {
    if (scope !== undefined) return sessionStorage.setItem(lastKey, scope);
    const last = sessionStorage.getItem(lastKey);
    const first = data ? (data.find(({ id }) => id === last) ?? data[0])?.id : last;
    if (first) onChange(first);
  }, [scope, data, onChange]);
  if (error) return <ErrorNote error={error} retry={() => void refetch()} needs={scopes?.needs} />;
  if (data && data.length > 0) {
    const known = data.some(({ id }) => id === scope) || scope === undefined ? data : [...data, { id: scope }];
    return (
      <Select
        label={label}
        value={scope ?? ''}
        onChange={onChange}
        options={known.map(({ id, name }) => ({ value: id, label: name ?? id }))}
      />
    );
  }
  return (
    <form
      className="filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft) onChange(draft);
      }}
    >
      <TextField label={`ID of the ${label.toLowerCase()}`} value={draft} onChange={setDraft} />
      <Button type="submit">Choose</Button>
    </form>
  );
}
