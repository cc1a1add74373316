import type { ConsoleEntity } from '../api/description.js';
import { PageHeader } from '../components/page-header.js';

interface EditFormProps {
  readonly entity: ConsoleEntity;
  readonly id: string;
  readonly scope: string | undefined;
}

/** To be filled. */
export function EditForm({ entity, id }: EditFormProps) {
  return <PageHeader title={`Edit ${entity.singular} ${id}`} />;
}
