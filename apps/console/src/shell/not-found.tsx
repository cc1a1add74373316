import { Link } from '@tanstack/react-router';
import { Empty } from '../components/empty.js';
import { PageHeader } from '../components/page-header.js';

/** In place of a view that does not exist. */
export const NotFound = () => (
  <>
    <PageHeader title="Not found" />
    <Empty title="There is nothing at this URL.">
      <Link to="/" className="button">
        Overview
      </Link>
    </Empty>
  </>
);
