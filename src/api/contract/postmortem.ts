import { z } from 'zod';
import {
  ACTION_KINDS,
  ACTION_STATES,
  CAUSES,
  DETECTIONS,
  REVIEW_STATES,
  TEXTS,
  TRIGGERS,
} from '#domain/incident/postmortem.ts';
import type { Unit } from '#domain/signal.ts';
import { Doubt, Durations, Times } from './incident-times.ts';
import { BudgetCost, IncidentFacts } from './incidents.ts';
import { Who } from './people.ts';
import { Links } from './postmortem-links.ts';
import { Entry } from './timeline.ts';
import { Seconds, Time, Untrusted } from './values.ts';

/** What a post-mortem says of its shape. It changes where a field goes or changes its meaning; new fields may come without. */
export const POSTMORTEM_SCHEMA = 'postmortem/1';

const UNITS = [
  ...['perSecond', 'ratio', 'seconds', 'bytes', 'cores', 'count', 'short'],
] as const satisfies readonly Unit[];

const Text = Untrusted.min(1);
const markdown = (what: string) => Text.optional().describe(`${what} Markdown, as people wrote it.`);
const lines = (what: string) =>
  z.array(Text).describe(`${what} One text each; empty where nobody wrote any.`);

export const ActionItem = z.object({
  id: z.string().describe('Such as `INC-12-1`.'),
  title: Untrusted.describe('What is to be done.'),
  kind: z.enum(ACTION_KINDS).describe('What it is to do about the next incident.'),
  state: z.enum(ACTION_STATES).describe('Whether it is open, done, or was dropped.'),
  owner: Who.optional().describe('Who does it.'),
  due: z.iso.date().optional().describe('The day by which it is to be done, in the configured zone.'),
  url: Untrusted.optional().describe('Where the work on it is tracked.'),
  createdAt: Time.describe('When it was written, ISO 8601 in UTC.'),
  closedAt: Time.optional().describe('When it was done or dropped.'),
  closedBy: Who.optional().describe('Who did or dropped it.'),
});
export type ActionItem = z.infer<typeof ActionItem>;

export const Evidence = z.object({
  snapshot: z.string().describe('The id of the kept picture that these values were shown in.'),
  title: Untrusted.describe('What the picture was called.'),
  takenAt: Time.describe('When it was taken, ISO 8601 in UTC.'),
  from: Time.describe('Where the range that was asked for begins.'),
  to: Time.describe('Where it ends.'),
  step: Seconds.optional().describe('Seconds from one value to the next.'),
  queries: z
    .array(
      z.object({
        source: z.string().describe('The name of the source that was asked.'),
        promql: z.string().describe('The query as it was sent.'),
        line: Untrusted.describe('The line of the picture that it draws.'),
      }),
    )
    .describe('What was asked; asked again over the same range it gives the same.'),
  values: z
    .array(
      z.object({
        panel: Untrusted.describe('The title of the panel.'),
        line: Untrusted.describe('The line in it.'),
        unit: z.enum(UNITS).describe('What the numbers mean; `ratio` is 0 to 1.'),
        last: z.number().optional().describe('The last value in the range.'),
        min: z.number().optional().describe('The smallest.'),
        mean: z.number().optional().describe('The mean.'),
        max: z.number().optional().describe('The largest.'),
      }),
    )
    .describe('What was read; what had no sample in the range is absent.'),
});
export type Evidence = z.infer<typeof Evidence>;

/** A post-mortem: typed values, not a document. */
export const Postmortem = z.object({
  schema: z.literal(POSTMORTEM_SCHEMA).describe('The name and version of this shape.'),
  incident: IncidentFacts.describe(
    'The incident, as its own record has it. What belongs to it stands under `links`, what it cost under `impact`.',
  ),
  title: Untrusted.describe('What it is called: as people wrote it here, else as the incident is called.'),
  revision: z.int().min(1).describe('Grows with each saved edit; all revisions are kept.'),
  state: z.enum(REVIEW_STATES).describe('draft, inReview until somebody else approves it, approved.'),
  authors: z.array(Who).describe('Everybody who wrote in it, in order of their first words.'),
  approvedBy: Who.optional().describe('Who approved it.'),
  approvedAt: Time.optional().describe('When it was approved.'),
  createdAt: Time.describe('When the draft was made, ISO 8601 in UTC.'),
  updatedAt: Time.describe('When it was last changed.'),
  zone: z
    .string()
    .describe('The configured zone, such as `Europe/Berlin`: that of days; moments are in UTC.'),
  summary: markdown('What happened, in short.'),
  background: markdown('What one has to know to understand it.'),
  times: Times.describe('When what happened: as people wrote it here, else as the incident’s record has it.'),
  durations: Durations.describe('How long it took, where both ends are known and in order.'),
  impact: z
    .object({
      description: markdown('What was harmed.'),
      customers: markdown('What customers noticed.'),
      duration: Seconds.optional().describe(
        'Seconds that the harm lasted: from started to mitigated, else to resolved; where both ends are known and in order.',
      ),
      requests: z
        .array(
          z.object({
            service: z.string().describe('The service.'),
            failed: z.number().min(0).optional().describe('Requests that failed.'),
            all: z.number().min(0).optional().describe('All requests.'),
          }),
        )
        .describe('Requests while the harm lasted; services that nothing counts are absent.'),
      budgets: z.array(BudgetCost).describe('What it cost in error budgets, most first.'),
    })
    .describe('What it did, and to whom.'),
  detection: z
    .object({
      source: z.enum(DETECTIONS).optional().describe('Who or what noticed it.'),
      description: markdown('How it was noticed.'),
      duration: Seconds.optional().describe('Seconds from started to detected, as above.'),
    })
    .describe('How it was noticed.'),
  trigger: z
    .object({
      kind: z.enum(TRIGGERS).optional().describe('What kind of thing set it off.'),
      reference: Untrusted.optional().describe('The id or address of what set it off.'),
      description: markdown('What set it off.'),
    })
    .describe('What set it off.'),
  rootCause: z
    .object({
      category: z.enum(CAUSES).optional().describe('What made it possible, by kind.'),
      summary: markdown('What made it possible.'),
    })
    .describe('What made it possible. What else did stands under `contributingFactors`.'),
  contributingFactors: lines('What else had a part in it.'),
  resolution: markdown('How it was mitigated and resolved.'),
  lessons: z
    .object({
      wentWell: lines('What went well.'),
      wentBadly: lines('What went badly.'),
      gotLucky: lines('Where those involved were lucky.'),
    })
    .describe('What was learned.'),
  actionItems: z.array(ActionItem).describe('What is done about it.'),
  evidence: z.array(Evidence).describe('Pictures as data: what was asked, and what was read.'),
  timeline: z.array(Entry).describe('What happened, oldest first.'),
  links: Links.describe('What belongs to it.'),
  supportingInformation: markdown('What else there is to read.'),
  unedited: z
    .array(z.enum(TEXTS))
    .describe('The texts that the record filled in and nobody has touched since.'),
  missing: z.array(z.string()).describe('What could not be read when the record was made, in sentences.'),
  doubts: z.array(Doubt).describe('What is odd about its times; they stay as they are.'),
});
export type Postmortem = z.infer<typeof Postmortem>;
