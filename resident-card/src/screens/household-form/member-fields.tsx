import type { DraftMember } from '@uketsuke/shared/household-entry';
import { readBirthDate } from '@uketsuke/shared/household-entry';
import { ageOn, normalizeKana, type Sex, sexSchema } from '@uketsuke/shared/person';
import { Button, Checkbox, Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { dateInJapan, writtenBirthDate } from '../../device/japan-time.ts';
import { useSurroundings } from '../surroundings.ts';
import { EntryField } from './entry-field.tsx';
import { NeedsFields } from './needs-fields.tsx';
import type { DraftForm } from './use-draft.ts';

interface MemberFieldsProps {
  readonly form: DraftForm;
  readonly member: DraftMember;
  readonly at: number;
  readonly onRemove: (() => void) | undefined;
}

/** All entries of one member. */
export function MemberFields({ form, member, at, onRemove }: MemberFieldsProps) {
  const { t } = useTranslation();
  const change = (part: Partial<DraftMember>) => form.changeMember(at, part);
  const number = at + 1;
  return (
    <fieldset className="member">
      <legend className="member-legend">{at === 0 ? t('form.memberSelf') : t('form.member', { number })}</legend>
      {onRemove !== undefined && (
        <Button
          className="button button-quiet member-remove"
          data-testid={`remove-member-${at}`}
          aria-label={t('form.removeMemberNamed', { name: member.written || t('form.member', { number }) })}
          onPress={onRemove}
        >
          {t('form.removeMember')}
        </Button>
      )}
      <EntryField
        form={form}
        entry={`written-${at}`}
        testId={`member-written-${at}`}
        label={t('form.written')}
        required
        hint={t('form.writtenHint')}
        value={member.written}
        onChange={(written) => change({ written })}
        understood={member.namesake === true ? t('form.namesake') : undefined}
        input={{ autoComplete: at === 0 ? 'name' : 'off' }}
      />
      {form.problemOf(`written-${at}`) === 'same-person-twice' && (
        <Button
          className="button member-namesake"
          data-testid={`namesake-${at}`}
          onPress={() => {
            change({ namesake: true });
            // The button is gone after the next paint.
            requestAnimationFrame(() => focusName(at));
          }}
        >
          {t('form.namesakeConfirm')}
        </Button>
      )}
      <KanaField form={form} member={member} at={at} />
      <BirthField form={form} member={member} at={at} />
      <SexField value={member.sex} onChange={(sex) => change({ sex })} />
      <EntryField
        form={form}
        entry={`phone-${at}`}
        testId={`member-phone-${at}`}
        label={t('form.phone')}
        hint={t('form.phoneHint')}
        value={member.phone}
        onChange={(phone) => change({ phone })}
        input={{ autoComplete: at === 0 ? 'tel' : 'off', inputMode: 'tel' }}
      />
      <NeedsFields form={form} member={member} at={at} />
    </fieldset>
  );
}

/** Puts the focus on a member's name. */
export function focusName(at: number): void {
  document.querySelector<HTMLElement>(`#entry-written-${at} input`)?.focus();
}

type FieldProps = Omit<MemberFieldsProps, 'onRemove'>;

function KanaField({ form, member, at }: FieldProps) {
  const { t } = useTranslation();
  const kana = normalizeKana(member.kana);
  const japanese = /[぀-ヿ一-鿿]/.test(member.written);
  const understood =
    kana !== '' && kana !== member.kana
      ? t('form.kanaBecomes', { kana })
      : kana === '' && japanese
        ? t('form.kanaMissing')
        : undefined;
  return (
    <EntryField
      form={form}
      entry={`kana-${at}`}
      testId={`member-kana-${at}`}
      label={t('form.kana')}
      hint={t('form.kanaHint')}
      value={member.kana}
      onChange={(typed) => form.changeMember(at, { kana: typed })}
      // Only when the entry is left: changing text in the middle of an IME conversion would break it.
      onLeave={() => kana !== member.kana && form.changeMember(at, { kana })}
      understood={understood}
      input={{ autoComplete: 'off', lang: 'ja', autoCapitalize: 'off' }}
    />
  );
}

function BirthField({ form, member, at }: FieldProps) {
  const { t, i18n } = useTranslation();
  const { now } = useSurroundings();
  const today = dateInJapan(now());
  const entry = readBirthDate(member.birth, today);
  const date = 'date' in entry ? entry.date : undefined;
  const age = date === undefined ? undefined : ageOn(date, today);
  const written = date === undefined ? '' : writtenBirthDate(date, i18n.language);
  const understood =
    date === undefined
      ? undefined
      : age === undefined
        ? t('form.birthIs', { date: written })
        : t('form.birthIsWithAge', { date: written, age });
  const isUnknown = member.birthUnknown === true;
  return (
    <>
      {!isUnknown && (
        <EntryField
          form={form}
          entry={`birth-${at}`}
          testId={`member-birth-${at}`}
          label={t('form.birth')}
          hint={t('form.birthHint')}
          value={member.birth}
          onChange={(birth) => form.changeMember(at, { birth })}
          understood={understood}
          input={{ autoComplete: at === 0 ? 'bday' : 'off' }}
        />
      )}
      <Checkbox
        className="choice choice-box member-birth-unknown"
        data-testid={`member-birth-unknown-${at}`}
        isSelected={isUnknown}
        onChange={(birthUnknown) => form.changeMember(at, { birthUnknown })}
      >
        <span>{t('form.birthUnknown')}</span>
      </Checkbox>
    </>
  );
}

function SexField({ value, onChange }: { readonly value: Sex; readonly onChange: (sex: Sex) => void }) {
  const { t } = useTranslation();
  return (
    <RadioGroup className="choice-group" value={value} onChange={(chosen) => onChange(sexSchema.parse(chosen))}>
      <Label>{t('form.sex')}</Label>
      <div className="choices">
        {sexSchema.options.map((sex) => (
          <Radio key={sex} value={sex} className="choice">
            <span>{t(`terms.sex.${sex}`)}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
