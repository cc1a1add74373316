import { freePort, holderOf, portIsFree } from '@aws-starter-kit/local-dynamo';

/** The port that `PORT` names cannot be used. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/**
 * Chooses the port of the API: the one in `PORT`, else 3000, else a free one. It is chosen before anything starts, so that
 * the demo calls this API, and not another one that has the port.
 * @throws PortError if `PORT` is invalid or taken
 */
export async function chooseApiPort(
  { PORT, HOST = '127.0.0.1' }: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
  defaultPort = 3000,
): Promise<{ port: number; isOther: boolean }> {
  if (PORT && !(/^\d{1,5}$/.test(PORT) && Number(PORT) <= 65_535))
    throw new PortError(
      `PORT holds ${JSON.stringify(PORT)}; it may hold a whole number from 0 (any free port) to 65535`,
    );
  if (PORT === '0') return { port: await freePort(), isOther: false };
  const port = Number(PORT || defaultPort);
  if (await portIsFree(port, HOST || '127.0.0.1')) return { port, isOther: false };
  const holder = holderOf(port) ?? 'another process';
  if (PORT) throw new PortError(`Port ${port} is taken by ${holder}: stop it, or set PORT to another`);
  const free = await freePort();
  print(`Port ${port} is taken by ${holder}: the API takes port ${free}.`);
  return { port: free, isOther: true };
}
