import type { settingsJa } from './settings-ja.ts';

/** English words for the settings: hub and USB export. */
export const settingsEn: typeof settingsJa = {
  settings: {
    open: 'Settings',
    close: 'Back to reception',
    title: 'Settings',
    receptionGoesOn: 'Cards can be shown here, too: people are admitted as always.',
  },
  hub: {
    title: 'Hub (relay within the shelter)',
    lead: 'Desks at the same hub share the roster even when headquarters cannot be reached.',
    none: 'No hub is in use.',
    unknown: 'The setting cannot be read. Start the reception program again.',
    inUse: 'Hub in use',
    disconnect: 'Stop using the hub',
    disconnected: 'The hub is no longer used. Records are sent to headquarters directly.',
    scan: 'Hold the QR code on the hub’s screen to the camera, or enter its address.',
    address: 'Address of the hub',
    addressHint: 'Example: 192.168.1.20:8443 (shown on the hub’s screen)',
    find: 'Look for it',
    finding: 'Looking for the hub',
    found: 'Found the hub of {{shelter}}',
    foundNext: 'Use this hub? Address {{address}}',
    connect: 'Use this hub',
    connected: 'The hub is in use. The bottom of the screen shows how sending goes.',
    failed: {
      'hub-unreachable':
        'The hub does not answer. Check that it is switched on, that both are on the same Wi-Fi or cable, and the address.',
      'not-a-hub': 'What answers there is not a hub. Check the address on the hub’s screen.',
      malformed: 'The proof of this hub cannot be read, so it cannot be used. Set the hub up again.',
      'bad-signature': 'Not a hub of this city, perhaps a false one. Do not connect; call headquarters.',
      'other-shelter': 'This is the hub of “{{shelter}}”. Scan the QR code of this shelter’s hub.',
      'other-certificate':
        'Some device may pretend to be the hub. Do not connect; check the network and call headquarters.',
      'enrolment-outdated':
        'This computer was set up too long ago to use a hub. Ask headquarters for a new enrolment code and set it up again.',
      withdrawn: 'Headquarters has withdrawn this hub. Do not connect; call headquarters.',
      'disk-full': 'Not enough free space to save the setting. Delete files you do not need and try again.',
      'disk-failed': 'The setting cannot be saved. Use another computer or call headquarters.',
      'host-gone': 'The reception program does not answer. Start it again.',
      other: 'The hub cannot be used. Try again; if it still fails, call headquarters.',
    },
  },
  scanner: {
    title: 'USB scanners',
    lead: 'Before you use a new scanner, read the code below with it. When “The scanner works” comes, it can be used as it is.',
    testCode: 'QR code to try a scanner with',
    steps: {
      keyboard: 'Set it to work as a USB keyboard (HID keyboard).',
      layout: 'Set its keyboard to English (US) or Japanese.',
      end: 'Have it send Enter after each code, and set the wait between characters to 0.',
      codes: 'Switch QR codes on. It need not put anything before a code.',
    },
    works: { title: 'The scanner works', next: 'Every character has arrived. It can be used as it is.' },
    torn: {
      title: 'The code broke off',
      next: 'Nobody has been admitted yet. Read the same code once more. If it goes on, have it shown to the camera.',
    },
    'no-code': {
      title: 'What the scanner typed makes no code',
      next: 'Nobody has been admitted yet. Read it once more. If it goes on, use the camera and check the scanner under “Settings”, “USB scanners”.',
    },
  },
  usb: {
    title: 'Carry records on a USB stick',
    lead: 'Without a network, records can be carried in a file. It is sealed: only headquarters and this shelter’s hub can open it.',
    which: 'Records to put in',
    unacknowledged: 'Records that have not reached headquarters',
    all: 'All records of this shelter',
    count: '{{count}}',
    save: 'Save as a file',
    making: 'Writing {{done}} / {{total}}',
    saved: 'Saved {{count}} records in “{{name}}”.',
    steps: {
      copy: 'Move the file (in the folder “Downloads”) to a USB stick.',
      carry: 'Carry it to headquarters or to this shelter’s hub and have it imported.',
      wait: 'Carrying it does not count as sent. Records count as sent when this computer is in contact after the import.',
    },
    outdated:
      'This computer was set up too long ago for this. Ask headquarters for a new enrolment code and set it up again.',
    failed: {
      'bundle-too-large':
        'There are too many records for one file. Save only “Records that have not reached headquarters”.',
      other: 'The file could not be made. Try again; if it goes on, restart this computer.',
    },
  },
};
