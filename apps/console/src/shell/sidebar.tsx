import { Link } from '@tanstack/react-router';
import type { ConsoleDescription, ConsoleEntity } from '../api/description.js';
import { EntityCount } from './entity-count.js';

interface SidebarProps {
  readonly entities: readonly ConsoleEntity[];
  readonly operations: ConsoleDescription['operations'];
  /** On a phone, where it covers the view. */
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Links to all views. */
export function Sidebar({ entities, operations, isOpen, onClose }: SidebarProps) {
  return (
    <nav
      id="sidebar"
      className={`sidebar ${isOpen ? 'sidebar-open' : ''}`}
      aria-label="Console"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <ul>
        <li>
          <Link to="/" className="nav-link" activeOptions={{ exact: true }}>
            Overview
          </Link>
        </li>
      </ul>
      <h2 id="sidebar-entities">Entities</h2>
      <ul aria-labelledby="sidebar-entities">
        {entities.map((entity) => (
          <li key={entity.name}>
            <Link
              to="/e/$entity"
              params={{ entity: entity.name }}
              className="nav-link"
              activeOptions={{ includeSearch: false }}
            >
              <span>{entity.title}</span>
              <EntityCount entity={entity} />
            </Link>
          </li>
        ))}
      </ul>
      <h2 id="sidebar-operations">Operations</h2>
      <ul aria-labelledby="sidebar-operations">
        <li>
          <Link to="/live" className="nav-link">
            Live changes
          </Link>
        </li>
        {operations.metrics && (
          <li>
            <Link to="/metrics" className="nav-link">
              Metrics
            </Link>
          </li>
        )}
        {operations.table && (
          <li>
            <Link to="/table" className="nav-link">
              Table
            </Link>
          </li>
        )}
        {operations.doctor && (
          <li>
            <Link to="/doctor" className="nav-link">
              Doctor
            </Link>
          </li>
        )}
      </ul>
    </nav>
  );
}
