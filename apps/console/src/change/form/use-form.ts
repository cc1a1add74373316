import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Drafts } from './changed-values.js';
import type { Draft } from './draft.js';
import type { Problems } from './problems.js';

export interface Form {
  readonly drafts: Drafts;
  /** As the form was when it was opened, or last set. */
  readonly initial: Drafts;
  readonly isChanged: boolean;
  readonly problems: Problems;
  readonly set: (name: string, draft: Draft) => void;
  /** Shows problems, and moves the focus to the first one. */
  readonly show: (problems: Problems) => void;
  readonly ref: RefObject<HTMLFormElement | null>;
}

/** The state of a form. Problems of a value disappear when it is changed. */
export function useForm(makeInitial: () => Drafts): Form {
  const [initial] = useState(makeInitial);
  const [drafts, setDrafts] = useState(initial);
  const [problems, setProblems] = useState<Problems>({});
  const [shown, setShown] = useState(0);
  const ref = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (shown === 0) return undefined;
    // in the next frame: until a change has ended, its form is inert
    const frame = requestAnimationFrame(() =>
      ref.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [shown]);
  return {
    ...{ drafts, initial, problems, ref },
    isChanged: drafts !== initial && Object.entries(drafts).some(([name, draft]) => draft !== initial[name]),
    set: (name, draft) => {
      setDrafts((before) => ({ ...before, [name]: draft }));
      setProblems((before) =>
        Object.fromEntries(Object.entries(before).filter(([path]) => path !== name && !path.startsWith(`${name}.`))),
      );
    },
    show: (found) => {
      setProblems(found);
      if (Object.keys(found).length > 0) setShown((times) => times + 1);
    },
  };
}
