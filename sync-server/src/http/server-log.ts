import { type DestinationStream, type Logger, pino } from 'pino';

/** The server's log: JSON lines. Nobody's data goes in: route patterns instead of addresses, never bodies (SEC-5). */
export type ServerLog = Logger;

/** A log to standard output, or to `destination`. */
export function openServerLog(level: string = 'info', destination?: DestinationStream): ServerLog {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}
