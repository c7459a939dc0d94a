import { emptyMember } from '@uketsuke/shared/household-entry';
import { HOUSEHOLD_MAX_MEMBERS } from '@uketsuke/shared/person';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useSurroundings } from '../surroundings.ts';
import { focusName, MemberFields } from './member-fields.tsx';
import type { DraftForm } from './use-draft.ts';

/** Step 1: the people of the household. */
export function PeopleSection({ form }: { readonly form: DraftForm }) {
  const { t } = useTranslation();
  const { newKey } = useSurroundings();
  const { members } = form.draft;
  const full = members.length >= HOUSEHOLD_MAX_MEMBERS;

  const add = () => {
    const at = members.length;
    form.change({ members: [...members, emptyMember(newKey())] });
    // The new fields are there after the next paint.
    requestAnimationFrame(() => focusName(at));
  };
  return (
    <section className="form-step" aria-labelledby="step-people">
      <h2 id="step-people">
        <span className="step-number">1</span>
        <span>{t('form.people')}</span>
      </h2>
      <p>{t('form.peopleLead', { max: HOUSEHOLD_MAX_MEMBERS })}</p>
      {members.map((member, at) => (
        <MemberFields
          key={member.key}
          form={form}
          member={member}
          at={at}
          onRemove={
            members.length === 1
              ? undefined
              : () => form.change({ members: members.filter((other) => other.key !== member.key) })
          }
        />
      ))}
      {full ? (
        <p className="hint">{t('form.tooManyMembers', { max: HOUSEHOLD_MAX_MEMBERS })}</p>
      ) : (
        <Button className="button button-wide" data-testid="add-member" onPress={add}>
          <span aria-hidden="true">＋</span> <span>{t('form.addMember')}</span>
        </Button>
      )}
    </section>
  );
}
