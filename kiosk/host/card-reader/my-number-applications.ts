import {
  ATTRIBUTES_HEAD_BYTES,
  attributesFileLength,
  type CardAttributes,
  parseAttributes,
} from '@uketsuke/shared/my-number-card';
import { type ApduChannel, CardFault, STATUS_OK } from './apdu-channel.ts';
import { FILES } from './card-files.ts';
import type { AttributesRequest, TriesLeft } from './card-reader.ts';
import { certificateLength } from './certificate.ts';
import { askTries, readExtended, readShort, selectApplication, selectFile, verify } from './commands.ts';

/** `6282`: the file ended before as much was read as was asked for. */
const STATUS_END_OF_FILE = 0x6282;
/** `6983` as ISO/IEC 7816-4 has it, `6984` as these cards do. */
const STATUS_BLOCKED: readonly number[] = [0x6983, 0x6984];
/** Wrong, without saying how many tries are left. */
const STATUS_WRONG = 0x6300;
const CERTIFICATE_HEAD_BYTES = 4;

/** With this the token of the JPKI application begins on a smartphone; on a card with `JPKIAPICCTOKEN`. */
const PHONE_TOKEN = 'JPKIAPGPSETOKEN';
const DIGITS = { pin: /^\d{4}$/, 'pin-b': /^\d{14}$/ } as const;

export type VerifyOutcome = { kind: 'right' } | { kind: 'wrong'; triesLeft: number | null } | { kind: 'blocked' };

/** How files are read: `extended` takes the fewest commands, and not every card and reader can. */
export type Reading = 'extended' | 'short';

/** What lies on the reader: a My Number card with its user-authentication certificate (DER), or something else. */
export type CardContents =
  | { readonly kind: 'card'; readonly certificate: Uint8Array }
  | { readonly kind: 'phone' | 'other-card' };

/**
 * Finds out what lies on the reader. A card gives its certificate without a PIN; what has the JPKI application and
 * does not is asked for its token, which tells a smartphone. What has neither application is another card.
 * @throws CardFault, CardRemoved, CertificateMalformed
 */
export async function readContents(channel: ApduChannel, reading: Reading): Promise<CardContents> {
  if ((await channel.send(selectApplication('jpki'))).status !== STATUS_OK) {
    const { status } = await channel.send(selectApplication('cardSurface'));
    if (status !== STATUS_OK) return { kind: 'other-card' };
    throw new CardFault(status);
  }
  try {
    return { kind: 'card', certificate: await readCertificate(channel, reading) };
  } catch (cause) {
    if (cause instanceof CardFault && (await hasPhoneToken(channel))) return { kind: 'phone' };
    throw cause;
  }
}

/** The certificate without what fills the file behind it. */
async function readCertificate(channel: ApduChannel, reading: Reading): Promise<Uint8Array> {
  await choose(channel, FILES.jpki.userCertificate);
  const bytes = await readFile(channel, reading, CERTIFICATE_HEAD_BYTES, certificateLength);
  return bytes.slice(0, certificateLength(bytes));
}

async function hasPhoneToken(channel: ApduChannel): Promise<boolean> {
  if ((await channel.send(selectFile(FILES.jpki.token))).status !== STATUS_OK) return false;
  const { data } = await channel.send(readShort(0));
  return Buffer.from(data).toString('latin1').startsWith(PHONE_TOKEN);
}

/** Digits of the right number; anything else is not shown to the card, as it would use up a try. */
export function areDigitsFor(by: AttributesRequest): boolean {
  return DIGITS[by.way].test(by.way === 'pin' ? by.pin : by.code);
}

/** Selects the card-surface application and shows it the PIN or PIN-B. @throws CardFault, CardRemoved */
export async function verifyDigits(channel: ApduChannel, by: AttributesRequest): Promise<VerifyOutcome> {
  await choosePin(channel, by.way);
  const digits = Buffer.from(by.way === 'pin' ? by.pin : by.code, 'latin1');
  const command = verify(digits);
  digits.fill(0);
  try {
    return outcomeOf((await channel.send(command)).status);
  } finally {
    command.fill(0);
  }
}

/** How many tries the card still gives; asking uses up none. @throws CardFault, CardRemoved */
export async function askTriesLeft(channel: ApduChannel, way: AttributesRequest['way']): Promise<TriesLeft> {
  await choosePin(channel, way);
  const { status } = await channel.send(askTries());
  const outcome = outcomeOf(status);
  if (outcome.kind === 'wrong') return outcome.triesLeft ?? 'unknown';
  return outcome.kind === 'blocked' ? 'blocked' : 'unknown';
}

/** Reads the four attributes after the PIN was right. @throws CardFault, CardRemoved, CardAttributesError */
export async function readAttributes(channel: ApduChannel, reading: Reading): Promise<CardAttributes> {
  await choose(channel, FILES.cardSurface.attributes);
  const bytes = await readFile(channel, reading, ATTRIBUTES_HEAD_BYTES, attributesFileLength);
  try {
    return parseAttributes(bytes);
  } finally {
    bytes.fill(0);
  }
}

async function choosePin(channel: ApduChannel, way: AttributesRequest['way']): Promise<void> {
  const file = way === 'pin' ? FILES.cardSurface.pin : FILES.cardSurface.pinB;
  // Asking for the tries has selected it already.
  if (channel.hasSelected('cardSurface', file)) return;
  const { status } = await channel.send(selectApplication('cardSurface'));
  if (status !== STATUS_OK) throw new CardFault(status);
  await choose(channel, file);
}

async function choose(channel: ApduChannel, file: number): Promise<void> {
  const { status } = await channel.send(selectFile(file));
  if (status !== STATUS_OK) throw new CardFault(status);
}

/** `63Cx`: wrong, x tries left; with none left the PIN is blocked from now on. */
function outcomeOf(status: number): VerifyOutcome {
  if (status === STATUS_OK) return { kind: 'right' };
  if (STATUS_BLOCKED.includes(status) || status === 0x63c0) return { kind: 'blocked' };
  if (status === STATUS_WRONG) return { kind: 'wrong', triesLeft: null };
  if (status >> 4 === 0x63c) return { kind: 'wrong', triesLeft: status & 0x0f };
  throw new CardFault(status);
}

/** Reads the selected file up to the length that its first bytes tell. */
async function readFile(
  channel: ApduChannel,
  reading: Reading,
  headBytes: number,
  lengthOf: (head: Uint8Array) => number,
): Promise<Buffer> {
  let way = reading;
  let bytes = Buffer.alloc(0);
  for (;;) {
    const asked = way === 'extended' ? readExtended(bytes.length) : readShort(bytes.length);
    const { data, status } = await channel.send(asked);
    if (status !== STATUS_OK && status !== STATUS_END_OF_FILE) {
      if (way === 'short') throw new CardFault(status);
      // A card that knows no extended length says so with one of several status words.
      way = 'short';
      continue;
    }
    const longer = Buffer.concat([bytes, data]);
    bytes.fill(0);
    bytes = longer;
    if (bytes.length >= headBytes && bytes.length >= lengthOf(bytes)) return bytes;
    const isAll = data.length === 0 || status === STATUS_END_OF_FILE;
    if (isAll) throw new CardFault(status);
  }
}
