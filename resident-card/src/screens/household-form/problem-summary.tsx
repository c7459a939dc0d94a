import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CardEntryName, CardEntryProblem } from '../../card/card-draft.ts';
import type { DraftForm } from './use-draft.ts';

const SUMMARY_ID = 'problem-summary';

/** All that must be mended, each a way to its entry. */
export function ProblemSummary({ form }: { readonly form: DraftForm }) {
  const { t } = useTranslation();
  return (
    <div id={SUMMARY_ID} className="notice notice-bad" role="alert" tabIndex={-1} data-testid="problems">
      <strong>{t('form.problemsTitle', { count: form.problems.length })}</strong>
      <ul className="problem-list">
        {form.problems.map((problem) => (
          <li key={`${problem.entry} ${problem.code}`}>
            <Button className="link-button" onPress={() => focusEntry(problem.entry)}>
              <Whose problem={problem} />
              <span>{t(`problems.${problem.code}`)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Whose({ problem }: { readonly problem: CardEntryProblem }) {
  const { t } = useTranslation();
  const number = Number(problem.entry.split('-')[1] ?? Number.NaN) + 1;
  return Number.isNaN(number) ? null : <span>{`${t('form.member', { number })} `}</span>;
}

/** Brings the summary into view and reads it out. */
export function focusSummary() {
  document.getElementById(SUMMARY_ID)?.focus();
}

function focusEntry(entry: CardEntryName) {
  const place = document.getElementById(`entry-${entry}`);
  place?.scrollIntoView({ block: 'center' });
  place?.querySelector<HTMLElement>('input, textarea')?.focus();
}
