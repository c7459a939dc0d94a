import { describe, expect, it } from 'vitest';
import { shelterIdSchema } from '../identifiers/identifiers.ts';
import { toBase64url } from '../sealing/base64url.ts';
import { linkIdOf } from './directory.ts';
import { type RecordedLink, standingOf } from './link-history.ts';
import { isLinkChangeProven, linkHolderOf, proveLinkChange } from './link-proof.ts';

const bytes = (value: number) => toBase64url(new Uint8Array(32).fill(value));
const key = { key: bytes(1), keyId: 1 };
const [CARD, OTHER] = [bytes(2), bytes(3)];
const change = { deviceId: 'desk1', keyId: 1, linkId: linkIdOf(key, CARD), sealed: 'c2VhbGVk' };

describe('the proof that a card was there (MNC-6)', () => {
  it('comes from directory key and certificate together, and holds for this change alone', () => {
    const proof = proveLinkChange(key, CARD, change);
    expect(proof.holder).toBe(linkHolderOf(key, CARD));
    expect(isLinkChangeProven(change, proof)).toBe(true);
    const others = [
      { ...change, sealed: null },
      { ...change, sealed: 'b3RoZXI' },
      { ...change, deviceId: 'desk2' },
      { ...change, linkId: linkIdOf(key, OTHER) },
      { ...change, keyId: 2 },
    ];
    for (const other of others) expect(isLinkChangeProven(other, proof)).toBe(false);
    expect(isLinkChangeProven(change, { ...proof, holder: linkHolderOf(key, OTHER) })).toBe(false);
    expect(isLinkChangeProven(change, { ...proof, signature: toBase64url(new Uint8Array(64)) })).toBe(false);
    expect(isLinkChangeProven(change, { ...proof, holder: toBase64url(new Uint8Array(32).fill(255)) })).toBe(false);
    expect(linkHolderOf({ ...key, key: bytes(9) }, CARD)).not.toBe(proof.holder);
  });
});

describe('what stands of a link', () => {
  let count = 0;
  const at = (place: number, shelter: string, holder: string | null, sealed: string | null): RecordedLink => {
    count += 1;
    return {
      eventId: `ev:${count}`,
      shelterId: shelterIdSchema.parse(shelter),
      place: String(place).padStart(4, '0'),
      receivedAt: `2026-11-27T03:00:00.${String(count).padStart(3, '0')}Z`,
      holder,
      sealed,
    };
  };

  it('is the latest of who holds the card, wherever they were, in any order of reading (MNC-5)', () => {
    const [first, second, third] = [at(10, 'a', 'h', 'x'), at(20, 'b', 'h', 'y'), at(30, 'c', 'h', null)];
    expect(standingOf([third, first, second]).standing).toBe(third);
    expect(standingOf([second, first]).standing).toBe(second);
    expect(standingOf([second, first]).refused).toEqual([]);
  });

  it('is nothing that somebody else said: not by another key, none, an early or a late stamp (MNC-6)', () => {
    const made = at(500, 'a', 'h', 'x');
    const foreign = [
      at(900, 'b', 'thief', null),
      at(900, 'b', null, null),
      at(1, 'b', 'thief', 'z'),
      at(999, 'a', null, null),
    ];
    const { standing, refused, owner } = standingOf([...foreign, made]);
    expect([standing, owner]).toEqual([made, { holder: 'h', shelterId: 'a' }]);
    expect(refused).toHaveLength(4);
  });

  it('is for links without a proof what their own shelter said, until somebody proves to hold the card there', () => {
    const made = at(10, 'a', null, 'x');
    expect(standingOf([made, at(20, 'b', null, null), at(30, 'b', 'thief', null)]).standing).toBe(made);
    const [back, proven, later] = [at(40, 'a', null, null), at(50, 'a', 'h', 'y'), at(60, 'a', null, null)];
    expect(standingOf([made, back]).standing).toBe(back);
    expect(standingOf([made, back, proven, later])).toMatchObject({ standing: proven, owner: { holder: 'h' } });
    expect(standingOf([at(5, 'b', null, null), made]).standing).toBe(made);
  });
});
