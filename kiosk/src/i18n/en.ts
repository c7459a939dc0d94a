import type { Catalogue } from './ja.ts';
import { myNumberEn } from './my-number-en.ts';
import { settingsEn } from './settings-en.ts';

export const en: Catalogue = {
  myNumber: myNumberEn,
  ...settingsEn,
  app: { name: 'Shelter reception' },
  common: {
    cancel: 'Cancel',
    retry: 'Try again',
    language: 'Language',
    listSeparator: ', ',
    sir: '{{name}}',
  },
  start: {
    connecting: 'Preparing the reception desk',
    anotherWindow: {
      title: 'This desk is already open in another window',
      next: 'Please use the window that is open. If you have closed it, press “Try again”.',
    },
    hostGone: {
      title: 'The reception program does not answer',
      next: 'Close this window and start the reception program again. If that does not help, call headquarters.',
    },
  },
  enrolment: {
    title: 'Set up this computer as a reception desk',
    lead: 'You need the enrolment code from headquarters. This is done once. Afterwards the desk works without any network.',
    server: 'Address of the server',
    serverHint: 'Example: https://uketsuke.example.jp',
    code: 'Enrolment code',
    codeHint: '12 characters. Hyphens and upper or lower case make no difference.',
    name: 'Name of this computer',
    nameHint: 'Example: Desk 1. Headquarters sees this name.',
    pin: 'PIN',
    pinHint: '6 to 12 digits. You need it every time you open the desk.',
    pinRepeat: 'PIN (again)',
    submit: 'Set up',
    working: 'Setting up. Please wait.',
    invalid: {
      server: 'Enter an address that begins with https://.',
      code: 'The enrolment code has 12 characters. Please check it.',
      name: 'Enter 1 to 40 characters.',
      'pin-malformed': 'Enter 6 to 12 digits.',
      'pin-too-simple': 'Do not use one digit repeated or digits in sequence.',
      pinRepeat: 'The two PINs differ.',
    },
    failed: {
      'pin-malformed': 'The PIN needs 6 to 12 digits. Choose another one.',
      'pin-too-simple':
        'This PIN is too easy to guess. Choose one that is neither one digit repeated nor digits in sequence.',
      'server-unreachable':
        'The server cannot be reached. Check the address and the network, then press “Set up” again.',
      'enrolment-code-invalid':
        'This enrolment code cannot be used. A code works once, within a day. Ask headquarters for a new one.',
      'too-many-attempts': 'Too many failed attempts. Wait about {{wait}}, then try again.',
      'shelter-unknown': 'The shelter of this code was not found. Call headquarters.',
      'device-revoked': 'Headquarters has withdrawn this enrolment. Ask for a new code.',
      'malformed-request': 'The server did not accept what was entered. Check it and try again.',
      'enrolment-refused':
        'The server refused the enrolment. A code works once, within a day. Check it or ask headquarters for a new one.',
      'database-unavailable': 'The server has a fault. Wait a few minutes and try again.',
      'vault-exists': 'This computer is set up already. Reload the screen and open it with the PIN.',
      'disk-full': 'There is not enough free space on this computer. Delete files you do not need and try again.',
      'disk-failed': 'Nothing can be saved on this computer. Use another one or call headquarters.',
      'host-gone': 'The reception program does not answer. Start it again.',
      other: 'Setting up did not work. Try again; if it still fails, call headquarters.',
    },
  },
  unlock: {
    title: 'Enter the PIN',
    lead: 'Open the desk with the PIN chosen at set-up.',
    pin: 'PIN',
    submit: 'Open',
    backspace: 'Delete one digit',
    digits: 'Digits',
    opening: 'Opening the desk',
    progress: 'Checking the records {{done}} / {{total}}',
    progressDone: 'Checking the records {{done}}',
    failed: {
      'wrong-pin': 'Wrong PIN. Please enter it again.',
      'too-many-attempts': 'Too many wrong PINs. You can try again in {{wait}}.',
      'vault-damaged':
        'The set-up of this computer is damaged. It cannot be opened. Call headquarters and set it up again.',
      'vault-empty': 'This computer is not set up yet. Reload the screen.',
      'disk-full': 'Not enough free space to open the desk. Delete files you do not need and try again.',
      'disk-failed': 'The disk cannot be read. Use another computer or call headquarters.',
      'host-gone': 'The reception program does not answer. Start it again.',
      other: 'The desk could not be opened. Try again; if it still fails, call headquarters.',
    },
  },
  wait: { seconds: '{{count}} s', minutes: '{{count}} min' },
  scan: {
    title: 'Reception',
    ready: 'Show the card',
    readyHint: 'Hold the QR code to the camera or read it with the scanner.',
    stay: 'Kind of stay',
    lock: 'Lock',
    locking: 'Locking',
    working: 'Recording',
  },
  counts: {
    title: 'People now',
    people: 'people',
    admitted: 'Admitted',
    out: 'Stepped out',
    headcount: 'Counted without names',
    unknown: 'Unknown',
    onlyHere: 'What this computer knows. People admitted at other desks may be missing.',
  },
  recent: {
    title: 'Admitted at this computer',
    none: 'No admissions yet.',
    others: 'and {{count}} more',
    voided: 'Undone',
    time: 'Admitted at',
    name: 'Name',
  },
  undo: {
    open: 'Undo the last admission',
    title: 'Undo this admission?',
    lead: 'The admission of {{names}} at {{time}} will be undone. It stays on record and is no longer counted.',
    confirm: 'Undo',
    done: 'Admission undone',
    doneHint: 'If this was a mistake, show the card again.',
    nothing: 'Nothing to undo',
    nothingHint: 'Only admissions made at this computer and not yet undone can be undone.',
    overtaken: 'Not undone',
    overtakenHint: 'A new admission came meanwhile. Look at the list and choose again.',
  },
  reception: {
    admitted: { title: 'Admitted', members: '{{count}} people' },
    returned: { title: 'Welcome back', next: 'The return has been recorded.' },
    already: {
      title: 'Already admitted',
      next: 'Already counted. There is no need to admit again.',
      since: 'admitted at {{time}}',
      some: 'Household members admitted before',
    },
    expired: 'The card has expired. The admission is recorded. Suggest a new card when things are calmer.',
    refused: {
      'not-ours': {
        title: 'Not a reception card',
        next: 'Ask for the QR code of the reception card. Admit people without a card by hand.',
      },
      damaged: {
        title: 'The code could not be read to its end',
        next: 'Hold the card flat and in the light and show it again. If it is dirty or torn, admit by hand.',
      },
      foreign: {
        title: 'A card of another municipality',
        next: 'It cannot be read at this shelter. Ask for the name and admit by hand.',
      },
      'unknown-issuer': {
        title: 'Issuer not known',
        next: 'This computer does not know who issued the card. Admit by hand and call headquarters.',
      },
      forged: {
        title: 'Not a genuine card',
        next: 'The content was altered. Do not use this card: ask for the name, admit by hand and tell headquarters.',
      },
      'too-new': {
        title: 'A newer kind of card',
        next: 'The program on this computer is too old to read it. Admit by hand and ask headquarters for an update.',
      },
      revoked: {
        title: 'This card was withdrawn',
        next: 'Ask whether there is a newer card. If not, ask for the name and admit by hand.',
      },
    },
    notRecorded: {
      'disk-full': {
        title: 'Not recorded (disk full)',
        next: 'Not admitted yet. Delete files you do not need, then show the same card again. If it goes on, admit by hand and call headquarters.',
      },
      'journal-failed': {
        title: 'Not recorded (journal not saved)',
        next: 'Not admitted yet. Take the card away and show it again. If it goes on, admit by hand and call headquarters.',
      },
      'store-failed': {
        title: 'Not recorded (roster not saved)',
        next: 'Not admitted yet. Take the card away and show it again. If it goes on, restart this computer.',
      },
    },
    undoNotRecorded: {
      title: 'The undo was not recorded',
      next: 'The admission still stands. Wait a little and undo again. If it goes on, call headquarters.',
    },
    needs: 'Needs',
    age: 'age {{age}}',
  },
  sync: {
    title: 'Headquarters',
    synced: 'Everything has reached headquarters',
    nothingPending: 'Nothing waits to be sent',
    neverAnswered: 'No contact with headquarters yet',
    pending: 'Records that have not reached headquarters: {{count}}',
    pendingHub: 'Records that have not reached the hub: {{count}}',
    pendingSince: 'since {{time}}',
    atHub: 'Everything has reached the hub',
    sending: 'Sending',
    lastExchange: { city: 'last contact with headquarters {{time}}', hub: 'last contact with the hub {{time}}' },
    relay: {
      pending: 'The hub has not passed on {{count}} records to headquarters',
      unknown: 'Whether it has reached headquarters is not known yet.',
      noWay: 'The hub has no way to headquarters. It sends by itself when it has.',
    },
    quarantined: 'Headquarters has set {{count}} records aside. Please call headquarters.',
    quarantinedByHub: 'The hub has set {{count}} records aside. Please call headquarters.',
    continues: 'You can go on admitting.',
    trouble: {
      'no-network': 'No network. Records are sent by themselves when it is back.',
      'server-unreachable': 'The server cannot be reached. Records are sent by themselves when it is back.',
      'server-failing': 'The server has a fault. Records are sent by themselves when it is mended.',
      'answers-strangely': 'Something that is not the server answers. Look whether the Wi-Fi asks you to sign in.',
      'device-revoked': 'Headquarters has withdrawn this computer: nothing is sent. Call headquarters.',
      'device-unknown': 'The server does not know this computer: nothing is sent. Call headquarters.',
      'store-failed':
        'This computer cannot write to its own disk: nothing is sent. Check that the disk has free space, then restart this computer.',
      'clock-off': 'The clock of this computer is far off: nothing is sent. Set the clock.',
    },
    hubTrouble: {
      'no-network': 'No network. Records are sent by themselves when it is back.',
      'server-unreachable': 'The hub does not answer. Check its power and its network.',
      'server-failing': 'The hub has a fault. If it goes on, start the hub again.',
      'answers-strangely':
        'Something else answers at the hub’s address. If the hub was replaced, scan the QR code of the new one.',
      'device-revoked': 'This computer was withdrawn: the hub takes nothing from it. Call headquarters.',
      'device-unknown': 'The hub cannot verify this computer. Call headquarters and set it up again.',
      'store-failed':
        'This computer cannot write to its own disk: nothing is sent. Check that the disk has free space, then restart this computer.',
      'clock-off': 'The clock of this computer is far off: nothing is sent to the hub. Set the clock.',
    },
    clock: {
      behind: 'The clock of this computer seems to be slow. Set the clock.',
      ahead: 'The clock of this computer seems to be fast. Set the clock.',
    },
  },
  camera: {
    label: 'Camera picture',
    starting: 'Starting the camera',
    choose: 'Camera',
    unnamed: 'Camera {{number}}',
    torchOn: 'Light on',
    torchOff: 'Light off',
    scannerWorks: 'A USB scanner still works.',
    fault: {
      denied: {
        title: 'The camera is not allowed',
        next: 'Allow the camera in the browser’s settings and press “Try again”.',
      },
      none: { title: 'No camera found', next: 'Plug a camera in. It starts by itself.' },
      busy: {
        title: 'The camera cannot be used',
        next: 'Close other programs that use the camera. It is tried again by itself.',
      },
      unplugged: { title: 'The camera was unplugged', next: 'Plug the camera in again. It starts by itself.' },
      'no-picture': {
        title: 'No picture from the camera',
        next: 'Plug the camera in again or choose another one. It is tried again by itself.',
      },
      unsupported: {
        title: 'The camera cannot be used in this window',
        next: 'Open this screen from the reception program, or use a USB scanner.',
      },
    },
  },
};
