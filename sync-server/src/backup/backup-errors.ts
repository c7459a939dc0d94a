import { CodedError } from '@uketsuke/shared/coded-error';

/** The file is not a backup that can be restored here; nothing was written. `code` says why. */
export class BackupRefusedError extends CodedError<
  'not-a-backup' | 'backup-damaged' | 'backup-foreign' | 'backup-too-new'
> {
  override readonly name = 'BackupRefusedError';
}

/** There is data already where a backup was to be restored to; nothing was written. */
export class ServerNotEmptyError extends CodedError<'server-not-empty'> {
  override readonly name = 'ServerNotEmptyError';
  constructor() {
    super('server-not-empty', 'there is data of a city already');
  }
}

/** A restore was broken off: what is there is not all of it. */
export class UnfinishedRestoreError extends CodedError<'unfinished-restore'> {
  override readonly name = 'UnfinishedRestoreError';
  constructor() {
    super('unfinished-restore', 'a restore was broken off; run it again with --replace before the server is started');
  }
}
