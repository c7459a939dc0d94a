import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { CodedError } from '@uketsuke/shared/coded-error';
import { errorCode } from './durable-file.ts';

/** Another program of this machine works over the same data directory. */
export class DirectoryInUseError extends CodedError<'directory-in-use'> {
  override readonly name = 'DirectoryInUseError';
  constructor(directory: string) {
    super(
      'directory-in-use',
      `Another kiosk program already runs over ${directory}. Close that one first, or give this one its own folder.`,
    );
  }
}

export interface DirectoryClaim {
  release(): Promise<void>;
}

/**
 * Claims an existing directory for this program, until it is released or the program ends, however it ends: the claim
 * is a local endpoint that the system takes away with its process, so that no file is left to block a start after a
 * power cut. Linux and Windows only; elsewhere nothing is claimed.
 * @throws DirectoryInUseError
 */
export async function claimDirectory(directory: string): Promise<DirectoryClaim> {
  const endpoint = endpointOf(await realpath(directory));
  if (endpoint === null) return { release: async () => undefined };
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(errorCode(cause) === 'EADDRINUSE' ? new DirectoryInUseError(directory) : cause),
    );
    server.listen(endpoint, resolve);
  });
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** An abstract socket (unix(7)) or a named pipe: neither leaves anything on the disk. */
function endpointOf(path: string): string | null {
  const name = `uketsuke-kiosk-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return null;
}
