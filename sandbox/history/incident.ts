import type { Fault } from '../shop/faults.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What once went wrong, and when: minutes before the history's end. */
export type PastFault = Fault & { readonly from: number; readonly to: number };

/** A deploy of the last weeks; `at` is epoch ms UTC. */
export type PastDeploy = {
  readonly service: string;
  readonly version: string;
  readonly at: number;
  readonly actor: string;
};

/**
 * What went wrong in the last weeks: the mailer's provider was slow and refused some mails for 38 minutes, eleven days ago, and nearly all of them on a working day's afternoon
 * of this week, for 130 minutes, which was more than the budget had left.
 */
export function pastFaults(end: number): readonly PastFault[] {
  const [first, second] = [end - 11 * DAY - 95 * MINUTE, afternoonBefore(end - 2 * DAY)];
  return [
    { service: 'mailer', errors: 0.21, slower: 3.2, from: first, to: first + 38 * MINUTE },
    { service: 'mailer', errors: 0.9, slower: 4.1, from: second, to: second + 130 * MINUTE },
  ];
}

/** Two in the afternoon, UTC, of the last working day whose afternoon was over at a moment: the shop is busy then, whenever the demo is started. */
function afternoonBefore(at: number): number {
  const days = Array.from(
    { length: 4 },
    (_, ago) => Math.floor(at / DAY) * DAY + 14 * 60 * MINUTE - ago * DAY,
  );
  const isWorking = (moment: number) => ![0, 6].includes(new Date(moment).getUTCDay());
  return days.find((moment) => moment + 130 * MINUTE < at && isWorking(moment)) ?? at - DAY;
}

/** The deploys that led to what runs now, oldest first. */
export function pastDeploys(end: number): readonly PastDeploy[] {
  return [
    { service: 'ledger', version: 'v3.0.8', at: end - 16 * DAY - 200 * MINUTE, actor: 'noor' },
    { service: 'mailer', version: 'v0.9.4', at: end - 10 * DAY - 30 * MINUTE, actor: 'lena' },
    { service: 'storefront', version: 'v5.12.0', at: end - 5 * DAY - 400 * MINUTE, actor: 'tomas' },
    { service: 'catalog', version: 'v2.7.3', at: end - 3 * DAY - 75 * MINUTE, actor: 'noor' },
    { service: 'checkout', version: 'v1.4.1', at: end - 26 * 60 * MINUTE, actor: 'tomas' },
  ];
}

/** The version of a service before the deploy that is listed, made from its number. */
export function versionBefore(version: string): string {
  return version.replace(/\d+$/, (patch) => (patch === '0' ? '0-rc2' : String(Number(patch) - 1)));
}
