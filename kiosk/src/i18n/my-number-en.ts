import type { myNumberJa } from './my-number-ja.ts';

/** English words for My Number cards. */
export const myNumberEn: typeof myNumberJa = {
  reader: {
    title: 'My Number card',
    waiting: 'Put it on the reader.',
    ready: 'Put a My Number card on the card reader.',
    busy: 'A card is on the reader.',
    unavailable: {
      'no-pcsc': 'Cannot be used yet.',
      'service-stopped': 'Cannot be used now.',
      'no-reader': 'No reader.',
    },
    reason: {
      'no-pcsc': 'This computer cannot use a card reader yet.',
      'service-stopped': 'The card reader software has stopped. It will work again by itself once it is back.',
      'no-reader': 'No card reader is plugged in. It will work by itself once you plug one in.',
    },
    how: 'How to fix',
    howTitle: 'To use a card reader',
    howLead: 'Check-in by QR code goes on without a card reader.',
    steps: {
      'no-pcsc': {
        one: 'Windows: there is nothing to install. Plug the card reader into a USB port and restart this computer.',
        two: 'Linux (Debian, Ubuntu): ask somebody who knows to install pcscd and libpcsclite1, then restart the reception program.',
      },
      'service-stopped': {
        one: 'Unplug the card reader and plug it in again. If it still does not work after a minute, go on.',
        two: 'Windows: start Smart Card under Services. Linux: start pcscd. If you are not sure, restart this computer.',
      },
      'no-reader': {
        one: 'Plug the card reader into a USB port of this computer.',
        two: 'If nothing changes, try another port or another card reader.',
      },
    },
    close: 'Close',
  },
  reading: { title: 'Reading the card', next: 'Do not move the card.' },
  choose: {
    'not-linked': 'Choose how to check in with this card',
    expired: 'The digital certificate on this card has expired',
    'not-yet-valid': 'The digital certificate on this card is not valid yet',
    'clock-wrong': 'The clock of this computer is wrong',
    hint: {
      'not-linked': 'This card is not registered. Leave it on the reader.',
      expired: 'A tap alone is not enough, but these ways work. Leave the card on the reader.',
      'clock-wrong':
        'Whether the card’s certificate is in date is not known, so a tap alone is not enough. Set the clock, or use one of these ways. Leave the card on the reader.',
      'not-yet-valid': 'Check the date of this computer. These ways work. Leave the card on the reader.',
    },
    pin: 'Check in with the PIN (4 digits)',
    pinHint: 'The four digits chosen at the municipal office.',
    pinB: 'Check in with the number on the card face',
    pinBHint: 'For those who forgot the PIN.',
    qr: 'Show a reception card (QR code) to the camera',
    qrHint: 'If it is shown now, this card can be registered, so that next time a tap is enough.',
    qrHintOnly: 'Whoever has a reception card can show it as usual.',
  },
  entry: {
    pinTitle: 'Have the PIN (4 digits) entered',
    pinLead: 'Let the person enter it themselves; others look away. The PIN is not kept.',
    pinLabel: 'PIN (4 digits)',
    pinBTitle: 'Enter the number on the card face (14 digits)',
    pinBLabel: 'Number on the card face (14 digits)',
    pinBParts: {
      birth: 'Birth date',
      birthHint: 'Year of the Japanese era, month, day, two digits each. Showa 55, February 17 is 550217',
      expiry: 'Expiry year',
      expiryHint: 'Four digits of the Western year until which the card is valid',
      code: 'Security code',
      codeHint: 'The four digits printed on the face of the card',
    },
    fault: {
      'not-a-birth-date': 'Check the six digits of the birth date. The year is that of the Japanese era.',
      'not-an-expiry-year': 'Check the expiry year: four digits, Western calendar.',
    },
    submit: 'Check in with this number',
    busy: 'Asking the card',
    back: 'Another way',
    clear: 'Clear all',
    shuffle: 'Shuffle the digits',
    unshuffle: 'Digits in order',
    tries: '{{count}} tries left.',
    oneTry:
      'One try left. If it is wrong, this number is locked, and only the city hall can reset it. If you are not sure, press "Another way".',
    wrong: 'The number is wrong.',
    scanned: 'That was not sent to the card: it came from a barcode scanner, or was too long. Type the digits by hand.',
    expiredDigits: 'Nothing was entered for 30 seconds, so the digits were cleared.',
  },
  blocked: {
    pin: {
      title: 'The PIN is locked',
      next: 'It was entered wrongly too often. It cannot be unlocked here: the municipal office where the person lives can reset it.',
    },
    'pin-b': {
      title: 'The number on the card face is locked',
      next: 'It was entered wrongly too often. It cannot be unlocked here: the municipal office where the person lives can reset it.',
    },
    others: 'For now, check in another way.',
  },
  trouble: {
    phone: {
      title: 'A smartphone cannot be used',
      next: 'Ask for the card itself. Without it, have a reception card (QR code) shown, or write the name on the list.',
    },
    'other-card': {
      title: 'This is not a My Number card',
      next: 'Transit cards and driving licences cannot be used. Ask for the My Number card.',
    },
    untrusted: {
      title: 'This card cannot be verified',
      next: 'It does not come from a known issuer, so nobody is checked in with it. Have a reception card (QR code) shown, or write the name on the list.',
    },
    'no-anchors': {
      title: 'This computer cannot verify cards',
      next: 'The certificates to check cards by are not on this computer. Have a reception card (QR code) shown or write the name on the list, and tell headquarters.',
    },
    unreadable: {
      title: 'The card could not be read',
      next: 'Take the card off, keep it away from other cards and metal, and put it on the reader again.',
    },
    'removed-early': {
      title: 'The card was taken away too early',
      next: 'Nobody was checked in. Put the card on the reader again and leave it there until you see "Checked in".',
    },
  },
  strip: {
    offer: 'Register this card, so that next time a tap is enough?',
    offerHint:
      "Name, address and so on of {{names}} are registered encrypted. Only this card at the city's unlocked reception opens them. It can be taken back at any time.",
    link: 'Register with their consent',
    decline: 'Do not register',
    registered: 'This card is registered. Next time, too, a tap is enough.',
    unlink: 'Take back',
    unlinkTitle: 'Take back the registration of this card?',
    unlinkLead: 'A tap will not be enough any more. The check-in of today stays.',
    linked: 'Registered. Next time a tap of this card is enough.',
    unlinked: 'The registration was taken back.',
    failed: {
      'without-effect':
        'The registration of this card cannot be changed here: it was made at another shelter. The check-in is done. Tell that shelter or headquarters.',
      'not-possible': 'It cannot be registered now. Try again when headquarters can be reached. The check-in is done.',
      'not-recorded':
        'The registration could not be recorded. Put the card on the reader again and try once more. The check-in is done.',
    },
  },
};
