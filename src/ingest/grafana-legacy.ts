import { z } from 'zod';
import type { Instant } from '#domain/time.ts';
import { isGiven } from './alert-body.ts';
import { numbersIn } from './grafana-values.ts';
import { nothing, type ParseResult } from './sender.ts';
import { digestOf, LabelSet, problemsOf } from './wire.ts';

/** What Grafana sent before unified alerting (up to version 10): one rule and its state, without times and without groups. */
const LegacyBody = z.object({
  state: z.enum(['alerting', 'ok', 'no_data', 'pending', 'paused', 'unknown']),
  ruleId: z.union([z.number(), z.string()]),
  ruleName: z.string().min(1),
  ruleUrl: z.string().nullish(),
  title: z.string().nullish(),
  message: z.string().nullish(),
  orgId: z.number().nullish(),
  tags: LabelSet,
  evalMatches: z
    .array(z.object({ metric: z.string(), value: z.unknown() }))
    .nullish()
    .transform((matches) => numbersIn((matches ?? []).map(({ metric, value }) => [metric, value]))),
});

/** Whether a body is of the old kind. */
export function isLegacy(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'ruleId' in json && 'state' in json;
}

/**
 * A body of the old kind as a notification of a group of one, the rule. It names no time, so what is told is of `at`, and each arrival
 * is its own: the same state again changes nothing.
 */
export function legacyNotification(json: unknown, at: Instant): ParseResult {
  const parsed = LegacyBody.safeParse(json);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const { state, ruleId, ruleName, ruleUrl, message, orgId, tags, evalMatches } = parsed.data;
  if (state !== 'alerting' && state !== 'no_data' && state !== 'ok')
    return nothing(`the rule is ${state}: nothing fires and nothing ends`);
  const status = state === 'ok' ? 'resolved' : 'firing';
  const labels = { ...tags, alertname: state === 'no_data' ? `${ruleName} (no data)` : ruleName };
  const annotations = isGiven(message) ? { summary: message } : {};
  const groupKey = `legacy:${orgId ?? 1}:${ruleId}`;
  return {
    ok: true,
    events: [
      {
        dedupeKey: `grafana:${digestOf([groupKey, state, at, evalMatches])}`,
        event: {
          ...{ type: 'alertNotification', source: 'grafana', groupKey, status, receiver: '', truncated: 0 },
          ...{ groupLabels: labels, commonLabels: labels, commonAnnotations: annotations },
          alerts: [
            {
              ...{ fingerprint: digestOf(groupKey).slice(0, 16), status, labels, annotations, startsAt: at },
              ...(status === 'resolved' ? { endsAt: at } : {}),
              ...(isGiven(ruleUrl) ? { generatorUrl: ruleUrl, pages: { panel: ruleUrl } } : {}),
              values: evalMatches,
            },
          ],
        },
      },
    ],
  };
}
