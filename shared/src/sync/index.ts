export { backoffMs, pauseAfter } from './backoff.ts';
export { BatchSize } from './batch-size.ts';
export { LiveConnection, type LiveConnectionOptions } from './live-connection.ts';
export { fittingBatch } from './push-batch.ts';
export { afterMark, type ServerState, serverStateSchema } from './server-generation.ts';
export { REQUEST_TIMEOUT_MS, SyncClient, type SyncClientOptions } from './sync-client.ts';
export { SyncFailure } from './sync-failure.ts';
export { WakeUp } from './wake-up.ts';
