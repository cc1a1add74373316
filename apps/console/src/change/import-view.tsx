import type { ConsoleEntity } from '../api/description.js';
import { PageHeader } from '../components/page-header.js';

interface ImportViewProps {
  readonly entity: ConsoleEntity;
  readonly scope: string | undefined;
}

/** To be filled. */
export function ImportView({ entity }: ImportViewProps) {
  return <PageHeader title={`Import ${entity.title.toLowerCase()}`} />;
}
