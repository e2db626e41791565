import type { Files } from './block-kit/judge.ts';
import type { Workspace } from './workspace.ts';

/** The files that messages and views of a workspace may show: those that are processed. */
export function usableFiles({ files, clock }: Workspace): Files {
  return {
    isUsable({ id }) {
      const readyAt = id === undefined ? undefined : files.get(id)?.readyAt;
      return readyAt !== undefined && clock.now() >= readyAt;
    },
  };
}
