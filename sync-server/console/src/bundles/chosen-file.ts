import { BUNDLE_MAX_BYTES } from '@uketsuke/shared/bundle';
import { ApiError } from '@uketsuke/shared/contracts';

/** How every bundle begins. */
const BEGINNING = '{"format":"uketsuke-bundle"';

/**
 * Refuses what cannot be a bundle before it is sent: another file, one that is too large.
 * @throws ApiError `not-a-bundle`, `bundle-too-large`, `file-unreadable`
 */
export async function checkChosenFile(file: Blob): Promise<void> {
  let beginning: string;
  try {
    beginning = await file.slice(0, BEGINNING.length).text();
  } catch {
    throw new ApiError('file-unreadable');
  }
  if (beginning !== BEGINNING) throw new ApiError('not-a-bundle');
  if (file.size > BUNDLE_MAX_BYTES) throw new ApiError('bundle-too-large');
}
