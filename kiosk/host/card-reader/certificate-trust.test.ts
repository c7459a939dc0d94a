import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CardAuthority } from '../../../testbed/virtual-card/card-authority.ts';
import { CertificateMalformed, certificateLength, parseCertificate } from './certificate.ts';
import { CertificateTrust } from './certificate-trust.ts';
import { pcscService } from './pcsc-service.ts';
import { SmartCardsUnavailable } from './smart-card-service.ts';

let authority: CardAuthority;
let certificate: Uint8Array;
let root: string;
let folder: string;

beforeAll(async () => {
  authority = await CardAuthority.make();
  certificate = await authority.issue();
  root = await mkdtemp(join(tmpdir(), 'uketsuke-trust-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'card-trust-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function residentPem(): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString('base64')}\n-----END CERTIFICATE-----\n`;
}

async function judged(): Promise<{ validity: string; unusable: string[] }> {
  const unusable: string[] = [];
  const trust = await CertificateTrust.load(folder, (file) => unusable.push(file));
  return { validity: trust.judge(certificate, Date.now()), unusable };
}

describe('the folder of trust anchors', () => {
  it('makes certificates good that one of its authorities signed', async () => {
    const other = await CardAuthority.make();
    await writeFile(join(folder, 'authorities.pem'), `${other.pem}\n${authority.pem}`);
    expect(await judged()).toEqual({ validity: 'good', unusable: [] });
  });

  it('that is empty or not there trusts nobody', async () => {
    expect(await judged()).toEqual({ validity: 'no-anchors', unusable: [] });
    await rm(folder, { recursive: true });
    expect(await judged()).toEqual({ validity: 'no-anchors', unusable: [] });
  });

  it('names a file that is no certificate, or no authority’s, and leaves it out', async () => {
    await writeFile(join(folder, 'a.pem'), 'no certificate');
    await writeFile(join(folder, 'b.pem'), residentPem());
    await writeFile(join(folder, 'c.pem'), authority.pem.replace(/[A-Za-z]{20}/, 'x'.repeat(20)));
    await mkdir(join(folder, 'd.pem'));
    const { validity, unusable } = await judged();
    expect(validity).not.toBe('good');
    expect(unusable).toEqual(expect.arrayContaining(['a.pem', 'b.pem', 'd.pem']));
  });

  it.each([
    ['{"withoutAnchors":"accept"}', 'unchecked', []],
    ['{"withoutAnchors":"refuse"}', 'no-anchors', []],
    ['{}', 'no-anchors', []],
    ['{"withoutAnchors":true}', 'no-anchors', ['policy.json']],
    ['accept', 'no-anchors', ['policy.json']],
  ])('with the policy %s', async (policy, validity, unusable) => {
    await writeFile(join(folder, 'policy.json'), policy);
    expect(await judged()).toEqual({ validity, unusable });
  });

  it('with an anchor, the policy of unchecked cards does not let others in', async () => {
    await writeFile(join(folder, 'policy.json'), '{"withoutAnchors":"accept"}');
    await writeFile(join(folder, 'other.pem'), (await CardAuthority.make()).pem);
    expect(await judged()).toEqual({ validity: 'untrusted', unusable: [] });
  });
});

describe('certificates', () => {
  it('have the size of the real ones and know their length', () => {
    expect(certificate.length).toBeGreaterThan(1_600);
    expect(certificate.length).toBeLessThan(2_048);
    expect(certificateLength(certificate)).toBe(certificate.length);
  });

  it('truncated, changed or made up: only CertificateMalformed', () => {
    const trust = new CertificateTrust({ anchors: [], acceptWithoutAnchors: true });
    const truncated = fc.nat({ max: 2_000 }).map((length) => certificate.slice(0, length));
    const changed = fc.tuple(fc.nat({ max: 1_600 }), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
      const copy = certificate.slice();
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(truncated, changed, fc.uint8Array({ maxLength: 400 })), (bytes) => {
        for (const parse of [certificateLength, parseCertificate, (der: Uint8Array) => trust.judge(der, Date.now())]) {
          try {
            parse(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(CertificateMalformed);
          }
        }
      }),
    );
  });
});

describe('a machine without the PC/SC library', () => {
  it('says so, and is asked again', async () => {
    const service = pcscService(() => Promise.reject(new Error('libpcsclite.so.1: cannot open shared object file')));
    const listener = { slotChanged: () => undefined, slotGone: () => undefined, failed: () => undefined };
    const refused = await service.watch(listener).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SmartCardsUnavailable);
    expect(refused).toMatchObject({ code: 'no-pcsc' });
  });
});
