import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
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
      <Button className="button" isPending={props.growing} onPress={props.onMore} data-testid="show-more">
        {props.growing ? t('roster.showingMore') : t('roster.showMore', { count: left })}
      </Button>
    </div>
  );
}
