import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A name that the kernel keeps (unix(7), abstract sockets) and gives up with the process, however that ends. */
const NAME = '\0uketsuke-pcscd';
const WITHIN_MS = 540_000;
const AGAIN_MS = 200;

export interface MachineTurn {
  end(): Promise<void>;
}

/** One pcscd runs on a machine: waits until no other program of ours has its turn. */
export async function takePcscdTurn(): Promise<MachineTurn> {
  const until = performance.now() + WITHIN_MS;
  for (;;) {
    const server = createServer().unref();
    if (await listens(server)) return { end: () => closed(server) };
    if (performance.now() > until) throw new Error('another program of ours keeps pcscd');
    await pause(AGAIN_MS);
  }
}

async function listens(server: Server): Promise<boolean> {
  try {
    server.listen({ path: NAME });
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
