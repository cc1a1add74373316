import type { ConsoleTable } from '../api/description.js';
import { CopyButton } from '../components/copy-button.js';
import { Icon } from '../components/icon.js';
import { commandOf } from './table-facts.js';

/** The settings that are not as wanted, each with its repair. */
export function Drift({ table: { differences, unchecked } }: { readonly table: ConsoleTable }) {
  return (
    <section aria-labelledby="drift" className="view-section">
      <h2 id="drift">Drift</h2>
      {differences.length === 0 ? (
        <p className="all-well">
          <Icon name="check" /> All that could be checked is as wanted.
        </p>
      ) : (
        <ul className="findings">
          {differences.map(({ setting, is, wanted, repair }) => (
            <li key={setting} className="finding">
              <h3>{setting}</h3>
              <p>
                Is <strong>{is}</strong>, wanted <strong>{wanted}</strong>.
              </p>
              <Repair setting={setting} repair={repair} />
            </li>
          ))}
        </ul>
      )}
      {unchecked.length > 0 && (
        <p className="view-note">Not checked, since this database does not tell them: {unchecked.join(', ')}.</p>
      )}
    </section>
  );
}

function Repair({ setting, repair }: { readonly setting: string; readonly repair: string }) {
  const command = commandOf(repair);
  return (
    <p className="repair">
      <code>{repair}</code>
      {command && <CopyButton text={command} label={`Copy the command that repairs ${setting}`} />}
    </p>
  );
}
