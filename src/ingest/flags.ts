import type { Instant } from '#domain/time.ts';
import { flagsProof } from './authenticate.ts';
import { readFlagChange } from './flag-change.ts';
import { isFlagsmith, readFlagsmith } from './flagsmith.ts';
import { isLaunchDarkly, readLaunchDarkly } from './launchdarkly.ts';
import type { ParseResult, Sender } from './sender.ts';
import { isUnleash, readUnleash } from './unleash.ts';

/** What flag services send, each known by fields that none of the others has. */
const SERVICES: readonly {
  readonly is: (json: object) => boolean;
  readonly read: (json: object, at: Instant) => ParseResult;
}[] = [
  { is: isFlagsmith, read: readFlagsmith },
  { is: isLaunchDarkly, read: readLaunchDarkly },
  { is: isUnleash, read: readUnleash },
];

/**
 * Changes of feature flags: our own small body, or what a flag service sends. A body that names a `flag`, or that looks like several
 * services' or like none's, is read as ours, so that its mistakes are told.
 */
export const flags: Sender = {
  name: 'flags',
  authenticate: flagsProof,
  parse({ json, at }) {
    if (typeof json !== 'object' || json === null || 'flag' in json) return readFlagChange(json, at);
    const [service, another] = SERVICES.filter(({ is }) => is(json));
    return service === undefined || another !== undefined ? readFlagChange(json, at) : service.read(json, at);
  },
};
