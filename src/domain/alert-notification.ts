import type { Labels } from './series.ts';
import type { Instant } from './time.ts';

/** One alert of a group. `fingerprint` tells alerts of a group apart; `endsAt` is absent while it fires. */
export type AlertInstance = {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Instant;
  readonly endsAt?: Instant;
  readonly generatorUrl?: string;
  /** What its rule read when this was told, by the name of the query. */
  readonly values?: Readonly<Record<string, number>>;
  /** Addresses that its sender gives: of the panel and dashboard that show it, and of where it is silenced. */
  readonly pages?: { readonly dashboard?: string; readonly panel?: string; readonly silence?: string };
};

/** What an alerting system says of one group of alerts. `truncated` counts alerts that the sender left out. */
export type AlertNotification = {
  readonly type: 'alertNotification';
  readonly source: 'alertmanager' | 'grafana';
  readonly groupKey: string;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly alerts: readonly AlertInstance[];
  readonly truncated: number;
  readonly externalUrl?: string;
};
