import { z } from 'zod';
import { LONGEST_TITLE } from '#domain/incident/declare.ts';
import { ROLES, SEVERITIES, STATUSES } from '#domain/incident/incident.ts';
import {
  ACTION_KINDS,
  ACTION_STATES,
  CAUSES,
  DETECTIONS,
  LISTS,
  type PostmortemFields,
  REVIEW_STATES,
  TEXTS,
  type TextField,
  TRIGGERS,
} from '#domain/incident/postmortem.ts';
import { present } from '#domain/optional.ts';

/** Longest text that is taken for a title, for words in a timeline, and for a section of a post-mortem, in characters. */
const [TITLE, WORDS, SECTION, LINES] = [LONGEST_TITLE, 3000, 20_000, 50] as const;

const words = (most: number) =>
  z
    .string({ error: 'Expected a text.' })
    .trim()
    .min(1, { error: 'Expected a text that is not empty.' })
    .max(most, { error: `Expected ${most} characters at most.` });

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `Expected one of ${names.join(', ')}.` });

export const Title = words(TITLE);
export const Words = words(WORDS);

/** A moment as it is sent, in milliseconds since 1970 (UTC) once read. */
export const Moment = z.iso
  .datetime({ offset: true, error: 'Expected a moment such as 2026-11-26T08:00:00Z.' })
  .transform((text) => Date.parse(text));

export const RequestId = words(100)
  .optional()
  .describe('Names this request: sent again under it, it is carried out once.');

export const Severity = oneOf(SEVERITIES).describe('sev1: everybody is hit; sev4: nobody outside notices.');
export const Status = oneOf(STATUSES);
export const RoleName = oneOf(ROLES);
export const ReviewState = oneOf(REVIEW_STATES);

/** A Slack user id. */
export const UserId = z
  .string({ error: 'Expected a Slack user id.' })
  .regex(/^[UW][A-Z0-9]{2,20}$/, { error: 'Expected a Slack user id, such as U024BE7LH.' });

export const Services = z
  .array(words(200))
  .max(50, { error: 'Expected 50 services at most.' })
  .describe('Names of services that are hit, the one that is hit most first.');

const Nullable = Moment.nullable().optional();

/** Times that are set right; null says that one is not known. */
export const SentTimes = z.strictObject({
  ...{
    started: Nullable,
    detected: Nullable,
    acknowledged: Nullable,
    mitigated: Nullable,
    resolved: Nullable,
  },
});

const Section = z
  .string({ error: 'Expected a text.' })
  .max(SECTION, { error: `Expected ${SECTION} characters at most.` });
const Lines = z
  .array(z.string({ error: 'Expected a text.' }).max(1000, { error: 'Expected 1000 characters at most.' }))
  .max(LINES, { error: `Expected ${LINES} lines at most.` });

const isList = (name: TextField) => LISTS.has(name);

/** What is sent of a post-mortem, by field; what is absent stays, and an empty text empties. */
export const SentFields = {
  ...Object.fromEntries(
    TEXTS.filter((name) => !isList(name)).map((name) => [name, Section.optional().describe('Markdown.')]),
  ),
  ...Object.fromEntries(
    TEXTS.filter(isList).map((name) => [name, Lines.optional().describe('A text for each line.')]),
  ),
  detectionSource: oneOf(DETECTIONS).optional(),
  triggerKind: oneOf(TRIGGERS).optional(),
  triggerReference: words(500).optional().describe('Id or address of what set it off.'),
  causeCategory: oneOf(CAUSES).optional(),
} as const;

/** What is sent of an action item. */
export const SentAction = {
  title: words(TITLE),
  kind: oneOf(ACTION_KINDS),
  state: oneOf(ACTION_STATES),
  owner: UserId,
  due: z.iso.date({ error: 'Expected a day, such as 2026-12-01.' }),
  url: z
    .url({ protocol: /^https?$/, error: 'Expected an address that begins with http:// or https://.' })
    .max(2000, { error: 'Expected 2000 characters at most.' }),
};

/** The fields as the domain keeps them: a list is a text with a line each. */
export function fieldsOf(sent: Readonly<Record<string, unknown>>): PostmortemFields {
  return present(
    Object.fromEntries(
      Object.entries(sent)
        .filter(([name]) => Object.hasOwn(SentFields, name))
        .map(([name, value]) => [
          name,
          Array.isArray(value)
            ? value.map((line) => String(line).replaceAll(/\s*\n\s*/g, ' ')).join('\n')
            : value,
        ]),
    ),
  );
}
