import { tidyAddress } from '@uketsuke/shared/household-entry';
import { MUNICIPALITIES, parseAddress } from '@uketsuke/shared/person';
import { Checkbox } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { EntryField } from './entry-field.tsx';
import type { DraftForm } from './use-draft.ts';

/** Step 2: where the household lives. */
export function AddressSection({ form }: { readonly form: DraftForm }) {
  const { t } = useTranslation();
  const { address, withoutAddress } = form.draft;
  return (
    <section className="form-step" aria-labelledby="step-address">
      <h2 id="step-address">
        <span className="step-number">2</span>
        <span>{t('form.address')}</span>
      </h2>
      <p>{t('form.addressLead')}</p>
      {!withoutAddress && (
        <EntryField
          form={form}
          entry="address"
          testId="address"
          label={t('form.addressLabel')}
          required
          hint={t('form.addressHint')}
          value={address}
          onChange={(typed) => form.change({ address: typed })}
          understood={<UnderstoodAddress text={tidyAddress(address)} />}
          lines={2}
          input={{ autoComplete: 'street-address' }}
        />
      )}
      <Checkbox
        className="choice choice-box choice-wide"
        data-testid="without-address"
        isSelected={withoutAddress}
        onChange={(chosen) => form.change({ withoutAddress: chosen })}
      >
        <span>{t('form.withoutAddress')}</span>
      </Checkbox>
    </section>
  );
}

function UnderstoodAddress({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  if (text === '') return null;
  const { municipality, line } = parseAddress(text);
  const name = municipality === undefined ? undefined : MUNICIPALITIES.get(municipality);
  return (
    <span data-testid="address-understood">
      <span>{name === undefined ? t('form.addressOutside') : t('form.addressRecognised', { municipality: name })}</span>
      <br />
      <span translate="no">{line}</span>
    </span>
  );
}
