import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { useApi } from '../../api/api-context.js';
import type { ConsoleEntity, Entity } from '../../api/description.js';
import { describeError } from '../../api/errors.js';
import { keys } from '../../api/keys.js';
import { PageHeader } from '../../components/page-header.js';
import { showToast } from '../../components/toast.js';
import { nameOf, readEntity, updateFields, updateInput } from '../entity-calls.js';
import { apiProblems } from '../form/api-problems.js';
import { changedValues, draftsOf } from '../form/changed-values.js';
import { EntityFields } from '../form/entity-fields.js';
import { leftOut, removed } from '../form/field-props.js';
import { FormFrame } from '../form/form-frame.js';
import { LeaveGuard } from '../form/leave-guard.js';
import { useForm } from '../form/use-form.js';
import { DeletedNote } from '../merge/deleted-note.js';
import { MergeView } from '../merge/merge-view.js';
import { rejectionOf } from '../save/settle-call.js';
import { settledText } from '../save/settled-text.js';
import { useSettledCall } from '../save/use-settled-call.js';
import { scopeSearch } from '../scope-search.js';

interface EntityEditorProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
  /** The entity as it was read when the form was opened. */
  readonly seen: Entity;
}

/** What stands against a change: somebody else has changed or deleted the entity. */
type Conflict =
  | {
      readonly is: 'changed';
      readonly base: Entity;
      readonly theirs: Entity;
      readonly mine: Readonly<Record<string, unknown>>;
    }
  | { readonly is: 'deleted'; readonly mine: Readonly<Record<string, unknown>> };

/** The form of an entity. It sends what has changed, for the version that the user saw. */
export function EntityEditor({ entity, scope, seen: first }: EntityEditorProps) {
  const [seen] = useState(first); // of a newer one, the form would not know what the user has seen
  const fields = useMemo(() => updateFields(entity), [entity]);
  const form = useForm(() => draftsOf(fields, seen));
  const saver = useSettledCall();
  const [conflict, setConflict] = useState<Conflict>();
  const isDone = useRef(false);
  const api = useApi();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const place = {
    to: '/e/$entity/$id',
    params: { entity: entity.name, id: seen.id },
    search: scopeSearch(scope),
  } as const;

  function submit() {
    const { values, problems } = changedValues(fields, { drafts: form.drafts, initial: form.initial, stored: seen });
    form.show(problems);
    if (Object.keys(problems).length > 0) return;
    if (Object.keys(values).length > 0) send(seen, values);
    else leave(`Nothing to save: ${nameOf(entity, seen)} is unchanged`);
  }
  async function leave(text: string) {
    isDone.current = true;
    showToast({ text });
    await navigate(place);
  }

  /** Saves changes on top of what the user has seen. */
  async function send(base: Entity, data: Readonly<Record<string, unknown>>) {
    const input = updateInput(entity, { seen: base, scope, data });
    const call = {
      path: entity.update?.path ?? '',
      takesKey: entity.update?.takesKey ?? true,
      input,
      title: `Change ${nameOf(entity, base)}`,
      entity: entity.name,
    };
    const settled = await saver.save(call, (error) => takeOver(error, base, data));
    if (!settled) return;
    isDone.current = true;
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
    showToast({ kind: 'success', text: settledText(`Saved ${nameOf(entity, { ...base, ...data })}`, settled) });
    await navigate(place);
  }

  async function takeOver(error: unknown, base: Entity, mine: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { kind, reason } = describeError(rejectionOf(error));
    if (reason === 'VERSION_CONFLICT' || kind === 'notFound') return compare(base, mine);
    const problems = apiProblems(rejectionOf(error), fields, form.drafts);
    if (problems) {
      setConflict(undefined);
      form.show(problems);
    }
    return problems !== undefined;
  }
  async function compare(base: Entity, mine: Readonly<Record<string, unknown>>): Promise<boolean> {
    try {
      const theirs = await readEntity(api, { entity, id: base.id, scope });
      setConflict({ is: 'changed', base, theirs, mine: { ...base, ...mine } });
    } catch (error) {
      if (describeError(error).kind !== 'notFound') return false;
      setConflict({ is: 'deleted', mine: { ...base, ...mine } });
    }
    return true;
  }

  const title = `Edit ${nameOf(entity, seen)}`;
  const guard = <LeaveGuard isChanged={form.isChanged} isDone={isDone} />;
  if (conflict)
    return (
      <>
        <PageHeader title={title} />
        {conflict.is === 'changed' ? (
          <MergeView
            key={conflict.theirs.version}
            {...{ fields, saver, needs: entity.update?.needs }}
            {...conflict}
            onSave={(data) =>
              Object.keys(data).length > 0 ? send(conflict.theirs, data) : leave('Nothing to save: it is so already')
            }
            onBack={() => setConflict(undefined)}
          />
        ) : (
          <DeletedNote {...{ entity, scope, isDone }} value={conflict.mine as Entity} />
        )}
        {guard}
      </>
    );
  return (
    <>
      <PageHeader title={title} note={seen.version === undefined ? undefined : `version ${seen.version}`} />
      <FormFrame
        {...{ form, saver }}
        needs={entity.update?.needs}
        submitLabel="Save"
        onSubmit={submit}
        onCancel={() => navigate(place)}
      >
        <EntityFields
          entity={entity.name}
          fields={fields}
          drafts={form.drafts}
          onChange={form.set}
          problems={form.problems}
          emptiesOf={({ name, spec }) => ((seen[name] ?? null) === null ? [leftOut] : spec.isNullable ? [removed] : [])}
        />
      </FormFrame>
      {guard}
    </>
  );
}
