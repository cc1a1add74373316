import { paged } from '@aws-starter-kit/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { NewUser } from './new-user.js';
import { useTRPC } from './trpc.js';
import { useLiveUsers } from './use-live-users.js';

/** All users, newest first, with five more at each click and a form for a new one. The list updates as others write. */
export function Users() {
  const { users } = useTRPC();
  useLiveUsers();
  const count = useQuery(users.count.queryOptions());
  const list = useInfiniteQuery(users.list.infiniteQueryOptions({ limit: 5, order: 'desc' }, paged));
  return (
    <main>
      <h1>{count.data ? `${count.data.count}${count.data.isExact ? '' : '+'} users` : 'Users'}</h1>
      <NewUser />
      <ul>
        {list.data?.pages.flatMap(({ items }) =>
          items.map(({ id, name, email }) => (
            <li key={id}>
              {name} &lt;{email}&gt;
            </li>
          )),
        )}
      </ul>
      {list.error && <p role="alert">{list.error.message}</p>}
      {list.hasNextPage && (
        <button type="button" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          More
        </button>
      )}
    </main>
  );
}
