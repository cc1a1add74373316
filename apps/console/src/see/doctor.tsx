import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useApi } from '../api/api-context.js';
import { type ConsoleExamination, useDescription } from '../api/description.js';
import { keys } from '../api/keys.js';
import { Button } from '../components/button.js';
import { ErrorNote } from '../components/error-note.js';
import { Icon } from '../components/icon.js';
import { PageHeader } from '../components/page-header.js';
import { Elapsed } from './elapsed.js';
import { type Finding, FindingItem } from './finding-item.js';
import { OperationsNote } from './operations-note.js';

const RepairDialog = lazy(() => import('./repair-dialog.js').then(({ RepairDialog }) => ({ default: RepairDialog })));

/** What is wrong with the stored data, and its repair. */
export function Doctor() {
  const { operations } = useDescription();
  if (operations.doctor) return <DoctorContent />;
  return (
    <>
      <PageHeader title="Doctor" />
      <OperationsNote operation="doctor" />
    </>
  );
}

function DoctorContent() {
  const api = useApi();
  const queryClient = useQueryClient();
  const { entities } = useDescription();
  const aborter = useRef<AbortController>(undefined);
  const [toRepair, setToRepair] = useState<Finding>();
  const examination = useMutation({
    mutationFn: async (fix: readonly string[]) => {
      aborter.current = new AbortController();
      const body = fix.length > 0 ? { fix } : {};
      return (await api.resource('doctor', { body, signal: aborter.current.signal })) as ConsoleExamination;
    },
    onSuccess: (_, fix) => {
      if (fix.length > 0)
        for (const { name } of entities) queryClient.invalidateQueries({ queryKey: keys.entity(name) });
    },
  });
  const { mutate, isPending, variables = [], error, reset } = examination;
  const last = useLast(examination.data);
  useEffect(() => () => aborter.current?.abort(), []);
  const stop = () => {
    aborter.current?.abort();
    reset();
  };
  return (
    <>
      <PageHeader title="Doctor">
        {isPending && <Button onClick={stop}>{variables.length > 0 ? 'Stop the repair' : 'Stop'}</Button>}
        <Button variant="primary" isPending={isPending} onClick={() => mutate([])}>
          Examine
        </Button>
      </PageHeader>
      <p className="view-note">
        Reads the whole table and compares entities, claims and index keys. That costs one unit for each 8 KB. A large
        table is examined by <code>pnpm db:doctor</code>, which limits its rate and can resume.
      </p>
      <div role="status">
        {isPending && (
          <p className="busy">
            {variables.length > 0 ? `Examining, and repairing: ${variables.join(', ')}` : 'Examining the table'} …{' '}
            <Elapsed />
            {variables.length > 0 && ' If you stop or leave, what is repaired by then stays repaired.'}
          </p>
        )}
      </div>
      {error && <ErrorNote error={error} retry={() => mutate(variables)} />}
      {last && <Findings examination={last} isBusy={isPending} onRepair={setToRepair} />}
      {toRepair && (
        <Suspense>
          <RepairDialog
            finding={toRepair}
            onClose={() => setToRepair(undefined)}
            onConfirm={() => {
              setToRepair(undefined);
              mutate([toRepair.kind]);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

/** Returns the last known value, while there is none. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}

interface FindingsProps {
  readonly examination: ConsoleExamination;
  readonly isBusy: boolean;
  readonly onRepair: (finding: Finding) => void;
}

function Findings({ examination: { examinedItems, findings }, isBusy, onRepair }: FindingsProps) {
  const present = findings.filter(({ count, fixed = 0 }) => count > 0 || fixed > 0);
  return (
    <section aria-labelledby="findings" className="view-section">
      <h2 id="findings">Findings</h2>
      <p className="view-note">{examinedItems.toLocaleString()} items were examined.</p>
      {present.length === 0 ? (
        <p className="all-well">
          <Icon name="check" /> Nothing is wrong.
        </p>
      ) : (
        <ul className="findings">
          {present.map((finding) => (
            <FindingItem key={finding.kind} finding={finding} isBusy={isBusy} onRepair={() => onRepair(finding)} />
          ))}
        </ul>
      )}
    </section>
  );
}
