import type { DraftMember } from '@uketsuke/shared/household-entry';
import { isNeedKey, NEED_GROUPS, type NeedGroup, withNeed } from '@uketsuke/shared/household-entry';
import { OTHER_NEED_MAX_LENGTH } from '@uketsuke/shared/person';
import { useState } from 'react';
import {
  Button,
  Checkbox,
  CheckboxGroup,
  Disclosure,
  DisclosurePanel,
  Heading,
  Label,
  Radio,
  RadioGroup,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { EntryField } from './entry-field.tsx';
import type { DraftForm } from './use-draft.ts';

interface NeedsFieldsProps {
  readonly form: DraftForm;
  readonly member: DraftMember;
  readonly at: number;
}

/** The needs of one member, folded away until wanted; what is chosen is always in sight. */
export function NeedsFields({ form, member, at }: NeedsFieldsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const wrong = [`needs-${at}` as const, `otherNeed-${at}` as const].some(
    (entry) => form.problemOf(entry) !== undefined,
  );
  const expanded = open || wrong;
  return (
    <Disclosure className="needs" isExpanded={expanded} onExpandedChange={setOpen}>
      <Heading className="needs-heading" level={3}>
        <Button slot="trigger" className="needs-trigger" data-testid={`member-needs-${at}`}>
          <span className="needs-title">{t('form.needs')}</span>
          <ChosenNeeds member={member} />
          <span className="needs-arrow" aria-hidden="true" />
        </Button>
      </Heading>
      <DisclosurePanel>{expanded && <NeedsPanel form={form} member={member} at={at} />}</DisclosurePanel>
    </Disclosure>
  );
}

/** Some forty choices: drawn only while unfolded, so that typing stays quick in a large household. */
function NeedsPanel({ form, member, at }: NeedsFieldsProps) {
  const { t } = useTranslation();
  const needsProblem = form.problemOf(`needs-${at}`);
  const change = (needs: string[]) => form.changeMember(at, { needs });
  return (
    <>
      <p className="hint">{t('form.needsLead')}</p>
      <div id={`entry-needs-${at}`}>
        {needsProblem !== undefined && <p className="error">{t(`problems.${needsProblem}`)}</p>}
        {NEED_GROUPS.map((group) =>
          group.single ? (
            <SingleChoice key={group.kind} group={group} needs={member.needs} onChange={change} />
          ) : (
            <ManyChoices key={group.kind} group={group} needs={member.needs} onChange={change} />
          ),
        )}
      </div>
      <EntryField
        form={form}
        entry={`otherNeed-${at}`}
        testId={`member-other-need-${at}`}
        label={t('form.otherNeed')}
        hint={t('form.otherNeedHint', { max: OTHER_NEED_MAX_LENGTH })}
        value={member.otherNeed}
        onChange={(otherNeed) => form.changeMember(at, { otherNeed })}
        input={{ autoComplete: 'off' }}
      />
    </>
  );
}

function ChosenNeeds({ member }: { readonly member: DraftMember }) {
  const { t } = useTranslation();
  const chosen = [
    ...member.needs.filter(isNeedKey).map((need) => t(`terms.need.${need}`)),
    ...(member.otherNeed.trim() === '' ? [] : [member.otherNeed.trim()]),
  ];
  if (chosen.length === 0) return <span className="needs-none">{t('form.needsOpen')}</span>;
  return (
    <span className="needs-chosen">
      {chosen.map((need) => (
        <span key={need} className="tag">
          {need}
        </span>
      ))}
    </span>
  );
}

interface GroupProps {
  readonly group: NeedGroup;
  readonly needs: readonly string[];
  readonly onChange: (needs: string[]) => void;
}

function ManyChoices({ group, needs, onChange }: GroupProps) {
  const { t } = useTranslation();
  const others = needs.filter((need) => !need.startsWith(`${group.kind}/`));
  return (
    <CheckboxGroup
      className="choice-group"
      value={needs.filter((need) => need.startsWith(`${group.kind}/`))}
      onChange={(chosen) => onChange([...others, ...chosen])}
    >
      <Label>{t(`terms.needKind.${group.kind}`)}</Label>
      <div className="choices">
        {group.keys.map((key) => (
          <Checkbox key={key} value={key} className="choice choice-box" data-need={key}>
            <span>{t(`terms.need.${key}`)}</span>
          </Checkbox>
        ))}
      </div>
    </CheckboxGroup>
  );
}

const NONE = 'none';

function SingleChoice({ group, needs, onChange }: GroupProps) {
  const { t } = useTranslation();
  const chosen = group.keys.find((key) => needs.includes(key));
  const choose = (value: string) => {
    const key = group.keys.find((one) => one === value);
    if (key !== undefined) onChange(withNeed(needs, group, key, true));
    else if (chosen !== undefined) onChange(withNeed(needs, group, chosen, false));
  };
  return (
    <RadioGroup className="choice-group" value={chosen ?? NONE} onChange={choose}>
      <Label>{t(`terms.needKind.${group.kind}`)}</Label>
      <div className="choices">
        {[NONE, ...group.keys].map((key) => (
          <Radio key={key} value={key} className="choice">
            <span>{isNeedKey(key) ? t(`terms.need.${key}`) : t('form.noneOfThese')}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
