export { backoffMs, pauseAfter } from './backoff.ts';
export { Exchange, type ExchangeParts } from './exchange.ts';
export { ExchangeLoop, type ExchangeLoopParts } from './exchange-loop.ts';
export { LIVE_SILENCE_MS, LiveConnection, type LiveConnectionOptions } from './live-connection.ts';
export {
  type LogPort,
  NOTHING_EXCHANGED,
  type Offered,
  PEER_MARK_SCHEMAS,
  type PeerMarks,
  type Settled,
} from './log-port.ts';
export type { Trouble } from './loop-state.ts';
export { type ServerState, serverStateSchema } from './server-generation.ts';
export { REQUEST_TIMEOUT_MS, SyncClient, type SyncClientOptions } from './sync-client.ts';
export { SyncFailure } from './sync-failure.ts';
