import { PageHeader } from '../components/page-header.js';

/** To be filled. */
export function Table() {
  return <PageHeader title="Table" />;
}
