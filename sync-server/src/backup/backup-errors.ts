/** The file is not a backup that can be restored here; nothing was written. `code` says why. */
export class BackupRefusedError extends Error {
  readonly code: 'not-a-backup' | 'backup-damaged' | 'backup-foreign' | 'backup-too-new';
  constructor(code: BackupRefusedError['code'], detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'BackupRefusedError';
    this.code = code;
  }
}

/** There is data already where a backup was to be restored to; nothing was written. */
export class ServerNotEmptyError extends Error {
  readonly code = 'server-not-empty';
  constructor() {
    super('there is data of a city already');
    this.name = 'ServerNotEmptyError';
  }
}

/** A restore was broken off: what is there is not all of it. */
export class UnfinishedRestoreError extends Error {
  readonly code = 'unfinished-restore';
  constructor() {
    super('a restore was broken off; run it again with --replace before the server is started');
    this.name = 'UnfinishedRestoreError';
  }
}
