import { Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useDescription } from '../api/description.js';
import { UnknownOutcomes } from '../change/save/unknown-outcomes.js';
import { Loading } from '../components/loading.js';
import { Header } from './header.js';
import { OfflineNote } from './offline-note.js';
import { Sidebar } from './sidebar.js';

/** Header, sidebar and the view of the URL. */
export function Layout() {
  const { service, entities, operations } = useDescription();
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const main = useMainFocus(path);
  useEffect(() => setIsMenuOpen(false), [path]);
  return (
    <div className="layout">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Header service={service} isMenuOpen={isMenuOpen} onMenu={() => setIsMenuOpen(!isMenuOpen)} />
      <Sidebar entities={entities} operations={operations} isOpen={isMenuOpen} onClose={() => setIsMenuOpen(false)} />
      <main id="main" ref={main} tabIndex={-1} className="main">
        <OfflineNote />
        <UnknownOutcomes />
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

/** Moves the focus to each new view, as a browser does for a new page; not at the first one. */
function useMainFocus(path: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current !== path) main.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path]);
  return main;
}
