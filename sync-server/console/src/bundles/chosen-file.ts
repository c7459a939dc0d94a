import { BUNDLE_MAX_BYTES } from '@uketsuke/shared/bundle';
import { HeadquartersError } from '../server/headquarters-error.ts';

/** How every bundle begins. */
const BEGINNING = '{"format":"uketsuke-bundle"';

/**
 * Refuses what cannot be a bundle before it is sent: another file, one that is too large.
 * @throws HeadquartersError `not-a-bundle`, `bundle-too-large`, `file-unreadable`
 */
export async function checkChosenFile(file: Blob): Promise<void> {
  let beginning: string;
  try {
    beginning = await file.slice(0, BEGINNING.length).text();
  } catch {
    throw new HeadquartersError('file-unreadable');
  }
  if (beginning !== BEGINNING) throw new HeadquartersError('not-a-bundle');
  if (file.size > BUNDLE_MAX_BYTES) throw new HeadquartersError('bundle-too-large');
}
