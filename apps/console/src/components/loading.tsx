/** Lines in place of a text that is being loaded. */
export const Skeleton = ({ lines = 3 }: { readonly lines?: number }) => (
  <div className="skeleton" aria-hidden="true">
    {Array.from({ length: lines }, (_, line) => (
      <div key={line} className="skeleton-line" />
    ))}
  </div>
);

/** In place of a view that is being loaded. */
export const Loading = ({ label = 'Loading' }: { readonly label?: string }) => (
  <div role="status" className="loading">
    <span className="visually-hidden">{label}</span>
    <Skeleton />
  </div>
);
