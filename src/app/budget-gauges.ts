import type { Labels } from '#domain/series.ts';
import { formatDuration } from '#domain/time.ts';
import type { Ports } from './ports.ts';
import type { Standing } from './standings.ts';

const COLOURS = { green: 0, grey: 1, yellow: 2, red: 3 } as const;

/**
 * Exports on `/metrics` what Slack says of every budget, as of the last round of counting: so Grafana shows the same numbers. Times are seconds, shares 0…1, the
 * colour 0 green, 1 grey, 2 yellow, 3 red. What was not counted has no value.
 */
export function measureBudgets({ meter }: Pick<Ports, 'meter'>): {
  see(standings: readonly Standing[]): void;
} {
  let seen: readonly Standing[] = [];
  const labelsOf = ({ of: { service, slo } }: Standing): Labels => ({ service: service.name, slo: slo.name });
  const each = (
    name: string,
    value: (standing: Standing) => number,
    isTold: (standing: Standing) => boolean = () => true,
  ) =>
    meter.gauges(name, () =>
      seen.filter(isTold).map((standing) => ({ value: value(standing), labels: labelsOf(standing) })),
    );
  each('bellbuoy_slo_objective_ratio', ({ of }) => of.slo.objective);
  each('bellbuoy_slo_budget_allowed_seconds', ({ usage }) => usage.allowed / 1000);
  each('bellbuoy_slo_budget_used_seconds', ({ usage }) => usage.used / 1000, isCounted);
  each('bellbuoy_slo_budget_remaining_ratio', ({ usage }) => 1 - usage.share, isCounted);
  each('bellbuoy_slo_bad_events', ({ usage }) => usage.tally.bad);
  each('bellbuoy_slo_events', ({ usage }) => usage.tally.total);
  each('bellbuoy_slo_colour', ({ colour }) => COLOURS[colour]);
  meter.gauges('bellbuoy_slo_burn_rate', () =>
    seen.filter(isCounted).flatMap((standing) =>
      [...standing.rates].map(([over, value]) => ({
        value,
        labels: { ...labelsOf(standing), window: formatDuration(over) },
      })),
    ),
  );
  return {
    see(standings) {
      seen = standings;
    },
  };
}

/** A budget of which nothing was counted is not a full one. */
function isCounted({ state }: Standing): boolean {
  return state.data !== 'noData';
}
