import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import type { PeopleShown } from './pages.ts';

/** Shows the next page of people below. */
export function MoreButton(props: {
  readonly shown: PeopleShown;
  readonly growing: boolean;
  readonly onMore: () => void;
}) {
  const { t } = useTranslation();
  if (!props.shown.more) return null;
  const left = props.shown.total - props.shown.people.length;
  return (
    <div className="more">
      <ActionButton className="button" busy={props.growing} onPress={props.onMore} data-testid="show-more">
        {props.growing ? t('roster.showingMore') : t('roster.showMore', { count: left })}
      </ActionButton>
    </div>
  );
}
