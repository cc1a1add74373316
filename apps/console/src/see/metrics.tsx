import { PageHeader } from '../components/page-header.js';

/** To be filled. */
export function Metrics() {
  return <PageHeader title="Metrics" />;
}
