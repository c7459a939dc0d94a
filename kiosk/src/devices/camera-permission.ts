/**
 * Hears when the permission to use the camera changes. Nothing where the browser does not tell: then the button helps.
 * @param onChange whether it may be used, or at least be asked for, now
 * @returns stops listening
 */
export function listenForPermission(onChange: (isAllowed: boolean) => void): () => void {
  let stop = (): void => undefined;
  let isStopped = false;
  navigator.permissions?.query({ name: 'camera' }).then(
    (status) => {
      if (isStopped) return;
      const tell = () => onChange(status.state !== 'denied');
      status.addEventListener('change', tell);
      stop = () => status.removeEventListener('change', tell);
    },
    () => undefined,
  );
  return () => {
    isStopped = true;
    stop();
  };
}
