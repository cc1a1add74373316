import { Link } from '@tanstack/react-router';
import { useSession } from '../api/api-context.js';
import { forgetAllPending } from '../change/save/pending-calls.js';
import { Button } from '../components/button.js';
import { Select } from '../components/select.js';
import { type Theme, useTheme } from './theme.js';

interface HeaderProps {
  readonly service: string;
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
}

const themeOptions = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** The name of the service, the theme, the end of the session and, on a phone, the button of the menu. */
export function Header({ service, isMenuOpen, onMenu }: HeaderProps) {
  const [theme, setTheme] = useTheme();
  const { signOut } = useSession();
  return (
    <header className="header">
      <Button
        className="menu-button"
        variant="plain"
        icon="menu"
        aria-label="Menu"
        aria-expanded={isMenuOpen}
        aria-controls="sidebar"
        onClick={onMenu}
      />
      <Link to="/" className="brand">
        {service} <span className="brand-note">console</span>
      </Link>
      <Select
        className="theme-select"
        label="Theme"
        isLabelHidden
        value={theme}
        options={themeOptions}
        onChange={(value) => setTheme(value as Theme)}
      />
      {signOut && <SignOut signOut={signOut} />}
    </header>
  );
}

function SignOut({ signOut }: { readonly signOut: () => Promise<void> }) {
  return (
    <Button
      onClick={() => {
        forgetAllPending();
        signOut();
      }}
    >
      Sign out
    </Button>
  );
}
