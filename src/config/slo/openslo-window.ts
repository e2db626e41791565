import type { CalendarUnit, SloWindow } from '#domain/budget/slo.ts';
import { isLocalTime } from '#domain/budget/window.ts';
import { DAY, HOUR, MINUTE, WEEK } from '#domain/time.ts';
import type { Item, Path, Remarks } from './documents.ts';
import type { SloObject } from './openslo-shapes.ts';

const LENGTHS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: WEEK };
const ROLLING: Readonly<Record<string, number>> = { ...LENGTHS, M: 30 * DAY, Q: 90 * DAY, Y: 365 * DAY };
const CALENDAR: Readonly<Record<string, CalendarUnit>> = {
  ...{ d: 'day', w: 'week', M: 'month', Q: 'quarter', Y: 'year' },
};
const ALPHA_UNITS: Readonly<Record<string, string>> = {
  ...{ minute: 'm', hour: 'h', day: 'd', week: 'w', month: 'M', quarter: 'Q', year: 'Y' },
};

/** The window of an SLO; `usual` where it names none. */
export function windowOf(
  { item, slo, usual }: { readonly item: Item; readonly slo: SloObject; readonly usual: SloWindow },
  remarks: Remarks,
): SloWindow | undefined {
  const [v1] = slo.spec.timeWindow ?? [];
  const [alpha] = slo.spec.timeWindows ?? [];
  const path: Path = ['spec', v1 ? 'timeWindow' : 'timeWindows', 0];
  const refuse = (more: Path, what: string) => {
    remarks.problems.push(item.at([...path, ...more], what));
    return undefined;
  };
  const note = (more: Path, what: string) => remarks.notices.push(item.at([...path, ...more], what));
  if (v1 === undefined && alpha === undefined) {
    remarks.notices.push(item.at(['spec'], 'the SLO has no timeWindow; the usual one is taken'));
    return usual;
  }
  if (v1 !== undefined && alpha !== undefined)
    return refuse([], 'expected timeWindow or timeWindows, not both');
  const duration = v1?.duration ?? `${alpha?.count}${ALPHA_UNITS[alpha?.unit.toLowerCase() ?? ''] ?? '?'}`;
  const [, count = '', unit = ''] = /^([1-9]\d*)([mhdwMQY])$/.exec(duration) ?? [];
  if (unit === '') return refuse([v1 ? 'duration' : 'unit'], 'expected a duration such as 28d, 4w or 1M');
  const { isRolling, calendar } = v1 ?? alpha ?? {};
  const length = Number(count) * (ROLLING[unit] ?? 0);
  if (isRolling === true) {
    if (calendar) note(['calendar'], 'not honoured: the window is rolling');
    if (!(unit in LENGTHS)) note([], `a rolling ${duration} is counted as ${length / DAY} days`);
    return { kind: 'rolling', length };
  }
  if (calendar) {
    const of = CALENDAR[unit];
    if (of === undefined)
      return refuse(
        [v1 ? 'duration' : 'unit'],
        `a calendar period of ${duration} begins nowhere; a month is written 1M`,
      );
    const from = calendar.startTime.trim().replace(' ', 'T');
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(from))
      return refuse(['calendar', 'startTime'], 'expected a time such as 2026-01-01 00:00:00');
    if (!isLocalTime(from))
      return refuse(['calendar', 'startTime'], `there is no such time as ${calendar.startTime}`);
    if (!isZone(calendar.timeZone))
      return refuse(['calendar', 'timeZone'], 'expected an IANA time zone such as Europe/Berlin');
    return { kind: 'calendar', unit: of, count: Number(count), zone: calendar.timeZone, from };
  }
  if (alpha !== undefined) {
    // Sloth reads neither isRolling nor calendar: it has one period, and takes files that say the same.
    if (usual.kind === 'rolling' && usual.length === length) return usual;
    return refuse(
      ['count'],
      `neither rolling nor a calendar period; say isRolling: true, or give the period beside the file (now ${usual.kind === 'rolling' ? usual.length / DAY : '?'} days)`,
    );
  }
  return refuse([], 'a window that is not rolling needs its calendar (startTime, timeZone)');
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
