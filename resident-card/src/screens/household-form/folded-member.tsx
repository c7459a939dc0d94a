import { type DraftMember, isNeedKey, readBirthDate } from '@uketsuke/shared/household-entry';
import { ageOn } from '@uketsuke/shared/person';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { dateInJapan } from '../../device/japan-time.ts';
import { useSurroundings } from '../surroundings.ts';

interface FoldedMemberProps {
  readonly member: DraftMember;
  readonly at: number;
  readonly onUnfold: () => void;
}

/** A member who is entered, in a line, so that a large family does not fill a dozen screens. */
export function FoldedMember({ member, at, onUnfold }: FoldedMemberProps) {
  const { t } = useTranslation();
  const { now } = useSurroundings();
  const today = dateInJapan(now());
  const entry = readBirthDate(member.birthUnknown === true ? '' : member.birth, today);
  const age = 'date' in entry && entry.date !== undefined ? ageOn(entry.date, today) : undefined;
  const needs = [...member.needs.filter(isNeedKey).map((need) => t(`terms.need.${need}`)), member.otherNeed.trim()];
  const known = [age === undefined ? '' : t('form.age', { age }), ...needs].filter((text) => text !== '');
  return (
    <div className="member member-folded" data-testid={`folded-member-${at}`}>
      <div className="member-folded-words">
        <strong translate="no">{member.written.trim()}</strong>
        {known.length > 0 && <span className="hint">{known.join(' ・ ')}</span>}
      </div>
      <Button
        className="button"
        data-testid={`edit-member-${at}`}
        aria-label={t('form.editMemberNamed', { name: member.written.trim() })}
        onPress={onUnfold}
      >
        {t('form.editMember')}
      </Button>
    </div>
  );
}
