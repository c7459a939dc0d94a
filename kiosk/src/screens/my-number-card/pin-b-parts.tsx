import { useTranslation } from 'react-i18next';

/** Birth date, expiry year, security code. */
const PIN_B_PARTS = [
  { name: 'birth', length: 6 },
  { name: 'expiry', length: 4 },
  { name: 'code', length: 4 },
] as const;

/** Where the three parts of the number stand on the card, and which of them is being typed. */
export function PinBParts({ digits }: { readonly digits: string }) {
  const { t } = useTranslation();
  let from = 0;
  const parts = PIN_B_PARTS.map(({ name, length }) => {
    const typed = digits.slice(from, from + length);
    const current = digits.length >= from && digits.length < from + length;
    from += length;
    return { name, length, typed, current };
  });
  return (
    <ol className="pin-b-parts">
      {parts.map(({ name, length, typed, current }) => (
        <li key={name} data-current={current}>
          <span className="pin-b-digits" aria-hidden="true">
            {typed.padEnd(length, '・')}
          </span>
          <span>
            <strong>{t(`myNumber.entry.pinBParts.${name}`)}</strong> {t(`myNumber.entry.pinBParts.${name}Hint`)}
          </span>
        </li>
      ))}
    </ol>
  );
}
