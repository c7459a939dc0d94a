import type { HubWords } from './ja.ts';

/** The words of the hub's page in English. */
export const en: HubWords = {
  title: 'Shelter hub',
  heading: 'Hub of {{shelter}}',
  lead: 'The kiosks of this shelter connect to this hub. While the city’s server cannot be reached, they still share the roster.',
  connectHeading: 'Connect a kiosk',
  steps: [
    'Connect the kiosk to the same Wi-Fi or cable network as this hub.',
    'On the kiosk, open the sync screen and choose “Connect to a hub”.',
    'Let the kiosk read the QR code below.',
  ],
  codeLabel: 'QR code of the hub',
  byHand: 'If the QR code cannot be read, type this address.',
  onlyHere: 'This hub is on no network. Connect it to Wi-Fi or a cable, then start it again.',
  stateHeading: 'State now',
  city: 'City’s server',
  cityStates: {
    connected: 'Connected.',
    connecting: 'Connecting.',
    unreachable: 'Not reachable. Reception goes on as usual. Everything is sent by itself once there is a connection.',
    failing: 'The city’s server has trouble. It is tried again by itself.',
    strange: 'Something else answers in the server’s place. Check whether the Wi-Fi shows a sign-in page.',
    refused: 'The city’s server refuses this hub. Tell headquarters. Reception goes on as usual.',
  },
  pending: 'Records not yet sent to the city',
  pendingUnknown: 'Counting',
  pendingCount: '{{count}}',
  oldest: 'Oldest of them',
  lastExchange: 'Last exchange with the city',
  never: 'None since the start',
  events: 'Records on this hub',
  kiosks: 'Kiosks connected',
  kiosksCount: '{{count}}',
  gone: 'The hub does not answer. Check whether it runs on this machine; then this page comes back by itself.',
  usb: {
    heading: 'Import from USB',
    when: 'Records of a kiosk that cannot reach this network can be brought on a USB stick.',
    open: 'Import from USB',
    elsewhere: 'Importing is done on this page as opened on the hub’s own laptop.',
    steps: [
      'Plug in the USB stick to which the kiosk exported.',
      'Below, choose the file whose name ends in “.ukebundle”.',
      'Press “Import”. Importing the same file twice changes nothing.',
    ],
    file: 'File to import',
    submit: 'Import',
    again: 'Import another file',
    back: 'Back to the hub',
    done: 'Imported. Of {{events}} records {{stored}} are new and {{alreadyHad}} were here already.',
    quarantined: '{{count}} records could not be accepted and are kept aside. Tell headquarters.',
    failures: {
      'page-outdated': 'This page was out of date. Nothing was imported. Choose the file again, then press “Import”.',
      nothing: 'No file was chosen. Choose one, then press “Import”.',
      'not-a-bundle': 'This is not a file of reception records. Choose a file whose name ends in “.ukebundle”.',
      'bundle-damaged': 'The file is damaged or cut short. Nothing was imported. Export to USB again at the kiosk.',
      'bundle-foreign':
        'The file is not of a kiosk of this shelter. Nothing was imported. Check which laptop exported it.',
      'bundle-too-new':
        'The file was exported by a newer version. Nothing was imported. Update the hub, then import it again.',
      'bundle-too-large':
        'The file is too large (64 MB at most). At the kiosk, export only the records that have not arrived yet.',
      busy: 'Another file is being imported. Wait a moment and try again.',
      other: 'Importing failed. Try again; if it fails again, tell headquarters.',
    },
  },
  otherLanguage: '日本語',
};
