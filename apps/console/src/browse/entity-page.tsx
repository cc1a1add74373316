import type { ConsoleEntity } from '../api/description.js';
import { PageHeader } from '../components/page-header.js';

interface EntityPageProps {
  readonly entity: ConsoleEntity;
  readonly id: string;
}

export const EntityPage = ({ entity, id }: EntityPageProps) => <PageHeader title={`${entity.singular} ${id}`} />;
