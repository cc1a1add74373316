import { useEffect, useState } from 'react';
import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import type { Run, RunState } from './bulk-runner.js';
import { saveFailures } from './save-failures.js';

interface RunProgressProps {
  readonly state: RunState;
  readonly run: Run | undefined;
  /** How many there are; undefined if nobody knows yet. */
  readonly total: number | undefined;
  /** How much is done, from 0 to 1, where nobody knows how many there are. */
  readonly fraction?: number | undefined;
  /** `Deleted`, for the sentence at the end. */
  readonly done: string;
  readonly name: string;
}

/** What leaving a run means. */
export const leaveText = 'This stops, and nothing tells later which rows were done and which have failed.';

/** How many failed rows are shown. The report has all. */
const mostShown = 100;

/** The progress of a run, its buttons, and the rows that failed. */
export function RunProgress({ state, run, total, fraction, done: verb, name }: RunProgressProps) {
  const { status, done, failed, waitsUntil, error, isStopping } = state;
  const isOpen = status === 'running' || status === 'paused';
  const count = done + failed.length;
  const share = isOpen ? (total ? Math.min(1, count / total) : fraction) : 1;
  return (
    <div className="progress">
      <progress aria-label="Progress" max={1} {...(share === undefined ? {} : { value: share })} />
      <p role={isOpen ? undefined : 'status'}>
        {endings[status]}
        {verb} {done.toLocaleString()}
        {total !== undefined && isOpen && ` of ${total.toLocaleString()}`}
        {failed.length > 0 && `, ${failed.length.toLocaleString()} failed`}
      </p>
      {isOpen && isStopping && <p role="status">Stopping: the calls under way end first.</p>}
      {isOpen && waitsUntil !== undefined && (
        <p>
          <span role="status">The API is busy: all wait.</span> <SecondsLeft until={waitsUntil} />
        </p>
      )}
      {error !== undefined && <ErrorNote error={error} />}
      {isOpen && (
        <div className="change-form-buttons">
          {status === 'running' ? (
            <Button onClick={run?.pause}>Pause</Button>
          ) : (
            <Button variant="primary" onClick={run?.resume}>
              Go on
            </Button>
          )}
          <Button isPending={isStopping === true} onClick={run?.cancel}>
            Stop
          </Button>
        </div>
      )}
      {failed.length > 0 && (
        <section aria-label="Failed rows">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <ul className="failures" tabIndex={0}>
            {failed.slice(0, mostShown).map((one, index) => (
              <li key={index}>
                <code>{one.row}</code> {one.reason}
              </li>
            ))}
          </ul>
          {failed.length > mostShown && <p>And {(failed.length - mostShown).toLocaleString()} more, in the report.</p>}
          <Button icon="download" onClick={() => saveFailures(failed, name)}>
            Download the report
          </Button>
        </section>
      )}
    </div>
  );
}

/** Counts down. Screen readers are told once that there is a wait, not each second. */
function SecondsLeft({ until }: { readonly until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden="true">Going on in {Math.max(1, Math.ceil((until - now) / 1000))} s</span>;
}

const endings: Readonly<Record<RunState['status'], string>> = {
  running: '',
  paused: 'Paused. ',
  cancelled: 'Stopped. ',
  done: 'Ready. ',
  broken: 'Ended early. ',
};
