import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { type ConsoleEntity, useMayCall } from '../api/description.js';
import { keys } from '../api/keys.js';
import { PageHeader } from '../components/page-header.js';
import { showToast } from '../components/toast.js';
import { createFields, nameOf, scopeInput } from './entity-calls.js';
import { apiProblems } from './form/api-problems.js';
import { emptyDrafts } from './form/changed-values.js';
import { EntityFields } from './form/entity-fields.js';
import { emptyStatesOf } from './form/field-props.js';
import { FormFrame } from './form/form-frame.js';
import { LeaveGuard } from './form/leave-guard.js';
import { readDrafts } from './form/read-draft.js';
import { useForm } from './form/use-form.js';
import { NotPossible } from './not-possible.js';
import { rejectionOf } from './save/settle-call.js';
import { settledText } from './save/settled-text.js';
import { useSettledCall } from './save/use-settled-call.js';
import { scopeSearch } from './scope-search.js';

interface CreateFormProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
}

/** The form of a new entity. */
export function CreateForm({ entity, scope }: CreateFormProps) {
  const fields = useMemo(() => createFields(entity), [entity]);
  const form = useForm(() => emptyDrafts(fields));
  const saver = useSettledCall();
  const isDone = useRef(false);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const mayCall = useMayCall();
  const { create } = entity;
  const title = `New ${entity.singular}`;
  if (!create) return <NotPossible title={title} text={`The API creates no ${entity.title.toLowerCase()}`} />;
  if (entity.scope !== undefined && scope === undefined)
    return <NotPossible title={title} text={`Choose where the ${entity.singular} belongs, in its list`} />;

  async function submit(path: string) {
    const { values, problems } = readDrafts(fields, form.drafts);
    form.show(problems);
    if (Object.keys(problems).length > 0) return;
    const settled = await saver.save(
      {
        path,
        takesKey: create?.takesKey ?? true,
        input: { ...values, ...scopeInput(entity, scope) },
        title: `Create ${nameOf(entity, values)}`,
        entity: entity.name,
      },
      (error) => {
        const found = apiProblems(rejectionOf(error), fields, form.drafts);
        if (found) form.show(found);
        return found !== undefined;
      },
    );
    if (!settled) return;
    isDone.current = true;
    const { id } = Object(settled.answer) as { id?: string };
    showToast({ kind: 'success', text: settledText(`Created ${nameOf(entity, values)}`, settled) });
    queryClient.invalidateQueries({ queryKey: keys.entity(entity.name) });
    const place = { params: { entity: entity.name, id: String(id) }, search: scopeSearch(scope) };
    await navigate(id === undefined ? { to: '/e/$entity', ...place } : { to: '/e/$entity/$id', ...place });
  }
  return (
    <>
      <PageHeader title={title} />
      {!mayCall(create) && <p className="form-hint">This needs the permission {create.needs}, which you may lack.</p>}
      <FormFrame
        {...{ form, saver }}
        needs={create.needs}
        submitLabel={`Create ${entity.singular}`}
        onSubmit={() => submit(create.path)}
        onCancel={() => navigate({ to: '/e/$entity', params: { entity: entity.name }, search: scopeSearch(scope) })}
      >
        <EntityFields
          entity={entity.name}
          fields={fields}
          drafts={form.drafts}
          onChange={form.set}
          problems={form.problems}
          emptiesOf={({ spec, isRequired }) => emptyStatesOf(spec, isRequired)}
        />
      </FormFrame>
      <LeaveGuard isChanged={form.isChanged} isDone={isDone} />
    </>
  );
}
