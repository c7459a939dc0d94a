export { PageFailure } from './page-failure.tsx';
