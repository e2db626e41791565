import type { Metrics } from '#app/ports.ts';
import { failure } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import type { Range } from '#domain/time.ts';
import { NO_METRICS } from '../app/ports.ts';

/** Metrics of which each service has these values, by when the window ends; of the others nothing was heard. Says how often it was asked. */
export function measured(
  values: (service: string, range: Range) => Reading['values'] | undefined,
): Metrics & { readonly asked: string[] } {
  const asked: string[] = [];
  const away = failure('prometheus-unreachable', 'Prometheus could not be reached.', { where: 'default' });
  return {
    ...NO_METRICS,
    asked,
    async readings(services, _, range) {
      asked.push('readings');
      return new Map(
        services.map(({ name }): [string, Reading] => {
          const own = values(name, range);
          return own === undefined
            ? [name, { values: {}, problems: [away.problem] }]
            : [name, { values: own, problems: [] }];
        }),
      );
    },
    async series() {
      asked.push('series');
      return new Map();
    },
  };
}
