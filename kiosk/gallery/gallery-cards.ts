import { issueCard, issueDayOf, issuerFromPrivateKey, issuerPublicKey } from '@uketsuke/shared/card';
import { newCardId } from '@uketsuke/shared/identifiers';
import type { Household } from '@uketsuke/shared/person';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { importSealingPublicKey, newSealingKeyPair, toBase64url } from '@uketsuke/shared/sealing';

/** A city that issues cards for the tests of the screens, and the keys a desk needs to read them. */
export async function newGalleryCity() {
  const pair = await newSealingKeyPair();
  const receptionKey = await importSealingPublicKey(pair.publicKey);
  const issuerKey = seededBytes(1)(32);
  const issuer = issuerFromPrivateKey(1, issuerKey);
  let cards = 0;
  return {
    keys: new URLSearchParams({
      receptionKey: toBase64url(pair.privateKey),
      issuerKey: toBase64url(issuerPublicKey(issuerKey)),
    }),
    /** @param yearsAgo when the card was issued; it is valid for five years */
    issue: (household: Household, yearsAgo = 0) => {
      cards += 1;
      const issuedDay = issueDayOf(Date.now()) - yearsAgo * 366;
      return issueCard(
        { cardId: newCardId(seededBytes(100 + cards)), issuedDay, validYears: 5, household },
        issuer,
        receptionKey,
      );
    },
  };
}
