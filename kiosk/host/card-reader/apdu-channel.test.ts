import { CardAttributesError } from '@uketsuke/shared/my-number-card';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApduChannel, CardFault, ForbiddenCommand } from './apdu-channel.ts';
import { CertificateMalformed } from './certificate.ts';
import { readShort, selectApplication, selectFile, verify } from './commands.ts';
import { readAttributes, readContents, verifyDigits } from './my-number-applications.ts';
import { type CardConnection, CardRemoved } from './smart-card-service.ts';

function connectionOf(answer: (command: Uint8Array) => Uint8Array | Promise<Uint8Array>): CardConnection {
  return { transmit: async (command) => answer(command), powerOff: async () => undefined };
}

/** A channel whose card says yes to everything and counts what reached it. */
function willing() {
  const sent: Uint8Array[] = [];
  const channel = new ApduChannel(
    connectionOf((command) => {
      sent.push(Uint8Array.from(command));
      return Uint8Array.of(0x90, 0x00);
    }),
  );
  return { channel, sent };
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe('the commands that get through (MNC-1)', () => {
  it.each([
    ['SELECT of the individual number', '00a4020c020001'],
    ['the same with answer data', '00a40200020001'],
    ['by path', '00a4080c020001'],
    ['from the master file', '00a4000c020001'],
    ['READ BINARY that names the file', '00b0810000'],
    ['READ BINARY of the odd kind', '00b1000100'],
    ['READ RECORD', '00b2010c00'],
    ['PIN-A, which opens the number', '00a4020c020014'],
    ['a signature', '802a008000'],
    ['another application', '00a4040c0ad3921000310001010100'],
  ])('do not include %s', async (_name, command) => {
    const { channel, sent } = willing();
    await channel.send(selectApplication('cardSurface'));
    await channel.send(selectFile(0x0002));
    const before = sent.length;
    await expect(channel.send(hex(command))).rejects.toBeInstanceOf(ForbiddenCommand);
    expect(sent).toHaveLength(before);
  });

  it('select no file before an application, and none of the other application', async () => {
    const { channel } = willing();
    await expect(channel.send(selectFile(0x0002))).rejects.toBeInstanceOf(ForbiddenCommand);
    await channel.send(selectApplication('jpki'));
    await expect(channel.send(selectFile(0x0001))).rejects.toBeInstanceOf(ForbiddenCommand);
    await channel.send(selectFile(0x000a));
    await expect(channel.send(verify(Buffer.from('1234')))).rejects.toBeInstanceOf(ForbiddenCommand);
    await channel.send(selectApplication('cardSurface'));
    await expect(channel.send(readShort(0))).rejects.toBeInstanceOf(ForbiddenCommand);
  });

  it('never select another file of the card-surface application, whatever is tried', async () => {
    const prefix = fc.constantFrom(
      '00a4',
      '00a4020c02',
      '00a4020c020001',
      '00b0',
      '00b1',
      '00a4040c0ad39210003100010104',
      '',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(prefix, fc.uint8Array({ maxLength: 8 })), { maxLength: 6 }), async (tries) => {
        const { channel, sent } = willing();
        await channel.send(selectApplication('cardSurface'));
        for (const [start, rest] of tries) {
          await channel.send(Uint8Array.from([...hex(start), ...rest])).catch((error: unknown) => {
            if (!(error instanceof ForbiddenCommand)) throw error;
          });
        }
        const files = sent
          .map((command) => Buffer.from(command).toString('hex'))
          .filter((one) => one.startsWith('00a402'));
        for (const file of files) expect(file).toMatch(/^00a4020c02(0002|0011|0015|0006|000a)$/);
      }),
    );
  });
});

describe('answers', () => {
  it.each([[[]], [[0x90]]])('of %j bytes mean that the card has gone', async (bytes) => {
    const channel = new ApduChannel(connectionOf(() => Uint8Array.from(bytes)));
    await expect(channel.send(selectApplication('jpki'))).rejects.toBeInstanceOf(CardRemoved);
  });

  it('6F00 is asked again once, and only for the first command', async () => {
    let commands = 0;
    const channel = new ApduChannel(
      connectionOf(() => {
        commands += 1;
        return Uint8Array.of(0x6f, 0x00);
      }),
    );
    expect(await channel.send(selectApplication('jpki'))).toMatchObject({ status: 0x6f00 });
    expect(commands).toBe(2);
    await channel.send(selectApplication('jpki'));
    expect(commands).toBe(3);
  });

  it('that never end are a fault', async () => {
    const channel = new ApduChannel(connectionOf(() => Uint8Array.of(0x61, 0x10)));
    await expect(channel.send(selectApplication('jpki'))).rejects.toBeInstanceOf(CardFault);
    const endless = new ApduChannel(connectionOf(() => Uint8Array.from([...new Uint8Array(256), 0x61, 0x00])));
    await expect(endless.send(selectApplication('jpki'))).rejects.toBeInstanceOf(CardFault);
  });

  it('of any bytes end in a value or one of the named errors', async () => {
    const status = fc.constantFrom(
      [0x90, 0x00],
      [0x62, 0x82],
      [0x61, 0x05],
      [0x6c, 0x04],
      [0x63, 0xc2],
      [0x69, 0x82],
      [0x6b, 0x00],
      [],
    );
    const heads = fc.constantFrom<readonly number[]>(
      [],
      [0x30, 0x82, 0x00, 0x20],
      [0xff, 0x20, 0x10],
      [0x00, 0x00, 0xff, 0x20, 0x81, 0x08],
    );
    const answer = fc
      .tuple(heads, fc.uint8Array({ maxLength: 60 }), status)
      .map(([head, data, sw]) => Uint8Array.from([...head, ...data, ...sw]));
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 12 }), async (answers) => {
        for (const flow of [
          (channel: ApduChannel) => readContents(channel, 'extended'),
          (channel: ApduChannel) => verifyDigits(channel, { way: 'pin', pin: '1234' }),
          async (channel: ApduChannel) => {
            await verifyDigits(channel, { way: 'pin-b', code: '55021720352285' });
            return readAttributes(channel, 'short');
          },
        ]) {
          let next = 0;
          const channel = new ApduChannel(connectionOf(() => answers[next++] ?? new Uint8Array()));
          const outcome = await flow(channel).catch((error: unknown) => error);
          if (!(outcome instanceof Error)) continue;
          const named = [CardFault, CardRemoved, CertificateMalformed, CardAttributesError];
          expect(
            named.some((kind) => outcome instanceof kind),
            String(outcome),
          ).toBe(true);
        }
      }),
    );
  });
});
