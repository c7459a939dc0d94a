import { Button, type ButtonProps } from 'react-aria-components';

/**
 * A button whose action takes a while. Meanwhile it looks busy but keeps the focus, which a disabled button loses;
 * `useAction` ignores a second press.
 */
export function ActionButton({
  busy,
  className,
  ...rest
}: ButtonProps & { readonly busy: boolean; readonly className: string }) {
  return <Button {...rest} className={busy ? `${className} busy` : className} />;
}
