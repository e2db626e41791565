import type { Against } from '#domain/request.ts';
import { DAY, parseDuration, WEEK } from '#domain/time.ts';

/** What a comparison is held against: `1d`, `yesterday`, `last week`, `before deploy`, `before v1.4.2`, or a version. */
export function againstOf(text: string): Against {
  const words = text.trim().replaceAll(/[\s_]+/g, ' ');
  const known = WORDS[words.toLowerCase()];
  if (known !== undefined) return known;
  const [, version] = /^before (.+)$/i.exec(words) ?? [];
  if (version !== undefined) return { kind: 'beforeDeploy', version };
  const by = parseDuration(words.replace(/ ago$/i, ''));
  return by === undefined
    ? { kind: 'version', version: words }
    : { kind: 'ago', by, words: `${words.replace(/ ago$/i, '')} ago` };
}

const WORDS: Readonly<Record<string, Against>> = {
  yesterday: { kind: 'ago', by: DAY, words: 'yesterday' },
  'last week': { kind: 'ago', by: WEEK, words: 'last week' },
  'before deploy': { kind: 'beforeDeploy' },
  deploy: { kind: 'beforeDeploy' },
};
