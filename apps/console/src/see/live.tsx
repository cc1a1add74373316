import { PageHeader } from '../components/page-header.js';

/** To be filled. */
export function Live() {
  return <PageHeader title="Live changes" />;
}
