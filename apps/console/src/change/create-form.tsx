import type { ConsoleEntity } from '../api/description.js';
import { PageHeader } from '../components/page-header.js';

interface CreateFormProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
}

/** To be filled. */
export function CreateForm({ entity }: CreateFormProps) {
  return <PageHeader title={`New ${entity.singular}`} />;
}
