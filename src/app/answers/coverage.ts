import { byLack, scorecardOf } from '#domain/coverage.ts';
import type { Measure } from '#domain/signal.ts';
import { HOUR, last } from '#domain/time.ts';
import type { Answered, CoverageAnswer } from '../answer.ts';
import { distinct } from '../problems.ts';
import { slosOf, standingsOf } from '../standings.ts';
import type { AnswerPorts } from './answer.ts';

/** Signals that were read within this time are there. */
const WINDOW = HOUR;
const MEASURES: readonly Measure[] = ['rate', 'errorRatio', 'p99'];

/** Services that are listed; the rest is counted. */
const SHOWN = 20;

/** How far each service is observed, the least first, from one question to Prometheus for all that share a preset. */
export async function coverage(ports: AnswerPorts): Promise<Answered> {
  return { answer: await coverageOf(ports) };
}

export async function coverageOf({
  store,
  metrics,
  catalog,
  clock,
}: Pick<AnswerPorts, 'store' | 'metrics' | 'catalog' | 'clock'>): Promise<CoverageAnswer> {
  const at = clock.now();
  const { services } = catalog.current();
  const [readings, versions, standings] = await Promise.all([
    metrics.readings(services, MEASURES, last(WINDOW, at)),
    metrics.versions(services, at),
    standingsOf(slosOf(services), catalog.current(), at, store),
  ]);
  const counted = new Set(
    standings.filter(({ state }) => state.data !== 'noData').map(({ of }) => of.service.name),
  );
  const cards = services
    .map((service) =>
      scorecardOf(service, {
        signals: Object.keys(readings.get(service.name)?.values ?? {}).length > 0,
        counts: counted.has(service.name),
        version: (versions.get(service.name) ?? []).length > 0,
      }),
    )
    .toSorted(byLack);
  return {
    ...{ kind: 'coverage', at, cards },
    shown: Math.min(SHOWN, cards.filter((card) => card.covered < Object.keys(card.aspects).length).length),
    problems: distinct([...readings.values()].flatMap(({ problems }) => problems)),
  };
}
