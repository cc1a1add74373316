import { PageHeader } from '../components/page-header.js';

/** To be filled. */
export function Doctor() {
  return <PageHeader title="Doctor" />;
}
