import { type Replayed, replay as replayMoments } from '#app/replay.ts';
import { sourceOf } from '#compose';
import { catalogOf } from '#config/catalog.ts';
import { explain } from '#domain/problem.ts';
import { findService } from '#domain/service.ts';
import { factsOf } from '#domain/signal.ts';
import { MINUTE, parseDuration } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { systemClock } from '#runtime/clock.ts';
import { createMetering } from '#runtime/metrics.ts';
import { createObserver } from '#telemetry/observer.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { configFrom } from './config-file.ts';
import { ownOrCopy } from './own-or-copy.ts';
import { tableLines } from './table.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = { config: string; last: string; every: string; json?: boolean };

/** The promise: of harmless deploys at most this share is called degraded. */
const PROMISED = 0.01;

const VERDICTS: readonly Verdict[] = ['degraded', 'improved', 'steady', 'inconclusive'];

/** Tells what would have been said of a service's deploys at moments without one. 1 when more of them would have been called degraded than is promised. */
export async function replay(name: string, options: Options, terminal: Terminal): Promise<ExitStatus> {
  const config = await configFrom(options.config, terminal);
  if (config === undefined) return 2;
  const service = findService(catalogOf(config), name);
  const [last, every] = [parseDuration(options.last), parseDuration(options.every)];
  const source = service === undefined ? undefined : config.prometheus[service.source];
  if (service === undefined || source === undefined) {
    terminal.err(`There is no service ${name} in ${options.config}.`);
    return 2;
  }
  if (last === undefined || every === undefined || every < MINUTE) {
    terminal.err('--last and --every: expected lengths such as 7d and 15m, --every at least 1m.');
    return 2;
  }
  const opened = await ownOrCopy(config.store.path);
  if (!opened.ok) {
    terminal.err(explain(opened.problem));
    return 1;
  }
  const { handle, close } = opened.value;
  const asked = sourceOf(service.source, source);
  const client = createPrometheus(asked, { clock: systemClock, meter: createMetering() });
  const observer = createObserver([{ source: asked, client }], { clock: systemClock });
  const ports = { observer, store: handle.store };
  const { moments, leftOut, problems } = await replayMoments(
    service,
    { last, every },
    systemClock.now(),
    ports,
  );
  await Promise.all([client.close(), close()]);
  for (const problem of problems) terminal.err(explain(problem));
  if (moments.length === 0) {
    terminal.err('There is no moment to be judged in that time.');
    return 1;
  }
  const degraded = moments.filter(({ verdict }) => verdict.verdict === 'degraded');
  const share = degraded.length / moments.length;
  if (options.json === true) {
    for (const { at, verdict } of moments)
      terminal.out(JSON.stringify({ at: new Date(at).toISOString(), ...verdict }));
  } else {
    for (const line of told(moments, leftOut)) terminal.out(line);
  }
  return share > PROMISED ? 1 : 0;
}

function told(moments: readonly Replayed[], leftOut: number): readonly string[] {
  const of = (word: Verdict) => moments.filter(({ verdict }) => verdict.verdict === word).length;
  const percent = (count: number) => `${((100 * count) / moments.length).toFixed(1)} %`;
  const counts = VERDICTS.map((word) => [word, String(of(word)), percent(of(word))]);
  const rows = moments
    .filter(({ verdict }) => verdict.verdict === 'degraded')
    .map(({ at, verdict }) => [new Date(at).toISOString(), signalsOf(verdict)]);
  return [
    `${moments.length} moments without a deploy were judged${leftOut === 0 ? '' : `, ${leftOut} near a deploy or a page left out`}.`,
    ...tableLines(['verdict', 'moments', ''], counts),
    ...(rows.length === 0 ? [] : ['', ...tableLines(['degraded at', 'by'], rows)]),
    ...whyUnsure(moments),
  ];
}

/** What nothing could be said of tells nothing of false alarms either: why, most frequent first. */
function whyUnsure(moments: readonly Replayed[]): readonly string[] {
  const reasons = moments
    .filter(({ verdict }) => verdict.verdict === 'inconclusive')
    .map(
      ({
        verdict: {
          reasons: [reason],
          needs,
        },
      }) =>
        needs === undefined
          ? (reason ?? 'Nothing that was clear enough.')
          : `More ${needs.what} are needed than a watch of this length sees.`,
    );
  const counted = [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]): [string, number] => [reason, all.length])
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3);
  return counted.length === 0
    ? []
    : [
        '',
        ...tableLines(
          ['inconclusive', 'because'],
          counted.map(([reason, many]) => [String(many), reason]),
        ),
      ];
}

/** What would have been called worse: `errorRatio 0.1 % → 2.5 %`. */
function signalsOf({ signals }: Replayed['verdict']): string {
  return signals
    .filter(({ verdict }) => verdict === 'degraded')
    .map(({ measure, effect }) => {
      const { unit } = factsOf(measure);
      return effect === undefined
        ? measure
        : `${measure} ${formatValue(effect.before, unit)} → ${formatValue(effect.after, unit)}`;
    })
    .join(', ');
}
