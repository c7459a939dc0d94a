import { VARIANT_CHARACTERS } from './variant-characters.ts';

let usual: ReadonlyMap<string, string> | null = null;

/** The character of everyday use (常用漢字, else 人名用漢字) of which this one is a variant; itself when there is none. */
export function usualCharacter(character: string): string {
  usual ??= new Map(
    VARIANT_CHARACTERS.trim()
      .split(/\s+/)
      .flatMap((group) => {
        const [known = '', ...variants] = group;
        return variants.map((variant) => [variant, known] as const);
      }),
  );
  return usual.get(character) ?? character;
}
