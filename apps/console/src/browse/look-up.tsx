import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { useApi } from '../api/api-context.js';
import type { ConsoleEntity, ConsoleLookUp, Entity } from '../api/description.js';
import { describeError } from '../api/errors.js';
import { Button } from '../components/button.js';
import { ErrorNote } from '../components/error-note.js';
import { Select } from '../components/select.js';
import { TextField } from '../components/text-field.js';
import { kindOfSchema } from '../values/value-kind.js';
import { wordsOf } from '../values/words.js';
import { useKey } from './use-key.js';

interface LookUpProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
}

const titleOf = ({ by }: ConsoleLookUp) => by.map(wordsOf).join(' and ');

/** Finds one entity by its id or by a unique value, and opens its page. */
export function LookUp({ entity, scope }: LookUpProps) {
  const { lookUps } = entity;
  const api = useApi();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [path, setPath] = useState(lookUps[0]?.path ?? '');
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const chosen = lookUps.find((one) => one.path === path) ?? lookUps[0];
  useKey('/', () => form.current?.querySelector('input')?.focus());

  const look = useMutation({
    mutationFn: async ({ path, by, input }: ConsoleLookUp) => {
      const values = by.map((name) => [name, parseValue(texts[name] ?? '', input?.properties?.[name])] as const);
      const within = entity.scope ? { [entity.scope]: scope } : {};
      return (await api.query(path, { ...Object.fromEntries(values), ...within })) as Entity;
    },
    onSuccess: ({ id }) =>
      navigate({
        to: '/e/$entity/$id',
        params: { entity: entity.name, id },
        search: scope === undefined ? {} : { scope },
      }),
  });
  if (!chosen) return null;
  const isUnknown = look.error && describeError(look.error).kind === 'notFound';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen.by.every((name) => texts[name])) look.mutate(chosen);
  };
  return (
    <div className="look-up">
      <search>
        <form ref={form} className="filter-form" aria-label={`Look up one of ${entity.title}`} onSubmit={submit}>
          {lookUps.length > 1 && (
            <Select
              label="Look up by"
              value={path}
              onChange={(next) => {
                setPath(next);
                look.reset();
              }}
              options={lookUps.map((one) => ({ value: one.path, label: titleOf(one) }))}
            />
          )}
          {chosen.by.map((name) => (
            <TextField
              key={name}
              label={wordsOf(name)}
              value={texts[name] ?? ''}
              onChange={(text) => {
                setTexts({ ...texts, [name]: text });
                look.reset();
              }}
            />
          ))}
          <Button type="submit" icon="search" isPending={look.isPending}>
            Look up
          </Button>
        </form>
      </search>
      <p role="status" className="look-up-answer">
        {isUnknown && `There is no ${entity.singular} with this ${titleOf(chosen).toLowerCase()}.`}
      </p>
      {look.error && !isUnknown && (
        <ErrorNote error={look.error} retry={() => look.mutate(chosen)} needs={chosen.needs} />
      )}
    </div>
  );
}

/** Returns a text as a value of its input's type. */
function parseValue(text: string, schema: Parameters<typeof kindOfSchema>[0]): unknown {
  const kind = kindOfSchema(schema);
  if (kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return kind === 'boolean' ? text === 'true' : text.trim();
}
