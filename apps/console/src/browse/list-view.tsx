import type { ConsoleEntity } from '../api/description.js';
import { PageHeader } from '../components/page-header.js';

export const ListView = ({ entity }: { readonly entity: ConsoleEntity }) => <PageHeader title={entity.title} />;
