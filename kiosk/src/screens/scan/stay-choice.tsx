import { type StayKind, stayKindSchema } from '@uketsuke/shared/reception';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../icons.tsx';

const STAY_ICONS: Readonly<Record<StayKind, IconName>> = { shelter: 'building', car: 'car', home: 'home' };

/** The kind of stay the next cards are admitted to. */
export function StayChoice({
  stay,
  onChange,
}: {
  readonly stay: StayKind;
  readonly onChange: (stay: StayKind) => void;
}) {
  const { t } = useTranslation();
  return (
    <RadioGroup
      className="stay"
      value={stay}
      onChange={(value) => onChange(stayKindSchema.parse(value))}
      orientation="horizontal"
      data-testid="stay"
    >
      <Label className="section-label">{t('scan.stay')}</Label>
      <div className="stay-options">
        {stayKindSchema.options.map((kind) => (
          <Radio key={kind} value={kind} className="stay-option" data-testid={`stay-${kind}`}>
            <Icon name={STAY_ICONS[kind]} />
            {t(`terms.stay.${kind}`)}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
