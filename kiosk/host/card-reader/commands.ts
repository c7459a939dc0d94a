import { APPLICATIONS, type Application } from './card-files.ts';

/** Command APDUs (ISO/IEC 7816-4) as the card understands them. */
export const INSTRUCTION = { verify: 0x20, select: 0xa4, readBinary: 0xb0, getResponse: 0xc0 } as const;

/** SELECT by name, no answer data wanted. */
export function selectApplication(application: Application): Uint8Array {
  const name = Buffer.from(APPLICATIONS[application], 'hex');
  return Uint8Array.of(0x00, INSTRUCTION.select, 0x04, 0x0c, name.length, ...name);
}

/** SELECT of an elementary file below the application. */
export function selectFile(file: number): Uint8Array {
  return Uint8Array.of(0x00, INSTRUCTION.select, 0x02, 0x0c, 2, file >> 8, file & 0xff);
}

/** Up to 256 bytes of the selected file from the offset (below 32,768). */
export function readShort(offset: number): Uint8Array {
  return Uint8Array.of(0x00, INSTRUCTION.readBinary, offset >> 8, offset & 0xff, 0x00);
}

/** As much of the selected file as the card gives at once: a command of extended length. */
export function readExtended(offset: number): Uint8Array {
  return Uint8Array.of(0x00, INSTRUCTION.readBinary, offset >> 8, offset & 0xff, 0x00, 0x00, 0x00);
}

/** Asks how many tries the selected PIN has left; uses up none. */
export function askTries(): Uint8Array {
  return Uint8Array.of(0x00, INSTRUCTION.verify, 0x00, 0x80);
}

/** Shows the card the selected PIN. The caller overwrites the command once it has been sent. */
export function verify(digits: Uint8Array): Uint8Array {
  const command = new Uint8Array(5 + digits.length);
  command.set([0x00, INSTRUCTION.verify, 0x00, 0x80, digits.length]);
  command.set(digits, 5);
  return command;
}

/** The rest of an answer that the card announced with `61xx`. */
export function getResponse(length: number): Uint8Array {
  return Uint8Array.of(0x00, INSTRUCTION.getResponse, 0x00, 0x00, length);
}

/** The command with another expected length, as a card asks for with `6Cxx`; null for one that expects no data. */
export function withExpectedLength(command: Uint8Array, length: number): Uint8Array | null {
  return command[1] === INSTRUCTION.readBinary || command[1] === INSTRUCTION.getResponse
    ? Uint8Array.of(...command.subarray(0, 4), length)
    : null;
}

/** READ BINARY whose expected length takes three bytes. */
export function isExtended(command: Uint8Array): boolean {
  return command.length === 7 && command[1] === INSTRUCTION.readBinary;
}
