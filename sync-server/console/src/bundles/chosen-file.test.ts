import { BUNDLE_MAX_BYTES } from '@uketsuke/shared/bundle';
import { describe, expect, it } from 'vitest';
import { checkChosenFile } from './chosen-file.ts';

const HEADER = '{"format":"uketsuke-bundle","version":1}\n';

describe('a chosen file', () => {
  it('is sent when it begins like a bundle', async () => {
    await expect(checkChosenFile(new Blob([HEADER, 'more']))).resolves.toBeUndefined();
  });

  it.each(['', 'PK\u0003\u0004', '氏名,よみ\n'])('is not sent when it begins like %j', async (text) => {
    await expect(checkChosenFile(new Blob([text]))).rejects.toMatchObject({ code: 'not-a-bundle' });
  });

  it('is not sent when it is too large', async () => {
    const block = new Uint8Array(1024 * 1024);
    const blocks = Array.from({ length: BUNDLE_MAX_BYTES / block.length }, () => block);
    await expect(checkChosenFile(new Blob([HEADER, ...blocks]))).rejects.toMatchObject({ code: 'bundle-too-large' });
  });
});
