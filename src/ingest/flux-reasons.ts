import type { DeployReport } from '#domain/event.ts';

/**
 * What an event of Flux means for a deploy, or why it means nothing. `once` tells what a repeat of it is: Kustomizations report a revision
 * as reconciled at every interval, so that only its first time counts; each success of a Helm release is an action of its own.
 */
export type Meaning =
  | {
      readonly status: DeployReport['status'];
      readonly rollback?: true;
      readonly once: 'revision' | 'time';
    }
  | { readonly ignored: string };

type Said = {
  readonly kind: string;
  readonly reason: string;
  readonly severity: string;
  readonly message: string;
};

/** Reads kind, reason and, where the reason does not tell, the message, as kustomize-controller and helm-controller write them. */
export function meaningOf(said: Said): Meaning {
  const meaning = said.kind === 'Kustomization' ? ofKustomization(said) : ofHelmRelease(said);
  return (
    meaning ?? { ignored: `Reason ${said.reason.slice(0, 100)} of a ${said.kind} is no step of a deploy.` }
  );
}

function ofKustomization({ reason, severity, message }: Said): Meaning | undefined {
  switch (reason) {
    case 'ReconciliationSucceeded':
      return { status: 'succeeded', once: 'revision' };
    case 'BuildFailed':
    case 'ReconciliationFailed':
    case 'HealthCheckFailed':
    case 'PruneFailed':
      return { status: 'failed', once: 'revision' };
    case 'Progressing':
      if (severity === 'error') return undefined;
      if (/^Health check passed/.test(message)) return { status: 'succeeded', once: 'revision' };
      // A list of what was applied: `Deployment/apps/checkout configured`.
      return /^\S+\/\S+ (created|configured)$/m.test(message)
        ? { status: 'started', once: 'revision' }
        : undefined;
    default:
      return undefined;
  }
}

function ofHelmRelease({ reason, message }: Said): Meaning | undefined {
  switch (reason) {
    case 'InstallSucceeded':
    case 'UpgradeSucceeded':
      return { status: 'succeeded', once: 'time' };
    case 'RollbackSucceeded':
      return { status: 'succeeded', rollback: true, once: 'time' };
    case 'InstallFailed':
    case 'UpgradeFailed':
    case 'TestFailed':
      return { status: 'failed', once: 'revision' };
    case 'RollbackFailed':
      return { status: 'failed', rollback: true, once: 'revision' };
    case 'ReconciliationSucceeded':
      return { status: 'succeeded', once: 'revision' };
    default:
      return ofOldHelmRelease(message);
  }
}

/** Before Flux 2.2 the reason was the severity, and only the message told what happened. */
function ofOldHelmRelease(message: string): Meaning | undefined {
  const [, action, end] =
    /^Helm (install|upgrade|rollback) (has started|succeeded|failed)/.exec(message) ?? [];
  const rollback = action === 'rollback' ? { rollback: true as const } : {};
  if (end === 'has started') return { status: 'started', ...rollback, once: 'time' };
  if (end === 'succeeded') return { status: 'succeeded', ...rollback, once: 'time' };
  return end === 'failed' ? { status: 'failed', ...rollback, once: 'revision' } : undefined;
}
