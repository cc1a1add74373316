import { PageHeader } from '../components/page-header.js';

/** To be filled. */
export function Overview() {
  return <PageHeader title="Overview" />;
}
