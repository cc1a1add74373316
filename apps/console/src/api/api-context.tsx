import { createContext, useContext } from 'react';
import type { Api } from './client.js';
import type { Session } from './session.js';

interface Connection {
  readonly api: Api;
  readonly session: Session;
}

const ConnectionContext = createContext<Connection | undefined>(undefined);

/** Gives the views below it the API and the session. */
export const ConnectionProvider = ConnectionContext.Provider;

function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error('There is no ConnectionProvider above this component');
  return connection;
}

/** Returns the calls of the API. */
export const useApi = (): Api => useConnection().api;
/** Returns the session of the user. */
export const useSession = (): Session => useConnection().session;
