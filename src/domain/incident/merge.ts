import { fieldOf, isEqual } from './changed-fields.ts';
import type { Postmortem, PostmortemFields, TextField } from './postmortem.ts';
import { LISTS, TEXTS } from './postmortem.ts';

/**
 * What the fields become when somebody sends theirs, who began from `base` while others may have gone on to `current`. `own` are fields that since `base` only they themselves have changed: they
 * set right what they sent before. What only one of them changed is taken from that
 * one; of a text that both changed both are kept, one below the other, of a list the lines of both. Of a choice or a time the later word stands; the earlier one is kept in
 * the revisions.
 */
export function mergeFields(
  base: PostmortemFields,
  current: PostmortemFields,
  sent: PostmortemFields,
  own: ReadonlySet<string> = new Set(),
): PostmortemFields {
  const merged: Record<string, unknown> = { ...current };
  for (const [name, value] of Object.entries(sent)) {
    if (value === undefined) continue;
    merged[name] =
      isText(name) && !own.has(name)
        ? mergeText(base[name] ?? '', current[name] ?? '', String(value), LISTS.has(name))
        : value;
  }
  return merged as PostmortemFields;
}

/** Fields that the record fills, where nobody has touched what it filled in before. */
export function refreshFields(
  { fields, drafted }: Pick<Postmortem, 'fields' | 'drafted'>,
  fresh: PostmortemFields,
): PostmortemFields {
  const merged: Record<string, unknown> = { ...fields };
  for (const [name, value] of Object.entries(fresh)) {
    const is = fieldOf(fields, name);
    if (is === undefined || isEqual(is, fieldOf(drafted, name))) merged[name] = value;
  }
  return merged as PostmortemFields;
}

function mergeText(base: string, current: string, sent: string, isList: boolean): string {
  if (sent === current || sent === base) return current;
  if (current === base || current.trim() === '') return sent;
  if (isList) {
    const lines = (text: string) => text.split('\n').map((line) => line.trimEnd());
    const known = new Set(lines(current));
    const removed = new Set(lines(base).filter((line) => !lines(sent).includes(line)));
    const kept = lines(current).filter((line) => !removed.has(line));
    const added = lines(sent).filter((line) => !known.has(line) && !lines(base).includes(line));
    return [...kept, ...added].join('\n');
  }
  // One took the other's words along, and added to them.
  if (sent.includes(current)) return sent;
  return current.includes(sent) ? current : `${current}\n\n${sent}`;
}

function isText(name: string): name is TextField {
  return TEXTS.some((text) => text === name);
}
