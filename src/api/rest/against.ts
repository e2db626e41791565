import { againstAt, type Other, unfit } from '#app/words/against.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { parseDuration } from '#domain/time.ts';

/** What can be said, for whoever said something else. */
export const FORMS =
  '`yesterday`, `last week`, `1h ago`, `before deploy`, `before v1.4.2`, a version that ran such as `v1.4.1`, or `flag NAME`';

/**
 * What a comparison is held against, as people say it in Slack; also a bare length (`1d`), and the name of a version that looks like none, if it is one word. `length` is how long both windows
 * were said to be (`30m before deploy`).
 */
export function againstOf(text: string): Outcome<Other> {
  const words = text.trim().split(/[\s_]+/);
  const read = againstAt(words, 0);
  if (!('at' in read) && read.taken === words.length && !isCut(read.value, text)) return fitting(read.value);
  const bare = text.trim();
  const by = parseDuration(bare);
  if (by !== undefined) return fitting({ kind: 'ago', by, words: `${bare} ago` });
  const [, version] = /^before\s+(\S+)$/i.exec(bare) ?? [];
  if (version !== undefined) return success({ kind: 'beforeDeploy', version });
  if (/^\S+$/.test(bare)) return success({ kind: 'version', version: bare });
  const why = 'at' in read ? read.why : undefined;
  const stopped = words['at' in read ? read.at : read.taken] ?? bare;
  return wrong(why ?? `I stopped understanding at “${stopped}”: expected ${FORMS}.`);
}

/** A refusal of what was said of the other side. */
export function wrong(what: string) {
  return failure('request-invalid', what, { where: 'query against' });
}

/** Names may have a stroke below in them, which stands for a space only in words of ours. */
function isCut(other: Other, text: string): boolean {
  const name = other.kind === 'flag' ? other.flag : 'version' in other ? other.version : undefined;
  return name !== undefined && !text.split(/\s+/).includes(name);
}

function fitting(other: Other): Outcome<Other> {
  const why = [other.kind === 'ago' ? other.by : undefined, other.length]
    .map((length) => (length === undefined ? undefined : unfit(length)))
    .find((one) => one !== undefined);
  return why === undefined ? success(other) : wrong(why);
}
