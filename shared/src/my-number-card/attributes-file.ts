/** The file of the four attributes as a card holds it, byte by byte: for tests and the virtual card. */
export interface AttributesFile {
  /** Text of each field as it stands on the card; a field left out is not in the file. */
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly birthDate?: string | undefined;
  readonly sex?: string | undefined;
  /** Bytes before the first tag, as some cards of 2023 have. */
  readonly prefix?: readonly number[] | undefined;
  /** Length of the whole file; what the attributes leave free is filled with FF. */
  readonly fileLength?: number | undefined;
}

/** Writes the file: `FF20` { `DF21` offsets, `DF22` name, `DF23` address, `DF24` birth date, `DF25` sex }, filler. */
export function writeAttributesFile(file: AttributesFile): Uint8Array {
  const texts = [file.name, file.address, file.birthDate, file.sex];
  const fields = texts.map((text, at) =>
    text === undefined ? [] : field(0xdf22 + at, new TextEncoder().encode(text)),
  );
  const offsetsLength = 11;
  const body = fields.flat();
  const header = [0xff, 0x20, ...berLength(offsetsLength + body.length)];
  let at = (file.prefix?.length ?? 0) + header.length + offsetsLength;
  const offsets = fields.flatMap((bytes) => {
    const offset = bytes.length === 0 ? 0 : at;
    at += bytes.length;
    return [offset >> 8, offset & 0xff];
  });
  const written = [...(file.prefix ?? []), ...header, 0xdf, 0x21, 8, ...offsets, ...body];
  const filler = Math.max(0, (file.fileLength ?? 0) - written.length);
  return Uint8Array.from([...written, ...Array<number>(filler).fill(0xff)]);
}

function field(tag: number, value: Uint8Array): number[] {
  return [tag >> 8, tag & 0xff, ...berLength(value.length), ...value];
}

function berLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
