import { Empty } from '../components/empty.js';
import { PageHeader } from '../components/page-header.js';

interface NotPossibleProps {
  readonly title: string;
  /** Why. */
  readonly text: string;
}

/** In place of a form that would lead nowhere. */
export const NotPossible = ({ title, text }: NotPossibleProps) => (
  <>
    <PageHeader title={title} />
    <Empty title={text} />
  </>
);
