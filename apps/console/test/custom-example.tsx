import type { CellProps, Custom, PageProps } from '../src/custom-types.js';

const EmailCell = ({ value }: CellProps) => <a href={`mailto:${value}`}>{String(value)}</a>;

const UserPage = ({ value }: PageProps) => <p>A user since {value.createdAt}</p>;

export const custom: Custom = {
  users: { columns: { email: EmailCell }, page: UserPage },
};
