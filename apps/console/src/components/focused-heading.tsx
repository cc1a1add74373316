import { type ReactNode, useEffect, useRef } from 'react';

/** The heading of what appears in place of something else. It takes the focus, so that it is read and the next tab goes on there. */
export function FocusedHeading({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} id={id} tabIndex={-1}>
      {children}
    </h2>
  );
}
