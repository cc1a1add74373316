import { lazy, Suspense, useState } from 'react';
import { Button } from '../components/button.js';
import { useKey } from './use-key.js';

const KeysDialog = lazy(() => import('./keys-dialog.js').then((module) => ({ default: module.KeysDialog })));

/** The button and the key by which a dialog lists the keys of a list. */
export function KeysHelp() {
  const [isOpen, setIsOpen] = useState(false);
  useKey('?', () => setIsOpen(true));
  return (
    <>
      <Button variant="plain" icon="keys" aria-label="Keys" title="Keys (?)" onClick={() => setIsOpen(true)} />
      {isOpen && (
        <Suspense>
          <KeysDialog onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
