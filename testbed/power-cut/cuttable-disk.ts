import { execFile } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CodedError } from '@uketsuke/shared/coded-error';

const runFile = promisify(execFile);

const SIZE_BYTES = 768 * 1024 * 1024;
/** Nothing is written back by chance: only what a program syncs is on the disk. */
const MOUNT_OPTIONS = 'loop,noatime,commit=600';
const RELEASE_WITHIN_MS = 60_000;
const BETWEEN_MS = 50;
/**
 * `FS_IOC_SHUTDOWN` (Linux, include/uapi/linux/fs.h) with `FS_SHUTDOWN_FLAGS_NOLOGFLUSH`: from this moment the file
 * system writes nothing more, not even its journal.
 */
const SHUT_DOWN = 'open(F, "<", $ARGV[0]) or die "$!"; my $how = pack("L", 2); ioctl(F, 0x8004587d, $how) or die "$!"';

/** The disk could not be made, cut, or mounted. */
export class CuttableDiskError extends CodedError<'cuttable-disk-failed'> {
  override readonly name = 'CuttableDiskError';
  constructor(message: string, options?: ErrorOptions) {
    super('cuttable-disk-failed', message, options);
  }
}

/** What this machine lacks for cutting a disk's power, as a sentence; null when nothing. */
export function missingForCuts(): string | null {
  if (process.getuid?.() !== 0) return 'The power-cut tests mount a disk image: run them as root.';
  const programs = ['mkfs.ext4', 'mount', 'umount', 'perl'].filter((name) => pathOf(name) === undefined);
  if (programs.length > 0) {
    return `The power-cut tests need ${programs.join(', ')} (Debian packages e2fsprogs, mount, perl-base).`;
  }
  if (!existsSync('/dev/loop-control')) return 'The power-cut tests need loop devices (/dev/loop-control).';
  if (!existsSync('/usr/bin/chromium')) return 'The power-cut tests need /usr/bin/chromium (Debian package chromium).';
  return null;
}

/**
 * A disk whose power can be cut: an ext4 file system in an image file. After `cut` everything that was not synced is
 * gone, as it is after a real power cut; merely killing programs loses nothing, for the kernel still writes their
 * data. What the kernel had handed to the drive counts as written: a drive that lies about its cache is not shown.
 */
export class CuttableDisk {
  /** Where it is mounted. */
  readonly directory: string;
  readonly #folder: string;
  readonly #image: string;
  #mounted = false;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#image = join(folder, 'disk.ext4');
    this.directory = join(folder, 'disk');
  }

  /** @throws CuttableDiskError also when this machine lacks something */
  static async create(): Promise<CuttableDisk> {
    const missing = missingForCuts();
    if (missing !== null) throw new CuttableDiskError(missing);
    const disk = new CuttableDisk(mkdtempSync(join(tmpdir(), 'uketsuke-power-cut-')));
    try {
      mkdirSync(disk.directory);
      const image = openSync(disk.#image, 'w');
      ftruncateSync(image, SIZE_BYTES);
      closeSync(image);
      await run('mkfs.ext4', ['-q', '-F', '-m', '0', disk.#image]);
      await disk.#mount();
      return disk;
    } catch (cause) {
      await disk.dispose();
      throw cause;
    }
  }

  /** The power goes. Programs that have files open get errors from now on; what was not synced is lost. */
  async cut(): Promise<void> {
    await run('perl', ['-e', SHUT_DOWN, this.directory]);
  }

  /** The power is back: mounts the disk again. All programs that used it must have ended, or do so soon. */
  async powerUp(): Promise<void> {
    await this.#unmount();
    await this.#mount();
  }

  /** Unmounts and deletes the image, whatever state it is in. */
  async dispose(): Promise<void> {
    if (this.#mounted) {
      await this.#unmount().catch(() => run('umount', ['-l', this.directory]));
      this.#mounted = false;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #mount(): Promise<void> {
    await run('mount', ['-t', 'ext4', '-o', MOUNT_OPTIONS, this.#image, this.directory]);
    this.#mounted = true;
  }

  async #unmount(): Promise<void> {
    const until = Date.now() + RELEASE_WITHIN_MS;
    for (;;) {
      try {
        await run('umount', [this.directory]);
        this.#mounted = false;
        return;
      } catch (cause) {
        if (Date.now() > until) throw cause;
        await wait(BETWEEN_MS);
      }
    }
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await runFile(pathOf(program) ?? program, [...args]);
  } catch (cause) {
    throw new CuttableDiskError(`${program} ${args.join(' ')}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

/** System programs are often not in the search path of an ordinary shell. */
function pathOf(program: string): string | undefined {
  return ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].map((folder) => join(folder, program)).find(existsSync);
}
