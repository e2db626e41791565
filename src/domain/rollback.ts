import type { Deploy } from './deploy.ts';

/**
 * Whether deploying `version` puts an earlier one back: another version was deployed last, and this one has run before. `earlier` are the
 * deploys of one service in one environment, newest first. What was tried and never came up has not run.
 */
export function isRollback(earlier: readonly Pick<Deploy, 'version' | 'status'>[], version: string): boolean {
  const [latest] = earlier;
  if (latest === undefined || latest.version === version) return false;
  return earlier.some((deploy) => deploy.version === version && deploy.status === 'succeeded');
}
