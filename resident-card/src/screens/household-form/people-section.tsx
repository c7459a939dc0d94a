import { type DraftMember, emptyMember } from '@uketsuke/shared/household-entry';
import { HOUSEHOLD_MAX_MEMBERS } from '@uketsuke/shared/person';
import { Fragment, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useSurroundings } from '../surroundings.ts';
import { FoldedMember } from './folded-member.tsx';
import { focusName, MemberFields } from './member-fields.tsx';
import type { DraftForm } from './use-draft.ts';

/** A member who was taken out, and where they stood. */
interface Removed {
  readonly member: DraftMember;
  readonly at: number;
}

/** Step 1: the people of the household. */
export function PeopleSection({ form }: { readonly form: DraftForm }) {
  const { t } = useTranslation();
  const { newKey } = useSurroundings();
  const [removed, setRemoved] = useState<Removed>();
  const { members } = form.draft;
  const isFinished = (at: number) =>
    members[at]?.written.trim() !== '' && !form.problems.some(({ entry }) => entry.endsWith(`-${at}`));
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(members.length === 1 ? members.map(({ key }) => key) : []),
  );
  // Whoever has something to mend is open, and stays so when it is mended: nothing folds under somebody's hands.
  const opening = members.filter(({ key }, at) => !open.has(key) && !isFinished(at));
  if (opening.length > 0) setOpen(new Set([...open, ...opening.map(({ key }) => key)]));
  const unfold = ({ key }: DraftMember, at: number) => {
    setOpen(new Set([...open, key]));
    requestAnimationFrame(() => focusName(at));
  };
  const full = members.length >= HOUSEHOLD_MAX_MEMBERS;

  const add = () => {
    const at = members.length;
    const member = emptyMember(newKey());
    form.change({ members: [...members, member] });
    setOpen(new Set([member.key]));
    // The new fields are there after the next paint.
    requestAnimationFrame(() => focusName(at));
  };
  const remove = (member: DraftMember, at: number) => {
    form.change({ members: members.filter((other) => other.key !== member.key) });
    setRemoved({ member, at });
  };
  const putBack = ({ member, at }: Removed) => {
    form.change({ members: members.toSpliced(at, 0, member) });
    setRemoved(undefined);
    unfold(member, at);
  };
  const notice = removed !== undefined && (
    <RemovedNotice key={removed.member.key} removed={removed} onUndo={full ? undefined : () => putBack(removed)} />
  );
  return (
    <section className="form-step" aria-labelledby="step-people">
      <h2 id="step-people">
        <span className="step-number">1</span>
        <span>{t('form.people')}</span>
      </h2>
      <p>{t('form.peopleLead', { max: HOUSEHOLD_MAX_MEMBERS })}</p>
      {members.map((member, at) => (
        <Fragment key={member.key}>
          {removed?.at === at && notice}
          {open.has(member.key) ? (
            <MemberFields
              form={form}
              member={member}
              at={at}
              onRemove={members.length === 1 ? undefined : () => remove(member, at)}
            />
          ) : (
            <FoldedMember member={member} at={at} onUnfold={() => unfold(member, at)} />
          )}
        </Fragment>
      ))}
      {removed !== undefined && removed.at >= members.length && notice}
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

interface RemovedNoticeProps {
  readonly removed: Removed;
  readonly onUndo: (() => void) | undefined;
}

/** Stands where the member stood and takes the focus, which would be lost with the button that was pressed. */
function RemovedNotice({ removed: { member, at }, onUndo }: RemovedNoticeProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  const name = member.written.trim() || t('form.member', { number: at + 1 });
  return (
    <div ref={place} className="notice member-removed" role="status" tabIndex={-1} data-testid="member-removed">
      <p>{t('form.removed', { name })}</p>
      {onUndo !== undefined && (
        <Button className="button" data-testid="undo-remove" onPress={onUndo}>
          {t('form.undoRemove')}
        </Button>
      )}
    </div>
  );
}
