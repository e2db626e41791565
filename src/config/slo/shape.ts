import { z } from 'zod';
import { isLocalTime } from '#domain/budget/window.ts';
import { Labels, Length, Name, Zone } from '../values.ts';

const Sli = z.union([
  z.strictObject({
    events: z.union([
      z.strictObject({ bad: z.string(), total: z.string() }),
      z.strictObject({ good: z.string(), total: z.string() }),
    ]),
  }),
  z.strictObject({ latency: z.strictObject({ histogram: z.string(), threshold: Length }) }),
  z.strictObject({ ratio: z.string() }),
  z.strictObject({ up: z.string() }),
]);

/** SLOs of a file beside it. */
export const SloFile = z
  .strictObject({
    file: z.string().min(1),
    window: z
      .strictObject({ rolling: Length })
      .optional()
      .describe('The period of files that name none (Sloth’s); 30d without it.'),
  })
  .describe('SLOs in a file of OpenSLO, Sloth or Pyrra; its path is relative to this file.');

const Method = z
  .union([
    z.literal('occurrences'),
    z.strictObject({
      timeslices: z.strictObject({
        slice: Length.describe('Length of a slice, such as 1m.'),
        target: z
          .number()
          .gt(0)
          .lte(1)
          .describe('Share of good events that a slice must reach; else it is lost whole.'),
      }),
    }),
    z.strictObject({ downtime: z.strictObject({ slice: Length.prefault('1m') }) }),
  ])
  .default('occurrences')
  .describe('How bad events become lost minutes.');

const OwnAlert = z
  .union([
    z.boolean(),
    z.strictObject({
      labels: Labels.optional().describe('Labels of alerts of this kind alone.'),
      annotations: Labels.optional().describe('Annotations of alerts of this kind alone.'),
    }),
  ])
  .default(true);

/** An SLO that is written in bellbuoy.yaml itself. */
export const WrittenSlo = z.strictObject({
  name: Name.describe('What it is called.'),
  description: z.string().optional().describe('One sentence for people.'),
  objective: z
    .number()
    .gt(0)
    .lt(1, { error: 'expected a share below 1, such as 0.999' })
    .describe('Share of good events to reach.'),
  window: z
    .union([
      z.strictObject({ rolling: Length }),
      z.strictObject({
        calendar: z.enum(['day', 'week', 'month', 'quarter', 'year']),
        count: z.int().min(1).default(1).describe('Of so many periods together.'),
        from: z
          .string()
          .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/, {
            error: 'expected a local time such as 2026-01-01T00:00:00',
          })
          .refine(isLocalTime, { error: 'there is no such day or time' })
          .optional()
          .describe('When a period began, where it is not the calendar’s own.'),
      }),
    ])
    .describe('What the budget is counted over.'),
  timezone: Zone.optional().describe('Zone of a calendar window, where it is not that of the file.'),
  method: Method,
  sli: Sli.describe('What counts as good or bad.'),
  absent: z
    .enum(['unknown', 'bad', 'good'])
    .default('unknown')
    .describe('What it means when no series are there: `unknown` lets last week’s traffic decide.'),
  policy: z
    .strictObject({
      atRisk: z.string().optional().describe('What to do when the budget is at risk.'),
      exhausted: z.string().optional().describe('What to do when it is spent.'),
    })
    .default({}),
  alerts: z
    .strictObject({
      page: OwnAlert.describe('Whether fast burning pages, or what such alerts carry besides.'),
      ticket: OwnAlert.describe('Whether slow burning makes a ticket, or what such alerts carry besides.'),
      name: z.string().min(1).optional().describe('What both alerts are called in generated rules.'),
      labels: Labels.optional().describe('Labels that both alerts carry.'),
      annotations: Labels.optional().describe('Annotations that both alerts carry.'),
    })
    .prefault({})
    .describe('Burn alerts, here and in generated rules.'),
});
